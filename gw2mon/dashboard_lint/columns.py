"""Names of columns and lines that tables, transformations and overrides speak of, and that must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.asking import asked_by, labels
from gw2mon.dashboard_lint.legends import literal_names
from gw2mon.dashboard_lint.walking import Part, Problem, Record, is_loki, panels_of, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEEPING = ("organize", "merge", "sortBy", "filterByValue", "limit")
_DRAWN = ("timeseries", "stat", "bargauge")


def renamed(dashboard: Record) -> Iterator[Problem]:
    """unknown-column: a table that renames or sorts by a column which its query does not give."""
    for panel in panels_of(dashboard):
        known = _columns(panel)
        if panel.data.get("type") != "table" or known is None:
            continue
        for step in panel.records("transformations"):
            for old, new in step.record("options", "renameByName").data.items():
                if old not in known:
                    yield step.problem("unknown-column", f"there is no column {old}", "options.renameByName")
                known |= {str(new)}
        for order in panel.records("options", "sortBy"):
            if order.text("displayName") not in known:
                said = f"there is no column {order.text('displayName')}"
                yield order.problem("unknown-column", said, "displayName")


def _columns(panel: Part) -> set[str] | None:
    """What the queries of a table give; None where that depends on the series."""
    if any(step.data.get("id") not in _KEEPING for step in panel.records("transformations")):
        return None
    queries = list(asked_by(panel))
    found = [labels(query.expr) for query in queries]
    if not found or len(found) != len(sequence(panel.data.get("targets"))) or None in found:
        return None
    values = {"Value", *(f"Value #{query.target.data.get('refId')}" for query in queries)}
    return {"Time", *values, *(name for each in found if each is not None for name in each)}


def overridden(dashboard: Record) -> Iterator[Problem]:
    """unmatched-override: it is meant for a query or a line that the panel does not have."""
    for panel in panels_of(dashboard):
        queries = {str(target.data.get("refId")) for target in panel.records("targets")}
        names = literal_names(panel) if _has_plain_names(panel) else None
        for each in panel.records("fieldConfig", "overrides"):
            matcher, wanted = each.record("matcher"), each.record("matcher").data.get("options")
            if matcher.data.get("id") == "byFrameRefID" and str(wanted) not in queries:
                yield matcher.problem("unmatched-override", f"there is no query {wanted}", "options")
            if (
                matcher.data.get("id") == "byName"
                and names is not None
                and str(wanted) not in {*names, "Time", "Value"}
            ):
                yield matcher.problem("unmatched-override", f"no line is called {wanted}", "options")


def _has_plain_names(panel: Part) -> bool:
    """Whether the legends alone say how lines are called."""
    is_changed = sequence(panel.data.get("transformations")) or panel.record("fieldConfig", "defaults").text(
        "displayName"
    )
    asks_logs = any(is_loki(target) for target in panel.records("targets"))
    return panel.data.get("type") in _DRAWN and not is_changed and not asks_logs
