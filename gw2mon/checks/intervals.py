"""Comparisons that hold for every value there can be, or for none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.deciding import decided, uncounted, verdict
from gw2mon.checks.written import Problem, bare, is_filter
from gw2mon.inference.intervals import point
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from gw2mon.checks.deciding import Decided
    from gw2mon.checks.written import Written
    from gw2mon.inference import Inferred, Interval


_INSIDE = "choose a threshold inside"


def constant_comparison(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW401, GW324, GW325: a comparison that never holds, or that always does."""
    if node.op not in COMPARISONS:
        return
    found = decided(node, at)
    if found is None or at.of(node).meaning == "number":
        return
    shown, told = at.shown(node), _told(found)
    if found.holds == "never":
        if found.certain and _is_fatal(node, at):
            said = f"{at.where} never fires: its value {within(found.values)}"
            yield Problem("GW401", "error", said, node.span, _inside(node, at))
        else:
            said = f"{shown} in {at.where} never holds: the value {told}"
            is_sure = found.certain and not _has_fallback(node, at)
            yield Problem("GW324", "error" if is_sure else "warning", said, node.span, "choose a bound inside")
    elif not found.certain or not _asks_for_existence(node, at):
        said = f"{shown} in {at.where} always holds: the value {told}"
        yield Problem("GW325", "warning", said, node.span, "choose a bound inside")


def _inside(node: q.Binary, at: Written) -> str:
    """What to do about a threshold that is never reached. A quantile stops at the largest bucket, whatever happens."""
    is_quantile = "quantile" in (at.of(node.lhs).meaning, at.of(node.rhs).meaning)
    return "the buckets end there: add one above the threshold, or choose one inside" if is_quantile else _INSIDE


def _is_fatal(node: q.Binary, at: Written) -> bool:
    """Whether an alert as a whole returns nothing because of a comparison."""
    empty = at.of(at.expr).empty
    return at.kind == "alert" and empty is not None and empty.cause == "comparison" and empty.span == node.span


def _has_fallback(node: q.Binary, at: Written) -> bool:
    """Whether a count beside `or` never holds: `count(…) < 1 or absent(…)` works by its other side."""
    sides = (part for part in at.nodes if isinstance(part, q.Binary) and part.op == "or" and not at.of(part).empty)
    return at.of(node.lhs).meaning == "count" and any(node in (bare(one.lhs), bare(one.rhs)) for one in sides)


def _asks_for_existence(node: q.Binary, at: Written) -> bool:
    """`count(…) > 0` asks whether there is anything, and `… / (… > 0)` whether there is something to divide by."""
    if node.op == ">" and at.of(node.rhs).values.point == 0:
        return True
    subject: Inferred = at.of(node.lhs)
    return subject.meaning in ("count", "presence") or any(is_filter(part) for part in q.walk(node.lhs))


def threshold_outside(at: Written) -> Iterator[tuple[int, Problem]]:
    """GW401, GW402: the thresholds beside an expression, by the place of their rule."""
    found = at.of(at.expr)
    values = uncounted(found)
    for place, rule in enumerate(at.rules):
        if rule.threshold is not None and not found.empty:
            holds = verdict(values, rule.threshold.op, point(rule.threshold.value))
            if holds and not (holds == "always" and _may_be_missing(at.expr, at)):
                code = "GW401" if holds == "never" else "GW402"
                said = f"{at.where} {holds} fires: its value {within(values)}"
                yield place, Problem(code, "error", said, at.expr.span, _INSIDE)


def _may_be_missing(node: q.Expr, at: Written) -> bool:
    """Whether it already depends on the data that there is a value: absent() returns 1 or nothing."""
    return at.of(node).meaning == "presence" or any(is_filter(part) for part in q.walk(node))


def within(values: Interval) -> str:
    """In words, where a value lies."""
    low, high = _shown(values.low), _shown(values.high)
    if low == high:
        return f"is {low}"
    if values.low.is_infinite():
        return f"is below {high}" if values.high_open else f"is {high} or less"
    if values.high.is_infinite():
        return f"is above {low}" if values.low_open else f"is {low} or more"
    return f"lies within {low} to {high}"


def _shown(number: Decimal) -> str:
    return "0" if number == 0 else f"{number.normalize():f}"


def _told(found: Decided) -> str:
    bounds = within(found.values)
    if found.basis == "targets":
        return f"{bounds}, with the targets there are"
    verb, _, rest = bounds.partition(" ")
    return bounds if found.certain else f"should {'be' if verb == 'is' else 'lie'} {rest}"
