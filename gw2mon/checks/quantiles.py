"""Quantiles: of buckets with their bounds, of a share between 0 and 1, and never averaged."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.written import Problem
from gw2mon.inference.labels import combinations, without
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written

_HUNDRED = 100
_BUCKETS = ("bucket", "bucket rate")
_MIXING = frozenset({"sum", "avg", "stddev", "stdvar", "quantile"})
_MIXING_OVER_TIME = frozenset(f"{what}_over_time" for what in _MIXING)


def missing_bounds(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW312: a quantile of what has no label le, because it was added away or never was there."""
    empty = at.of(node).empty
    is_known = empty is not None and empty.cause == "kind" and empty.label == "le" and empty.span == node.span
    if is_known or (empty is None and _lost_bounds(node, at)):
        said = f"{node.function}() in {at.where} is of series without le, so it returns nothing"
        yield Problem("GW312", "error", said, node.span, "keep the bounds: sum by (le) (rate(…_bucket[5m]))")


def _lost_bounds(node: q.Call, at: Written) -> bool:
    """Whether le is gone from buckets that nobody has shown: by their names they are no native histograms."""
    labels = at.of(node.args[-1]).labels
    names = [selector.name or "" for selector in q.selectors(node.args[-1])]
    is_classic = bool(names) and all(name.endswith("_bucket") and ":" not in name for name in names)
    return is_classic and not labels.open and "le" not in labels.possible


def share_out_of_range(node: q.Call | q.Aggregation, at: Written) -> Iterator[Problem]:
    """GW313: a quantile asked for as 95 and not as 0.95."""
    if isinstance(node, q.Aggregation):
        asked = node.param if node.op == "quantile" else None
    else:
        asked = node.args[0] if node.function in ("histogram_quantile", "quantile_over_time") else None
    number = at.of(asked).values.point if asked is not None else None
    if asked is not None and number is not None and not 0 <= number <= 1:
        said = f"a quantile lies between 0 and 1; {at.shown(asked)} in {at.where} does not"
        yield Problem(
            "GW313", "error", said, asked.span, f"write {number / _HUNDRED:f}" if 1 < number < _HUNDRED else ""
        )


def one_for_each_series(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW315: buckets that are not added up, so that each process and each label has a quantile of its own."""
    found = at.of(node.args[1])
    if found.empty or found.meaning not in _BUCKETS or any(isinstance(part, q.Aggregation) for part in q.walk(node)):
        return
    labels = without(found.labels, ("le", "__name__"))
    if combinations(labels) != 1:
        several = ", ".join(sorted(name for name in labels.possible if labels.of(name).size != 1))
        said = f"the quantile in {at.where} is one for each {several}"
        yield Problem("GW315", "warning", said, node.args[1].span, "add the buckets up first: sum by (le) (…)")


def mixed(node: q.Call | q.Aggregation, at: Written) -> Iterator[Problem]:
    """GW314: quantiles that are averaged or added up, which gives no quantile of anything."""
    if isinstance(node, q.Aggregation):
        operation, inner = node.op, node.expr if node.op in _MIXING else None
    else:
        operation, inner = node.function, node.args[-1] if node.function in _MIXING_OVER_TIME else None
    if inner is not None and at.of(inner).meaning == "quantile" and not at.of(inner).empty:
        said = f"{operation} of quantiles in {at.where} is a quantile of nothing"
        yield Problem("GW314", "warning", said, node.span, "add the buckets up first, or take the worst with max")


def between_bounds(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW403: a quantile compared with what is no bound, where it is only guessed."""
    number = at.of(node.rhs).values.point
    if node.op not in COMPARISONS or number is None:
        return
    told = _between(node.lhs, number, at)
    if told is not None:
        said = f"{at.where} compares with {at.shown(node.rhs)}, which is no bucket"
        yield Problem("GW403", "warning", said, node.rhs.span, told)


def threshold_between(at: Written) -> Iterator[tuple[int, Problem]]:
    """GW403: the same of a threshold beside the expression."""
    for place, rule in enumerate(at.rules):
        told = _between(at.expr, rule.threshold.value, at) if rule.threshold is not None else None
        if rule.threshold is not None and told is not None:
            said = f"{at.where} compares with {rule.threshold.text}, which is no bucket"
            yield place, Problem("GW403", "warning", said, at.expr.span, told)


def _between(subject: q.Expr, number: Decimal, at: Written) -> str | None:
    """Between which bounds a number lies; None where it is one of them, beyond them, or no quantile is compared."""
    found = at.of(subject)
    if found.meaning != "quantile" or found.empty or found.unit is None:
        return None
    call = _quantile_in(subject)
    bounds = _bounds(at, call) if call is not None else []
    scale = found.unit.scale
    scaled = number / scale
    # Where the value was changed otherwise than by its unit, the bounds are no longer those of the value.
    if not bounds or found.values.high != bounds[-1] * scale or scaled in bounds or not 0 < scaled < bounds[-1]:
        return None
    below = max((bound for bound in bounds if bound < scaled), default=Decimal(0))
    above = min(bound for bound in bounds if bound > scaled)
    return (
        f"the quantile is interpolated between {_plain(below * scale)} and {_plain(above * scale)}; choose one of them"
    )


def _quantile_in(node: q.Expr) -> q.Call | None:
    """The only quantile of a value."""
    calls = [part for part in q.walk(node) if isinstance(part, q.Call) and part.function == "histogram_quantile"]
    return calls[0] if len(calls) == 1 else None


def _bounds(at: Written, call: q.Call) -> list[Decimal]:
    found = []
    for text in at.of(call.args[1]).labels.of("le").known:
        try:
            found.append(Decimal(text))
        except InvalidOperation:
            continue
    return sorted(bound for bound in found if bound.is_finite())


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
