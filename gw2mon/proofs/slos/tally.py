"""What an SLO must see of flows: their sums, for each of its groups."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.proofs.slos.case import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gw2mon.proofs.slos.claim import Labels
    from gw2mon.proofs.slos.flows import Flow, Measured


class Tally(NamedTuple):
    """The events of one group, and the bad ones among them."""

    group: Labels
    total: Fraction
    bad: Fraction

    @property
    def share(self) -> Fraction | None:
        """The share of bad events; None without any."""
        return self.bad / self.total if self.total else None


class Seen(NamedTuple):
    """A flow that an SLO counts: the group to which it belongs, and whether it is among all events, and in the part."""

    flow: Flow
    group: tuple[str, ...]
    in_total: bool
    in_part: bool


def seen(each: Measured, flows: Iterable[Flow]) -> tuple[Seen, ...]:
    """The flows that an SLO counts."""
    measure, by = each.measure, each.claim.slo.by
    metrics = (measure.total.metric.name, measure.part.metric.name)
    found = []
    for flow in flows:
        if flow.metric.name in metrics:
            labels = dict(flow.labels)
            takes = [each.takes(flow.metric.name, labels, flow.place) for each in (measure.total, measure.part)]
            if any(takes):
                found.append(Seen(flow, tuple(labels.get(label, "") for label in by), *takes))
    return tuple(found)


def tallies(each: Measured, counted: Iterable[Seen], amount: Callable[[Flow, bool], Fraction]) -> tuple[Tally, ...]:
    """A tally for each group of an SLO. `amount` is what a flow amounts to, as an event or as one of the part."""
    found: dict[tuple[str, ...], list[Fraction]] = {}
    for flow, group, *takes in counted:
        sums = found.setdefault(group, [Fraction(0)] * 2)
        for column, is_taken in enumerate(takes):
            if is_taken:
                sums[column] += amount(flow, column == 1)
    by, bad = each.claim.slo.by, each.measure.part_is_bad
    return tuple(
        Tally(dict(zip(by, group, strict=True)), total, part if bad else total - part)
        for group, (total, part) in found.items()
    )


def valued(each: Measured, record: str, at: int, group: Labels, value: Fraction | None) -> Value:
    """What a record of a group must hold."""
    claim = each.claim
    return Value(record, at, claim.slo.id, tuple(claim.labels(record, group).items()), value)
