"""Units of values: which base units they are made of, and by which factor they are scaled."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

_ONE = Decimal(1)
_PLAIN = ("", "ratio", "bool")
_SCALES = frozenset(
    Decimal(factor)
    for base in ("8", "60", "100", "1000", "1024", "3600", "86400", "1e6", "1e9", "1048576", "1073741824")
    for factor in (Decimal(base), 1 / Decimal(base))
)
"""Factors by which people change a unit; any other factor is part of what is computed, and leaves the unit alone."""


class Unit(NamedTuple):
    """Base units with their powers, such as bytes per second, and the factor by which the number is larger."""

    dimensions: tuple[tuple[str, int], ...] = ()
    """In the order of their names; empty for counts, shares and all else that is a plain number."""
    scale: Decimal = _ONE
    """100 for percent, 1000 for milliseconds; 1 for base units."""


PLAIN = Unit()
SECONDS = Unit((("seconds", 1),))


def unit_of(name: str) -> Unit:
    """The unit that a metric declares; points in time are seconds, since the epoch."""
    if name in _PLAIN:
        return PLAIN
    return SECONDS if name == "timestamp" else Unit(((name, 1),))


def times(one: Unit | None, other: Unit | None) -> Unit | None:
    """The unit of a product; unknown if either is."""
    return None if one is None or other is None else _combined(one, other, 1)


def over(one: Unit | None, other: Unit | None) -> Unit | None:
    """The unit of a quotient; unknown if either is."""
    return None if one is None or other is None else _combined(one, other, -1)


def per_second(unit: Unit | None) -> Unit | None:
    """The unit of a rate."""
    return over(unit, SECONDS)


def _combined(one: Unit, other: Unit, sign: int) -> Unit:
    scale = one.scale * other.scale if sign > 0 else one.scale / other.scale
    if not other.dimensions:
        return Unit(one.dimensions, scale.normalize()) if scale != one.scale else one
    powers = dict(one.dimensions)
    for name, exponent in other.dimensions:
        powers[name] = powers.get(name, 0) + sign * exponent
    return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)), scale.normalize())


def scaled(unit: Unit | None, factor: Decimal | None) -> Unit | None:
    """The unit after multiplication with a bare number: `x * 1000` of seconds is milliseconds.

    A rate times any other number may be a count again, so its unit is unknown.
    """
    if unit is None:
        return None
    if factor in _SCALES and factor is not None:
        return Unit(unit.dimensions, (unit.scale * factor).normalize())
    is_rate = ("seconds", -1) in unit.dimensions
    return None if is_rate and factor not in (_ONE, -_ONE, Decimal(0)) else unit
