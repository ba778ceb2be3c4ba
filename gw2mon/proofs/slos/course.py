"""How an SLO fares over days: what its alerts do, from how many events there were and how many of them were bad.

It is arithmetic of areas under steps, not PromQL. Where a value is near its limit, or was a little before or after,
nothing is claimed: records trail behind what happens by some minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names, slo
from gw2mon.proofs.slos.case import Verdict
from gw2mon.proofs.slos.claim import BASE, LOW_VOLUME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gw2mon.proofs.slos.claim import Claim

MINUTE = slo.MINUTE
_NEAR = 0.05
_TRAIL = BASE + MINUTE
"""How far behind records are, besides the distance of evaluations. Ahead they are by less than one."""

_ALL = 1 - 1e-9
_COVERED, _EVERYTHING = 0.1, 0.999

State = bool | None
"""Fires, is silent, or nobody can say."""


class Stretch(NamedTuple):
    """A time in which events come evenly, and how many each minute."""

    minutes: int
    total: float
    bad: float


class Limits(NamedTuple):
    """What decides about the alerts of an SLO: for each burn pair its severity, windows, and error ratio."""

    pairs: tuple[tuple[str, int, int, float], ...]
    guard: int
    budget: float
    period: int


class Course(NamedTuple):
    """What happened to one group of an SLO, looked at in steps of a grid that is wider than the evaluations."""

    stretches: tuple[Stretch, ...]
    grid: int
    evaluation: int

    @property
    def moments(self) -> range:
        """The points of the grid, in milliseconds."""
        return range(self.grid, sum(stretch.minutes for stretch in self.stretches) * MINUTE, self.grid)


def limits_of(claim: Claim) -> Limits:
    """The limits of an SLO."""
    pairs = ((slo.SEVERITIES[pair.level], pair.short, pair.long, claim.limit(pair)) for pair in claim.pairs)
    return Limits(tuple(pairs), claim.guard, float(slo.budget(claim.slo.objective)), claim.slo.window)


def verdicts(claim: Claim, courses: Sequence[Course]) -> Iterator[Verdict]:
    """The first and the last point of each time in which an alert surely fires, or surely does not."""
    limits = limits_of(claim)
    for rule in claim.alerts:
        if rule.alert == names.DATA_MISSING:
            continue
        fates = [fate(course, limits, rule.alert, rule.severity, rule.hold) for course in courses]
        counts = [None if None in states else states.count(True) for states in zip(*fates, strict=True)]
        sure = [(at, count) for at, count in zip(courses[0].moments, counts, strict=True) if count is not None]
        for number, (at, count) in enumerate(sure):
            around = [sure[other][1] for other in (number - 1, number + 1) if 0 <= other < len(sure)]
            if len(around) < 2 or around != [count, count]:  # noqa: PLR2004 - one on each side
                yield Verdict(rule, at, count)


@lru_cache(maxsize=1024)
def fate(course: Course, limits: Limits, alert: str, severity: str, hold: int) -> tuple[State, ...]:
    """What an alert does at each point of the grid: what its condition says, and said at the points around."""
    judge = _judge(course, limits, alert, severity)
    states = [judge(at) for at in course.moments]
    before = -(-(_TRAIL + course.evaluation) // course.grid)
    held = -(-(hold + _TRAIL + course.evaluation) // course.grid)
    found: list[State] = []
    for number, state in enumerate(states):
        first = max(0, number - (held if state else before))
        around = set(states[first : number + 2])
        found.append(state if len(around) == 1 else None)
    return tuple(found)


def _judge(course: Course, limits: Limits, alert: str, severity: str) -> Callable[[int], State]:
    """The condition of an alert."""
    counted = _counting(course.stretches)
    # Of the steps of the period Prometheus 3 sees only those less than five minutes after an evaluation.
    seen = min(1.0, BASE / course.evaluation)

    def share(at: int, window: int) -> float:
        total, bad = counted(at, window)
        return bad / total if total > 0 else 0.0

    def enough(at: int, window: int, least: int) -> State:
        """Whether so many events were bad; one more or less, as rates are extrapolated."""
        bad = counted(at, window)[1] if least else 0
        return True if not least or bad >= least + 1 else False if bad <= least - 1 else None

    def burns(at: int) -> State:
        return _any(
            _every((_above(share(at, long), limit), _above(share(at, short), limit), enough(at, long, limits.guard)))
            for level, short, long, limit in limits.pairs
            if level == severity
        )

    def everything_fails(at: int) -> State:
        failing = share(at, LOW_VOLUME)
        return _every((_above(failing, _EVERYTHING), enough(at, LOW_VOLUME, 2)))

    def spent(at: int) -> State:
        covered = {_above(at / limits.period, _COVERED), _above(at * seen / limits.period, _COVERED)}
        return _every((_above(share(at, limits.period), limits.budget), covered.pop() if len(covered) == 1 else None))

    return {names.BUDGET_BURN: burns, names.ALL_FAILING: everything_fails, names.BUDGET_EXHAUSTED: spent}[alert]


@lru_cache(maxsize=64)
def _counting(stretches: tuple[Stretch, ...]) -> Callable[[int, int], tuple[float, float]]:
    """Events and bad events of a window that ends at a time."""
    edges = [0, *accumulate(stretch.minutes for stretch in stretches)]
    totals = [0.0, *accumulate(stretch.minutes * stretch.total for stretch in stretches)]
    bads = [0.0, *accumulate(stretch.minutes * stretch.bad for stretch in stretches)]

    @cache
    def until(at: int) -> tuple[float, float]:
        minutes = min(max(at / MINUTE, 0), edges[-1])
        number = min(bisect_right(edges, minutes), len(stretches)) - 1
        more, stretch = minutes - edges[number], stretches[number]
        return totals[number] + more * stretch.total, bads[number] + more * stretch.bad

    @cache
    def counted(at: int, window: int) -> tuple[float, float]:
        (total, bad), (total_before, bad_before) = until(at), until(at - window)
        return total - total_before, bad - bad_before

    return counted


def _above(value: float, limit: float) -> State:
    if value >= _ALL:  # there is no more that could be beyond it
        return limit < _ALL
    return True if value > limit * (1 + _NEAR) else False if value < limit * (1 - _NEAR) else None


def _any(states: Iterable[State]) -> State:
    found = set(states)
    return True if True in found else None if None in found else False


def _every(states: tuple[State, ...]) -> State:
    return False if False in states else None if None in states else True
