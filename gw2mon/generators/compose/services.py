"""The services: what each of them needs besides what all containers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators.compose import logs
from gw2mon.generators.compose.containers import container, kept, mounted
from gw2mon.generators.compose.secrets import mounts
from gw2mon.images import ALERTMANAGER, BLACKBOX_EXPORTER, GRAFANA, NODE_EXPORTER, PROMETHEUS
from gw2mon.model import Email, Webhook
from gw2mon.promql import format_duration
from gw2mon.wiring import jobs_of, joined_networks, probes_here
from gw2mon.yamltext import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gw2mon.images import Image
    from gw2mon.model import Model

_DAY = 86_400_000
_SCRATCH = ["/tmp:size=64m"]  # noqa: S108 - a file system of the container's own

_RETENTION = "Longer than the longest window of an SLO: without old samples a budget that was spent would look full."
_EXEMPLARS = "Without it the traces that durations carry are dropped."
_LINKS = "Where links in notifications lead; without it, to a name that only the container knows."
_NO_WAITING = "It waits for nobody: what it watches may be down, and that it must see."
_ALONE = "One Alertmanager needs no port for its peers."
_GATEWAY = """\
The machine itself. What runs there must listen on more than 127.0.0.1, and the machine's firewall must let
Docker's networks in."""
_HOST_FILES = """\
The machine's own file systems, so that a disk alert is about its disks. rslave: what is mounted later is seen
as well."""
_HOST_PID = "Processes of the machine. Its network is not shared, or Prometheus could not find the exporter by name."
_PASSWORD = "From a file: an environment variable is in every `docker inspect`. The user is admin."  # noqa: S105


def services_of(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    """All services by name, in the order of the table of images."""
    return {image.service: container(image, _SETTINGS[image.service](model, running)) for image in running}


def _prometheus(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    traced = any(service.python.fastapi and service.python.fastapi.exemplars for service in model.services)
    command = [
        f"--config.file={PROMETHEUS.config}/prometheus.yml",
        f"--storage.tsdb.path={PROMETHEUS.data}",
        Part(f"--storage.tsdb.retention.time={days(model.stack.retention)}", comment=_RETENTION),
        *([Part("--enable-feature=exemplar-storage", comment=_EXEMPLARS)] if traced else []),
        _links(PROMETHEUS),
    ]
    return {
        "command": Part(command, comment=_NO_WAITING),
        "volumes": [mounted(PROMETHEUS, "prometheus"), kept(PROMETHEUS)],
        "tmpfs": _SCRATCH,
        **mounts(model, PROMETHEUS),
        **_gateway(target for job in jobs_of(model) if not probes_here(job) for target in job.targets),
        # A last write of what is only in memory takes a while.
        "stop_grace_period": "1m",
        "networks": [names.NETWORK, *joined_networks(model)],
    }


def _alertmanager(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    command = [
        f"--config.file={ALERTMANAGER.config}/alertmanager.yml",
        f"--storage.path={ALERTMANAGER.data}",
        Part("--cluster.listen-address=", comment=_ALONE),
        _links(ALERTMANAGER),
    ]
    return {
        "command": command,
        "volumes": [mounted(ALERTMANAGER, "alertmanager"), kept(ALERTMANAGER)],
        "tmpfs": _SCRATCH,
        **mounts(model, ALERTMANAGER),
        **_gateway(_told(model)),
    }


def _grafana(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    environment = {
        "GF_SECURITY_ADMIN_PASSWORD__FILE": Part(names.ADMIN_PASSWORD, comment=_PASSWORD),
        "GF_USERS_ALLOW_SIGN_UP": "false",
        "GF_AUTH_ANONYMOUS_ENABLED": "false",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
    }
    waits = {"depends_on": {PROMETHEUS.service: {"condition": "service_healthy"}}} if PROMETHEUS in running else {}
    folders = ("provisioning", "dashboards")
    return {
        "environment": environment,
        **waits,
        "volumes": [*(mounted(GRAFANA, f"grafana/{name}", f"/{name}") for name in folders), kept(GRAFANA)],
        "tmpfs": _SCRATCH,
        **mounts(model, GRAFANA),
    }


def _node_exporter(_model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    return {
        "command": ["--path.rootfs=/host"],
        "pid": Part("host", comment=_HOST_PID),
        "volumes": Part(["/:/host:ro,rslave"], comment=_HOST_FILES),
    }


def _blackbox_exporter(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    own = {
        "command": [f"--config.file={BLACKBOX_EXPORTER.config}/blackbox.yml"],
        "volumes": [mounted(BLACKBOX_EXPORTER, "blackbox")],
    }
    return {
        **(own if model.stack.probe_modules else {}),
        **_gateway(target for job in jobs_of(model) if probes_here(job) for target in job.targets),
        "networks": [names.NETWORK, *joined_networks(model)],
    }


_SETTINGS: dict[str, Callable[[Model, tuple[Image, ...]], dict[str, Any]]] = {
    PROMETHEUS.service: _prometheus,
    ALERTMANAGER.service: _alertmanager,
    GRAFANA.service: _grafana,
    NODE_EXPORTER.service: _node_exporter,
    BLACKBOX_EXPORTER.service: _blackbox_exporter,
    **logs.SETTINGS,
}


def days(milliseconds: int) -> str:
    """A duration in days where they are whole, as people speak of retention: 35d rather than 5w."""
    whole, rest = divmod(milliseconds, _DAY)
    return format_duration(milliseconds) if rest else f"{whole}d"


def _links(image: Image) -> Part:
    return Part(f"--web.external-url=http://127.0.0.1:{image.port}", comment=_LINKS)


def _gateway(addresses: Iterable[str]) -> dict[str, Any]:
    if not any(names.HOST_GATEWAY in address for address in addresses):
        return {}
    return {"extra_hosts": Part([f"{names.HOST_GATEWAY}:host-gateway"], comment=_GATEWAY)}


def _told(model: Model) -> Iterable[str]:
    """Addresses that Alertmanager sends to."""
    for receiver in model.stack.notify.receivers if model.stack.notify else ():
        for integration in receiver.integrations:
            match integration:
                case Webhook():
                    yield integration.url
                case Email():
                    yield integration.smarthost
