"""Grafana: the dashboards of each service, and the provisioning that finds them and their data.

    Model -> grafanalib objects -> dict -> `modernise` -> canonical JSON

grafanalib speaks the JSON of Grafana 6; `seam` is the only module that knows it, and `modernise` turns what it says
into what Grafana 11, 12 and 13 read without repairing anything at load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon import promql as q
from gw2mon.artifacts import Artifact
from gw2mon.generators.grafana import canonical, provisioning
from gw2mon.generators.grafana.dashboards import dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.dashboard_lint import Problem
    from gw2mon.model import Dashboard, Model, Service


def generate(model: Model) -> tuple[Artifact, ...]:
    """One file for each dashboard, and two that make Grafana read them."""
    made = tuple(
        Artifact(names.dashboard_path(owner, name), canonical.dump(data), owner)
        for owner, name, data in dashboards(model)
    )
    return (*made, *provisioning.generate(model)) if made else ()


def lint_dashboards(model: Model) -> Iterator[tuple[Dashboard, Problem]]:
    """What the linter says of the dashboards of a Model. Windows that a spec fixes are no mistake."""
    from gw2mon.dashboard_lint import lint

    for service, entry in _entries(model):
        data = dashboard(entry, service, model.stack)
        yield from ((entry, problem) for problem in lint(data, fixed_windows(entry)))


def fixed_windows(entry: Dashboard) -> frozenset[str]:
    """The ranges of a dashboard that are not left to the zoom."""
    queries = (query for row in entry.rows for panel in row.panels for query in panel.queries)
    ranges = (node.range for query in queries for node in q.walk(query.expr) if isinstance(node, q.MatrixSelector))
    return frozenset(q.format_duration(window) for window in ranges if isinstance(window, int))


def dashboards(model: Model) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Owner, name and data of every dashboard."""
    for service, entry in _entries(model):
        owner = service.name if service else names.STACK
        yield owner, entry.name, dashboard(entry, service, model.stack)


def _entries(model: Model) -> Iterator[tuple[Service | None, Dashboard]]:
    """Every dashboard with its service; those of the stack have none."""
    yield from ((service, entry) for service in model.services for entry in service.dashboards)
    yield from ((None, entry) for entry in model.stack.dashboards)
