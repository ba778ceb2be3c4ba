"""Numbers of an exposition as a spec writes them: with units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.exposition import Family

_STEPS: dict[str, tuple[tuple[str, Decimal], ...]] = {
    "seconds": (
        ("d", Decimal(86400)), ("h", Decimal(3600)), ("m", Decimal(60)), ("s", Decimal(1)), ("ms", Decimal("1e-3")),
        ("us", Decimal("1e-6")), ("ns", Decimal("1e-9")),
    ),
    "bytes": (("GiB", Decimal(2**30)), ("MiB", Decimal(2**20)), ("KiB", Decimal(2**10)), ("B", Decimal(1))),
    "ratio": (("%", Decimal("0.01")),),
}  # fmt: skip

_LARGEST = 20
"""Digits before the point beyond which a bound stands for infinity."""
_BASE = {"seconds": "s", "timestamp": "s", "bytes": "B", "ratio": "%"}


def amount(value: Decimal, unit: str) -> str | Decimal:
    """A number of a base unit in the largest unit of which it is a whole number, or as it is without unit."""
    steps = _STEPS.get("seconds" if unit == "timestamp" else unit)
    if steps is None:
        return value
    if not value:
        return f"0{_BASE[unit]}"
    name, size = next(((name, size) for name, size in steps if value % size == 0), steps[-1])
    return f"{_plain(value / size)}{name}"


def amounts(values: Iterable[Decimal], unit: str) -> list[str | Decimal]:
    """Several numbers, each in its own unit."""
    return [amount(value, unit) for value in values]


def bounds_of(family: Family) -> tuple[Decimal, ...]:
    """The finite upper bounds of a histogram, ascending, each once."""
    bounds = {bound_of(sample.labels["le"]) for sample in family.samples if "le" in sample.labels}
    return tuple(sorted(bound for bound in bounds if bound.is_finite()))


def bound_of(text: str) -> Decimal:
    """A bound as `le` tells it; infinite where it is none. 1 and 1.0 are one bound, however each client spells it."""
    try:
        bound = Decimal(text).normalize()
    except ArithmeticError:
        return Decimal("Infinity")
    return bound if bound.is_finite() and bound.adjusted() <= _LARGEST else Decimal("Infinity")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
