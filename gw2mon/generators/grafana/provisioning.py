"""Provisioning: what Grafana reads when it starts, so that nobody has to click data sources together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gw2mon import names
from gw2mon.images import LOKI
from gw2mon.promql import format_duration
from gw2mon.wiring import shipped
from gw2mon.yamltext import artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model

_FOLDER = "/etc/grafana/dashboards"
"""Where the container of Grafana has the folder `dashboards`."""

_LINKED = {"request_id": "All lines of this request", "trace_id": "All lines of this trace"}
"""What lines of different services may have in common, and what a click on it shows."""


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
    return {"apiVersion": 1, "datasources": [prometheus, *([_loki()] if shipped(model, "loki") else [])]}


def _loki() -> dict[str, Any]:
    return {
        "name": "Loki",
        "uid": names.LOGS_DATA_SOURCE,
        "type": "loki",
        "access": "proxy",
        "url": f"http://{LOKI.address}",
        "editable": False,
        "jsonData": {"derivedFields": [_derived(name, shown) for name, shown in _LINKED.items()]},
    }


def _derived(name: str, shown: str) -> dict[str, Any]:
    """A link beside a line; the value is structured metadata, which Grafana shows like a label."""
    return {"name": name, "matcherType": "label", "matcherRegex": name, "url": _explore(name), "urlDisplayLabel": shown}


def _explore(name: str) -> str:
    """Grafana's page for questions, asking for all lines of the last day with that value."""
    source = {"type": "loki", "uid": names.LOGS_DATA_SOURCE}
    query = {
        "refId": "A",
        "datasource": source,
        "expr": f'{{service_name=~".+"}} | {name}="VALUE"',
        "queryType": "range",
    }
    pane = {"datasource": names.LOGS_DATA_SOURCE, "queries": [query], "range": {"from": "now-24h", "to": "now"}}
    panes = quote(json.dumps({"logs": pane}, separators=(",", ":")))
    # Provisioning replaces $NAME by what it finds in the environment; a doubled dollar stands for itself.
    return f"/explore?schemaVersion=1&panes={panes}".replace("VALUE", "$${__value.raw}")


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
