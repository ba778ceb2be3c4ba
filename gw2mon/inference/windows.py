"""Functions of a window: what they make of the samples in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.inference.aggregating import deviations, quantile_of
from gw2mon.inference.inferred import nameless
from gw2mon.inference.intervals import (
    ANY,
    AT_LEAST_ONE,
    NOT_NEGATIVE,
    NOTHING,
    ONE,
    REAL,
    ZERO,
    Interval,
    averaged,
    point,
    subtracted,
    summed,
    with_nan,
)
from gw2mon.inference.units import PLAIN, SECONDS, per_second, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.inference.inferred import Inferred, Meaning
    from gw2mon.inference.units import Unit


class _Window(NamedTuple):
    """What a function makes of the values in a window, of their unit and of their meaning."""

    values: Callable[[Interval], Interval]
    unit: Callable[[Unit | None], Unit | None]
    meaning: Meaning | None = None
    """None: that of the samples."""


def _same(values: Interval) -> Interval:
    return values


def _kept(unit: Unit | None) -> Unit | None:
    return unit


def _plain(_unit: Unit | None) -> Unit:
    return PLAIN


def _unknown(_unit: Unit | None) -> None:
    return None


def _growth(values: Interval) -> Interval:
    """How much, or how fast, something grows: a fall counts as a restart from 0."""
    if values.point is not None:
        return point(ZERO)  # what never changes never falls
    unbounded = values.infinite
    # A fall is not seen where NaN lies between the samples.
    may_fall = values.low < 0 or values.nan
    low = REAL.low if may_fall else NOT_NEGATIVE.low
    return Interval(low, REAL.high, may_fall and not unbounded, not unbounded, nan=_breaks(values))


def _trend(values: Interval) -> Interval:
    return Interval(*REAL[:2], low_open=not values.infinite, high_open=not values.infinite, nan=_breaks(values))


def _breaks(values: Interval) -> bool:
    return values.nan or values.infinite


def _step(values: Interval) -> Interval:
    """From one sample to the next."""
    return values if values.is_nothing else with_nan(subtracted(values, values), nan=_breaks(values))


def _total(values: Interval) -> Interval:
    return summed(values, None)


def _often(_values: Interval) -> Interval:
    return AT_LEAST_ONE


def _times(_values: Interval) -> Interval:
    return NOT_NEGATIVE


def _there(_values: Interval) -> Interval:
    return point(ONE)


def _moment(_values: Interval) -> Interval:
    return REAL


def _distance(values: Interval) -> Interval:
    return deviations(values)


def _area(unit: Unit | None) -> Unit | None:
    return times(unit, SECONDS)


_RATE = _Window(_growth, per_second, "rate")
_TREND = _Window(_trend, _kept, "gauge")
_TIME_OF = _Window(_moment, lambda _: SECONDS, "timestamp")

_WINDOWS: dict[str, _Window] = {
    "rate": _RATE,
    "irate": _RATE,
    "increase": _Window(_growth, _kept, "increase"),
    "delta": _TREND,
    "idelta": _Window(_step, _kept, "gauge"),
    "deriv": _Window(_trend, per_second, "gauge"),
    "predict_linear": _TREND,
    "holt_winters": _TREND,
    "double_exponential_smoothing": _TREND,
    "integral": _Window(_trend, _area, "gauge"),
    "avg_over_time": _Window(averaged, _kept),
    "min_over_time": _Window(_same, _kept),
    "max_over_time": _Window(_same, _kept),
    "last_over_time": _Window(_same, _kept),
    "first_over_time": _Window(_same, _kept),
    "sum_over_time": _Window(_total, _kept, "gauge"),
    "count_over_time": _Window(_often, _plain, "gauge"),
    "present_over_time": _Window(_there, _plain, "presence"),
    "stddev_over_time": _Window(_distance, _kept, "gauge"),
    "stdvar_over_time": _Window(_distance, _unknown, "gauge"),
    "mad_over_time": _Window(_distance, _kept, "gauge"),
    "changes": _Window(_times, _plain, "gauge"),
    "resets": _Window(_times, _plain, "gauge"),
    "ts_of_first_over_time": _TIME_OF,
    "ts_of_last_over_time": _TIME_OF,
    "ts_of_max_over_time": _TIME_OF,
    "ts_of_min_over_time": _TIME_OF,
}
_NAMED = ("last_over_time", "first_over_time")
"""Functions that leave a series its name."""
_SMOOTHING = ("holt_winters", "double_exponential_smoothing")
_OF_HISTOGRAMS = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "avg_over_time", "sum_over_time", "last_over_time",
     "first_over_time"}
)  # fmt: skip
"""Functions that return native histograms for native histograms."""


def is_window(function: str) -> bool:
    """Whether a function reads a window and is described here."""
    return function in _WINDOWS or function == "quantile_over_time"


def of_window(function: str, args: list[Inferred]) -> Inferred:
    """What a function makes of each series in a window."""
    inner = args[1] if function == "quantile_over_time" else args[0]
    if function == "quantile_over_time":
        values, unit, meaning = quantile_of(inner.values, args[0].values), inner.unit, inner.meaning
    else:
        how = _WINDOWS[function]
        values, unit = how.values(inner.values), how.unit(inner.unit)
        meaning = how.meaning or (
            "ratio" if inner.meaning == "boolean" and function == "avg_over_time" else inner.meaning
        )
        if meaning in ("rate", "increase") and inner.meaning in ("bucket", "bucket rate"):
            meaning = "bucket rate"
    if function == "predict_linear" and _breaks(args[1].values):
        values = ANY
    found = inner if function in _NAMED else nameless(inner)
    return found._replace(
        kind="instant vector",
        values=NOTHING if inner.empty else values,
        unit=unit,
        meaning=meaning,
        may_fail=found.may_fail or function in _SMOOTHING or any(arg.may_fail for arg in args),
        histograms=inner.histograms and function in _OF_HISTOGRAMS,
    )
