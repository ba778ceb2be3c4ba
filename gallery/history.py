"""What every series showed in the past that the story tells.

The same every time: what is random comes from the name of a series. Counters count whole events, distributions fall
into the buckets that the spec declares, and a process that starts anew begins to count at 0.
"""

from __future__ import annotations

import itertools
import math
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from gallery.server import Sample
from gallery.story import DAY, tide
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gallery.story import Labels, Story
    from gw2mon.model import Label, Metric
    from gw2mon.world import World

CERTAIN = 30.0
"""From so many events on, their number is as good as normally distributed."""


class Line(NamedTuple):
    """One set of labels of a metric on one target, and its share of all that the metric counts."""

    told: Story
    metric: Metric
    job: str
    labels: Labels
    share: float
    times: Sequence[int]

    def named(self, suffix: str = "", *more: tuple[str, str]) -> str:
        """A series of it, as an exposition writes it."""
        return series(self.metric.name + suffix, (*more, *self.labels))

    def expected(self, time: float) -> float:
        """Events per second."""
        words = (self.metric.name, *(value for _, value in self.labels))
        follows_day = not self.metric.name.startswith("node_")
        usual = self.told.of("rates", self.metric.name) * self.share
        return float(usual * (1 + follows_day * 0.55 * (tide(time) - 1)) * self.told.more(words, time))


def samples(told: Story, world: World, names: Collection[str], of_slos: Collection[str]) -> Iterator[Sample]:
    """Every sample of the series that have a name among these; a long past only of those that SLOs read."""
    metrics = {found.metric.name: found.metric for name, found in world.series.items() if name in names}
    long = {world.series[name].metric.name for name in of_slos if name in world.series}
    for metric in metrics.values():
        times = told.times(is_long=metric.name in long)
        for job, labels, share in _labelled(told, world, metric):
            line = Line(told, metric, job, labels, share, times)
            for sample in _MAKERS[metric.type](line):
                if metric.name == "up" or not told.is_down(job, sample.time):
                    yield sample


def series(name: str, labels: Labels) -> str:
    """A name and labels as an exposition writes them."""
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in labels) + "}"


def _labelled(told: Story, world: World, metric: Metric) -> Iterator[tuple[str, Labels, float]]:
    """Job, labels and share of each line of a metric."""
    own = [] if metric.type == "info" else [_shares(told, metric, label) for label in metric.labels]
    for job in world.jobs_of(metric):
        for instance in world.jobs[job].targets:
            target = (("job", job), ("instance", instance))
            for values in itertools.product(*own):
                pairs = ((label.name, value) for label, (value, _) in zip(metric.labels, values, strict=False))
                yield job, (*pairs, *target), math.prod(share for _, share in values)


def _shares(told: Story, metric: Metric, label: Label) -> list[tuple[str, float]]:
    """The values of a label, each with its share of all events."""
    written, known = told.data["labels"], label.values.values
    shares = written.get(f"{metric.name}/{label.name}")
    if shares is None:
        shares = written.get(label.name, {})
        shares = {value: share for value, share in shares.items() if value in known or not label.values.closed}
    return list(shares.items()) or [(value, 0.5 ** (rank + 1)) for rank, value in enumerate(known or ("x",))]


def _counter(line: Line) -> Iterator[Sample]:
    name, chance, total = line.named(), Random(line.named()), 0.0  # noqa: S311 - no secret is made
    for time, length, is_new in _spans(line):
        expected = line.expected(time) * length
        grown = expected * chance.uniform(0.9, 1.1) if line.metric.unit == "seconds" else _events(chance, expected)
        total = grown if is_new else total + grown
        yield Sample(name, time, total)


def _histogram(line: Line) -> Iterator[Sample]:
    """The buckets, the sum and the count; a summary keeps its buckets to itself."""
    metric, told = line.metric, line.told
    middle, bounds = told.of("middles", metric.name), [float(bound) for bound in metric.buckets]
    texts = [*map(bound_text, metric.buckets), "+Inf"] if metric.type == "histogram" else []
    buckets, names = [line.named("_bucket", ("le", text)) for text in texts], (line.named("_count"), line.named("_sum"))
    chance, inside, total = Random(names[0]), [0.0] * (len(bounds) + 1), 0.0  # noqa: S311 - the same
    for time, length, is_new in _spans(line):
        at = middle["at"] * told.slowness(metric.name, time) * chance.uniform(0.93, 1.07)
        expected = line.expected(time) * length
        grown = [_events(chance, expected * part) for part in _parts(bounds, at, middle["spread"])]
        inside = [new if is_new else old + new for old, new in zip(inside, grown, strict=True)]
        total = (0 if is_new else total) + sum(grown) * at * (1 + math.log(middle["spread"]) ** 2 / 2)
        yield from map(Sample, buckets, itertools.repeat(time), itertools.accumulate(inside))
        yield from (Sample(names[0], time, sum(inside)), Sample(names[1], time, round(total, 4)))


def _spans(line: Line) -> Iterator[tuple[int, float, bool]]:
    """Each time of a scrape, how long ago the one before was, and whether the process has started since."""
    before, started = line.times[0] - 1, -math.inf
    for time in line.times:
        start = line.told.start(line.job, time)
        yield time, time - max(before, start), start != started
        before, started = time, start


def _parts(bounds: Sequence[float], middle: float, spread: float) -> list[float]:
    """The share of a log-normal distribution in each bucket."""
    width = math.log(spread) * math.sqrt(2)
    below = [0.5 * (1 + math.erf(math.log(bound / middle) / width)) for bound in bounds]
    return [right - left for left, right in itertools.pairwise((0.0, *below, 1.0))]


def _gauge(line: Line) -> Iterator[Sample]:
    name, told, look = line.named(), line.told, line.told.of("gauges", line.metric.name)
    chance, drift = Random(name), 0.0  # noqa: S311 - the same
    for time in line.times:
        drift = 0.9 * drift + chance.gauss(0, look.get("noise", 0)) * 0.44
        since = told.start(line.job, time) if look.get("resets") else told.recent
        value = look["at"] * (1 + drift) * (1 + look.get("swing", 0) * (tide(time) - 1))
        value = value * told.more((line.metric.name,), time) + look.get("growth", 0) * (time - since) / DAY
        if line.metric.name == "process_start_time_seconds":
            value = told.start(line.job, time) + 3
        elif told.is_down(line.job, time) or told.fails(line.metric.name, time):
            value = 0
        yield Sample(name, time, round(value) if look.get("whole") else value)


def _info(line: Line) -> Iterator[Sample]:
    first = {label.name: _shares(line.told, line.metric, label)[0][0] for label in line.metric.labels}
    for time in line.times:
        labels = first | {"version": line.told.deployment(time).version}
        yield Sample(line.named("", *labels.items()), time, 1)


_MAKERS = {"counter": _counter, "histogram": _histogram, "summary": _histogram, "gauge": _gauge, "info": _info}


def _events(chance: Random, expected: float) -> int:
    """How many events happen where so many are expected."""
    if expected > CERTAIN:
        return max(0, round(chance.gauss(expected, math.sqrt(expected))))
    limit, count, product = math.exp(-expected), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count
