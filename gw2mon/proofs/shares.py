"""Scenarios of shares: of bad events among all, and what is the same thing seen from the other side.

A share of good events below 95 % is a share of bad ones above 5 %. So everything here speaks of the events that are
*watched*, whose share must not exceed a limit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import counter_name, split_labels
from gw2mon.proofs.scenario import STEP, Check, Unprovable, ceiling, fires_after, grows, never_fires, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Share
    from gw2mon.proofs.scenario import Scenario, Subject, Timeline

EVENTS = 1_000_000
"""Events at each sample: so many that a share of a millionth is a whole number of events."""


class _Story(NamedTuple):
    """Which events are watched, labels of a watched and of another event, and the share that must not be exceeded."""

    subject: Subject
    what: str
    series: str
    watched: dict[str, str]
    other: dict[str, str]
    limit: Decimal
    line: Timeline
    over: int

    def scenario(self, name: str, watched: str, other: str, checks: tuple[Check, ...]) -> Scenario:
        """A scenario with these values of the watched and of the other events; "" where there never were any."""
        inputs = (Input(self.series, self.watched, watched), Input(self.series, self.other, other))
        return build(self.subject, name, inputs, checks)

    def phases(self, *shares: Decimal | None) -> tuple[str, str]:
        """Values of both series for a share in each phase; None: no watched event has ever been seen."""
        counts = self.line.phases
        watched = [None if share is None else round(EVENTS * share) for share in shares]
        return (
            grows(*zip(watched, counts, strict=True)),
            grows(*((EVENTS - (growth or 0), count) for growth, count in zip(watched, counts, strict=True))),
        )


def share_scenarios(condition: Share, subject: Subject) -> Iterator[Scenario]:
    """Around the limit, far beyond it, from nothing, and through a restart."""
    story = _story(condition, subject)
    yield from _firing(story)
    yield _cold_start(story)
    yield from _silent(story)
    if condition.at_least:
        yield from _guarded(story, condition.at_least)


def _story(condition: Share, subject: Subject) -> _Story:
    threshold = subject.rule.threshold
    if threshold is None or threshold.op == "==":
        raise Unprovable("compares a share for equality, which no measured share meets")
    above = threshold.op == ">"
    limit = threshold.value if above else 1 - threshold.value
    if not 0 <= limit < 1:
        raise Unprovable(f"compares a share with {threshold.text}, which no share can cross")
    name = counter_name(subject.world.metrics[condition.events.metric])
    bad, good = split_labels(subject.world, condition.events)
    line = timeline(subject, condition.over)
    if above == (condition.of == "bad"):
        return _Story(subject, "bad", name, bad, good, limit, line, condition.over)
    return _Story(subject, "good", name, good, bad, limit, line, condition.over)


def _firing(story: _Story) -> Iterator[Scenario]:
    limit, what, hold = story.limit, story.what, story.subject.rule.hold
    background = limit / 2
    beyond = limit * (1 + STEP) if 0 < limit * (1 + STEP) <= 1 else (limit + 1) / 2
    values = story.phases(background, beyond, background)
    crossing = story.over * (limit - background) / (beyond - background)
    yield story.scenario(f"fires just beyond its limit: {_percent(beyond)} {what} events", *values,
                         fires_after(story.line, hold, crossing))  # fmt: skip
    values = story.phases(Decimal(0), Decimal(1), Decimal(0))
    yield story.scenario(f"fires when all events are {what}", *values,
                         fires_after(story.line, hold, story.over * limit or Decimal(1)))  # fmt: skip
    born = min(max(limit * 3, limit + Decimal("0.01")), Decimal(1))
    values = story.phases(None, born, Decimal(0))
    line = story.line
    checks = (Check(line.healthy, firing=False), Check(line.last, firing=True), Check(line.end, firing=False))
    yield story.scenario(f"fires although the first {what} event ever creates its series", *values, checks)


def _cold_start(story: _Story) -> Scenario:
    """Nothing but watched events from the first sample on: a ratio to the others alone would have no value."""
    i, hold = story.line.interval, story.subject.rule.hold
    fired = ceiling(hold, i) + 4 * i
    checks = (Check(0, firing=False), Check(fired, firing=True))
    # The first two samples make the first rate, so `for` runs from the second one.
    if hold > i:
        checks = (Check(ceiling(hold, i), firing=False), Check(fired, firing=True))
    return story.scenario(f"fires when there are only {story.what} events from the start on",
                          grows((EVENTS, fired // i + 1)), "", checks)  # fmt: skip


def _silent(story: _Story) -> Iterator[Scenario]:
    limit, what, line = story.limit, story.what, story.line
    below = limit * (1 - STEP)
    half = round(EVENTS * limit / 2)
    if limit:
        yield story.scenario(f"stays silent just within its limit: {_percent(below)} {what} events",
                             *story.phases(limit / 2, below, limit / 2), never_fires(line))  # fmt: skip
    before, after = line.phases[0], sum(line.phases[1:])
    values = (f"{grows((growth, before))} {grows((growth, after))}" for growth in (half, EVENTS - half))
    watched, other = values
    yield story.scenario("stays silent through a restart, when counters begin at 0 again", watched, other,
                         never_fires(line))  # fmt: skip


def _guarded(story: _Story, at_least: int) -> Iterator[Scenario]:
    """Too few events, all of them watched; and just enough."""
    line = story.line
    for factor, fires in ((Decimal("0.9"), False), (Decimal("1.1"), True)):
        growth = at_least * factor * line.interval / story.over
        checks = (Check(line.last, firing=fires),)
        name = f"fires from {at_least} events on" if fires else f"stays silent below {at_least} events"
        yield story.scenario(name, grows((growth, line.last // line.interval + 1)), "", checks)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
