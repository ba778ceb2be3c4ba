"""Dashboards: those that the spec lays out, and an overview of all that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.compiler.dashboards.marks import marks_of
from gw2mon.compiler.dashboards.overview import overview_of
from gw2mon.compiler.dashboards.panels import Look, panel_of
from gw2mon.compiler.dashboards.shown import Known
from gw2mon.compiler.dashboards.slos.details import details_of
from gw2mon.compiler.dashboards.subjects import shown_by
from gw2mon.model import AlertingRule, Dashboard, RecordingRule, Row
from gw2mon.names import DASHBOARDS, OVERVIEW, SLO_DASHBOARD, may_be_wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.compiler.dashboards.shown import Shown
    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Events, Latency, Panel, Rule, Slo
    from gw2mon.spec.dashboards import Dashboard as DashboardSpec
    from gw2mon.spec.dashboards import Panel as PanelSpec
    from gw2mon.spec.dashboards import Row as RowSpec
    from gw2mon.world import World

Path = tuple[str | int, ...]


def dashboards_of(
    scope: Scope,
    world: World,
    events: Mapping[str, Events],
    latencies: Mapping[str, Latency],
    rules: Sequence[Rule],
    slos: tuple[Slo, ...] = (),
    *,
    watches_rules: bool = False,
) -> tuple[Dashboard, ...]:
    """The dashboards of a spec in its order; then the overview and that of its SLOs, unless it has its own of them."""
    alerts = tuple(rule for rule in rules if isinstance(rule, AlertingRule))
    records = frozenset(rule.record for rule in rules if isinstance(rule, RecordingRule))
    known = Known(scope, world, events, latencies, alerts, records, slos, watches_rules)
    shown: list[Shown] = []
    laid_out = tuple(_dashboard(known, name, entry, shown) for name, entry in scope.spec.dashboards.items())
    own = scope.spec.dashboards
    # What nobody asks for need not be made; what a person laid out is, so that its mistakes are found.
    if not may_be_wanted(DASHBOARDS, scope.spec.outputs):
        return laid_out
    overview = (overview_of(known, shown),) if OVERVIEW not in own and world.jobs else ()
    return (*laid_out, *overview, *((details_of(known),) if SLO_DASHBOARD not in own and slos else ()))


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
