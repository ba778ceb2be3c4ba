"""Provisioning: what Grafana reads when it starts, so that nobody has to click data sources together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.promql import format_duration
from gw2mon.yamltext import artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model

_FOLDER = "/etc/grafana/dashboards"
"""Where the container of Grafana has the folder `dashboards`."""


def generate(model: Model) -> Iterator[Artifact]:
    """The data sources, and where dashboards lie."""
    for path, value in ((names.DATA_SOURCES_CONFIG, _sources(model)), (names.DASHBOARDS_CONFIG, _providers())):
        yield artifact(path, names.STACK, model.stack.spec, value)


def _sources(model: Model) -> dict[str, Any]:
    # Grafana derives its shortest useful range from timeInterval: with another value than Prometheus' own scrape
    # interval, rates would have gaps or be blurred.
    prometheus = {
        "name": "Prometheus",
        "uid": names.DATA_SOURCE,
        "type": "prometheus",
        "access": "proxy",
        "url": "http://prometheus:9090",
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "httpMethod": "POST",
            "manageAlerts": True,
            "timeInterval": format_duration(model.stack.interval),
        },
    }
    return {"apiVersion": 1, "datasources": [prometheus, *([_loki()] if _shows_logs(model) else [])]}


def _loki() -> dict[str, Any]:
    return {
        "name": "Loki",
        "uid": names.LOGS_DATA_SOURCE,
        "type": "loki",
        "access": "proxy",
        "url": "http://loki:3100",
        "editable": False,
    }


def _shows_logs(model: Model) -> bool:
    rows = [row for service in model.services for entry in service.dashboards for row in entry.rows]
    return any(panel.kind == "logs" for row in rows for panel in row.panels)


def _providers() -> dict[str, Any]:
    provider = {
        "name": "gw2mon",
        "type": "file",
        "allowUiUpdates": False,
        "disableDeletion": False,
        "updateIntervalSeconds": 30,
        "options": {"path": _FOLDER, "foldersFromFilesStructure": True},
    }
    return {"apiVersion": 1, "providers": [provider]}
