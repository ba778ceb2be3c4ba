"""What a unit test of SLO rules holds. All SLOs of a service share each case: their `slo_id` keeps their series apart.

So the number of tests is the same for one SLO and for fifty, and what promtool needs grows with their number only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from gw2mon.model import AlertingRule, Pairs
    from gw2mon.proofs.scenario import Series


class Value(NamedTuple):
    """What a record must hold at a time, in milliseconds from the start."""

    record: str
    at: int
    slo: str
    labels: Pairs
    value: Fraction | None
    """None: the SLO must have no such series at all."""


class Verdict(NamedTuple):
    """How often an alert must fire at a time: once, once for each group, or never."""

    rule: AlertingRule
    at: int
    firing: int


class Told(NamedTuple):
    """An alert as its receiver sees it. All that fire at that time under its name must be given."""

    rule: AlertingRule
    at: int
    labels: Pairs
    """What its expression leaves; those of the rule come on top."""
    shown: Pairs
    """What each template in its annotations becomes, by the beginning of the template."""


class Part(NamedTuple):
    """What one SLO adds to a case, or what all of them measure together."""

    case: str
    series: tuple[Series, ...] = ()
    values: tuple[Value, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    told: tuple[Told, ...] = ()


class Case(NamedTuple):
    """One unit test: the parts of a case, whose samples are `interval` milliseconds apart."""

    name: str
    interval: int
    parts: tuple[Part, ...]

    @property
    def series(self) -> tuple[Series, ...]:
        """All inputs; what two SLOs measure together is fed once."""
        return tuple({series.selector: series for part in self.parts for series in part.series}.values())

    @property
    def values(self) -> tuple[Value, ...]:
        """What all records must hold."""
        return tuple(value for part in self.parts for value in part.values)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What all alerts must do."""
        return tuple(verdict for part in self.parts for verdict in part.verdicts)

    @property
    def told(self) -> tuple[Told, ...]:
        """What all receivers must be told."""
        return tuple(told for part in self.parts for told in part.told)


class Layer(NamedTuple):
    """Cases about one thing, which promtool evaluates at one pace: a test file."""

    name: str
    evaluation: int
    cases: tuple[Case, ...]


def cases(parts: Iterable[Part], interval: int) -> tuple[Case, ...]:
    """The cases that parts belong to, in the order in which they come first; none that would check nothing."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.case, []).append(part)
    made = (Case(name, interval, tuple(together)) for name, together in found.items())
    return tuple(case for case in made if case.values or case.verdicts)
