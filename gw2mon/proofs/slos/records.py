"""The records that read raw samples: what each window holds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names, slo
from gw2mon.proofs.slos.case import Layer, Part, cases
from gw2mon.proofs.slos.claim import BASE, ERRORS, RAW_UP_TO, TOTAL, ratio
from gw2mon.proofs.slos.edges import edge_parts
from gw2mon.proofs.slos.feed import exposed
from gw2mon.proofs.slos.flows import bounds, flows_of
from gw2mon.proofs.slos.history import counter, gauge, history
from gw2mon.proofs.slos.rollout import rollout_parts
from gw2mon.proofs.slos.tally import seen, tallies, valued

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.model import Metric
    from gw2mon.proofs.slos.case import Value
    from gw2mon.proofs.slos.flows import Flow, Measured
    from gw2mon.proofs.slos.history import History
    from gw2mon.proofs.slos.tally import Seen, Tally


def record_layer(measured: Sequence[Measured], interval: int) -> Layer:
    """The cases of all records that read raw samples of an hour or less, and what they say at the edges."""
    windows = {window for each in measured for window in each.claim.windows if window <= RAW_UP_TO}
    held = window_parts(measured, history(windows, interval, BASE), "each window of raw samples holds what it must")
    edges = (*edge_parts(measured), *rollout_parts(measured))
    return Layer("records", BASE, (*cases(held, interval), *cases(edges, slo.MINUTE)))


def window_parts(measured: Sequence[Measured], line: History, name: str, above: int = 0) -> Iterator[Part]:
    """A history in which no two windows have the same share of bad events; the records of those that it covers."""
    flows = flows_of(measured)
    plan = Plan(line)

    def write(metric: Metric, amounts: Sequence[Decimal]) -> str:
        return gauge(line, amounts) if metric.type == "gauge" else counter(line, amounts)

    yield Part(name, exposed(flows, bounds(flows, measured), plan.amounts, write))
    for each in measured:
        counted = seen(each, flows)
        held = [window for window in each.claim.raw_windows if above < window < line.blocks[-1].youngest]
        shares = (_share(each, counted, plan, window) for window in held)
        pair = () if above else _pair(each, counted, plan)
        yield Part(name, values=(*pair, *(value for values in shares for value in values)))


class Plan(NamedTuple):
    """What flows amount to in each block of a history: something else in each."""

    line: History

    def amounts(self, flow: Flow) -> list[Decimal]:
        """The growth at each sample of each block, or the value that a gauge holds there."""
        amount = _value if flow.metric.type == "gauge" else _growth
        return [amount(flow, number) for number in range(len(self.line.blocks))]

    def tallies(self, each: Measured, counted: Sequence[Seen], window: int) -> tuple[Tally, ...]:
        """What a window holds."""
        inside, line, step = self.line.inside(window), self.line, each.measure.steps

        def grown(flow: Flow, _: bool) -> Fraction:  # noqa: FBT001 - the form that tallies calls
            amounts = self.amounts(flow)
            return sum((Fraction(amounts[number]) * (line.samples(number) - 1) for number in inside), Fraction(0))

        def read(flow: Flow, is_part: bool) -> Fraction:  # noqa: FBT001 - the same
            amounts = self.amounts(flow)
            times = {number: line.steps(number, step) if step else line.samples(number) for number in inside}
            return sum((Fraction(amounts[n] if is_part else 1) * times[n] for n in inside), Fraction(0))

        return tallies(each, counted, read if each.measure.of_samples else grown)


def _growth(flow: Flow, number: int) -> Decimal:
    """Bad events come as they came before, and there was more traffic: so every window has a share of its own."""
    good, bad = Decimal(600 * (number + 1)), Decimal(60)
    amount = Decimal(90) if flow.aside else {"good": good, "bad": bad, "all": good + bad}[flow.kind]
    return amount * (flow.group + 1)


def _value(flow: Flow, number: int) -> Decimal:
    """One target of two is down at last; a share was less before."""
    if flow.aside:
        return Decimal(1)
    return {"good": Decimal(1), "bad": Decimal(min(number, 1)), "all": Decimal("0.5") ** (number + 1)}[flow.kind]


def _pair(each: Measured, counted: Sequence[Seen], plan: Plan) -> Iterator[Value]:
    """The pair of records that all others rest on, and how fast the budget burns now."""
    line, budget = plan.line, Fraction(slo.budget(each.claim.slo.objective))
    # A counter grew evenly in this time; a gauge was read, and is no rate.
    per = Fraction(1) if each.measure.of_samples else Fraction((line.samples(0) - 1) * line.interval, 1000)
    for tally in plan.tallies(each, counted, BASE):
        yield valued(each, TOTAL, line.end, tally.group, tally.total / per)
        yield valued(each, ERRORS, line.end, tally.group, tally.bad / per)
        burn = None if tally.share is None else tally.share / budget
        yield valued(each, names.SLO_BURN, line.end, tally.group, burn)


def _share(each: Measured, counted: Sequence[Seen], plan: Plan, window: int) -> Iterator[Value]:
    for tally in plan.tallies(each, counted, window):
        yield valued(each, ratio(window), plan.line.end, tally.group, tally.share)
