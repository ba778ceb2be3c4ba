"""Functions that change each value by itself: what they make of an interval."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from gw2mon.inference.intervals import (
    ANY,
    INFINITY,
    NOTHING,
    ONE,
    ZERO,
    Interval,
    between,
    intersection,
    may_be_negative,
    multiplied,
    negated,
    point,
    signed,
    union,
    with_nan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_PI = Decimal(math.pi)
_HALF_PI = Decimal(math.pi / 2)


def absolute(values: Interval) -> Interval:
    """abs(x)."""
    if values.is_nothing or not may_be_negative(values):
        return values
    positive = intersection(values, Interval(ZERO, INFINITY, nan=True))
    mirrored = intersection(negated(values), Interval(ZERO, INFINITY, nan=True))
    return signed(union(positive, mirrored), negative=False)


def sign(values: Interval) -> Interval:
    """sgn(x): -1, 0 or 1."""
    if values.is_nothing:
        return values
    found = Interval(_sign(values.low), _sign(values.high), nan=values.nan)
    if values.low == 0 and values.low_open:
        found = found._replace(low=ONE)
    if values.high == 0 and values.high_open:
        found = found._replace(high=-ONE)
    return found


def _sign(number: Decimal) -> Decimal:
    return ONE if number > 0 else -ONE if number < 0 else number


def rounded_up(values: Interval) -> Interval:
    """ceil(x)."""
    return _to_whole(values, ROUND_CEILING)


def rounded_down(values: Interval) -> Interval:
    """floor(x)."""
    return _to_whole(values, ROUND_FLOOR)


def _to_whole(values: Interval, mode: str) -> Interval:
    if values.is_nothing:
        return values
    low, high = _whole(values.low, mode), _whole(values.high, mode)
    found = Interval(
        low, high, low == -INFINITY and values.low_open, high == INFINITY and values.high_open, nan=values.nan
    )
    return signed(found, negative=may_be_negative(values))


def _whole(number: Decimal, mode: str) -> Decimal:
    return number if number.is_infinite() else number.to_integral_value(mode)


def rounded(values: Interval, step: Interval) -> Interval:
    """round(x, step): the nearest multiple, so no further off than one step."""
    nan = values.nan or values.infinite or step.nan or step.infinite or ZERO in step
    if values.is_nothing or step.is_nothing:
        return with_nan(NOTHING, nan=nan)
    if step.point is not None and step.point == ONE:
        half = Decimal("0.5")
        low = values.low if values.low.is_infinite() else (values.low + half).to_integral_value(ROUND_FLOOR)
        high = values.high if values.high.is_infinite() else (values.high + half).to_integral_value(ROUND_FLOOR)
        return signed(_around(values, low, high, nan=nan), negative=may_be_negative(values))
    width = max(abs(step.low), abs(step.high))
    found = _around(values, values.low - width, values.high + width, nan=nan) if width.is_finite() else ANY
    # A multiple of a step has the sign of the number, or is 0.
    low = max(found.low, ZERO) if values.low >= 0 else found.low
    high = min(found.high, ZERO) if values.high <= 0 else found.high
    return signed(found._replace(low=low, high=high), negative=may_be_negative(values) or may_be_negative(step))


def _around(values: Interval, low: Decimal, high: Decimal, *, nan: bool) -> Interval:
    return Interval(low, high, low.is_infinite() and values.low_open, high.is_infinite() and values.high_open, nan)


def square_root(values: Interval) -> Interval:
    """sqrt(x), which is NaN below 0."""
    return _rising(values, math.sqrt, ZERO)


def _logarithm(function: Callable[[float], float]) -> Callable[[Interval], Interval]:
    def found(values: Interval) -> Interval:
        return _rising(values, lambda number: -math.inf if number == 0 else function(number), ZERO)

    return found


def _rising(values: Interval, function: Callable[[float], float], least: Decimal) -> Interval:
    """A function that rises from `least` on and is NaN below it."""
    kept = intersection(values, Interval(least, INFINITY, nan=True))
    nan = values.nan or values.low < least
    if values.is_nothing or kept.is_nothing:
        return with_nan(NOTHING, nan=nan)
    low, high = Decimal(function(float(kept.low))), Decimal(function(float(kept.high)))
    return signed(
        Interval(low, high, high_open=kept.high_open and kept.high.is_infinite(), nan=nan),
        negative=may_be_negative(values),
    )


def exponential(values: Interval) -> Interval:
    """exp(x), which overflows to infinity."""
    if values.is_nothing:
        return values
    return Interval(_exp(values.low), _exp(values.high), nan=values.nan)


def _exp(number: Decimal) -> Decimal:
    try:
        return Decimal(math.exp(float(number)))
    except OverflowError:
        return INFINITY


def _factor(factor: float) -> Callable[[Interval], Interval]:
    return lambda values: multiplied(values, point(Decimal(factor)))


def _onto(low: Decimal, high: Decimal, *, domain: Interval | None = None) -> Callable[[Interval], Interval]:
    """A function whose values lie between two numbers; outside its domain it is NaN."""

    def found(values: Interval) -> Interval:
        inside = domain is None or (
            values.low >= domain.low and values.high <= domain.high and not (domain is _FINITE and values.infinite)
        )
        return Interval(low, high, nan=values.nan or not inside)

    return found


_FINITE = Interval(-INFINITY, INFINITY)
_ONE_AROUND_ZERO = between(-1, 1)

MAPS: dict[str, Callable[[Interval], Interval]] = {
    "abs": absolute,
    "ceil": rounded_up,
    "floor": rounded_down,
    "sgn": sign,
    "exp": exponential,
    "sqrt": square_root,
    "ln": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "deg": _factor(180 / math.pi),
    "rad": _factor(math.pi / 180),
    "sin": _onto(-ONE, ONE, domain=_FINITE),
    "cos": _onto(-ONE, ONE, domain=_FINITE),
    "tan": _onto(-INFINITY, INFINITY, domain=_FINITE),
    "asin": _onto(-_HALF_PI, _HALF_PI, domain=_ONE_AROUND_ZERO),
    "acos": _onto(ZERO, _PI, domain=_ONE_AROUND_ZERO),
    "atan": _onto(-_HALF_PI, _HALF_PI),
    "sinh": _onto(-INFINITY, INFINITY),
    "cosh": _onto(ONE, INFINITY),
    "tanh": _onto(-ONE, ONE),
    "asinh": _onto(-INFINITY, INFINITY),
    "acosh": _onto(ZERO, INFINITY, domain=Interval(ONE, INFINITY)),
    "atanh": _onto(-INFINITY, INFINITY, domain=_ONE_AROUND_ZERO),
}
"""Functions of one vector, by what they make of its values."""

SAME_UNIT = frozenset({"abs", "ceil", "floor"})

CALENDAR: dict[str, Interval] = {
    "day_of_month": between(1, 31),
    "day_of_week": between(0, 6),
    "day_of_year": between(1, 366),
    "days_in_month": between(28, 31),
    "hour": between(0, 23),
    "minute": between(0, 59),
    "month": between(1, 12),
    "year": Interval(-INFINITY, INFINITY, low_open=True, high_open=True),
}
"""Functions of a point in time, by default of the time of the evaluation."""
