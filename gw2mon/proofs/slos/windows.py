"""The records that add up the recorded pair over hours and weeks, and how many bad events an alert asks for in them.

The pair itself is the input: it is made from raw samples, and where there are none, nothing overwrites it. So two
evaluations are enough for thirty days.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon.proofs.build import selector_text
from gw2mon.proofs.scenario import Series
from gw2mon.proofs.slos.case import Layer, Part, Value, cases
from gw2mon.proofs.slos.claim import BASE, ERRORS, RAW_UP_TO, STEP, TOTAL, ratio
from gw2mon.proofs.slos.guards import guard_parts
from gw2mon.proofs.slos.history import gauge, history
from gw2mon.proofs.slos.records import window_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from gw2mon.proofs.slos.claim import Claim, Labels
    from gw2mon.proofs.slos.flows import Measured
    from gw2mon.proofs.slos.history import History

_MOST_STEPS = 4_500
"""Promtool reads no more than 10,000 samples in a query, and counts those of a subquery twice."""


def window_layer(claims: Sequence[Claim], measured: Sequence[Measured]) -> Layer:
    """The cases of all records that reach back more than an hour, evaluated at the end of their history."""
    windows = {window for claim in claims for window in claim.windows if window > RAW_UP_TO}
    line = history(windows, slo.MINUTE, BASE)
    derived = [claim for claim in claims if claim.slo.accuracy == "hybrid"]
    raw = [each for each in measured if each.claim.slo.accuracy == "raw"]
    parts = (
        *(_added_up(claim, line) for claim in derived),
        *(_without_traffic(claim, line) for claim in derived),
        *(window_parts(raw, line, "each long window of raw samples holds what it must", RAW_UP_TO) if raw else ()),
        *(part for claim in claims for part in guard_parts(claim, line)),
    )
    covered = tuple(_covered(claim, line) for claim in claims if _can_be_full(claim))
    return Layer("windows", line.end, (*cases(parts, slo.MINUTE), *cases(covered, STEP)))


def _added_up(claim: Claim, line: History) -> Part:
    """Few events now and many before, of which as many were bad: no two windows have the same share."""
    totals = [10 * (number + 1) for number in range(len(line.blocks))]
    series: list[Series] = []
    values: list[Value] = []
    for many, group in enumerate(claim.groups, 1):
        series += _pair(claim, line, group, [many] * len(totals), [many * total for total in totals])
        values += [*_shares(claim, line, group, totals), *_budget(claim, line, group, totals)]
    return Part("each long window holds what it must", tuple(series), tuple(values))


def _pair(claim: Claim, line: History, group: Labels, errors: Sequence[int], totals: Sequence[int]) -> Iterator[Series]:
    """The pair as input; what is older than some of the windows was recorded under the former name, if there is one.

    It ends before the moment of evaluation, at which a rule would make bad events from events.
    """
    since = len(totals) // 2 if claim.slo.formerly else len(totals)
    for record, amounts in ((ERRORS, errors), (TOTAL, totals)):
        yield claim.series(record, group, gauge(line, _only(amounts, range(1, since))))
        if claim.slo.formerly:
            former = {"slo_id": claim.slo.formerly, "slo_name": claim.slo.formerly.removeprefix(f"{claim.service}-")}
            labels = {**claim.labels(record, group), **former}
            yield Series(selector_text(record, labels), gauge(line, _only(amounts, range(since, len(totals)))))


def _only(amounts: Sequence[int], numbers: range) -> list[Decimal | int | None]:
    return [amount if number in numbers else None for number, amount in enumerate(amounts)]


def _shares(claim: Claim, line: History, group: Labels, totals: Sequence[int]) -> Iterator[Value]:
    for window in claim.windows:
        if RAW_UP_TO < window < claim.slo.window:
            samples = {number: line.samples(number) for number in line.inside(window)[1:]}
            yield _value(claim, ratio(window), line, group, _share(totals, samples))


def _budget(claim: Claim, line: History, group: Labels, totals: Sequence[int]) -> Iterator[Value]:
    """What follows from the whole period, which is read in steps."""
    period = claim.slo.window
    steps = {number: line.steps(number, STEP) for number in line.inside(period)[1:]}
    share = _share(totals, steps)
    burn = share / Fraction(slo.budget(claim.slo.objective))
    yield _value(claim, ratio(period), line, group, share)
    yield _value(claim, names.SLO_PERIOD_BURN, line, group, burn)
    yield _value(claim, names.SLO_REMAINING, line, group, 1 - burn)
    yield _value(claim, names.SLO_COVERAGE, line, group, Fraction(sum(steps.values()), period // STEP))


def _share(totals: Sequence[int], times: Mapping[int, int]) -> Fraction:
    """One bad event among the events of each block, read so many times."""
    return Fraction(sum(times.values()), sum(totals[number] * many for number, many in times.items()))


def _without_traffic(claim: Claim, line: History) -> Part:
    """The pair is there, and 0: there is no share, rather than one that is no number."""
    nothing = [0] * len(line.blocks)
    long = [ratio(window) for window in claim.windows if window > RAW_UP_TO]
    gone = (*long, names.SLO_PERIOD_BURN, names.SLO_REMAINING)
    return Part(
        "without traffic no long window has a share",
        tuple(series for group in claim.groups for series in _pair(claim, line, group, nothing, nothing)),
        tuple(_value(claim, record, line, group, None) for group in claim.groups for record in gone),
    )


def _can_be_full(claim: Claim) -> bool:
    """Whether promtool can load a period full of data, as the record reads it, and as each guard does by the minute."""
    guarded = [pair.long // slo.MINUTE for pair in claim.pairs if claim.guard]
    return max((claim.slo.window // STEP, *guarded)) < _MOST_STEPS


def _covered(claim: Claim, line: History) -> Part:
    """Data for the whole period: it is covered once, and not a little more, however Prometheus counts its edges."""
    before, samples = (line.end - claim.slo.window) // STEP - 1, claim.slo.window // STEP + 1
    group = claim.groups[0]
    return Part(
        "a period full of data is covered once",
        (claim.series(TOTAL, group, f"_x{before} 1x{samples}"),),
        (_value(claim, names.SLO_COVERAGE, line, group, Fraction(1)),),
    )


def _value(claim: Claim, record: str, line: History, group: Labels, value: Fraction | None) -> Value:
    return Value(record, line.end, claim.slo.id, tuple(claim.labels(record, group).items()), value)
