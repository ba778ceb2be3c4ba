"""Scenarios of rates, and of rates against the same time some periods ago."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import counter_name, labels_of
from gw2mon.proofs.scenario import STEP, Unprovable, ceiling, fires_after, grows, never_fires, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Change, Events, Rate, Threshold
    from gw2mon.proofs.scenario import Check, Scenario, Subject, Timeline

_USUAL = 100
"""Events per second in the past with which a change is compared."""


def rate_scenarios(condition: Rate, subject: Subject) -> Iterator[Scenario]:
    """Just beyond and just within the threshold, far beyond it, and through a restart."""
    limit, above = _limit(subject)
    usual = limit / 2 if above else limit * 2
    yield from _around(subject, condition.events, timeline(subject, condition.over), condition.over, usual, limit)


def change_scenarios(condition: Change, subject: Subject) -> Iterator[Scenario]:
    """The same around a multiple of what was usual, with that past before it."""
    change, above = _limit(subject)
    limit = _USUAL * (1 + change)
    if limit <= 0 or (limit <= _USUAL) == above:
        raise Unprovable(f"compares a change with {change}, which no change crosses from a usual rate")
    line = timeline(subject, condition.over)
    if condition.against < line.incident:
        raise Unprovable("compares with a time so near that the incident itself is the past")
    past = ceiling(condition.against, line.interval)
    line = line._replace(healthy=line.healthy + past)
    # Days of the past are simulated before each incident, so there is none that goes far beyond the threshold.
    beyond, _, within = _around(subject, condition.events, line, condition.over, Decimal(_USUAL), limit)
    yield from (beyond, within)


def _limit(subject: Subject) -> tuple[Decimal, bool]:
    threshold: Threshold | None = subject.rule.threshold
    if threshold is None or threshold.op == "==":
        raise Unprovable("compares a rate for equality, which no measured rate meets")
    if threshold.value == 0 and threshold.op == "<":
        raise Unprovable("waits for less than nothing")
    return threshold.value, threshold.op == ">"


def _around(
    subject: Subject, events: Events, line: Timeline, over: int, usual: Decimal, limit: Decimal
) -> Iterator[Scenario]:
    metric = subject.world.metrics[events.metric]
    name, labels = counter_name(metric), labels_of(subject.world, metric, events.only)
    away = 1 if usual < limit or not limit else -1

    def scenario(title: str, rate: Decimal, checks: tuple[Check, ...]) -> Scenario:
        growth = [per_second * line.interval / 1000 for per_second in (usual, rate, usual)]
        return build(subject, title, (Input(name, labels, grows(*zip(growth, line.phases, strict=True))),), checks)

    def crossing(rate: Decimal) -> Decimal:
        return over * (limit - usual) / (rate - usual) or Decimal(1)

    beyond = limit * (1 + away * STEP) or Decimal(1)
    far = limit * 10 + 1 if away > 0 else Decimal(0)
    hold = subject.rule.hold
    yield scenario(f"fires just beyond its threshold: {_text(beyond)} events per second", beyond,
                   fires_after(line, hold, crossing(beyond)))  # fmt: skip
    yield scenario(f"fires far beyond its threshold: {_text(far)} events per second", far,
                   fires_after(line, hold, crossing(far)))  # fmt: skip
    within = limit * (1 - away * STEP)
    yield scenario(f"stays silent just within its threshold: {_text(within)} events per second", within,
                   never_fires(line))  # fmt: skip


def _text(rate: Decimal) -> str:
    return f"{rate.quantize(Decimal('0.0001')).normalize():f}"
