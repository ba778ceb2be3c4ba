"""How many bad events an alert asks for in its window, so that one failure in a quiet night wakes nobody."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon.proofs.scenario import number_text
from gw2mon.proofs.slos.case import Part, Verdict
from gw2mon.proofs.slos.claim import LOW_VOLUME, TOTAL, ratio
from gw2mon.proofs.slos.truth import beyond, burn_alerts, burns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.proofs.scenario import Series
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.proofs.slos.history import History

_MARGIN = 2 * slo.MINUTE
"""How far inside the window, or outside, the bad events lie."""

_FEWEST = 2
"""So many must fail before it is told that everything fails."""


def guard_parts(claim: Claim, line: History) -> Iterator[Part]:
    """Just enough bad events at the far end of the window, one too few, and enough that are too long ago."""
    for number, pair in enumerate(claim.pairs if claim.guard else (), 1):
        ratios = {window: beyond(claim.limit(pair)) for window in (pair.short, pair.long)}
        for told, events, age in _stories(pair.long, claim.guard):
            count = partial(_counted, events, age)
            verdicts = (
                Verdict(rule, line.end, len(claim.groups) if burns(claim, level, ratios, count) else 0)
                for level, rule in burn_alerts(claim)
            )
            series = tuple(_inputs(claim, line, ratios, events, age))
            yield Part(f"windows {number}: {told}", series, (), tuple(verdicts))
    rule = claim.alert(names.ALL_FAILING, "ticket")
    if rule is None:
        return
    for told, events, age in _stories(LOW_VOLUME, _FEWEST):
        fires = _counted(events, age, LOW_VOLUME) >= _FEWEST
        series = tuple(_inputs(claim, line, {LOW_VOLUME: 1}, events, age))
        yield Part(f"everything fails: {told}", series, (), (Verdict(rule, line.end, len(claim.groups) * fires),))


def _stories(window: int, least: int) -> Iterator[tuple[str, int, int]]:
    """What is told, how many bad events there were, and how long ago."""
    yield "just enough bad events", least, window - _MARGIN
    yield "one bad event too few", least - 1, window - _MARGIN
    yield "enough bad events, but before the window", least, window + _MARGIN


def _counted(events: int, age: int, window: int) -> int:
    return events if age < window else 0


def _inputs(claim: Claim, line: History, ratios: Mapping[int, float], events: int, age: int) -> Iterator[Series]:
    """The shares now, and so long ago as many events that so many of them were bad."""
    everything = Decimal(events) / 60 / Decimal(max(ratios.values()))
    for group in claim.groups:
        for window, value in ratios.items():
            yield claim.series(ratio(window), group, _once(line, value, 0))
        yield claim.series(TOTAL, group, f"{_once(line, everything, age)} stale")


def _once(line: History, value: float | Decimal, age: int) -> str:
    """A single sample, so long ago."""
    before = (line.end - age) // slo.MINUTE
    return f"_x{before} {number_text(Decimal(value))}"
