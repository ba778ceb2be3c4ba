"""What values should be, beyond what is proven: a size is not negative, and whether something holds is 0 or 1.

Nothing keeps an exporter from setting a gauge to anything, so what rests on this is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.written import is_filter
from gw2mon.inference.intervals import (
    ANY,
    NOT_NEGATIVE,
    UNIT,
    added,
    divided,
    intersection,
    multiplied,
    subtracted,
    summed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.checks.written import Written
    from gw2mon.inference import Interval
    from gw2mon.model import Metric

_SIGNED = frozenset(("offset", "skew", "drift", "difference", "delta", "change", "balance"))
"""Words in the names of what can be below 0 although it is a time or a size."""
_DEEPEST = 16
_SAME = ("min", "max", "avg", "topk", "bottomk")
_SAME_OVER_TIME = ("min_over_time", "max_over_time", "avg_over_time", "last_over_time", "sort", "sort_desc")
_ARITHMETIC: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": added, "-": subtracted, "*": multiplied, "/": divided,
}  # fmt: skip


def plausible(node: q.Expr, at: Written, depth: int = _DEEPEST) -> Interval:
    """Where a value should lie, NaN aside."""
    proven = at.of(node).values
    if depth == 0 or proven.low >= 0:
        return proven
    match node:
        case q.Paren(inner) | q.MatrixSelector(inner) | q.Subquery(inner):
            found = plausible(inner, at, depth - 1)
        case q.VectorSelector(name):
            series = at.world.series.get(name or "")
            found = ANY if series is None or series.role != "gauge" else of_gauge(series.metric)
        case q.Aggregation(op="sum"):
            found = summed(plausible(node.expr, at, depth - 1), at.of(node.expr).most)
        case q.Aggregation(op=op) if op in _SAME:
            found = plausible(node.expr, at, depth - 1)
        case q.Call(function=function) if function in _SAME_OVER_TIME:
            found = plausible(node.args[0], at, depth - 1)
        case q.Binary() if is_filter(node):
            found = plausible(node.lhs, at, depth - 1)
        case q.Binary(op=op) if op in _ARITHMETIC:
            found = _ARITHMETIC[op](plausible(node.lhs, at, depth - 1), plausible(node.rhs, at, depth - 1))
        case _:
            found = ANY
    return intersection(found, proven)


def of_gauge(metric: Metric) -> Interval:
    """What a gauge should be, by its unit and by what its help says."""
    if is_yes_or_no(metric):
        return UNIT
    if metric.unit in ("bytes", "seconds") and "-1" not in metric.help and _SIGNED.isdisjoint(metric.name.split("_")):
        return NOT_NEGATIVE
    return ANY


def is_yes_or_no(metric: Metric) -> bool:
    """Whether a gauge says whether something holds."""
    return metric.unit == "bool" or (
        metric.type == "gauge" and metric.help.startswith("Whether ") and "(2)" not in metric.help
    )
