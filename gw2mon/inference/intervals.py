"""The numbers that a value can be: an interval with open or closed ends, and whether NaN is among them.

Ends are exact decimals, as for real numbers; the floats of a running query may miss them in the last digits. An
infinite end is open where values stay finite however large they grow, and closed where the value itself can be
infinite. A low end of -0 says that the zero may be negative, which decides the sign of what is divided by it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_End = tuple[Decimal, bool]
"""An end of an interval, and whether it is open."""
Verdict = Literal["always", "never", ""]
"""Of a comparison; "" where it depends on the data."""

ZERO, ONE, INFINITY = Decimal(0), Decimal(1), Decimal("Infinity")
_LARGEST, _SMALLEST = Decimal("1.7976931348623157e308"), Decimal("2.5e-324")


class Interval(NamedTuple):
    """All numbers between two ends."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    """Whether the low end itself is no possible value."""
    high_open: bool = False
    nan: bool = False
    """Whether NaN is possible besides."""

    @property
    def is_nothing(self) -> bool:
        """No number is possible; NaN may be."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def point(self) -> Decimal | None:
        """The one number that is possible, if there is just one and NaN is not."""
        return self.low if self.low == self.high and not (self.nan or self.low_open or self.high_open) else None

    @property
    def infinite(self) -> bool:
        """Whether a value can be infinite."""
        return (self.high == INFINITY and not self.high_open) or (self.low == -INFINITY and not self.low_open)

    def __contains__(self, number: object) -> bool:
        """Whether a number is possible; `Decimal("NaN")` asks for NaN."""
        if not isinstance(number, Decimal):
            return False
        if number.is_nan():
            return self.nan
        return (number > self.low or (number == self.low and not self.low_open)) and (
            number < self.high or (number == self.high and not self.high_open)
        )


NOTHING = Interval(INFINITY, -INFINITY, low_open=True, high_open=True)
ANY = Interval(-INFINITY, INFINITY, nan=True)
REAL = Interval(-INFINITY, INFINITY, low_open=True, high_open=True)
NOT_NEGATIVE = Interval(ZERO, INFINITY, high_open=True)
AT_LEAST_ONE = Interval(ONE, INFINITY, high_open=True)
UNIT = Interval(ZERO, ONE)


def point(number: Decimal | int) -> Interval:
    """Just this number."""
    exact = Decimal(number)
    return Interval(exact, exact)


def between(low: Decimal | int, high: Decimal | int) -> Interval:
    """Both ends possible, NaN not."""
    return Interval(Decimal(low), Decimal(high))


def with_nan(values: Interval, *, nan: bool = True) -> Interval:
    """The same numbers, and NaN if `nan` is true."""
    return values if values.nan or not nan else values._replace(nan=True)


def may_be_negative(values: Interval) -> bool:
    """Whether a value can be below 0, or the negative zero."""
    return values.low < 0 or (values.low == 0 and values.low.is_signed())


def signed(values: Interval, *, negative: bool) -> Interval:
    """Remember of a low end of 0 whether it can be the negative zero."""
    if values.low == 0 and values.low.is_signed() != negative:
        return values._replace(low=ZERO.copy_negate() if negative else ZERO)
    return values


def union(one: Interval, other: Interval) -> Interval:
    """The smallest interval around both."""
    nan = one.nan or other.nan
    if one.is_nothing:
        return with_nan(other, nan=nan)
    if other.is_nothing:
        return with_nan(one, nan=nan)
    low, low_open = _lowest(((one.low, one.low_open), (other.low, other.low_open)))
    high, high_open = _highest(((one.high, one.high_open), (other.high, other.high_open)))
    return signed(
        Interval(low, high, low_open, high_open, nan), negative=may_be_negative(one) or may_be_negative(other)
    )


def intersection(one: Interval, other: Interval) -> Interval:
    """The numbers that both allow; NaN only if both do."""
    low = max(one.low, other.low)
    high = min(one.high, other.high)
    return Interval(
        low,
        high,
        (one.low == low and one.low_open) or (other.low == low and other.low_open),
        (one.high == high and one.high_open) or (other.high == high and other.high_open),
        one.nan and other.nan,
    )


def _lowest(ends: Iterable[_End]) -> _End:
    return min(ends)


def _highest(ends: Iterable[_End]) -> _End:
    value, closed = max((value, not is_open) for value, is_open in ends)
    return value, not closed


def negated(values: Interval) -> Interval:
    """-x."""
    return Interval(values.high.copy_negate(), values.low.copy_negate(), values.high_open, values.low_open, values.nan)


