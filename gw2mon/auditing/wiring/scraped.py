"""Targets and those who are asked: hosts that nobody offers, exporters that nobody asks, paths with no metrics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.stacks import offered
from gw2mon.auditing.wiring.refusing import items
from gw2mon.compose_lint.reading import host_names
from gw2mon.compose_lint.values import names_of
from gw2mon.finding import Finding
from gw2mon.images import IMAGES
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from gw2mon.auditing.estate import Estate, Scraping
    from gw2mon.auditing.stacks import Composed
    from gw2mon.compose_lint.reading import Service
    from gw2mon.documents import Node

CODE = "GW634"
_DOWN = "the job is always down: what it would measure is missing, and alerts on it never fire"
_ITSELF = re.compile(r"localhost|[\d.]+|\[.*\]|host\.docker\.internal|.*[${}<>\0].*|")
_EXPORTER = re.compile(r"exporter|cadvisor")
_COLLECTORS = re.compile(r"alloy|grafana/agent|opentelemetry|otel|vmagent|victoria|telegraf|datadog|mimir|thanos")
"""Programs that may ask exporters in place of a Prometheus, told by configuration of their own."""
_PORTS = {image.service: image.port for image in IMAGES}
_OF_EXPORTERS = {
    "node": 9100, "cadvisor": 8080, "blackbox": 9115, "postgres": 9187, "redis": 9121, "mysqld": 9104, "nginx": 9113,
    "mongodb": 9216, "statsd": 9102, "elasticsearch": 9114, "rabbitmq": 9419, "kafka": 9308, "haproxy": 9101,
}  # fmt: skip
_SILENT = {
    "5432": "PostgreSQL", "3306": "MySQL", "6379": "Redis", "27017": "MongoDB", "5672": "RabbitMQ", "9092": "Kafka",
    "11211": "memcached", "2181": "ZooKeeper",
}  # fmt: skip
"""Ports at which a program answers no HTTP."""
_PATHS = {
    "prometheus": ("/federate",), "blackbox-exporter": ("/probe",), "alertmanager": (), "node-exporter": (),
    "grafana": (), "loki": (), "alloy": (),
}  # fmt: skip
"""Programs, and where they have metrics besides a path that ends in /metrics."""
_MOVED = ("--web.route-prefix", "--web.external-url", "--web.telemetry-path", "--web.config.file")
_DISCOVERY = "_sd_configs"


class Target(NamedTuple):
    """An address that a job asks, or that alerts are sent to."""

    node: Node
    address: str
    job: dict[str, Any]

    @property
    def host(self) -> str:
        """What stands before the port."""
        host, colon, port = self.address.rpartition(":")
        return host if colon and port.isdigit() else self.address

    @property
    def port(self) -> str:
        """What stands after it."""
        return self.address.rpartition(":")[2]


def scraped(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Everything about who asks whom."""
    targets = [(scraping, target) for scraping in estate.scraping for target in _targets(scraping)]
    yield from _nobody(targets, stacks)
    yield from _wrong(targets, stacks)
    if targets and not any(map(_is_open, estate.scraping)):
        yield from _unasked([target for _, target in targets], estate, stacks)


def _targets(scraping: Scraping) -> Iterator[Target]:
    """Those that are written out; where labels are rewritten, one may be what a prober asks for."""
    for job in items(scraping.node.child("scrape_configs")):
        yield from _static(job, record(job.value))
    for manager in items(scraping.node.child("alerting", "alertmanagers")):
        yield from _static(manager, {"metrics_path": "/metrics"})


def _static(node: Node, job: dict[str, Any]) -> Iterator[Target]:
    for group in items(node.child("static_configs")):
        for target in items(group.child("targets")):
            if isinstance(target.value, str):
                yield Target(target, target.value, job)


