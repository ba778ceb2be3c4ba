"""Units and digits of the numbers of SLOs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Slo

TIMES = "x"
"""The unit of burn rates: how many times faster than evenly a budget is spent."""

BURN_DIGITS = 2
_LEAST_DIGITS = 2


def ratio_digits(slos: Iterable[Slo]) -> int:
    """Digits after the point of a percentage, one more than the strictest objective has: 99.95% beside 99.9%."""
    return max([_LEAST_DIGITS, *(_digits(promise) + 1 for promise in slos)])


def _digits(promise: Slo) -> int:
    exponent = (promise.objective * 100).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
