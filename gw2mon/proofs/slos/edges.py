"""What records say at the edges: no bad event was ever seen, or no good one; no traffic; nothing at all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon.proofs.scenario import grows, holds
from gw2mon.proofs.slos.case import Part
from gw2mon.proofs.slos.claim import BASE, ERRORS, TOTAL, ratio
from gw2mon.proofs.slos.feed import exposed
from gw2mon.proofs.slos.flows import bounds, flows_of
from gw2mon.proofs.slos.tally import seen, tallies, valued

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gw2mon.model import Metric
    from gw2mon.proofs.slos.case import Value
    from gw2mon.proofs.slos.flows import Flow, Kind, Measured
    from gw2mon.proofs.slos.tally import Tally

_CALM, _QUIET, _LATER = 10, 15, 10
"""Minutes: how long all is as it is; how long there is no traffic, and how long there is some again."""

LEAST = 4 * slo.MINUTE
"""The shortest window that always holds enough samples that lie a minute apart."""

_EACH = Decimal(600)
"""Events of a stream in a minute."""


def edge_parts(measured: Sequence[Measured]) -> Iterator[Part]:
    """The cases at the edges."""
    flows = calm(measured)
    together = {flow.labels for flow in flows if flow.kind == "good"}
    alone = [flow for flow in flows if flow.kind != "bad" or flow.labels in together]
    failed = [flow for flow in flows if flow.kind == "all" or (flow.kind == "bad" and flow.labels not in together)]
    yield from _steady(
        "no bad event was ever seen: the share is 0, and the budget whole", measured, alone,
        {"good": _EACH, "bad": Decimal(0), "all": _EACH}, {"good": Decimal(1), "bad": Decimal(1), "all": Decimal(0)},
    )  # fmt: skip
    yield from _steady(
        "no good event was ever seen: the share is 1", measured, failed,
        {"bad": _EACH, "all": _EACH}, {"bad": Decimal(0), "all": Decimal(1)},
    )  # fmt: skip
    counting = [each for each in measured if not each.measure.of_samples]
    yield from _still(counting)
    yield from _just_over(counting)
    yield from _quiet(counting)
    yield from _nothing(measured)


def calm(measured: Sequence[Measured]) -> tuple[Flow, ...]:
    """Streams that every SLO calls good, and those that every SLO calls bad."""
    return tuple(flow for flow in flows_of(measured) if not flow.aside and not flow.apart)


def _steady(
    name: str,
    measured: Sequence[Measured],
    flows: Sequence[Flow],
    growths: Mapping[Kind, Decimal],
    values: Mapping[Kind, Decimal],
) -> Iterator[Part]:
    """All windows hold the same; whatever they read is there from the first sample on."""

    def amount(flow: Flow) -> Decimal:
        return (values if flow.metric.type == "gauge" else growths)[flow.kind]

    def counted(flow: Flow, is_part: bool) -> Fraction:  # noqa: FBT001 - the form that tallies calls
        return Fraction(1 if flow.metric.type == "gauge" and not is_part else amount(flow))

    def amounts(flow: Flow) -> list[Decimal]:
        return [amount(flow)]

    yield Part(name, exposed(flows, bounds(flows, measured), amounts, _written((_CALM + 1,))))
    for each in measured:
        for tally in tallies(each, seen(each, flows), counted):
            yield Part(name, values=tuple(_everywhere(each, tally)))


def _everywhere(each: Measured, tally: Tally) -> Iterator[Value]:
    """The same share in every window, and none without events."""
    claim, share, at = each.claim, tally.share, _CALM * slo.MINUTE
    burn = None if share is None else share / Fraction(slo.budget(claim.slo.objective))
    raw = {ratio(window): share for window in (*claim.raw_windows, claim.slo.window) if window >= LEAST}
    left = None if burn is None else 1 - burn
    budget = {names.SLO_BURN: burn, names.SLO_PERIOD_BURN: burn, names.SLO_REMAINING: left}
    for record, value in {**raw, **budget}.items():
        yield valued(each, record, at, tally.group, value)


def _still(counting: Sequence[Measured]) -> Iterator[Part]:
    """Series are there, and nothing happens."""
    nothing: dict[Kind, Decimal] = {"good": Decimal(0), "bad": Decimal(0), "all": Decimal(0)}
    name = "nothing happens: there is no share, and none that is no number"
    yield from _steady(name, counting, calm(counting), nothing, {})


def _just_over(counting: Sequence[Measured]) -> Iterator[Part]:
    """The last events were three minutes ago: five minutes still know of them, of the bad ones as of the good ones."""
    for kind in ("bad", "good"):
        name = f"the last {kind} event was three minutes ago: it is still seen"
        flows = [flow for flow in calm(counting) if flow.kind == kind]
        lengths = (_CALM + 3, _QUIET)

        def amounts(_: Flow) -> list[Decimal]:
            return [_EACH, Decimal(0)]

        yield Part(name, exposed(flows, bounds(flows, counting), amounts, _written(lengths)))
        for each in counting:
            for tally in tallies(each, seen(each, flows), lambda _, __: Fraction(_EACH)):
                value = valued(each, ratio(BASE), (_CALM + 5) * slo.MINUTE, tally.group, tally.share)
                yield Part(name, values=(value,))


def _quiet(counting: Sequence[Measured]) -> Iterator[Part]:
    """Everything fails, then nothing happens, then all is well: no share without traffic, and the budget remembers."""
    name = "a bad time, one without traffic, a good one: no share without traffic, and the budget remembers"
    flows = calm(counting)
    phases: dict[Kind, tuple[Decimal, ...]] = {
        "bad": (_EACH, Decimal(0), Decimal(0)),
        "good": (Decimal(0), Decimal(0), _EACH),
        "all": (_EACH, Decimal(0), _EACH),
    }
    lengths = (_CALM + 1, _QUIET, _LATER)
    yield Part(name, exposed(flows, bounds(flows, counting), lambda flow: phases[flow.kind], _written(lengths)))
    for each in counting:
        counted = seen(each, flows)
        bad, _, good = (tallies(each, counted, _of_phase(phases, phase)) for phase in range(3))
        for first, last in zip(bad, good, strict=True):
            yield Part(name, values=tuple(_remembered(each, first, last)))


def _of_phase(phases: Mapping[Kind, tuple[Decimal, ...]], phase: int) -> Callable[[Flow, bool], Fraction]:
    return lambda flow, _: Fraction(phases[flow.kind][phase])


def _remembered(each: Measured, bad: Tally, good: Tally) -> Iterator[Value]:
    first, quiet, later = (minutes * slo.MINUTE for minutes in (_CALM, _CALM + 10, _CALM + _QUIET + _LATER))
    group, period = bad.group, ratio(each.claim.slo.window)
    yield valued(each, ratio(BASE), first, group, bad.share)
    for record in (TOTAL, ERRORS):
        yield valued(each, record, quiet, group, Fraction(0))
    for record in (ratio(BASE), names.SLO_BURN):
        yield valued(each, record, quiet, group, None)
    yield valued(each, ratio(BASE), later, group, good.share)
    if each.claim.slo.accuracy == "hybrid":
        total = bad.total + good.total
        share = (bad.bad + good.bad) / total if total else None
        yield valued(each, period, quiet, group, bad.share)
        yield valued(each, period, later, group, share)


def _nothing(measured: Sequence[Measured]) -> Iterator[Part]:
    """Only what is promised is known, and not how it is kept."""
    name = "nothing is there: nothing is said but what is promised"
    for each in measured:
        promise = each.claim.slo
        known = {
            names.SLO_OBJECTIVE: Fraction(promise.objective),
            names.SLO_BUDGET: 1 - Fraction(promise.objective),
            names.SLO_PERIOD: Fraction(promise.window, slo.DAY),
            names.SLO_INFO: Fraction(1),
        }
        expected = {record: known.get(record) for record in each.claim.records}
        values = (valued(each, record, _CALM * slo.MINUTE, {}, value) for record, value in expected.items())
        yield Part(name, values=tuple(values))


def _written(lengths: tuple[int, ...]) -> Callable[[Metric, Sequence[Decimal]], str]:
    """Phases of so many minutes, one for each amount."""

    def write(metric: Metric, amounts: Sequence[Decimal]) -> str:
        return (holds if metric.type == "gauge" else grows)(*zip(amounts, lengths, strict=True))

    return write
