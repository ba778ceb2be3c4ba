"""Functions of histograms: the classic ones, which are series with `le`, and native ones, which are samples."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from gw2mon.inference.inferred import Emptiness, Inferred, bounded, nameless
from gw2mon.inference.intervals import (
    ANY,
    INFINITY,
    NOTHING,
    REAL,
    UNIT,
    ZERO,
    Interval,
    between,
    point,
    union,
    with_nan,
)
from gw2mon.inference.labels import Labels, with_label, without
from gw2mon.inference.numbers import constant
from gw2mon.inference.units import PLAIN
from gw2mon.inference.values import PRESENT, or_absent

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon import promql as q
    from gw2mon.inference.values import Values

LE = "le"


def _quantile(node: q.Call, args: list[Inferred]) -> Inferred:
    quantile, inner = args
    return _quantiles(node, inner, quantile.values)


def _quantiles(node: q.Call, inner: Inferred, quantile: Interval) -> Inferred:
    found = _without_bounds(inner)
    reason = _no_buckets(node, inner)
    if reason is not None:
        return _empty(found, reason)
    values = with_nan(_bucketed(inner), nan=True)
    if quantile.low < 0:
        values = union(values, point(-INFINITY))
    if quantile.high > 1:
        values = union(values, point(INFINITY))
    return found._replace(values=values, meaning="quantile", unit=inner.observed, always=False, histograms=False)


def _several_quantiles(node: q.Call, args: list[Inferred]) -> Inferred:
    asked = args[2].values
    for arg in args[3:]:
        asked = union(asked, arg.values)
    found = _quantiles(node, args[0], asked)
    name = constant(node.args[1])
    labels = with_label(found.labels, name, PRESENT) if name else Labels(found.labels.values, open=True)
    most = None if found.most is None else found.most * (len(args) - 2)
    return found._replace(labels=labels, key=None, most=most, may_fail=True)


def _bucketed(inner: Inferred) -> Interval:
    """What a quantile of these buckets can be: nothing above the largest finite bound."""
    bounds = _finite_bounds(inner.labels.of(LE))
    if bounds is None or inner.histograms:
        return ANY
    return between(min(ZERO, bounds[0]), bounds[-1]) if bounds else NOTHING


def _finite_bounds(values: Values) -> list[Decimal] | None:
    """The finite bounds that `le` can be, ascending; None where others are possible."""
    if values.open:
        return None
    numbers = [number for text in values.known if (number := _number(text)) is not None]
    return sorted(number for number in numbers if number.is_finite())


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _without_bounds(inner: Inferred) -> Inferred:
    found = nameless(inner)
    key = None if found.key is None else found.key - {LE}
    labels = without(found.labels, (LE,))
    return found._replace(labels=labels, key=key, most=bounded(found.most, labels, key))


def _no_buckets(node: q.Call, inner: Inferred) -> Emptiness | None:
    if inner.empty:
        return inner.empty
    bounds = inner.labels.of(LE)
    if inner.histograms or bounds.open or any(_number(text) is not None for text in bounds.known):
        return None
    return Emptiness("kind", f"{node.function}() needs buckets, and the series have no label le", node.span, LE)


def _empty(found: Inferred, reason: Emptiness) -> Inferred:
    return found._replace(
        values=NOTHING, most=0, always=False, empty=reason, histograms=False, unit=None, meaning="quantile"
    )


def _fraction(_node: q.Call, args: list[Inferred]) -> Inferred:
    inner = args[2]
    found = _without_bounds(inner)
    # Prometheus 2 knows it of native histograms only, and then leaves the label alone.
    bounds = inner.labels.of(LE)
    labels = with_label(found.labels, LE, or_absent(bounds)) if inner.histograms else found.labels
    values = UNIT if inner.meaning in ("bucket", "bucket rate") else REAL
    return found._replace(
        labels=labels, values=NOTHING if inner.empty else with_nan(values), meaning="ratio", unit=PLAIN, always=False,
        histograms=False, key=None if inner.histograms else found.key,
    )  # fmt: skip


def _of_native(node: q.Call, args: list[Inferred]) -> Inferred:
    inner = args[0]
    found = nameless(inner)
    if inner.empty or not inner.histograms:
        text = f"{node.function}() needs native histograms, and the series are numbers"
        return _empty(found, inner.empty or Emptiness("kind", text, node.span))._replace(meaning="gauge")
    return found._replace(values=ANY, meaning="gauge", unit=None, always=False, histograms=False)


HISTOGRAM_FUNCTIONS: dict[str, Callable[[q.Call, list[Inferred]], Inferred]] = {
    "histogram_quantile": _quantile,
    "histogram_quantiles": _several_quantiles,
    "histogram_fraction": _fraction,
    **dict.fromkeys(
        ("histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum"), _of_native
    ),
}
