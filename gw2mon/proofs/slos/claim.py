"""A claim: an SLO and the rules that must keep it, which is what is to be proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names, slo
from gw2mon.model import AlertingRule, RecordingRule
from gw2mon.promql import format_duration
from gw2mon.proofs.build import selector_text
from gw2mon.proofs.scenario import Series
from gw2mon.world import world_of

if TYPE_CHECKING:
    from gw2mon.model import Service, Slo, Stack
    from gw2mon.slo import BurnPair, Level
    from gw2mon.world import World

Labels = dict[str, str]

# What an SLO means, said once more on purpose: a proof that asked the compiler would prove nothing.
BASE = 5 * slo.MINUTE
"""The window of the pair of records that all others rest on."""
RAW_UP_TO = slo.HOUR
"""The longest window that reads raw samples, where accuracy does not ask for more."""
LOW_VOLUME = 30 * slo.MINUTE
"""For how long everything must have failed before that alone is told."""
STEP = 5 * slo.MINUTE
"""Distance of the moments at which the pair is read over the whole period."""
HOLD = 15 * slo.MINUTE
"""For how long a spent budget, or missing data, must last before it is told."""


class Claim(NamedTuple):
    """An SLO, the world that it measures, and its rules."""

    slo: Slo
    service: str
    world: World
    records: dict[str, RecordingRule]
    alerts: tuple[AlertingRule, ...]

    @property
    def windows(self) -> tuple[int, ...]:
        """Every window over which it records the share of bad events, ascending."""
        return tuple(sorted({BASE, LOW_VOLUME, *slo.windows_of(self.slo.pairs), self.slo.window}))

    @property
    def raw_windows(self) -> tuple[int, ...]:
        """Those that read raw samples."""
        return tuple(window for window in self.windows if window <= RAW_UP_TO or self.slo.accuracy == "raw")

    @property
    def groups(self) -> tuple[Labels, ...]:
        """Labels of two of its groups, or of the one that there is."""
        if not self.slo.by:
            return ({},)
        return tuple({label: f"{label}-{number}" for label in self.slo.by} for number in (1, 2))

    @property
    def pairs(self) -> tuple[BurnPair, ...]:
        """The pairs of windows that some error ratio reaches; the others have no alert."""
        return tuple(pair for pair in self.slo.pairs if slo.can_fire(pair, self.slo.objective))

    @property
    def guard(self) -> int:
        """The fewest bad events for which a burn alert fires; 0 where their number means nothing."""
        return self.slo.min_errors if self.slo.counts_events and self.slo.min_errors > 1 else 0

    def limit(self, pair: BurnPair) -> float:
        """The error ratio above which a pair fires."""
        return float(slo.threshold(pair, self.slo.objective))

    def alert(self, name: str, level: Level) -> AlertingRule | None:
        """The alert of a name and level, if it has one."""
        severity = slo.SEVERITIES[level]
        return next((rule for rule in self.alerts if (rule.alert, rule.severity) == (name, severity)), None)

    def labels(self, record: str, group: Labels) -> Labels:
        """The labels of a record of a group."""
        burn = {names.SLO_BURN: BASE, names.SLO_PERIOD_BURN: self.slo.window, names.SLO_REMAINING: self.slo.window}
        # As with Sloth itself, what is made from an error ratio keeps the label of its window.
        kept = {"sloth_window": format_duration(burn[record])} if self.slo.compat and record in burn else {}
        return {**group, **dict(self.records[record].labels), **kept}

    def series(self, record: str, group: Labels, values: str) -> Series:
        """A record as an input, which is possible as long as nothing is there from which it would be made."""
        return Series(selector_text(record, self.labels(record, group)), values)


def ratio(window: int) -> str:
    """The record of the error ratio over a window."""
    return names.slo_error_ratio(format_duration(window))


TOTAL, ERRORS = names.slo_total(format_duration(BASE)), names.slo_errors(format_duration(BASE))


def claims_of(service: Service, stack: Stack) -> tuple[Claim, ...]:
    """What the SLOs of a service claim."""
    found, world = [], world_of(service, stack)
    rules = {group.name: group.rules for group in service.slo_groups}
    for promise in service.slos:
        own = rules[names.slo_group(promise.id)]
        records = {rule.record: rule for rule in own if isinstance(rule, RecordingRule)}
        alerts = tuple(rule for rule in own if isinstance(rule, AlertingRule))
        found.append(Claim(promise, service.name, world, records, alerts))
    return tuple(found)
