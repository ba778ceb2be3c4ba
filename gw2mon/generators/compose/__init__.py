"""Compose: the whole stack in containers, pinned, hardened, and with its secrets in files.

What holds for every service is in `containers`, what one of them needs is in `services`.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.artifacts import Artifact
from gw2mon.generators.compose import application
from gw2mon.generators.compose.interpolation import interpolation_safe
from gw2mon.generators.compose.secrets import secrets_of
from gw2mon.generators.compose.services import services_of
from gw2mon.images import (
    ALERTMANAGER,
    ALLOY,
    BLACKBOX_EXPORTER,
    DOCKER_PROXY,
    ELASTICSEARCH,
    FILEBEAT,
    FLUENT_BIT,
    GRAFANA,
    PROMETHEUS,
)
from gw2mon.wiring import images_of, is_composed, joined_networks, shipped
from gw2mon.yamltext import Part, document, header

if TYPE_CHECKING:
    from gw2mon.images import Image
    from gw2mon.model import Model

_WITH = f"docker compose -f {names.COMPOSE}"
_KEPT_SHORT = """\
Every container has a read-only root, no capabilities, no way to more privileges, and limits on memory, processor,
processes and logs. Ports are open to this machine alone, because Docker's rules go before those of its firewall: let a
proxy with TLS and a login stand between them and the world."""
_RELOADED = (PROMETHEUS, ALERTMANAGER, BLACKBOX_EXPORTER, ALLOY)
_NETWORKS = "Of other compose projects: these must be up before this one starts."


def generate(model: Model) -> tuple[Artifact, ...]:
    """The compose file of the one stack that all services share, and the fragment for the application's own.

    Nothing where there is nothing to start, and nothing to say to the application.
    """
    return (*_stack(model), *application.generate(model))


def _stack(model: Model) -> tuple[Artifact, ...]:
    running = images_of(model)
    if not running or not is_composed(model):
        return ()
    comments = (*header(names.COMPOSE, model.stack.spec), *_how_to(model, running))
    text, sources = document(interpolation_safe(_data(model, running)), comments)
    return (Artifact(names.COMPOSE, text, names.STACK, sources),)


def _data(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    joined = {name: {"external": True} for name in joined_networks(model)}
    apart = {names.DOCKER_NETWORK: {"internal": True}} if DOCKER_PROXY in running else {}
    networks = {names.NETWORK: {}, **apart, **joined}
    volumes: dict[str, dict[str, Any]] = {names.volume(image.service): {} for image in running if image.data}
    if ELASTICSEARCH in running:
        volumes[names.ELASTIC_SETTINGS] = {}
    return {
        "name": "gw2mon",
        "services": services_of(model, running),
        "networks": Part(networks, comment=_NETWORKS) if joined else networks,
        **({"volumes": volumes} if volumes else {}),
        **secrets_of(model, running),
    }


def _reads_files(model: Model, running: tuple[Image, ...]) -> bool:
    """Whether some collector reads the files of applications."""
    stores = {ALLOY: "loki", FILEBEAT: "elk", FLUENT_BIT: "cloudwatch"}
    return any(image in running and shipped(model, store, "files") for image, store in stores.items())


def _how_to(model: Model, running: tuple[Image, ...]) -> tuple[str, ...]:
    reloaded = " ".join(image.service for image in running if image in _RELOADED)
    # Grafana looks for changed dashboards by itself.
    restarted = " ".join(image.service for image in running if image.config and image not in (*_RELOADED, GRAFANA))
    published = (f"{image.service} http://127.0.0.1:{image.port}" for image in running if image.is_published)
    return (
        "",
        *((f"First:  mkdir -p {names.LOGS_ON_HOST}",) if _reads_files(model, running) else ()),
        f"Start:  {_WITH} up -d",
        *((f"Reload: {_WITH} kill -s HUP {reloaded}",) if reloaded else ()),
        *((f"        {_WITH} restart {restarted}",) if restarted else ()),
        *wrap(", ".join(published), 112, initial_indent="See:    ", subsequent_indent="        "),
        "",
        *_KEPT_SHORT.split("\n"),
    )
