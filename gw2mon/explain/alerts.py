"""What is to say of an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.model import AlertingRule, Share
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Model

_WAYS = {"above": ">", "below": "<", "exactly": "=="}


def alerts_of(model: Model) -> Iterator[tuple[str, AlertingRule]]:
    """Every alerting rule with the owner of its rule file."""
    owned = [(service.name, (*service.groups, *service.slo_groups)) for service in model.services]
    for owner, groups in (*owned, (names.STACK, model.stack.groups)):
        yield from ((owner, rule) for group in groups for rule in group.rules if isinstance(rule, AlertingRule))


def title(rule: AlertingRule, owner: str) -> str:
    """The alert by name, owner and severity."""
    return f"alert {rule.alert} of {f'SLO {rule.slo}' if rule.slo else owner}, {rule.severity}"


def lines(rule: AlertingRule, owner: str, model: Model) -> Iterator[tuple[str, str]]:
    """What is told, in the left column, and what is said of it."""
    from gw2mon.promql import pretty

    yield "fires when", _condition(rule)
    yield "expression", pretty(rule.expr, width=90)
    if rule.origin:
        yield "written at", str(rule.origin)
    yield "generated", names.slo_rules_path(owner) if rule.slo else names.rules_path(owner)
    yield "tells", _told(rule, model)
    yield "says", dict(rule.annotations).get("summary", "")
    if runbook := dict(rule.annotations).get("runbook_url"):
        yield "runbook", runbook
    yield "proofs", _proofs(rule, owner, model)


def _condition(rule: AlertingRule) -> str:
    """The condition in words."""
    from gw2mon.compiler.wording import subject

    if rule.slo:
        name = rule.slo.removeprefix(f"{dict(rule.labels)['service']}-")
        return f"its expression has a result; what that means tells `gw2mon explain slo:{name}`"
    if rule.condition is None:
        return "its expression has a result; it comes by default"
    measured = subject(rule.condition)
    words = next((word for word, op in _WAYS.items() if rule.threshold and rule.threshold.op == op), "")
    bound = f" is {words} {rule.threshold.text}" if rule.threshold else ""
    enough = getattr(rule.condition, "at_least", 0)
    counted = f"\nof at least {enough} events in that time" if enough else ""
    lasting = f", for {format_duration(rule.hold)}" if rule.hold else ""
    return f"{'the ' if isinstance(rule.condition, Share) else ''}{measured}{bound}{lasting}{counted}"


def _told(rule: AlertingRule, model: Model) -> str:
    from gw2mon.generators.alertmanager.routing import receivers_of

    if model.stack.notify is None:
        return "nobody: no spec has notify"
    told = receivers_of(model.stack.notify, {"alertname": rule.alert, **dict(rule.labels)})
    return ", ".join(told) or "nobody: it only shows that alerts arrive"


def _proofs(rule: AlertingRule, owner: str, model: Model) -> str:
    from gw2mon.proofs import proofs

    if rule.slo:
        return _slo_proofs(rule, owner, model)
    proof = next(each for each in proofs(model, owner) if each.rule == rule)
    if not proof.scenarios:
        return f"none: it {proof.gap}"
    path = names.rule_tests_path(owner, format_duration(proof.scenarios[0].interval))
    return "\n".join((*(scenario.name for scenario in proof.scenarios), f"in {path}"))


def _slo_proofs(rule: AlertingRule, owner: str, model: Model) -> str:
    from gw2mon.proofs.slos import slo_proof
    from gw2mon.proofs.slos.listing import GAP

    proof = slo_proof(model, owner, rule)
    if not proof.fires:
        return f"none: it {GAP}"
    cases = {f"fires in {len(proof.fires)} cases": proof.fires, f"stays silent in {len(proof.silent)}": proof.silent}
    told = [f"{verb}, such as: {first[1]}" for verb, (first, *_) in cases.items()]
    layers = dict.fromkeys(layer for layer, _ in (*proof.fires, *proof.silent))
    return "\n".join((*told, *(f"in {names.slo_tests_path(owner, layer)}" for layer in layers)))
