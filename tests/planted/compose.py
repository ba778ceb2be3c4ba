"""Defects that people make in compose files by hand, and in the files that these mount; written from the facts."""

from tests.planted import compose_keeping as keeping
from tests.planted import compose_reading as reading
from tests.planted import compose_starting as starting

COMPOSE = {
    "images": starting.IMAGES,
    "health": starting.HEALTH,
    "ports": starting.PORTS,
    "mounts": keeping.MOUNTS,
    "commands": starting.COMMANDS,
    "secrets": reading.SECRETS,
    "network": reading.NETWORK,
    "hardening": keeping.HARDENING,
    "document": starting.STRUCTURE,
    "files": reading.FILES,
}
