"""How far a query looks back, and whether samples are kept for that long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.panels import laid_out
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.finding import Position
    from gw2mon.model import Model
    from gw2mon.promql import Duration


def looks_back_too_far(model: Model) -> Iterator[Finding]:
    """GW711: a query over a time of which half the samples, or all, are gone."""
    kept = model.stack.retention
    for what, expr, origin in _queries(model):
        longest = looks_back(expr)
        if longest > kept:
            said = f"{what} looks back {q.format_duration(longest)}, and samples are kept for {q.format_duration(kept)}"
            yield Finding("GW711", "error", said, origin, "raise stack.retention, or look back less far")


def _queries(model: Model) -> Iterator[tuple[str, q.Expr, Position | None]]:
    for service in model.services:
        for rule in service.alerts:
            yield f"alert {rule.alert}", rule.expr, rule.origin
        for panel in (panel for entry in service.dashboards for panel in laid_out(entry)):
            yield from ((f"panel {panel.title}", query.expr, panel.origin) for query in panel.queries)


def looks_back(expr: q.Expr) -> int:
    """How old the oldest sample is that an expression reads, in milliseconds."""
    oldest, todo = 0, [(expr, 0)]
    while todo:
        node, age = todo.pop()
        match node:
            case q.VectorSelector(offset=offset):
                age += _known(offset)
            case q.MatrixSelector(range=window):
                age += _known(window)
            case q.Subquery(range=window, offset=offset):
                age += _known(window) + _known(offset)
        oldest = max(oldest, age)
        todo.extend((child, age) for child in q.children(node))
    return oldest


def _known(duration: Duration) -> int:
    return duration if isinstance(duration, int) else 0
