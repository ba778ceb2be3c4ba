"""Error budgets and burn rates, in exact decimals.

A burn rate of 1 spends the error budget evenly over the whole period. An alert fires when both a long window and a
short one burn faster than a factor: the long one says that it matters, the short one that it still goes on. The factor
follows from the share of the budget that the long window may spend, as in the SRE workbook, chapter "Alerting on SLOs":
factor = share * period / long window. Durations are milliseconds.
"""

from __future__ import annotations

from decimal import Decimal
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Level = Literal["page", "ticket"]

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

SEVERITIES: dict[Level, str] = {"page": "critical", "ticket": "warning"}
"""How urgent an SLO alert is, as the severity by which it is routed."""

EVENLY = Decimal(1)
"""The burn rate that spends a budget exactly within its period."""

SHORTEST_PERIOD = 7 * DAY
"""Below it no budget shares are given: the long windows of tickets would cover half of the period."""

_LONG_PERIOD = 21 * DAY
_DIGITS = Decimal("0.0001")
_SAFE_THRESHOLD = Decimal("0.8")
"""Error ratio that a proposed factor asks for at most, so that an outage of most events still reaches it."""


class BurnPair(NamedTuple):
    """Two windows that must both burn faster than a factor."""

    level: Level
    short: int
    long: int
    factor: Decimal


class _Share(NamedTuple):
    level: Level
    short: int
    long: int
    share: Decimal


_MONTH: tuple[_Share, ...] = (
    _Share("page", 5 * MINUTE, HOUR, Decimal("0.02")),
    _Share("page", 30 * MINUTE, 6 * HOUR, Decimal("0.05")),
    _Share("ticket", 2 * HOUR, DAY, Decimal("0.10")),
    _Share("ticket", 6 * HOUR, 3 * DAY, Decimal("0.10")),
)
"""The workbook's shares, which are meant for four weeks or a month."""

# Ours: the workbook's shares would give factors below 1 here, and alert on a service that keeps its promise.
_WEEK: tuple[_Share, ...] = (
    _Share("page", 5 * MINUTE, HOUR, Decimal("0.08")),
    _Share("page", 30 * MINUTE, 6 * HOUR, Decimal("0.125")),
    _Share("ticket", 2 * HOUR, DAY, Decimal("0.20")),
    _Share("ticket", 6 * HOUR, 3 * DAY, Decimal("0.42")),
)


def default_pairs(period: int) -> tuple[BurnPair, ...]:
    """The burn alerts of a period, pages first; none for a period that is too short for them."""
    if period < SHORTEST_PERIOD:
        return ()
    shares = _MONTH if period >= _LONG_PERIOD else _WEEK
    return tuple(BurnPair(level, short, long, factor(share, period, long)) for level, short, long, share in shares)


def factor(share: Decimal, period: int, long: int) -> Decimal:
    """The burn rate that spends a share of the budget within the long window; four decimals where it never ends."""
    spent, parts = (share * period).as_integer_ratio()
    exact = share * period / long
    return (exact if _ends(spent, parts * long) else exact.quantize(_DIGITS)).normalize()


def _ends(numerator: int, denominator: int) -> bool:
    """Whether a fraction has an end as a decimal: multiplied back, a rounded one could look exact."""
    rest = denominator // gcd(numerator, denominator)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def budget(objective: Decimal) -> Decimal:
    """The share of events that may be bad."""
    return (1 - objective).normalize()


def threshold(pair: BurnPair, objective: Decimal) -> Decimal:
    """The error ratio above which a pair fires."""
    return (pair.factor * budget(objective)).normalize()


def can_fire(pair: BurnPair, objective: Decimal) -> bool:
    """Whether any error ratio exceeds the threshold: none is above 1."""
    return threshold(pair, objective) < 1


def least_objective(pair: BurnPair) -> Decimal:
    """The objective above which a pair can fire; 0 if it always can."""
    return max(Decimal(0), 1 - 1 / pair.factor)


def reachable(pair: BurnPair, objective: Decimal) -> BurnPair:
    """The pair with the greatest factor, of one decimal, that most of an outage still reaches."""
    highest = (_SAFE_THRESHOLD / budget(objective)).quantize(Decimal("0.1"), rounding="ROUND_FLOOR")
    return pair if pair.factor <= highest else pair._replace(factor=highest.normalize())


def highest_burn(objective: Decimal) -> Decimal:
    """The burn rate while every event is bad."""
    return 1 / budget(objective)


def windows_of(pairs: Iterable[BurnPair]) -> tuple[int, ...]:
    """Every window that some pair looks at, ascending."""
    return tuple(sorted({window for pair in pairs for window in (pair.short, pair.long)}))


def detection(pairs: Iterable[BurnPair], objective: Decimal, error_ratio: Decimal) -> int | None:
    """Milliseconds of a steady error ratio, after none at all, until some pair fires; None: never.

    The long window must fill up to the threshold; the short one is always sooner.
    """
    reached = [
        int(pair.long * threshold(pair, objective) / error_ratio)
        for pair in pairs
        if error_ratio > threshold(pair, objective)
    ]
    return min(reached, default=None)


def plain(value: Decimal) -> str:
    """A number without exponent and without digits that say nothing: 0.001, 14.4, 30."""
    return f"{value.normalize():f}"
