"""From an alerting rule to the scenarios that prove it: when it must fire, and when it must stay silent.

The scenarios follow in closed form from what an alert watches and from its threshold, window and `for`; nothing is
random. `gw2mon.generators.prometheus.tests` writes them as promtool unit tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from gw2mon import names
from gw2mon.model import (
    Absence,
    AlertingRule,
    Change,
    Forecast,
    Quantile,
    Rate,
    Raw,
    RecordingRule,
    Share,
    Staleness,
    Value,
)
from gw2mon.proofs import defaults, gauges, quantiles, rates, raw, shares
from gw2mon.proofs.scenario import Scenario, Subject, Unprovable, interval_for
from gw2mon.world import world, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Model, RuleGroup
    from gw2mon.world import World


class Proof(NamedTuple):
    """The scenarios of one alerting rule, or why there are none."""

    rule: AlertingRule
    scenarios: tuple[Scenario, ...]
    gap: str = ""
    """The end of a sentence that begins with the alert's name; "" where it is proven."""


def proofs(model: Model, owner: str) -> tuple[Proof, ...]:
    """A proof for each alerting rule of a service or of the stack, in the order of its rule file."""
    groups, closed_world = _owned(model, owner)
    rules = [rule for group in groups for rule in group.rules]
    records = {rule.record: rule for rule in rules if isinstance(rule, RecordingRule)}
    alerts = [rule for rule in rules if isinstance(rule, AlertingRule)]
    return tuple(
        _proof(Subject(rule, closed_world, records, interval_for(_window(rule), rule.hold))) for rule in alerts
    )


def _owned(model: Model, owner: str) -> tuple[tuple[RuleGroup, ...], World]:
    stack = model.stack
    if owner == names.STACK:
        return stack.groups, world(owner, stack.metrics, stack.jobs)
    service = next(service for service in model.services if service.name == owner)
    return service.groups, world_of(service, stack)


def _window(rule: AlertingRule) -> int:
    """The longest time that a rule looks back, in milliseconds."""
    match rule.condition:
        case Share() | Quantile() | Rate() | Change() | Forecast():
            return rule.condition.over
        case Value() | Absence() | Staleness():
            return 0
        case Raw() | None:
            return raw.widest(rule.expr)
        case _:
            assert_never(rule.condition)


def _proof(subject: Subject) -> Proof:
    try:
        return Proof(subject.rule, tuple(_scenarios(subject)))
    except Unprovable as gap:
        return Proof(subject.rule, (), str(gap))


def _scenarios(subject: Subject) -> Iterator[Scenario]:
    match subject.rule.condition:
        case Share() | Quantile() | Rate() | Change() as counted:
            return _counted(counted, subject)
        case Value() | Absence() | Staleness() | Forecast() as gauge:
            return _gauge(gauge, subject)
        case Raw() as text:
            return raw.raw_scenarios(text, subject)
        case None:
            return defaults.default_scenarios(subject)
        case unknown:
            assert_never(unknown)


def _counted(condition: Share | Quantile | Rate | Change, subject: Subject) -> Iterator[Scenario]:
    match condition:
        case Share():
            return shares.share_scenarios(condition, subject)
        case Quantile():
            return quantiles.quantile_scenarios(condition, subject)
        case Rate():
            return rates.rate_scenarios(condition, subject)
        case Change():
            return rates.change_scenarios(condition, subject)
        case _:
            assert_never(condition)


def _gauge(condition: Value | Absence | Staleness | Forecast, subject: Subject) -> Iterator[Scenario]:
    match condition:
        case Value():
            return gauges.value_scenarios(condition, subject)
        case Absence():
            return gauges.absence_scenarios(condition, subject)
        case Staleness():
            return gauges.staleness_scenarios(condition, subject)
        case Forecast():
            return gauges.forecast_scenarios(condition, subject)
        case _:
            assert_never(condition)
