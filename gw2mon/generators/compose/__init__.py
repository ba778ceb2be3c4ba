"""Compose: the whole stack in containers, pinned, hardened, and with its secrets in files.

What holds for every service is in `containers`, what one of them needs is in `services`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.artifacts import Artifact
from gw2mon.generators.compose.secrets import secrets_of
from gw2mon.generators.compose.services import services_of
from gw2mon.images import GRAFANA
from gw2mon.wiring import images_of, is_composed, joined_networks
from gw2mon.yamltext import Part, document, header

if TYPE_CHECKING:
    from gw2mon.images import Image
    from gw2mon.model import Model

_WITH = f"docker compose -f {names.COMPOSE}"
_KEPT_SHORT = """\
Every container has a read-only root, no capabilities, no way to more privileges, and limits on memory, processor,
processes and logs. Ports are open to this machine alone, because Docker's rules go before those of its firewall: let a
proxy with TLS and a login stand between them and the world."""
_NETWORKS = "Of other compose projects: these must be up before this one starts."


def generate(model: Model) -> tuple[Artifact, ...]:
    """The compose file of the one stack that all services share; nothing where no part of it is generated."""
    running = images_of(model)
    if not running or not is_composed(model):
        return ()
    comments = (*header(names.COMPOSE, model.stack.spec), *_how_to(running))
    text, sources = document(interpolation_safe(_data(model, running)), comments)
    return (Artifact(names.COMPOSE, text, names.STACK, sources),)


def interpolation_safe(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """The same with each dollar doubled: Compose replaces $NAME by what it finds in the environment."""
    if isinstance(value, Part):
        return value._replace(value=interpolation_safe(value.value))
    if isinstance(value, dict):
        return {key: interpolation_safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [interpolation_safe(inner) for inner in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def _data(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    joined = {name: {"external": True} for name in joined_networks(model)}
    networks = {names.NETWORK: {}, **joined}
    volumes: dict[str, dict[str, Any]] = {names.volume(image.service): {} for image in running if image.data}
    return {
        "name": "gw2mon",
        "services": services_of(model, running),
        "networks": Part(networks, comment=_NETWORKS) if joined else networks,
        **({"volumes": volumes} if volumes else {}),
        **secrets_of(model, running),
    }


def _how_to(running: tuple[Image, ...]) -> tuple[str, ...]:
    # Grafana looks for changed dashboards by itself.
    reloaded = " ".join(image.service for image in running if image.config and image != GRAFANA)
    published = (f"{image.service} http://127.0.0.1:{image.port}" for image in running if image.is_published)
    return (
        "",
        f"Start:  {_WITH} up -d",
        *((f"Reload: {_WITH} kill -s HUP {reloaded}",) if reloaded else ()),
        f"See:    {', '.join(published)}",
        "",
        *_KEPT_SHORT.split("\n"),
    )
