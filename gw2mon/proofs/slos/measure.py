"""What an SLO measures, as selections of series whose sums are known without any PromQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from gw2mon import promql as q
from gw2mon.model import EventsSli, LabelFilter, LatencySli, ProbeSli, QuerySli, RatioSli
from gw2mon.proofs.inputs import lets_through
from gw2mon.proofs.scenario import Unprovable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from gw2mon.model import Metric
    from gw2mon.promql import Expr
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.world import World

_OPPOSITE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


class Selection(NamedTuple):
    """The events of a metric that pass every filter; of a histogram, perhaps only those under a bound."""

    metric: Metric
    filters: tuple[LabelFilter, ...]
    under: Decimal | None = None

    def takes(self, metric: str, labels: Mapping[str, str], place: Decimal | None) -> bool:
        """Whether events of these labels, under this bound and over the one before it, are among them."""
        through = (lets_through(item, labels.get(item.label, "")) for item in self.filters)
        if metric != self.metric.name or not all(through):
            return False
        return self.under is None or (place is not None and place <= self.under)


class Measure(NamedTuple):
    """All events, and the part of them that is bad, or good."""

    total: Selection
    part: Selection
    part_is_bad: bool
    of_samples: bool = False
    """Whether the events are the samples of a gauge, which counts a share of each as the part."""
    steps: int = 0
    """Distance of the moments at which a gauge is read; 0: wherever it has samples."""


def measure_of(claim: Claim) -> Measure:
    """What an SLO measures. Raises Unprovable for PromQL that is no plain sum of rates, whose inputs nobody knows."""
    world = claim.world
    match claim.slo.sli:
        case EventsSli(events):
            metric = world.metrics[events.metric]
            only = with_job(world, metric, events.only)
            return Measure(Selection(metric, only), Selection(metric, (*only, *events.split)), events.split_is == "bad")
        case LatencySli(latency, under, only, bad):
            metric = world.metrics[latency.metric]
            counted = with_job(world, metric, (*latency.only, *only))
            fast = Selection(metric, (*counted, *map(opposite, bad)), under)
            return Measure(Selection(metric, counted), fast, part_is_bad=False)
        case ProbeSli(probe):
            metric = world.metrics[probe.metric]
            samples = Selection(metric, with_job(world, metric, probe.only))
            return Measure(samples, samples, part_is_bad=False, of_samples=True)
        case QuerySli(bad, total):
            return Measure(_summed(world, total, claim.slo.by), _summed(world, bad, claim.slo.by), part_is_bad=True)
        case RatioSli(share):
            gauge = _selected(world, share, "gauge")
            return Measure(gauge, gauge, part_is_bad=True, of_samples=True, steps=60_000)
        case unknown:
            assert_never(unknown)


def with_job(world: World, metric: Metric, filters: tuple[LabelFilter, ...]) -> tuple[LabelFilter, ...]:
    """The filters, and the jobs of the metric where they say nothing of jobs."""
    if any(item.label == "job" for item in filters):
        return filters
    return (LabelFilter("job", "=", world.jobs_of(metric)), *filters)


def opposite(item: LabelFilter) -> LabelFilter:
    """The filter that lets through just what this one does not."""
    return item._replace(op=_OPPOSITE[item.op])  # type: ignore[arg-type]


def _summed(world: World, expr: Expr, by: tuple[str, ...]) -> Selection:
    """The events of `sum by (…) (rate(counter[$window]))`."""
    match expr:
        case q.Aggregation(
            op="sum", expr=q.Call("rate", (q.MatrixSelector() as inner,)), grouping=grouping, without=None | False
        ) if set(grouping) == set(by):
            return _selected(world, inner.selector, "counter")
        case _:
            raise Unprovable("is PromQL other than a sum of the rate of one counter")


def _selected(world: World, expr: Expr, kind: str) -> Selection:
    if isinstance(expr, q.VectorSelector) and expr.name in world.metrics and not expr.offset and expr.at is None:
        metric = world.metrics[expr.name]
        if metric.type == kind:
            return Selection(metric, tuple(LabelFilter(item.name, item.op, (item.value,)) for item in expr.matchers))
    raise Unprovable(f"is PromQL other than one {kind} that is declared")
