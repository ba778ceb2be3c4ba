"""Counters and gauges: each has functions of its own, and the type is what the spec declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.written import Problem, bare, is_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.finding import Severity
    from gw2mon.promql import VectorSelector

RATES = frozenset({"rate", "irate", "increase"})
COUNTING = RATES | {"resets"}
"""Functions that take counters."""
_TRENDS = frozenset({"delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"})
_OVER_TIME = frozenset(
    f"{what}_over_time" for what in ("avg", "min", "max", "sum", "quantile", "stddev", "stdvar", "mad")
)
CHANGES = _TRENDS | _OVER_TIME
"""Functions that take gauges."""
_COUNTERS = frozenset({"counter", "summed counter", "bucket"})
_GROWTHS = frozenset({"rate", "increase", "bucket rate"})
_UNTOLD = _COUNTERS | {"unknown"}
_ROLES = ("counter", "bucket", "sum", "count")
_BEYOND_VALUES = ("absent", "timestamp")


def growth_of_what_is_no_counter(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW306, GW307, GW308: rate, increase or resets of a gauge, of a rate, or of counters that are added up."""
    window = bare(node.args[0])
    meaning = at.of(window).meaning
    if meaning in _COUNTERS and isinstance(window, q.Subquery) and _is_combined(window.expr):
        said = f"{node.function}() in {at.where} is of counters added up: each restart of one is taken for growth"
        yield Problem("GW308", "error", said, node.span, f"take the {node.function} first: sum({node.function}(…[5m]))")
    elif meaning in _GROWTHS:
        said = f"{node.function}() in {at.where} is of a rate, which is no counter"
        yield Problem("GW307", "error", said, node.span, "ask for its trend, deriv(…), or for the counter itself")
    elif meaning not in _UNTOLD and not at.of(window).empty:
        said = (
            f"{node.function}() in {at.where} is of {_name(window)}, which is no counter: each fall is a restart to it"
        )
        yield Problem("GW306", _certainty(window, at), said, node.span, _instead(node))


def _instead(node: q.Call) -> str:
    if node.function == "resets":
        return "ask how often it changed: changes(…)"
    return "use the value itself, its change, delta(…), or its trend, deriv(…)"


def _name(window: q.Expr) -> str:
    if isinstance(window, q.MatrixSelector):
        return window.selector.name or "a gauge"
    return "a gauge"


def _certainty(window: q.Expr, at: Written) -> Severity:
    """What an exporter calls a gauge may count nevertheless; what the spec declares is certain."""
    metrics = [at.world.series[name].metric for name in q.metric_names(window) if name in at.world.series]
    return "error" if metrics and all(not metric.catalog for metric in metrics) else "warning"


def _is_combined(expr: q.Expr) -> bool:
    return any(isinstance(node, q.Aggregation) and node.op not in ("topk", "bottomk") for node in q.walk(expr))


def change_of_a_counter(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW309: what is computed from the values of a counter, which begins again at 0 with each restart."""
    window = node.args[1] if node.function == "quantile_over_time" else node.args[0]
    if at.of(window).meaning in _COUNTERS:
        said = f"{node.function}() in {at.where} is of a counter, which begins again at 0 after a restart"
        severity: Severity = "error" if node.function in _TRENDS else "warning"
        yield Problem("GW309", severity, said, node.span, "ask how much it grew, rate(…) or increase(…)")


def raw_counter(at: Written) -> Iterator[Problem]:
    """GW304: a counter read as it is, which tells more about the last restart than about now."""
    window = "$__rate_interval" if at.kind == "panel" else "5m"
    for selector in read_as_they_are(at.expr):
        series = at.world.series.get(selector.name or "")
        if series is not None and series.role in _ROLES and not at.of(selector).empty:
            said = f"{series.name} in {at.where} is a counter: it grows until the next restart"
            yield Problem(
                "GW304", "warning", said, selector.span, f"ask how fast it grows: rate({series.name}[{window}])"
            )


def read_as_they_are(expr: q.Expr) -> Iterator[VectorSelector]:
    """The selectors whose latest values an expression uses, and not only that they exist."""
    todo: list[tuple[q.Expr, bool]] = [(expr, True)]
    while todo:
        node, used = todo.pop()
        match node:
            case q.VectorSelector():
                if used:
                    yield node
            case q.MatrixSelector() | q.Subquery():
                continue
            case q.Call(function=function) if function in _BEYOND_VALUES:
                continue
            case q.Aggregation(op="count" | "group"):
                todo.append((node.expr, False))
            case q.Binary(op="and" | "unless"):
                todo.append((node.lhs, used))
            case _:
                # Of what is only counted, a comparison decides what is there.
                todo.extend((child, used or is_filter(node)) for child in reversed(q.children(node)))
