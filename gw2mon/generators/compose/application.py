"""docker-compose.application.yml: what the application's own containers need, for their compose file to extend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.artifacts import Artifact
from gw2mon.generators.compose.containers import LOGGING, bind
from gw2mon.generators.compose.interpolation import interpolation_safe
from gw2mon.yamltext import Part, document, header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Logs, Model, Service

_HOW = """\
Nothing of it starts by itself. The compose file of the application takes a service from it, and adds its own image,
ports and settings, which win over those that stand here:

  services:
    {service}:
      extends: {{file: {file}, service: {service}}}
      image: …

The path leads from that compose file to this one."""
_WORKERS = "Where the workers share what they count: in memory, so that a new container begins with nothing."
_FILES = """\
Make the folder first, so that the application's user can write it and the collector can read it:
  mkdir -p {folder}"""
_AWSLOGS = """\
Docker itself sends the lines, with the credentials of its daemon. It never waits for AWS: what does not fit into
the buffer is lost. It cannot say how long they are kept; once:
  aws logs put-retention-policy --region {region} --log-group-name {group} --retention-in-days {days}"""
_DAY = 86_400_000


def generate(model: Model) -> tuple[Artifact, ...]:
    """The fragment with every service that needs something of its container; nothing where none does."""
    entries = {service.name: _entry(service) for service in model.services}
    services = {name: entry for name, entry in entries.items() if entry}
    if not services or not names.is_wanted(names.COMPOSE_APPLICATION, model.stack.outputs):
        return ()
    how = _HOW.format(service=next(iter(services)), file=f"generated/{names.COMPOSE_APPLICATION}")
    comments = (*header(names.COMPOSE_APPLICATION, model.stack.spec), "", *how.split("\n"))
    text, sources = document(interpolation_safe({"services": services}), comments)
    return (Artifact(names.COMPOSE_APPLICATION, text, names.STACK, sources),)


def _entry(service: Service) -> dict[str, Any]:
    has_workers = service.python.workers == "multi"
    logs = service.logs if service.logs and service.logs.ship_to != "none" else None
    writes = logs is not None and logs.collect == "files"
    environment = {
        **({"PROMETHEUS_MULTIPROC_DIR": names.WORKERS_FOLDER} if has_workers else {}),
        **({"LOG_FILE": names.log_file(service.name)} if writes else {}),
    }
    return {
        **({"environment": environment} if environment else {}),
        **({"tmpfs": Part([f"{names.WORKERS_FOLDER}:size=64m"], comment=_WORKERS)} if has_workers else {}),
        **(dict(_logged(service.name, logs)) if logs else {}),
    }


def _logged(service: str, logs: Logs) -> Iterator[tuple[str, Any]]:
    if logs.collect == "files":
        folder = f"{names.LOGS_ON_HOST}/{service}"
        mount = Part(bind(folder, names.LOGS_FOLDER, read_only=False), comment=_FILES.format(folder=folder))
        yield "volumes", [mount]
    if logs.collect == "docker":
        yield "labels", {"gw2mon.logs": "true", "gw2mon.service": service}
    yield "logging", _awslogs(service, logs) if logs.collect == "driver" else LOGGING


def _awslogs(service: str, logs: Logs) -> Part:
    options = {
        "awslogs-region": logs.region,
        "awslogs-group": logs.group,
        "awslogs-create-group": "true",
        "tag": f"{service}/{{{{.ID}}}}",
        "mode": "non-blocking",
        "max-buffer-size": "25m",
    }
    said = _AWSLOGS.format(region=logs.region, group=logs.group, days=(logs.retention or 0) // _DAY)
    return Part({"driver": "awslogs", "options": options}, comment=said)