def _bounded(number: Decimal) -> Decimal:
    """What a float of this size is: infinite when it does not fit, 0 when it is too small."""
    size = abs(number)
    if size > _LARGEST:
        return INFINITY.copy_sign(number)
    return number if size > _SMALLEST else ZERO.copy_sign(number)


def added(one: Interval, other: Interval) -> Interval:
    """Sum."""
    nan = one.nan or other.nan
    if one.is_nothing or other.is_nothing:
        return with_nan(NOTHING, nan=nan)
    clash = _reaches(one, INFINITY) and _reaches(other, -INFINITY)
    clash = clash or (_reaches(one, -INFINITY) and _reaches(other, INFINITY))
    low, low_open = _sum_of_ends((one.low, one.low_open), (other.low, other.low_open), -INFINITY)
    high, high_open = _sum_of_ends((one.high, one.high_open), (other.high, other.high_open), INFINITY)
    found = Interval(low, high, low_open, high_open, nan or clash)
    return signed(found, negative=may_be_negative(one) and may_be_negative(other))


def _reaches(values: Interval, end: Decimal) -> bool:
    """Whether a value can be this infinity."""
    return (values.high == end and not values.high_open) or (values.low == end and not values.low_open)


def _sum_of_ends(left: _End, right: _End, outwards: Decimal) -> _End:
    """The sum of two ends; an infinite one decides, and is attained if it is attained itself."""
    infinite = [is_open for end, is_open in (left, right) if end == outwards]
    if infinite:
        return outwards, all(infinite)
    if -outwards in (left[0], right[0]):
        return -outwards, False
    return _bounded(left[0] + right[0]), left[1] or right[1]


def subtracted(one: Interval, other: Interval) -> Interval:
    """Difference."""
    return added(one, negated(other))


def multiplied(one: Interval, other: Interval) -> Interval:
    """Product; 0 times infinity is NaN."""
    nan = one.nan or other.nan
    if one.is_nothing or other.is_nothing:
        return with_nan(NOTHING, nan=nan)
    nan = nan or (one.infinite and ZERO in other) or (other.infinite and ZERO in one)
    corners = [
        _product(left, right)
        for left in ((one.low, one.low_open), (one.high, one.high_open))
        for right in ((other.low, other.low_open), (other.high, other.high_open))
    ]
    low, low_open = _lowest(corners)
    high, high_open = _highest(corners)
    found = Interval(low, high, low_open, high_open, nan)
    return signed(found, negative=may_be_negative(one) or may_be_negative(other))


def _product(left: _End, right: _End) -> _End:
    (one, one_open), (other, other_open) = left, right
    if one == 0 or other == 0:
        attained = (one == 0 and not one_open) or (other == 0 and not other_open)
        return ZERO, not attained
    infinite = [is_open for end, is_open in (left, right) if end.is_infinite()]
    return _bounded(one * other), all(infinite) if infinite else one_open or other_open


def divided(one: Interval, other: Interval) -> Interval:
    """Quotient; what is divided by 0 is infinite, and 0 / 0 is NaN."""
    nan = one.nan or other.nan or (one.infinite and other.infinite)
    if one.is_nothing or other.is_nothing:
        return with_nan(NOTHING, nan=nan)
    found = NOTHING
    positive = intersection(other, Interval(ZERO, INFINITY, low_open=True))
    negative = intersection(other, Interval(-INFINITY, ZERO, high_open=True))
    for part in (positive, negative):
        if not part.is_nothing:
            found = union(found, multiplied(one, _reciprocal(part))._replace(nan=False))
    if ZERO in other:
        nan = nan or ZERO in one
        found = union(found, _by_zero(one, other))
    return with_nan(found, nan=nan)


def _reciprocal(values: Interval) -> Interval:
    """1 / x of numbers of one sign."""
    toward_zero = ZERO if values.low >= 0 else ZERO.copy_negate()

    def inverse(number: Decimal) -> Decimal:
        if number == 0:
            return INFINITY if values.low >= 0 else -INFINITY
        return toward_zero if number.is_infinite() else _bounded(1 / number)

    return Interval(inverse(values.high), inverse(values.low), values.high_open, values.low_open)


def _by_zero(one: Interval, other: Interval) -> Interval:
    found = NOTHING
    both = may_be_negative(other)
    if one.high > 0 or both:
        found = union(found, point(INFINITY))
    if one.low < 0 or both:
        found = union(found, point(-INFINITY))
    return found


def remainder(one: Interval, other: Interval) -> Interval:
    """Remainder, which has the sign of what is divided."""
    nan = one.nan or other.nan or one.infinite or ZERO in other
    widest = max(abs(other.low), abs(other.high))
    found = Interval(
        ZERO if one.low >= 0 else -min(-one.low, widest), ZERO if one.high <= 0 else min(one.high, widest), nan=nan
    )
    return signed(found, negative=may_be_negative(one))


