"""A truth table of the alerts of an SLO, over the records that they look at.

The records themselves are the inputs. What they would be made from is absent, so no rule writes over them; and an
alert over three days is proven in ten minutes. That the records hold what they must is proven apart.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon.proofs.scenario import holds
from gw2mon.proofs.slos.case import Layer, Part, Told, Verdict, cases
from gw2mon.proofs.slos.claim import BASE, ERRORS, HOLD, LOW_VOLUME, TOTAL, ratio
from gw2mon.proofs.slos.truth import LEVELS, WITHIN, beyond, burn_alerts, burns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.model import AlertingRule
    from gw2mon.proofs.scenario import Series
    from gw2mon.proofs.slos.claim import Claim, Labels
    from gw2mon.slo import BurnPair

MINUTE = slo.MINUTE
_STEP = 5 * MINUTE
"""Distance of evaluations: few are enough where all states last."""

_BEFORE, _DURING, _AFTER = 3, 5, 3
"""Samples, a minute apart: all is well, then it is not, then it is again; each holds one evaluation."""

_MANY = Decimal(1_000_000)
"""Events per second: so many that a small share of them is more than any alert asks for."""

_EVERYTHING = Decimal("0.999")
_COVERED = Decimal("0.1")
"""Share of the period that must have data before a spent budget is told."""


def alert_layer(claims: Sequence[Claim]) -> Layer:
    """The cases of all alerts."""
    parts = [part for claim in claims for part in _parts(claim)]
    grouped = any(claim.slo.by for claim in claims)
    others = (_unaffected(claim) for claim in claims if grouped and not claim.slo.by)
    return Layer("alerts", _STEP, cases((*parts, *others), MINUTE))


def _parts(claim: Claim) -> Iterator[Part]:
    for number, pair in enumerate(claim.pairs, 1):
        for told, ratios in _table(claim, pair):
            yield _burn(claim, f"windows {number}: {told}", ratios)
    outage = dict.fromkeys(claim.windows, 1.0)
    yield _burn(claim, "everything fails in every window", outage, told=True)
    if claim.slo.counts_events:
        yield _burn(claim, "almost everything fails", {LOW_VOLUME: 0.99})
    yield from _exhausted(claim)
    for level in LEVELS:
        rule = claim.alert(names.DATA_MISSING, level)
        if rule is not None:
            yield from (_missing_group if claim.slo.by else _missing)(claim, rule)


# --- a budget that burns ---------------------------------------------------------------------------------------------


def _table(claim: Claim, pair: BurnPair) -> Iterator[tuple[str, dict[int, float]]]:
    limit = claim.limit(pair)
    over, under = beyond(limit), limit * WITHIN
    yield "both just beyond their limit", {pair.long: over, pair.short: over}
    yield "the long one just within", {pair.long: under, pair.short: 1.0}
    yield "the short one just within", {pair.long: 1.0, pair.short: under}
    yield "both far beyond", {pair.long: 1.0, pair.short: 1.0}


def _burn(claim: Claim, name: str, ratios: Mapping[int, float], *, told: bool = False) -> Part:
    """The ratios for a while; the first of two groups has them, the other is well."""
    verdicts = []
    for rule, fires in _expected(claim, ratios):
        verdicts += [Verdict(rule, 0, 0), Verdict(rule, _STEP, int(fires)), Verdict(rule, 2 * _STEP, 0)]
    heard = [_told(claim, rule, ratios, _STEP) for rule, fires in _expected(claim, ratios) if fires] if told else []
    return Part(name, tuple(_inputs(claim, ratios)), (), tuple(verdicts), tuple(heard))


def _expected(claim: Claim, ratios: Mapping[int, float]) -> Iterator[tuple[AlertingRule, bool]]:
    for level, rule in burn_alerts(claim):
        yield rule, burns(claim, level, ratios, lambda _: 1_000)
    everything = claim.alert(names.ALL_FAILING, "ticket")
    if everything is not None:
        yield everything, ratios.get(LOW_VOLUME, 0) > _EVERYTHING


def _inputs(claim: Claim, ratios: Mapping[int, float]) -> Iterator[Series]:
    counts = (_BEFORE, _DURING, _AFTER)
    for number, group in enumerate(claim.groups):
        for window, value in ratios.items():
            during = Decimal(0) if number else Decimal(value)
            yield claim.series(ratio(window), group, holds(*zip((Decimal(0), during, Decimal(0)), counts, strict=True)))
        # Where the number of bad events means nothing, none are needed. They end before the evaluation, at which rules
        # would make other records from them.
        if claim.slo.counts_events:
            yield claim.series(TOTAL, group, f"_ {holds((_MANY, _BEFORE))} stale")


def _told(claim: Claim, rule: AlertingRule, ratios: Mapping[int, float], at: int) -> Told:
    """What a receiver reads: the share of the long window, and the budget that is left."""
    left = 1 - ratios.get(claim.slo.window, 0) / float(slo.budget(claim.slo.objective))
    first = next((pair.long for pair in claim.pairs), BASE)
    shown = (("{{ $value", _percent(ratios.get(first, 0))), ("{{ with", _percent(left)))
    return Told(rule, at, tuple(_labels(claim).items()), shown)


def _labels(claim: Claim, group: int = 0) -> Labels:
    """What an expression leaves: the labels of its records, but of Sloth only those that are the same for all."""
    return claim.labels(ERRORS, claim.groups[group])


def _percent(share: float) -> str:
    """As Prometheus shows a share: four digits that mean something."""
    return f"{share * 100:.4g}%"


# --- a budget that is spent ------------------------------------------------------------------------------------------


def _exhausted(claim: Claim) -> Iterator[Part]:
    rule = claim.alert(names.BUDGET_EXHAUSTED, "ticket")
    if rule is None:
        return
    budget = slo.budget(claim.slo.objective)
    spent, kept = min(budget * Decimal("1.02"), (budget + 1) / 2), budget * Decimal("0.98")
    enough, little = _COVERED * Decimal("1.03"), _COVERED * Decimal("0.97")
    yield _spent(claim, rule, "the budget is spent", (spent, enough), fires=True)
    yield _spent(claim, rule, "the budget is not quite spent", (kept, enough), fires=False)
    yield _spent(claim, rule, "the budget is spent, by what little data there is", (spent, little), fires=False)


def _spent(claim: Claim, rule: AlertingRule, name: str, inputs: tuple[Decimal, Decimal], *, fires: bool) -> Part:
    group = claim.groups[0]
    share, coverage = inputs
    minutes = HOLD // MINUTE + 1
    series = (
        claim.series(ratio(claim.slo.window), group, holds((share, minutes))),
        claim.series(names.SLO_COVERAGE, group, holds((coverage, minutes))),
    )
    verdicts = _after_hold(rule, 0, fires=fires)
    told = (Told(rule, HOLD, tuple(_labels(claim).items()), ()),) if fires else ()
    return Part(name, series, (), verdicts, told)


def _after_hold(rule: AlertingRule, since: int, *, fires: bool) -> tuple[Verdict, ...]:
    """Silent until it has lasted long enough."""
    return (Verdict(rule, since + HOLD - _STEP, 0), Verdict(rule, since + HOLD, int(fires)))


# --- data that is missing --------------------------------------------------------------------------------------------


_LOST_GROUP = "one group of several is gone, which is told for an hour"
_GONE, _END = slo.HOUR + 2 * _STEP, 2 * slo.HOUR + 3 * _STEP


def _missing(claim: Claim, rule: AlertingRule) -> Iterator[Part]:
    """An SLO without groups: its record of bad events is there, or it is not."""
    yield _never(claim, rule)
    some, many = _STEP // MINUTE, HOLD // MINUTE
    lost = f"{holds((1, some))} stale"
    stories = {
        "no bad events, perhaps no traffic": (holds((0, some + many + 1)), False),
        "no data for ten minutes": (f"{lost} {holds((None, 9), (1, many))}", False),
        "data that were there are gone": (lost, True),
    }
    for name, (values, fires) in stories.items():
        yield Part(name, (claim.series(ERRORS, {}, values),), (), _after_hold(rule, _STEP, fires=fires))


def _missing_group(claim: Claim, rule: AlertingRule) -> Iterator[Part]:
    """An SLO with groups: none ever was there, or one is gone that was there an hour ago."""
    yield _never(claim, rule)
    first, second = claim.groups
    labels = tuple(claim.labels(TOTAL, second).items())
    lost = f"{holds((1, _GONE // MINUTE))} stale"
    series = (claim.series(TOTAL, first, holds((1, _END // MINUTE + 1))), claim.series(TOTAL, second, lost))
    verdicts = (*_after_hold(rule, _GONE, fires=True), Verdict(rule, _END, 0))
    yield Part(_LOST_GROUP, series, (), verdicts, (Told(rule, _GONE + HOLD, labels, ()),))


def _unaffected(claim: Claim) -> Part:
    """An SLO without groups has its data all the time."""
    return Part(_LOST_GROUP, (claim.series(ERRORS, {}, holds((0, _END // MINUTE + 1))),))


def _never(claim: Claim, rule: AlertingRule) -> Part:
    told = Told(rule, HOLD, (("slo_id", claim.slo.id),), ())
    return Part("there never were any data", (), (), _after_hold(rule, 0, fires=True), (told,))
