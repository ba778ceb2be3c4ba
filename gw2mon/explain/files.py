"""What is to say of a generated file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model


class _File(NamedTuple):
    """A kind of generated file."""

    pattern: str
    what: str
    use: str


FILES = (
    _File(
        r"prometheus/prometheus\.yml",
        "what Prometheus scrapes, which rules it loads, and where it sends alerts",
        "prometheus --config.file=prometheus/prometheus.yml; after a change send it SIGHUP",
    ),
    _File(
        r"prometheus/rules/slos/.*",
        "recording rules and burn alerts of SLOs, a group for each",
        "loaded by prometheus.yml; an existing Prometheus names it under rule_files",
    ),
    _File(
        r"prometheus/rules/.*",
        "recording and alerting rules",
        "loaded by prometheus.yml; an existing Prometheus names it under rule_files",
    ),
    _File(
        r"prometheus/tests/.*",
        "unit tests: for each alert, inputs for which it must fire, and for which it must not",
        "promtool test rules prometheus/tests/*/*.yml; Prometheus itself never reads it",
    ),
    _File(
        r"alertmanager/alertmanager\.yml",
        "receivers, routes and inhibitions",
        "alertmanager --config.file=alertmanager/alertmanager.yml; after a change send it SIGHUP",
    ),
    _File(
        r"alertmanager/templates/.*", "how notifications are worded", "loaded by alertmanager.yml in the folder above"
    ),
    _File(
        r"alertmanager/routing-tests\.yml",
        "each alert, and the receiver that it must reach",
        "a table to read in review; its header shows how amtool tries one",
    ),
    _File(
        r"grafana/dashboards/.*",
        "a dashboard",
        "read by Grafana from the folder that provisioning names; edits made in Grafana are lost",
    ),
    _File(
        r"grafana/provisioning/datasources/.*",
        "the data sources that dashboards ask",
        "mounted at /etc/grafana/provisioning/datasources",
    ),
    _File(
        r"grafana/provisioning/dashboards/.*",
        "where Grafana finds the dashboards",
        "mounted at /etc/grafana/provisioning/dashboards",
    ),
    _File(
        r"python/[^/]+/errors\.py",
        "what the application calls to report its errors to Sentry without secrets",
        "copied into the application, or put on its PYTHONPATH; needs sentry-sdk where there is a DSN",
    ),
    _File(
        r"python/[^/]+/logs\.py",
        "one form, without secrets, for every line that the application and its servers log",
        "copied into the application, or put on its PYTHONPATH; needs structlog",
    ),
    _File(
        r"python/[^/]+/scrubbing\.py",
        "what is a secret, by its name or its form, for the lines and errors of the application alike",
        "imported by logs.py and errors.py beside it; needs nothing else",
    ),
    _File(
        r"python/[^/]+/logging\.json",
        "what makes a server write its own lines in that form too",
        "uvicorn --log-config, or gunicorn --log-config-json",
    ),
    _File(
        r"python/[^/]+/workers\.py",
        "what adds up the numbers of several workers, those included that have ended",
        "copied into the application, or put on its PYTHONPATH; needs PROMETHEUS_MULTIPROC_DIR: docs/workers.md",
    ),
    _File(
        r"python/[^/]+/gunicorn_conf\.py",
        "the configuration with which gunicorn keeps the numbers of several workers right",
        "gunicorn --config python:SERVICE.gunicorn_conf, or imported in a configuration of your own",
    ),
    _File(
        r"python/.*\.py",
        "typed objects and functions by which the application records its metrics",
        "copied into the application, or put on its PYTHONPATH; needs prometheus_client and nothing else",
    ),
    _File(
        r"blackbox/.*",
        "the modules by which the blackbox exporter probes",
        "blackbox_exporter --config.file=blackbox/blackbox.yml",
    ),
    _File(
        r"logs/loki/.*",
        "how Loki keeps logs, and for how long",
        "loki --config.file=logs/loki/loki.yml; after a change restart it",
    ),
    _File(
        r"logs/alloy/.*",
        "how Alloy collects the lines of each service, and what it reads in them",
        "alloy run logs/alloy/config.alloy; after a change send it SIGHUP",
    ),
    _File(
        r"logs/filebeat/.*",
        "which files Filebeat reads, and the data stream of each service",
        "filebeat -c logs/filebeat/filebeat.yml -c a second file with its API key; see docs/logs.md",
    ),
    _File(
        r"logs/kibana/.*",
        "where Kibana finds Elasticsearch",
        "kibana --config=logs/kibana/kibana.yml --config=a second file with its token; see docs/logs.md",
    ),
    _File(
        r"logs/elasticsearch/.*",
        "the component template that says how long Elasticsearch keeps logs",
        "sent once to /_component_template/logs@custom; see docs/logs.md",
    ),
    _File(
        r"logs/fluent-bit/.*",
        "which files Fluent Bit reads, and the log group of each service",
        "fluent-bit -c logs/fluent-bit/fluent-bit.yml; after a change restart it",
    ),
    _File(
        r"docker-compose\.application\.yml",
        "what the application's own containers need: environment, folders, labels, logging",
        "extends: {file: generated/docker-compose.application.yml, service: …} in the application's compose file",
    ),
    _File(
        r"(compose/.*|docker-compose.*\.yml)",
        "the whole stack in containers",
        "docker compose -f docker-compose.monitoring.yml up -d",
    ),
    _File(r".*", "part of the generated stack", "see docs/outputs.md"),
)


def lines(artifact: Artifact, model: Model) -> Iterator[tuple[str, str]]:
    """What is told, in the left column, and what is said of it."""
    kind = next(file for file in FILES if re.fullmatch(file.pattern, artifact.path))
    specs: Mapping[str, str] = {service.name: service.spec for service in model.services}
    yield "is", kind.what
    yield "use", kind.use
    yield "made by", f"the generator {names.generator_of(artifact.path)}"
    yield "from", specs.get(artifact.owner, model.stack.spec)
    if artifact.owner == names.STACK:
        yield (
            "",
            "and what concerns all services" + (f" in {', '.join(sorted(specs.values()))}" if len(specs) > 1 else ""),
        )
    yield "change it", "change the spec and run `gw2mon generate`; a file edited by hand is never overwritten silently"