def power(one: Interval, other: Interval) -> Interval:
    """Power; NaN where the root of a negative number would be needed."""
    base, exponent = one.point, other.point
    if base is not None and exponent is not None:
        return _power_of_points(float(base), float(exponent))
    if exponent is not None and exponent > 0 and float(exponent) % 2 == 0:
        return Interval(ZERO, INFINITY, nan=one.nan)
    if not may_be_negative(one):
        return Interval(ZERO, INFINITY, nan=one.nan or other.nan)
    return ANY


def _power_of_points(base: float, exponent: float) -> Interval:
    try:
        found = base**exponent
    except (OverflowError, ZeroDivisionError):
        return ANY
    return ANY if isinstance(found, complex) or found != found else point(Decimal(repr(found)))  # noqa: PLR0124 - NaN


def compared(one: Interval, op: str, other: Interval) -> tuple[Interval, Verdict]:
    """The values of x for which `x op y` can be true, and whether it is so for all of them or for none.

    Nothing is above, below or equal to NaN, and everything differs from it.
    """
    nan = one.nan or other.nan
    match op:
        case ">" | ">=":
            kept = intersection(one, Interval(other.low, INFINITY, low_open=op == ">" or other.low_open))
            holds = one.low > other.high or (one.low == other.high and (op == ">=" or one.low_open or other.high_open))
        case "<" | "<=":
            kept = intersection(one, Interval(-INFINITY, other.high, high_open=op == "<" or other.high_open))
            holds = one.high < other.low or (one.high == other.low and (op == "<=" or one.high_open or other.low_open))
        case "==":
            kept = intersection(one, other)._replace(nan=False)
            holds = one.point is not None and one.point == other.point
        case _:
            return _differing(one, other)
    kept = signed(kept._replace(nan=False), negative=may_be_negative(one))
    if one.is_nothing or other.is_nothing or kept.is_nothing:
        return with_nan(NOTHING, nan=False), "never"
    return kept, "always" if holds and not nan else ""


def _differing(one: Interval, other: Interval) -> tuple[Interval, Verdict]:
    """`x != y`, which also holds for NaN."""
    same = other.point
    if same is not None and one.point == same:
        return NOTHING, "never"
    holds = intersection(one, other)._replace(nan=False).is_nothing
    if same is not None and same == one.low:
        one = one._replace(low_open=True)
    elif same is not None and same == one.high:
        one = one._replace(high_open=True)
    return one, "always" if holds else ""


def clamped(values: Interval, low: Interval, high: Interval) -> Interval:
    """Each value moved to the nearest one between two bounds, which may vary themselves."""
    nan = values.nan or low.nan or high.nan
    found = _overruling_nan(values, low, high) if nan else NOTHING
    if not (values.is_nothing or low.is_nothing or high.is_nothing):
        ends = (max(low.low, min(high.low, values.low)), min(high.high, max(low.high, values.high)))
        low_open = ends[0] == -INFINITY and values.low_open and not _reaches(high, -INFINITY)
        high_open = ends[1] == INFINITY and values.high_open and not _reaches(low, INFINITY)
        moved = Interval(*ends, low_open, high_open)
        found = union(found, signed(moved, negative=any(map(may_be_negative, (values, low, high)))))
    return with_nan(found, nan=nan)


def _overruling_nan(values: Interval, low: Interval, high: Interval) -> Interval:
    """What becomes of NaN: Go's minimum of it and -Inf is -Inf, and its maximum with +Inf is +Inf."""
    found = NOTHING
    if (high.nan and _reaches(values, -INFINITY)) or (values.nan and _reaches(high, -INFINITY)):
        found = low._replace(nan=False)
    if (high.nan or values.nan) and _reaches(low, INFINITY):
        found = union(found, point(INFINITY))
    if low.nan and _reaches(values, INFINITY) and _reaches(high, INFINITY):
        found = union(found, point(INFINITY))
    return found


def summed(values: Interval, most: int | None) -> Interval:
    """The sum of 1 to `most` such values; None for any number of them."""
    if values.is_nothing or values == NOT_NEGATIVE:
        return values
    times = Interval(ONE, INFINITY, high_open=True) if most is None else between(1, max(most, 1))
    found = multiplied(values._replace(nan=False), times)
    opposed = _reaches(values, INFINITY) and _reaches(values, -INFINITY)
    negative = may_be_negative(values)
    return signed(found._replace(nan=values.nan or opposed), negative=negative)


def averaged(values: Interval) -> Interval:
    """What any mean or interpolation between such values can be; infinities may cancel out to NaN."""
    return with_nan(values, nan=values.infinite)
