"""Secrets: files outside the output, which Compose mounts where the configuration names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.images import ALERTMANAGER, ELASTICSEARCH, FILEBEAT, FLUENT_BIT, GRAFANA, KIBANA, PROMETHEUS
from gw2mon.wiring import notification_secrets, scrape_secrets
from gw2mon.yamltext import Part

if TYPE_CHECKING:
    from gw2mon.images import Image
    from gw2mon.model import Model

_DIRECTORY = "/run/secrets/"
"""Where Compose mounts a secret that asks for no other place."""

_OF_ONE = {
    GRAFANA.service: names.ADMIN_PASSWORD,
    ELASTICSEARCH.service: names.ELASTIC_PASSWORD,
    KIBANA.service: names.KIBANA_SECRETS,
    FILEBEAT.service: names.FILEBEAT_SECRETS,
    FLUENT_BIT.service: names.AWS_CREDENTIALS,
}
"""Service to the one secret that it reads, whatever the spec says."""

_WHO_READS = """\
gw2mon never writes or reads these files. A container sees them with the owner and mode that they have here, and its
user must be able to read them: mkdir -m 700 {folder}, and mode 0444 for the files in it.
After a change: docker compose -f {file} up -d --force-recreate {services}"""


def used_secrets(model: Model, image: Image) -> tuple[str, ...]:
    """Paths, in the container, of the secrets that a service reads."""
    match image.service:
        case PROMETHEUS.service:
            return scrape_secrets(model)
        case ALERTMANAGER.service:
            return notification_secrets(model)
    path = _OF_ONE.get(image.service)
    return (path,) if path else ()


def mounts(model: Model, image: Image) -> dict[str, Any]:
    """The secrets of one service, in the form that a service has them."""
    paths = used_secrets(model, image)
    return {"secrets": [_mount(path) for path in paths]} if paths else {}


def secrets_of(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    """The secrets of all services, and where their files lie."""
    paths = {path: None for image in running for path in used_secrets(model, image)}
    if not paths:
        return {}
    readers = " ".join(image.service for image in running if used_secrets(model, image))
    comment = _WHO_READS.format(folder=names.SECRETS, file=names.COMPOSE, services=readers)
    files = {names.secret(path): {"file": f"{names.SECRETS}/{names.secret_file(path)}"} for path in paths}
    return {"secrets": Part(files, comment=comment)}


def _mount(path: str) -> str | dict[str, str]:
    name = names.secret(path)
    return name if path == _DIRECTORY + name else {"source": name, "target": path}
