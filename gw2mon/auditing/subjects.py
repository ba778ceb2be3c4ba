"""Which alert a finding is about, told by its place, and what it means for that alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.auditing.meanings import meaning_of
from gw2mon.model import AlertingRule, Raw
from gw2mon.proofs.counterexamples import claims_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.knowledge import Knowledge
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.finding import Finding, Position

_FAILING = frozenset({"GW317"})
"""What Prometheus cannot evaluate at all: the rule fails, and its alert does not fire."""
_DECIDING = ("never fires", "always fires")


def subjects(estate: Estate) -> Mapping[Position | None, str]:
    """The alerts by the places at which something may be said of them."""
    rules = (rule for file in estate.rules for group in file.groups for rule in group.rules)
    alerts = {place: rule.alert for rule in rules if isinstance(rule, AlertingRule) for place in places_of(rule)}
    return {**alerts, **{place: name for file in estate.rules for name, place in file.unread}}


def places_of(rule: AlertingRule) -> Iterator[Position | None]:
    """Where findings about an alert stand: at the rule, at its PromQL, at its texts."""
    yield rule.origin
    if isinstance(rule.condition, Raw):
        yield rule.condition.origin
    for _, place in rule.written:
        yield place


def meaning_in(finding: Finding, rule: AlertingRule, known: Knowledge) -> Meaning:
    """What a finding means for an alert: a part that returns nothing need not silence the whole."""
    meaning = meaning_of(finding.code)
    if meaning not in _DECIDING or finding.severity != "error" or finding.code in _FAILING:
        return meaning
    verdicts = {claim.verdict for claim in claims_of(rule, (finding,), known.world, known.stack)}
    if not verdicts:
        return "fires for the wrong reason"
    return "always fires" if "always" in verdicts else "never fires"
