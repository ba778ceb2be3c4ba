"""Aggregations: which labels are left, how many series, and what their values can be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.inference.inferred import Emptiness, Inferred, bounded, plain
from gw2mon.inference.intervals import (
    INFINITY,
    NOTHING,
    ONE,
    UNIT,
    ZERO,
    Interval,
    averaged,
    between,
    point,
    summed,
    union,
    with_nan,
)
from gw2mon.inference.labels import NAME, Labels, only, weakened, with_label, without
from gw2mon.inference.numbers import constant
from gw2mon.inference.units import PLAIN
from gw2mon.inference.values import PRESENT, is_variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon import promql as q
    from gw2mon.inference.inferred import Meaning

_SELECTING = ("topk", "bottomk", "limitk", "limit_ratio")
_LEAST_INTEGER, _GREATEST_INTEGER = -(2**63), 2**63 - 1

_SUMMED: dict[Meaning, Meaning] = {
    "counter": "summed counter",
    "boolean": "count",
    "info": "count",
    "presence": "count",
}
"""What the sum of several values means where that is something else."""


def aggregate(node: q.Aggregation, inner: Inferred, param: Inferred | None) -> Inferred:
    """What an aggregation returns."""
    if node.op in _SELECTING and param is not None:
        return _selected(node, inner, param)
    labels, key = _grouped(node, inner)
    if node.op == "count_values":
        labels, key = _counted_label(node, labels, key)
    meaning, values = _AGGREGATED[node.op](inner, param)
    unit = PLAIN if node.op in ("count", "group", "count_values") else None if node.op == "stdvar" else inner.unit
    most = None if node.op == "count_values" else bounded(inner.most, labels, key)
    return Inferred(
        "instant vector",
        _without_bounds(meaning, inner.labels, labels),
        unit,
        NOTHING if inner.empty else values,
        labels,
        key,
        0 if inner.empty else most,
        inner.empty,
        inner.always,
        inner.may_fail or (param is not None and param.may_fail) or _bad_label(node),
        inner.histograms and node.op in ("sum", "avg"),
        observed=inner.observed if "le" in labels.values else None,
    )


def _without_bounds(meaning: Meaning, before: Labels, after: Labels) -> Meaning:
    """Buckets without their bounds are numbers like others, and good for no quantile."""
    if meaning in ("bucket", "bucket rate") and "le" in before.values and "le" not in after.values:
        return "summed counter" if meaning == "bucket" else "rate"
    return meaning


def _grouped(node: q.Aggregation, inner: Inferred) -> tuple[Labels, frozenset[str] | None]:
    if any(map(is_variable, node.grouping)):
        return weakened(without(inner.labels, (NAME,))), None
    if node.without:
        return without(inner.labels, (*node.grouping, NAME)), None
    if not node.grouping:
        return Labels({}), frozenset()
    labels = only(inner.labels, node.grouping)
    return labels, frozenset(node.grouping)


def _counted_label(
    node: q.Aggregation, labels: Labels, key: frozenset[str] | None
) -> tuple[Labels, frozenset[str] | None]:
    name = constant(node.param)
    if name is None:
        return Labels(labels.values, open=True), None
    if node.without and name in node.grouping:
        return labels, key
    return with_label(labels, name, PRESENT), None if key is None else key | {name}


def _bad_label(node: q.Aggregation) -> bool:
    name = constant(node.param) if node.op == "count_values" else "x"
    return name is None or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is None


def _selected(node: q.Aggregation, inner: Inferred, param: Inferred) -> Inferred:
    """Some of the series as they are."""
    count = param.values
    may_fail = inner.may_fail or param.may_fail or count.nan or _is_no_integer(count)
    found = plain(inner)._replace(
        may_fail=may_fail, histograms=inner.histograms and node.op in ("limitk", "limit_ratio")
    )
    if inner.empty:
        return found
    if node.op == "limit_ratio":
        return found._replace(always=False)
    if count.high < ONE:
        reason = Emptiness("parameter", f"{node.op} of fewer than one series", node.span)
        return found._replace(values=NOTHING, most=0, always=False, empty=reason)
    found = found._replace(always=inner.always and count.low >= ONE and not count.nan)
    _, groups = _grouped(node, inner)
    if count.high >= _GREATEST_INTEGER:
        return found
    each = int(count.high)
    labels = without(inner.labels, (*node.grouping, NAME)) if groups is None else inner.labels
    most = _product(bounded(None, labels, groups), each)
    key = groups if each == 1 and groups is not None else inner.key
    if most is not None and (found.most is None or most < found.most):
        found = found._replace(most=most)
    return found._replace(key=key)


def _product(groups: int | None, each: int) -> int | None:
    return None if groups is None else groups * each


def _is_no_integer(count: Interval) -> bool:
    return count.low <= _LEAST_INTEGER or count.high >= _GREATEST_INTEGER


def _sum(inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    return _SUMMED.get(inner.meaning, inner.meaning), summed(inner.values, inner.most)


def _same(inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    return inner.meaning, inner.values


def _mean(inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    meaning: Meaning = "ratio" if inner.meaning == "boolean" else inner.meaning
    return meaning, averaged(inner.values)


def _count(inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    most = inner.most
    return "count", Interval(ONE, INFINITY, high_open=True) if most is None else between(1, max(most, 1))


def _group(_inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    return "presence", point(ONE)


def _spread(inner: Inferred, _param: Inferred | None) -> tuple[Meaning, Interval]:
    return "gauge", deviations(inner.values)


def deviations(values: Interval) -> Interval:
    """Standard deviations and variances of such values: 0 if there is just one of them."""
    if values.point is not None and not values.infinite:
        return point(ZERO)
    return Interval(ZERO, INFINITY, nan=values.nan or values.infinite)


def _quantile(inner: Inferred, param: Inferred | None) -> tuple[Meaning, Interval]:
    return inner.meaning, quantile_of(inner.values, UNIT if param is None else param.values)


def quantile_of(values: Interval, quantile: Interval) -> Interval:
    """Quantiles of such values; below 0 and above 1 they are infinite."""
    found = averaged(values)
    if quantile.low < 0:
        found = union(found, point(-INFINITY))
    if quantile.high > 1:
        found = union(found, point(INFINITY))
    return with_nan(found, nan=found.nan or quantile.nan)


_AGGREGATED: dict[str, Callable[[Inferred, Inferred | None], tuple[Meaning, Interval]]] = {
    "sum": _sum,
    "min": _same,
    "max": _same,
    "avg": _mean,
    "count": _count,
    "count_values": _count,
    "group": _group,
    "stddev": _spread,
    "stdvar": _spread,
    "quantile": _quantile,
}