def _nobody(targets: Sequence[tuple[Scraping, Target]], stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Hosts that are no service, where the compose linter could not see it."""
    told = {
        path for each in stacks if not each.stack.is_partial for path, _ in each.configured("prometheus")
    }  # fmt: skip
    asking = [service for each in stacks for service in each.stack.services if _is_prometheus(service)]
    names = offered(stacks)
    if not asking or any(_is_joined(each, service) for each in stacks for service in asking) or _includes(stacks):
        return
    for scraping, target in targets:
        if scraping.path in told or "relabel_configs" in target.job or _ITSELF.fullmatch(target.host):
            continue
        if target.host not in names and "." not in target.host and "/" not in target.address:
            files = ", ".join(each.compose.path.rpartition("/")[2] for each in stacks[:3])
            said = f"{target.host} is no service of {files}"
            is_job = "job_name" in target.job
            advice = _DOWN if is_job else "alerts are sent nowhere, and nobody is told"
            yield Linted(
                Finding(CODE, "warning", said, target.node.position, advice),
                "never fires" if is_job else "tells nobody",
            )


def _is_prometheus(service: Service) -> bool:
    return "prometheus" in service.image or service.name == "prometheus"


def _is_joined(each: Composed, service: Service) -> bool:
    """Whether it is in a network of others, or told names that no service has."""
    networks = each.stack.declared("networks")
    told = [*names_of(service.part.data.get("links")), *names_of(service.part.data.get("extra_hosts"))]
    return (
        "network_mode" in service.part.data
        or bool(told)
        or any(record(networks.get(name)).get("external") for name in service.networks())
    )


def _includes(stacks: Sequence[Composed]) -> bool:
    return any(record(each.compose.node.value).get("include") for each in stacks)


def _wrong(targets: Sequence[tuple[Scraping, Target]], stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Paths and ports at which there are no metrics."""
    for _, target in targets:
        if "job_name" not in target.job or "relabel_configs" in target.job:
            continue
        service = next((found for each in stacks if (found := each.stack.named(target.host))), None)
        kind = service.kind if service else ""
        path = str(target.job.get("metrics_path") or "/metrics")
        if service is not None and _is_elsewhere(service, path):
            said = f"{target.host} has its metrics at /metrics; what it shows at {path} is no metrics"
            yield Linted(Finding(CODE, "error", said, target.node.position, _DOWN), "never fires")
        elif target.port in _SILENT and kind == "":
            said = f"at port {target.port} {_SILENT[target.port]} listens, which has no metrics to show"
            advice = f"{_DOWN}; run an exporter for it, and ask that one"
            yield Linted(Finding(CODE, "warning", said, target.node.position, advice), "never fires")


def _is_elsewhere(service: Service, path: str) -> bool:
    is_known = service.kind in _PATHS and not _is_moved(service)
    return is_known and path not in _PATHS[service.kind] and not path.endswith("/metrics")


def _is_moved(service: Service) -> bool:
    words = service.command or ()
    return (
        service.is_partial
        or any(word.startswith(_MOVED) for word in words)
        or any(name.startswith("GF_SERVER_") for name in service.environment)
    )


def _is_open(scraping: Scraping) -> bool:
    """Whether there may be targets that are not written out."""
    held = record(scraping.node.value)
    jobs = (record(job.value) for job in items(scraping.node.child("scrape_configs")))
    return "scrape_config_files" in held or any(str(key).endswith(_DISCOVERY) for job in jobs for key in job)


def _unasked(targets: Sequence[Target], estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Exporters that are started, and that no job names."""
    services = [(each, service) for each in stacks for service in each.stack.services]
    if any(_COLLECTORS.search(service.image) for _, service in services):
        return
    hosts = {target.host for target in targets}
    ports = {target.port for target in targets}
    rewritten = "\n".join(estate.texts[scraping.path] for scraping in estate.scraping)
    for each, service in services:
        if not _EXPORTER.search(service.image.partition("@")[0]) or service.is_partial:
            continue
        names = host_names(service)
        if (
            names & hosts
            or _port(service) in ports
            or any(re.search(rf"\b{re.escape(name)}\b", rewritten) for name in names)
        ):
            continue
        said = f"{service.name} measures, and no job of a prometheus.yml asks it"
        advice = "what it measures is missing, and alerts on it never fire: add a job with it as target"
        place = each.compose.node.child("services", service.name).position
        yield Linted(Finding(CODE, "warning", said, place, advice), "never fires", service.name)


def _port(service: Service) -> str:
    """Where it most likely listens; "" where that is not known."""
    published = [port.published for port in service.ports if port.published]
    if published:
        return published[0]
    known = _PORTS.get(service.kind)
    named = next((port for word, port in _OF_EXPORTERS.items() if word in service.image), None)
    return str(known or named or "")
