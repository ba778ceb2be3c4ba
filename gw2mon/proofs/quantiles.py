"""Scenarios of quantiles that histograms estimate, computed so that the estimate is exactly what is meant.

Prometheus assumes that the observations in a bucket are spread evenly. With a share s in the bucket (lo, hi] and the
rest below it, the quantile q is lo + (hi - lo) * (1 - (1 - q) / s), which can be turned around to find the share that
leads to a wanted estimate. https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import labels_of
from gw2mon.proofs.scenario import STEP, Check, Unprovable, fires_after, grows, never_fires, timeline
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Metric, Quantile
    from gw2mon.proofs.scenario import Scenario, Subject, Timeline

REQUESTS = Decimal(1_000_000)
"""Observations at each sample."""

_HALVINGS = 40
"""Steps of the search for a crossing: enough for a billionth of the window."""

_Spread = dict[Decimal, Decimal]
"""Upper bound of a bucket to the share of observations in it."""


class _Story(NamedTuple):
    subject: Subject
    condition: Quantile
    limit: Decimal
    metric: Metric
    line: Timeline

    def scenario(
        self, title: str, spreads: tuple[_Spread, ...], checks: tuple[Check, ...], requests: Decimal = REQUESTS
    ) -> Scenario:
        """A scenario with one spread of the observations over the buckets in each phase."""
        name, labels = self.metric.name, labels_of(self.subject.world, self.metric, self.condition.latency.only)

        def values(bound: Decimal) -> str:
            growth = [(_upto(spread, bound) * requests).quantize(Decimal("1e-6")) for spread in spreads]
            return grows(*zip(growth, self.line.phases, strict=True))

        each = {_bound_text(bound): values(bound) for bound in self.bounds}
        buckets = [Input(f"{name}_bucket", {**labels, "le": bound}, text) for bound, text in each.items()]
        count = Input(f"{name}_count", labels, values(self.bounds[-1]))
        return build(self.subject, title, (*buckets, count), checks)

    @property
    def bounds(self) -> tuple[Decimal, ...]:
        """The upper bounds of all buckets, ascending."""
        return (*self.metric.buckets, Decimal("Infinity"))

    def bucket(self, value: Decimal) -> tuple[Decimal, Decimal]:
        """The bounds between which a value lies, the upper one above it."""
        below = [bound for bound in self.bounds if bound <= value]
        return (below[-1] if below else Decimal(0)), self.bounds[len(below)]


def quantile_scenarios(condition: Quantile, subject: Subject) -> Iterator[Scenario]:
    """An estimate just beyond the threshold, everything slow, an estimate just within; and the guard, if it has one."""
    metric = subject.world.metrics[condition.latency.metric]
    story = _Story(subject, condition, _limit(subject, metric), metric, timeline(subject, condition.over))
    fast = _fast(story)
    low, high = story.bucket(story.limit)
    beyond = min(story.limit * (1 + STEP), (story.limit + high) / 2)
    # What is slow for certain lies in a bucket that begins at the threshold or above it.
    everything = {high if low == story.limit else story.bucket(high)[1]: Decimal(1)}
    for title, slow in (
        (f"fires just beyond its threshold: an estimate of {_text(beyond)}", _spread(story, beyond)),
        ("fires when everything is slow", everything),
    ):
        crossing = condition.over * _crossing(story, slow)
        yield story.scenario(title, (fast, slow, fast), fires_after(story.line, subject.rule.hold, crossing))
    within = max(story.limit * (1 - STEP), _estimate(story, fast))
    title = f"stays silent just within its threshold: an estimate of {_text(within)}"
    yield story.scenario(title, (fast, _spread(story, within), fast), never_fires(story.line))
    yield from _guarded(story, everything)


def _guarded(story: _Story, everything: _Spread) -> Iterator[Scenario]:
    """Too few requests, all of them slow; and just enough."""
    at_least = story.condition.at_least
    few = Decimal(at_least) * story.line.interval / story.condition.over
    for factor, fires in ((Decimal("0.9"), False), (Decimal("1.1"), True)) if at_least else ():
        title = f"fires from {at_least} events on" if fires else f"stays silent below {at_least} events"
        yield story.scenario(title, (everything,) * 3, (Check(story.line.last, fires),), few * factor)


def _limit(subject: Subject, metric: Metric) -> Decimal:
    threshold = subject.rule.threshold
    if threshold is None or threshold.op != ">":
        raise Unprovable("waits for a quantile that is not above its threshold, for which no incident is known")
    if not metric.buckets or threshold.value >= metric.buckets[-1]:
        raise Unprovable("has a threshold at or beyond the largest bucket, which no estimate exceeds")
    return threshold.value


def _fast(story: _Story) -> _Spread:
    """Everything in the lowest bucket; the estimate is then a fixed part of its bound."""
    fast = {story.bounds[0]: Decimal(1)}
    if _estimate(story, fast) >= story.limit:
        raise Unprovable("has a threshold below what the lowest bucket can tell, so it fires however fast all is")
    return fast


def _spread(story: _Story, estimate: Decimal) -> _Spread:
    """A spread of the observations for which the quantile is estimated so."""
    quantile, first = story.condition.quantile, story.bounds[0]
    low, high = story.bucket(estimate)
    share = (1 - quantile) / (1 - (estimate - low) / (high - low))
    if low > 0 and share <= 1:
        return {first: 1 - share, high: share}
    # Even with everything in its bucket the estimate would be lower: so some lie above.
    _, next_bound = story.bucket(high)
    above = max(1 - quantile * (high - low) / (estimate - low), Decimal(0))
    return {high: 1 - above, next_bound: above}


def _estimate(story: _Story, spread: _Spread) -> Decimal:
    """What histogram_quantile makes of a spread."""
    quantile, seen = story.condition.quantile, Decimal(0)
    low = Decimal(0)
    for bound in story.bounds:
        share = spread.get(bound, Decimal(0))
        if share and seen + share >= quantile:
            return low if bound.is_infinite() else low + (bound - low) * (quantile - seen) / share
        seen, low = seen + share, bound
    return low


def _crossing(story: _Story, slow: _Spread) -> Decimal:
    """The part of the window that the incident must fill before the estimate exceeds the threshold."""
    fast = _fast(story)
    least, most = Decimal(0), Decimal(1)
    for _ in range(_HALVINGS):
        part = (least + most) / 2
        mixed = {bound: fast.get(bound, 0) * (1 - part) + slow.get(bound, 0) * part for bound in {*fast, *slow}}
        least, most = (least, part) if _estimate(story, mixed) > story.limit else (part, most)
    return most


def _upto(spread: _Spread, bound: Decimal) -> Decimal:
    return sum((share for upper, share in spread.items() if upper <= bound), Decimal(0))


def _bound_text(bound: Decimal) -> str:
    return "+Inf" if bound.is_infinite() else bound_text(bound)


def _text(seconds: Decimal) -> str:
    return f"{seconds.quantize(Decimal('0.0001')).normalize():f}"
