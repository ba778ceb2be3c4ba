"""Scenarios of gauges: their value, their absence, the time they hold, and where they are going."""

from __future__ import annotations

from decimal import Decimal
from statistics import fmean
from typing import TYPE_CHECKING

from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import counter_name, labels_of
from gw2mon.proofs.scenario import (
    STEP,
    Check,
    Unprovable,
    cut_short,
    fires_after,
    holds,
    moves,
    never_fires,
    timeline,
    vanishes,
)
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Absence, Forecast, LabelFilter, Metric, Staleness, Threshold, Value
    from gw2mon.proofs.scenario import Scenario, Subject, Timeline

_FAILED_SCRAPES = 2
"""Samples that may be missing without anyone being woken."""


def value_scenarios(condition: Value, subject: Subject) -> Iterator[Scenario]:
    """Just on the bad side of the threshold, just on the good side, and bad for less than `for`."""
    threshold = _threshold(subject)
    bad, good = _sides(threshold)
    usual = _usual(threshold, good)
    line = timeline(subject, 0)

    def scenario(title: str, value: Decimal, checks: tuple[Check, ...], line: Timeline = line) -> Scenario:
        text = holds(*zip((usual, value, usual), line.phases, strict=True))
        return build(subject, title, (_gauge(subject, condition.metric, condition.only, text),), checks)

    yield scenario(f"fires at {_text(bad)}", bad, fires_after(line, subject.rule.hold, 0))
    yield scenario(f"stays silent at {_text(good)}", good, never_fires(line))
    if brief := cut_short(line, subject.rule.hold):
        yield scenario("stays silent when it is over before `for` is", bad, never_fires(brief), brief)


def staleness_scenarios(condition: Staleness, subject: Subject) -> Iterator[Scenario]:
    """The last success just too long ago, just not, and no success any more."""
    threshold = _threshold(subject)
    line = timeline(subject, 0)
    seconds = Decimal(line.interval) / 1000
    healthy, incident, recovery = line.phases

    def scenario(title: str, age: Decimal, checks: tuple[Check, ...]) -> Scenario:
        begin = line.healthy // 1000
        end = begin + line.incident // 1000
        values = moves((0, seconds, healthy), (begin - age, seconds, incident), (end, seconds, recovery))
        return build(subject, title, (_gauge(subject, condition.metric, condition.only, values),), checks)

    old, recent = threshold.value * (1 + STEP), threshold.value * (1 - STEP)
    yield scenario(f"fires when the last success is {_text(old)} seconds old", old,
                   fires_after(line, subject.rule.hold, 0))  # fmt: skip
    yield scenario(f"stays silent while it is {_text(recent)} seconds old", recent, never_fires(line))


def absence_scenarios(condition: Absence, subject: Subject) -> Iterator[Scenario]:
    """Gone, there, and gone for no longer than two failed scrapes."""
    metric = subject.world.metrics[condition.metric]
    name = counter_name(metric) if metric.type in ("counter", "histogram", "summary") else metric.name
    labels = labels_of(subject.world, metric, condition.only)
    line = timeline(subject, 0)
    present = Input(name, labels, holds((1, line.samples)))
    lost = Input(name, labels, vanishes(line))
    before = line.phases[0]
    rest = line.samples - before - _FAILED_SCRAPES
    missed = Input(name, labels, holds((1, before), (None, _FAILED_SCRAPES), (1, rest)))
    yield build(subject, "fires when it is gone", (lost,), fires_after(line, subject.rule.hold, 0))
    yield build(subject, "stays silent while it is there", (present,), never_fires(line))
    yield build(subject, "stays silent through two failed scrapes", (missed,), never_fires(line))


def forecast_scenarios(condition: Forecast, subject: Subject) -> Iterator[Scenario]:
    """Level, then towards the threshold: just fast enough to cross it in time, and just not."""
    threshold = _threshold(subject)
    if threshold.op == "==":
        raise Unprovable("waits for a forecast of exactly one value")
    limit = threshold.value
    scale = abs(limit) or Decimal(100)
    away = 1 if threshold.op == ">" else -1
    level = limit - away * scale
    line = timeline(subject, condition.over)
    window = Decimal(condition.over) / 1000

    def slope(target: Decimal, after: Decimal) -> Decimal:
        """By how much a second it must move to be forecast at the target, some time into the incident."""
        return (target - level) / (after + condition.ahead // 1000)

    def scenario(title: str, per_second: Decimal, checks: tuple[Check, ...]) -> Scenario:
        step = per_second * line.interval / 1000
        healthy, incident, recovery = line.phases
        values = moves((level, 0, healthy), (level, step, incident), (level, 0, recovery))
        return build(subject, title, (_gauge(subject, condition.metric, condition.only, values),), checks)

    beyond, within = limit + away * scale * STEP, limit - away * scale * STEP
    falling = slope(beyond, window)
    crossing = _forecast_crossing(condition, line.interval, float(falling), float(limit - level))
    yield scenario(f"fires when it is on its way to {_text(beyond)}", falling,
                   fires_after(line, subject.rule.hold, crossing))  # fmt: skip
    last = Decimal(line.incident - line.interval) / 1000
    silent = (Check(line.healthy, firing=False), Check(line.last, firing=False))
    yield scenario(f"stays silent while it is on its way to {_text(within)}", slope(within, last), silent)


def _forecast_crossing(condition: Forecast, interval: int, slope: float, distance: float) -> int:
    """When the forecast first says that a gauge will have moved so far, in milliseconds since it began to move.

    While the window still reaches back before that, the regression sees less than the whole slope.
    """
    count = condition.over // interval
    for moved in range(1, 2 * count + 2):
        values = [max(0, moved - count + k) * slope * interval / 1000 for k in range(count + 1)]
        if abs(_predicted(values, interval / 1000, condition.ahead / 1000)) > abs(distance):
            return moved * interval
    raise Unprovable("waits for a forecast that its window is too short to make")


def _predicted(values: list[float], interval: float, ahead: float) -> float:
    """Simple linear regression over samples one interval apart, as predict_linear does it."""
    times = [(k - len(values) + 1) * interval for k in range(len(values))]
    time, value = fmean(times), fmean(values)
    together = sum((t - time) * (v - value) for t, v in zip(times, values, strict=True))
    return value + together / sum((t - time) ** 2 for t in times) * (ahead - time)


def _gauge(subject: Subject, metric: str, only: tuple[LabelFilter, ...], values: str) -> Input:
    found: Metric = subject.world.metrics[metric]
    return Input(found.name, labels_of(subject.world, found, only), values)


def _threshold(subject: Subject) -> Threshold:
    if subject.rule.threshold is None:
        raise Unprovable("has no threshold")
    return subject.rule.threshold


def _sides(threshold: Threshold) -> tuple[Decimal, Decimal]:
    """A value for which it fires, and one near it for which it does not."""
    value = threshold.value
    if threshold.op == "==":
        # What is compared for equality is a state. Of a flag, the good one is the other.
        return value, Decimal(0) if value == 1 else value + 1
    step = abs(value) * STEP or Decimal(1)
    return (value + step, value - step) if threshold.op == ">" else (value - step, value + step)


def _usual(threshold: Threshold, good: Decimal) -> Decimal:
    """A value far on the good side."""
    if threshold.op == "==":
        return good
    far = abs(threshold.value) or Decimal(10)
    return threshold.value - far / 2 if threshold.op == ">" else threshold.value + far


def _text(number: Decimal) -> str:
    return bound_text(number).removesuffix(".0")
