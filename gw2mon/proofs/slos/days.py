"""Incidents from raw samples to alerts, over hours and days: that records and alerts together wake somebody in time."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import slo
from gw2mon.proofs.scenario import grows, holds
from gw2mon.proofs.slos.case import Layer, Part, cases
from gw2mon.proofs.slos.course import Course, Stretch, verdicts
from gw2mon.proofs.slos.edges import calm
from gw2mon.proofs.slos.feed import exposed
from gw2mon.proofs.slos.flows import bounds
from gw2mon.proofs.slos.tally import seen, tallies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gw2mon.model import Metric
    from gw2mon.proofs.scenario import Series
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.proofs.slos.flows import Flow, Measured
    from gw2mon.proofs.slos.tally import Seen, Tally

MINUTE = slo.MINUTE
_HOUR = 60
_DAYS_STEP = 10 * MINUTE

Shares = dict[str, Decimal]
"""The share of bad events of each metric."""


class Phase(NamedTuple):
    """Some minutes, the events of each stream in each of them, and how many of them are bad."""

    minutes: int
    events: Decimal
    shares: Shares


def hour_layer(measured: Sequence[Measured]) -> Layer:
    """Incidents of hours, evaluated each minute."""
    stories = {
        "an outage of three quarters of an hour, and the hour after it": _outage(measured),
        "one failure in little traffic, then an outage in even less": _little(measured),
    }
    for name, governing in _governing(measured).items():
        fast = _burning(measured, governing, (_HOUR, 75, 45), _fast)
        stories[f"a fast burn, for the {name} promise of each metric"] = fast
    return Layer("hours", MINUTE, cases(_told(measured, stories), MINUTE))


def day_layer(measured: Sequence[Measured]) -> Layer:
    """Incidents of days. Promtool reads no more samples in a query than 80 hours give, a minute apart."""
    stories = {"days within every budget": _burning(measured, _strictest(measured), (0, 80 * _HOUR, 0), _within)}
    for name, governing in _governing(measured).items():
        slow = _burning(measured, governing, (12 * _HOUR, 60 * _HOUR, 8 * _HOUR), _slow)
        stories[f"a slow burn of days, for the {name} promise of each metric"] = slow
    return Layer("days", _DAYS_STEP, cases(_told(measured, stories), MINUTE))


# --- what happens ----------------------------------------------------------------------------------------------------

_MUCH, _FEW, _FEWEST = Decimal(1_000_000), Decimal("0.5"), Decimal("0.125")
"""Numbers that are exact as floats too: a counter that fell by a rounding error would have been reset."""


def _everywhere(measured: Sequence[Measured], share: int) -> Shares:
    return {metric: Decimal(share) for each in measured for metric in _metrics(each)}


def _outage(measured: Sequence[Measured]) -> tuple[Phase, ...]:
    well, failed = (_everywhere(measured, share) for share in (0, 1))
    return Phase(_HOUR, _MUCH, well), Phase(45, _MUCH, failed), Phase(_HOUR, _MUCH, well)


def _little(measured: Sequence[Measured]) -> tuple[Phase, ...]:
    """One event every two minutes, of which one fails; then one every eight minutes, which all fail."""
    well, failed = (_everywhere(measured, share) for share in (0, 1))
    return (
        Phase(2 * _HOUR, _FEW, well),
        Phase(2, _FEW, failed),
        Phase(_HOUR, _FEW, well),
        Phase(_HOUR, _FEWEST, failed),
        Phase(40, _FEW, well),
    )


def _governing(measured: Sequence[Measured]) -> dict[str, dict[str, Claim]]:
    """For each metric the promise that decides how much goes wrong; once the strictest, once the one that allows most.

    One incident cannot be just beyond the limits of all promises about a metric. What the others do then is known too.
    """
    strictest, lenient = _strictest(measured), _strictest(measured, lenient=True)
    return {"strictest": strictest} if lenient == strictest else {"strictest": strictest, "most lenient": lenient}


def _strictest(measured: Sequence[Measured], *, lenient: bool = False) -> dict[str, Claim]:
    watched = (each for each in measured if each.claim.pairs)
    ordered = sorted(watched, key=lambda each: each.claim.slo.objective, reverse=lenient)
    return {metric: each.claim for each in ordered for metric in _metrics(each)}


def _metrics(each: Measured) -> set[str]:
    return {each.measure.total.metric.name, each.measure.part.metric.name}


def _burning(
    measured: Sequence[Measured],
    governing: Mapping[str, Claim],
    minutes: tuple[int, int, int],
    share: Callable[[Claim], Decimal],
) -> tuple[Phase, ...]:
    well = _everywhere(measured, 0)
    bad = {metric: share(governing[metric]) if metric in governing else Decimal(0) for metric in well}
    before, during, after = minutes
    phases = (Phase(before, _MUCH, well), Phase(during, _MUCH, bad), Phase(after, _MUCH, well))
    return tuple(phase for phase in phases if phase.minutes)


def _fast(claim: Claim) -> Decimal:
    """Beyond what the quickest pair of windows allows."""
    pair = min(claim.pairs, key=lambda pair: pair.long)
    return _limited(slo.threshold(pair, claim.slo.objective) * Decimal("1.2"))


def _slow(claim: Claim) -> Decimal:
    """Half as much again as the slowest pair of windows allows."""
    return _limited(_lowest(claim) * Decimal("1.5"))


def _within(claim: Claim) -> Decimal:
    return _lowest(claim) * Decimal("0.8")


def _lowest(claim: Claim) -> Decimal:
    return min(slo.threshold(pair, claim.slo.objective) for pair in claim.pairs)


def _limited(share: Decimal) -> Decimal:
    return min(share, Decimal(1)).quantize(Decimal("1e-6"))


# --- what is seen of it ----------------------------------------------------------------------------------------------


def _told(measured: Sequence[Measured], stories: Mapping[str, tuple[Phase, ...]]) -> Iterator[Part]:
    flows = calm(measured)
    counted = [(each, seen(each, flows)) for each in measured]
    for name, phases in stories.items():
        yield Part(name, _fed(measured, flows, phases))
        for each, own in counted:
            courses = tuple(_courses(each, own, phases))
            yield Part(name, verdicts=tuple(verdicts(each.claim, courses)))


def _fed(measured: Sequence[Measured], flows: Sequence[Flow], phases: Sequence[Phase]) -> tuple[Series, ...]:
    lengths = [phase.minutes for phase in phases]
    lengths[0] += 1  # a counter's first sample tells of no event

    def amounts(flow: Flow) -> list[Decimal]:
        return [_amount(flow, phase) for phase in phases]

    def write(metric: Metric, values: Sequence[Decimal]) -> str:
        return (holds if metric.type == "gauge" else grows)(*zip(values, lengths, strict=True))

    return exposed(flows, bounds(flows, measured), amounts, write)


def _courses(each: Measured, counted: Sequence[Seen], phases: Sequence[Phase]) -> Iterator[Course]:
    """What happens to each group, looked at as often as is worth telling."""
    is_short = sum(phase.minutes for phase in phases) < 24 * _HOUR
    pace = (5 * MINUTE, MINUTE) if is_short else (30 * MINUTE, _DAYS_STEP)
    found = [tallies(each, counted, _counted(phase)) for phase in phases]
    return (Course(_stretches(phases, group), *pace) for group in zip(*found, strict=True))


def _stretches(phases: Sequence[Phase], group: Sequence[Tally]) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(phase.minutes, float(tally.total), float(tally.bad)) for phase, tally in zip(phases, group, strict=True)
    )


def _counted(phase: Phase) -> Callable[[Flow, bool], Fraction]:
    def counted(flow: Flow, is_part: bool) -> Fraction:  # noqa: FBT001 - the form that tallies calls
        return Fraction(1 if flow.metric.type == "gauge" and not is_part else _amount(flow, phase))

    return counted


def _amount(flow: Flow, phase: Phase) -> Decimal:
    """Growth in a minute; or the value of a gauge, as if some of many targets were down."""
    share = phase.shares[flow.metric.name]
    if flow.metric.type == "gauge":
        return share if flow.kind == "all" else 1 - share
    return phase.events * {"good": 1 - share, "bad": share, "all": Decimal(1)}[flow.kind]
