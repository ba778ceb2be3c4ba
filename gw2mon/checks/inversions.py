"""Alerts that fire while all is well, going by what their value is about.

What is good and what is bad no type can prove, so all of this is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.goodness import bad_when
from gw2mon.checks.plausible import is_yes_or_no
from gw2mon.checks.written import Problem, bare, is_filter
from gw2mon.finding import Finding
from gw2mon.model import Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from gw2mon.checks.written import Written
    from gw2mon.model import Service, Stack
    from gw2mon.world import World

_WELL = ("_up", "_success", "_healthy", "_ready")


def inverted(at: Written) -> Iterator[Problem]:
    """GW423: a comparison that holds as long as nothing is wrong."""
    if at.kind != "alert":
        return
    for node in _deciding(at.expr):
        number = at.of(node.rhs).values.point
        said = _why(node.lhs, node.op, number, at) if number is not None else ""
        if said:
            message = f"{at.shown(node)} in {at.where} holds while all is well: {said}"
            yield Problem("GW423", "warning", message, node.span, "turn the comparison round")


def inverted_threshold(at: Written) -> Iterator[tuple[int, Problem]]:
    """GW423: the same of thresholds beside the expression."""
    for place, rule in enumerate(at.rules):
        if rule.threshold is not None:
            said = _why(at.expr, rule.threshold.op, rule.threshold.value, at)
            if said:
                message = f"{at.where} fires while all is well: {said}"
                yield place, Problem("GW423", "warning", message, at.expr.span, "turn the comparison round")


def inverted_value(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW423: an alert that fires while a gauge says that all is well."""
    for rule in service.alerts:
        if isinstance(rule.condition, Value) and rule.threshold is not None:
            metric = rule.condition.metric
            if _is_well(metric, world) and rule.threshold.op == "==" and rule.threshold.value == 1:
                said = f"{rule.alert} fires while all is well: {metric} is 1 then"
                yield Finding("GW423", "warning", said, rule.origin, "turn the comparison round")


def _deciding(expr: q.Expr) -> Iterator[q.Binary]:
    """The comparisons that decide of what value an alert speaks."""
    todo = [expr]
    while todo:
        node = bare(todo.pop())
        if isinstance(node, q.Binary) and node.op == "or":
            todo.extend((node.rhs, node.lhs))
        elif isinstance(node, q.Binary) and node.op in ("and", "unless"):
            todo.append(node.lhs)
        elif isinstance(node, q.Binary) and is_filter(node):
            yield node


def _why(subject: q.Expr, op: str, number: Decimal, at: Written) -> str:
    node, found = bare(subject), at.of(subject)
    above, below = op in (">", ">="), op in ("<", "<=")
    if isinstance(node, q.VectorSelector) and op == "==" and number == 1 and _is_well(node.name or "", at.world):
        return f"{node.name} is 1 then"
    if is_time_left(node, at) and above and number > 0:
        return "this much time is left"
    if found.meaning == "quantile" and below and found.unit is not None and found.unit.dimensions == (("seconds", 1),):
        return "answers are fast then"
    if isinstance(node, q.Call) and node.function == "predict_linear" and above and number == 0:
        return "nothing has run out by then"
    bad = bad_when(node, at)
    if (bad == "high" and below) or (bad == "low" and above):
        return f"it is bad for the value to be {bad}"
    return ""


def _is_well(metric: str, world: World) -> bool:
    """Whether a gauge says by 1 that all is well."""
    found = world.metrics.get(metric)
    return found is not None and (
        metric == "up" or (metric.endswith(_WELL) and (is_yes_or_no(found) or found.type == "gauge"))
    )


def is_time_left(node: q.Expr, at: Written) -> bool:
    """Whether a value is how long it takes until a point in time, in seconds or other units."""
    node = bare(node)
    if isinstance(node, q.Binary) and node.op == "/" and at.of(node.rhs).meaning == "number":
        node = bare(node.lhs)
    if not isinstance(node, q.Binary) or node.op != "-" or at.of(node.lhs).meaning != "timestamp":
        return False
    now = bare(node.rhs)
    return isinstance(now, q.Call) and now.function == "time"
