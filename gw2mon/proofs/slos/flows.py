"""The streams of events that SLOs measure: which series they fill, and what each SLO must see of them.

What an SLO sees is found by its filters and by addition, not by PromQL. So SLOs may share a metric, and each is still
told exactly what the others let happen.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.model import LabelFilter
from gw2mon.proofs.inputs import labels_of
from gw2mon.proofs.scenario import Unprovable
from gw2mon.proofs.slos.measure import Selection, opposite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gw2mon.model import Metric, Pairs
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.proofs.slos.measure import Measure
    from gw2mon.world import World

Kind = Literal["good", "bad", "all"]
"""What a stream holds; all: both, where another metric tells which were bad, or its value is the share of them."""


class Flow(NamedTuple):
    """Events with the same labels that end alike."""

    metric: Metric
    labels: Pairs
    kind: Kind
    place: Decimal | None = None
    """Of a histogram: the bound under which they fall; None: they are beyond all bounds."""
    aside: bool = False
    """Whether it is there to show that it is told apart: another value, or events that nobody asked for."""
    apart: bool = False
    """Whether another SLO of the same histogram, with a shorter threshold, may call it slow although it is good."""
    group: int = 0

    @property
    def key(self) -> tuple[str, Pairs, Decimal | None]:
        """What it fills."""
        return self.metric.name, self.labels, self.place


class Measured(NamedTuple):
    """A claim, and what it measures in words of flows."""

    claim: Claim
    measure: Measure


def flows_of(measured: Sequence[Measured]) -> tuple[Flow, ...]:
    """The streams that show what each SLO counts and what not; one that two of them name is there once."""
    shortest: dict[str, Decimal] = {}
    for _, measure in measured:
        if measure.part.under is not None:
            name = measure.part.metric.name
            shortest[name] = min(measure.part.under, shortest.get(name, measure.part.under))
    found = [flow for each in measured for flow in _flows(each, shortest)]
    # Of two flows of one key the later stays: what everybody calls the same rather than what stands aside.
    ordered = sorted(found, key=lambda flow: (flow.aside, flow.apart), reverse=True)
    return tuple({flow.key: flow for flow in ordered}.values())


def _flows(measured: Measured, shortest: Mapping[str, Decimal]) -> Iterator[Flow]:
    claim, measure = measured
    for number, narrowed in enumerate(_groups(claim, measure)):
        yield from _events(claim.world, measure, narrowed, number, shortest)
    yield from _aside(claim.world, measure, shortest)


def _groups(claim: Claim, measure: Measure) -> Iterator[tuple[LabelFilter, ...]]:
    """No filter; then, for an SLO that is kept apart by labels, one that leads to another group, where there is one."""
    yield ()
    for label in claim.slo.by:
        first = labels_of(claim.world, measure.total.metric, measure.total.filters).get(label, "")
        other = LabelFilter(label, "!=", (first,))
        with suppress(Unprovable):
            for selection in (measure.total, measure.part):
                labels_of(claim.world, selection.metric, (*selection.filters, other))
            yield (other,)
            return


def _events(
    world: World, measure: Measure, narrowed: tuple[LabelFilter, ...], group: int, shortest: Mapping[str, Decimal]
) -> Iterator[Flow]:
    total, part = measure.total, measure.part

    def flow(selection: Selection, kind: Kind, *more: LabelFilter, slow: bool = False) -> Flow:
        labels = labels_of(world, selection.metric, (*selection.filters, *narrowed, *more))
        place = None if slow else _fast(selection.metric, shortest)
        return Flow(selection.metric, tuple(labels.items()), kind, place, group=group)

    if measure.of_samples:
        yield from _targets(flow(total, "all"), steady=measure.part_is_bad)
        return
    inside, outside = ("bad", "good") if measure.part_is_bad else ("good", "bad")
    yield flow(part, inside)  # type: ignore[arg-type]
    if part.metric.name != total.metric.name:
        yield flow(total, "all")
        return
    if part.under is not None:
        yield flow(part, "bad", slow=True)
        yield flow(part, "good")._replace(place=part.under, apart=True)
    for item in part.filters:
        if item not in total.filters:
            with suppress(Unprovable):
                yield flow(total, outside, opposite(item))  # type: ignore[arg-type]
                return


def _targets(first: Flow, *, steady: bool) -> Iterator[Flow]:
    """A gauge that tells a share; or two targets of a probe, of which one fails."""
    if steady:
        yield first
        return
    yield first._replace(kind="good")
    labels = {**dict(first.labels), "instance": f"second-{dict(first.labels).get('instance', '')}"}
    yield first._replace(kind="bad", labels=tuple(labels.items()))


def _aside(world: World, measure: Measure, shortest: Mapping[str, Decimal]) -> Iterator[Flow]:
    """The other values that are bad too, and events of another job or that another filter leaves out."""
    part, total = measure.part, measure.total
    for item in part.filters:
        if item.op == "=" and item not in total.filters and not measure.of_samples:
            for value in item.values:
                filters = tuple(each._replace(values=(value,)) if each is item else each for each in part.filters)
                labels = labels_of(world, part.metric, filters)
                kind: Kind = "bad" if measure.part_is_bad else "good"
                yield Flow(part.metric, tuple(labels.items()), kind, _fast(part.metric, shortest), aside=True)
    for selection in (part, total):
        labels = {**labels_of(world, selection.metric, selection.filters), "job": "another"}
        for place in {None: None, _fast(selection.metric, shortest): None}:
            yield Flow(selection.metric, tuple(labels.items()), "bad", place, aside=True)
    for item in total.filters:
        with suppress(Unprovable):
            others = (each for each in total.filters if each is not item)
            labels = labels_of(world, total.metric, (*others, opposite(item)))
            yield Flow(total.metric, tuple(labels.items()), "bad", None, aside=True)


def _fast(metric: Metric, shortest: Mapping[str, Decimal]) -> Decimal | None:
    """A bound that every SLO of a histogram calls fast."""
    if metric.type != "histogram":
        return None
    return shortest.get(metric.name, metric.buckets[0] if metric.buckets else None)


def bounds(flows: Iterable[Flow], measured: Iterable[Measured]) -> dict[str, tuple[Decimal, ...]]:
    """The bounds of each histogram that some SLO compares with."""
    names = {flow.metric.name for flow in flows}
    found: dict[str, set[Decimal]] = {name: set() for name in names}
    for _, measure in measured:
        if measure.part.under is not None and measure.part.metric.name in found:
            found[measure.part.metric.name].add(measure.part.under)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def seen(selection: Selection, flows: Iterable[Flow], amount: Callable[[Flow], Decimal]) -> Decimal:
    """What a selection adds up to, if each flow amounts to so much."""
    return sum(
        (amount(flow) for flow in flows if selection.takes(flow.metric.name, dict(flow.labels), flow.place)), Decimal(0)
    )
