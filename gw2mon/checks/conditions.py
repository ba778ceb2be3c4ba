"""Alerts whose expression returns something whatever the data are, and so fire all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.deciding import decided
from gw2mon.checks.intervals import within
from gw2mon.checks.written import Problem, bare, is_filter
from gw2mon.finding import Finding
from gw2mon.model import AlertingRule
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.model import Service, Stack
    from gw2mon.world import World

_ABSENCE = ("absent", "absent_over_time")


def without_condition(at: Written) -> Iterator[Problem]:
    """GW402, GW407, GW421: an alert that fires as soon as its series exist."""
    if at.kind != "alert" or any(rule.threshold is not None for rule in at.rules):
        return
    # An alert about nothing is meant to fire always: its silence tells that the chain of alerts is broken.
    if not any(isinstance(node, q.VectorSelector) for node in at.nodes) or at.of(at.expr).empty:
        return
    culprit = _unconditional(at)
    if culprit is None:
        return
    if any(isinstance(node, q.Binary) and node.return_bool for node in q.walk(culprit)):
        said = f"{at.where} fires whenever its series exist: with bool a comparison returns 0 or 1, and drops nothing"
        yield Problem("GW421", "error", said, culprit.span, "take bool away")
        return
    comparison = next((node for node in q.walk(culprit) if isinstance(node, q.Binary) and node.op in COMPARISONS), None)
    found = decided(comparison, at) if comparison is not None else None
    if found is not None:
        said = f"{at.where} always fires: its value {within(found.values)}"
        yield Problem("GW402", "error", said, culprit.span, "choose a threshold inside")
    else:
        said = f"{at.where} compares nothing: it fires whenever its series exist"
        advice = "add a comparison" + (", or above: {critical: …}" if at.service.name else "")
        yield Problem("GW407", "error", said, culprit.span, advice)


def _unconditional(at: Written) -> q.Expr | None:
    """The whole expression, or the side of an `or`, that returns something whatever the data are."""
    filters: dict[int, bool] = {}
    for node in reversed(at.nodes):
        filters[id(node)] = _is_conditional(node, filters, at)
    if filters[id(at.expr)]:
        return None
    culprit = at.expr
    while isinstance(bare(culprit), q.Binary) and bare(culprit)[0] == "or":
        left, right = q.children(bare(culprit))
        if not (filters[id(left)] or filters[id(right)]):
            break
        culprit = right if filters[id(left)] else left
    return culprit


def _is_conditional(node: q.Expr, filters: dict[int, bool], at: Written) -> bool:
    """Whether it depends on the data, and not on the mere existence of series, what a node returns."""
    match node:
        case q.VectorSelector(name):
            return name not in at.world.series
        case q.Call(function=function) if function in _ABSENCE:
            return True
        case q.Binary(op="unless"):
            return True
        case q.Binary(op="or"):
            return filters[id(node.lhs)] and filters[id(node.rhs)]
        case q.Binary() if is_filter(node):
            inner = filters[id(node.lhs)] or filters[id(node.rhs)]
            found = None if inner else decided(node, at)
            return inner or found is None or found.holds != "always" or not found.certain
        case _:
            return any(filters[id(child)] for child in q.children(node))


def _keeps_everything(node: q.Expr) -> bool:
    return isinstance(node, q.Binary) and node.op in COMPARISONS and node.return_bool


def counted_whatever_holds(node: q.Aggregation, at: Written) -> Iterator[Problem]:
    """GW421: count of a comparison with bool, which counts all series."""
    if node.op in ("count", "group") and _keeps_everything(bare(node.expr)):
        said = f"{node.op} in {at.where} counts all series: with bool a comparison drops none of them"
        yield Problem("GW421", "error", said, node.expr.span, "take bool away, or use sum")


def misused_absence(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW401, GW422: absent() of what is always there, of a comparison with bool, or of groups."""
    inner, empty = bare(node.args[0]), at.of(node).empty
    if empty is not None and empty.span == node.span:
        code = "GW401" if at.kind == "alert" and at.of(at.expr).empty else "GW324"
        said = f"{at.where} never fires: what absent() asks for is always there"
        yield Problem(code, "error", said if code == "GW401" else f"absent() in {at.where} never holds", node.span,
                      "ask for what can be missing")  # fmt: skip
    elif _keeps_everything(inner):
        said = f"absent() in {at.where} sees no comparison: with bool every series stays, as 0 or 1"
        yield Problem("GW421", "error", said, inner.span, "take bool away")
    elif isinstance(inner, q.Aggregation) and inner.grouping:
        said = f"absent() in {at.where} tells nothing of single groups: it is silent as long as one of them is left"
        yield Problem("GW422", "warning", said, inner.span, "compare with what was there: … offset 1h unless …")


def hold_below_evaluation(service: Service, _world: World, stack: Stack) -> Iterator[Finding]:
    """GW424: a `for` that is over before the rule is evaluated again."""
    for group in service.groups:
        pace = group.interval or stack.evaluation
        for rule in group.rules:
            if isinstance(rule, AlertingRule) and rule.condition is not None and 0 < rule.hold < pace:
                held, every = q.format_duration(rule.hold), q.format_duration(pace)
                said = f"{rule.alert} waits {held}, but is evaluated every {every}"
                yield Finding("GW424", "warning", said, rule.origin, f"wait for {every} or more, or not at all")
