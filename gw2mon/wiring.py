"""What runs in a stack and who reaches whom: read by the compose file and by the checks, so that both mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import images, names
from gw2mon.model import Email, PagerDuty, Slack, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.images import Image
    from gw2mon.model import Integration, Job, Model, Service


def is_composed(model: Model) -> bool:
    """Whether a compose file is asked for."""
    return names.is_wanted(names.COMPOSE, model.stack.outputs)


def images_of(model: Model) -> tuple[Image, ...]:
    """What runs in the stack: programs whose configuration is generated, and exporters that some job looks for."""
    configured = {
        images.PROMETHEUS: _is_wanted(model, names.PROMETHEUS_CONFIG),
        images.ALERTMANAGER: _is_wanted(model, names.ALERTMANAGER_CONFIG) and model.stack.notify is not None,
        images.GRAFANA: _is_wanted(model, names.DATA_SOURCES_CONFIG) and _has_dashboards(model),
        images.NODE_EXPORTER: any(images.NODE_EXPORTER.address in job.targets for job in jobs_of(model)),
        images.BLACKBOX_EXPORTER: any(probes_here(job) for job in jobs_of(model)),
        **_collectors(model),
    }
    return tuple(image for image in images.IMAGES if configured[image])


def shipped(model: Model, store: str, *ways: str) -> tuple[Service, ...]:
    """The services whose logs go to a store, in one of these ways if any are named."""
    found = (service for service in model.services if service.logs and service.logs.ship_to == store)
    return tuple(service for service in found if not ways or (service.logs and service.logs.collect in ways))


def _collectors(model: Model) -> dict[Image, bool]:
    """What keeps logs, and what brings them there: whatever some service ships to, and is configured here."""
    loki, elk = bool(shipped(model, "loki")), bool(shipped(model, "elk"))
    alloy = loki and _is_wanted(model, names.ALLOY_CONFIG)
    return {
        images.LOKI: loki and _is_wanted(model, names.LOKI_CONFIG),
        images.ALLOY: alloy,
        images.DOCKER_PROXY: alloy and bool(shipped(model, "loki", "docker")),
        images.ELASTICSEARCH: elk and _is_wanted(model, names.FILEBEAT_CONFIG),
        images.KIBANA: elk and _is_wanted(model, names.KIBANA_CONFIG),
        images.FILEBEAT: elk and _is_wanted(model, names.FILEBEAT_CONFIG),
        images.FLUENT_BIT: bool(shipped(model, "cloudwatch", "files")) and _is_wanted(model, names.FLUENT_BIT_CONFIG),
    }


def jobs_of(model: Model) -> tuple[Job, ...]:
    """Every scrape job, the stack's own among them."""
    return (*model.stack.jobs, *(job for service in model.services for job in service.jobs))


def joined_networks(model: Model) -> tuple[str, ...]:
    """Networks of other projects in which targets may be, each once."""
    return tuple(dict.fromkeys(name for name in model.stack.networks if name != names.NETWORK))


def probes_here(job: Job) -> bool:
    """Whether a job probes through the blackbox exporter of the stack, and not through one that runs elsewhere."""
    return job.probe is not None and job.probe.through == images.BLACKBOX_EXPORTER.address


def notification_secrets(model: Model) -> tuple[str, ...]:
    """Paths of the files that Alertmanager reads keys, passwords and URLs from, each once."""
    notify = model.stack.notify
    integrations = [item for receiver in notify.receivers for item in receiver.integrations] if notify else []
    return tuple(dict.fromkeys(path for item in integrations for path in _files_of(item) if path))


def scrape_secrets(model: Model) -> tuple[str, ...]:
    """Paths of the files that Prometheus reads credentials from, each once."""
    return tuple(dict.fromkeys(job.authorization[1] for job in jobs_of(model) if job.authorization))


def _files_of(integration: Integration) -> Iterator[str]:
    match integration:
        case PagerDuty():
            yield integration.routing_key_file
        case Slack():
            yield integration.api_url_file
        case Email():
            yield integration.auth_password_file
        case Webhook():
            yield integration.credentials_file


def _is_wanted(model: Model, path: str) -> bool:
    return names.is_wanted(path, model.stack.outputs)


def _has_dashboards(model: Model) -> bool:
    return any(service.dashboards for service in model.services)
