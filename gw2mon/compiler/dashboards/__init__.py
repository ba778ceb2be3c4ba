"""Dashboards: those that the spec lays out, and an overview of all that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.compiler.dashboards.marks import marks_of
from gw2mon.compiler.dashboards.overview import overview_of
from gw2mon.compiler.dashboards.panels import Look, panel_of
from gw2mon.compiler.dashboards.shown import Known
from gw2mon.compiler.dashboards.subjects import shown_by
from gw2mon.model import AlertingRule, Dashboard, RecordingRule, Row
from gw2mon.names import OVERVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.compiler.dashboards.shown import Shown
    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Events, Latency, Panel, Rule
    from gw2mon.spec.dashboards import Dashboard as DashboardSpec
    from gw2mon.spec.dashboards import Panel as PanelSpec
    from gw2mon.spec.dashboards import Row as RowSpec
    from gw2mon.world import World

Path = tuple[str | int, ...]


def dashboards_of(
    scope: Scope, world: World, events: Mapping[str, Events], latencies: Mapping[str, Latency], rules: Sequence[Rule]
) -> tuple[Dashboard, ...]:
    """The dashboards of a spec in its order, then the overview, unless the spec has one of its own."""
    alerts = tuple(rule for rule in rules if isinstance(rule, AlertingRule))
    records = frozenset(rule.record for rule in rules if isinstance(rule, RecordingRule))
    known = Known(scope, world, events, latencies, alerts, records)
    shown: list[Shown] = []
    laid_out = tuple(_dashboard(known, name, entry, shown) for name, entry in scope.spec.dashboards.items())
    if OVERVIEW in scope.spec.dashboards or not world.jobs:
        return laid_out
    return (*laid_out, overview_of(known, shown))


def _dashboard(known: Known, name: str, entry: DashboardSpec, shown: list[Shown]) -> Dashboard:
    """One dashboard; whatever it shows is added to `shown`."""
    path: Path = ("dashboards", name)
    rows = tuple(_row(known, row, (*path, "rows", number), shown) for number, row in enumerate(entry.rows))
    return Dashboard(name, entry.title, entry.description, rows, known.jobs, marks_of(known), known.scope.at(*path))


def _row(known: Known, row: RowSpec, path: Path, shown: list[Shown]) -> Row:
    inner = (*path, "panels") if _is_record(known, path) else path
    panels = (_panel(known, entry, (*inner, index), shown) for index, entry in enumerate(row.panels))
    return Row(row.title, tuple(panel for panel in panels if panel is not None))


def _is_record(known: Known, path: Path) -> bool:
    """Whether a row was written with a title, and not as a bare list of panels."""
    value = known.scope.source.document.value
    for step in path:
        value = value[step]
    return isinstance(value, dict)


def _panel(known: Known, entry: PanelSpec, path: Path, shown: list[Shown]) -> Panel | None:
    found = shown_by(known, entry, path)
    if found is None:
        return None
    shown.append(found)
    over = entry.over.milliseconds if entry.over else None
    look = Look(entry.title or "", entry.description, entry.as_, over, entry.width, known.scope.at(*path))
    return panel_of(known, found, look)
