"""Which findings say of an alert that it never fires, or always: those that promtool can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.inference import infer
from gw2mon.model import Raw
from gw2mon.world import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.finding import Finding
    from gw2mon.model import AlertingRule, Model, Service
    from gw2mon.world import World

Verdict = Literal["never", "always"]

_VERDICTS: dict[str, Verdict] = {"GW401": "never", "GW402": "always", "GW407": "always"}
"""What a code says of the whole alert. Of others it depends on what is inferred of the expression."""
_UNKNOWN_SERIES, _SHORT_WINDOW = "GW201", "GW305"


class Claim(NamedTuple):
    """A rule that is said never, or always, to fire."""

    rule: AlertingRule
    verdict: Verdict
    world: World
    interval: int
    """Milliseconds between two scrapes of what the rule reads."""
    findings: tuple[Finding, ...]
    """Those that say so."""


def claims(model: Model, findings: Sequence[Finding]) -> tuple[Claim, ...]:
    """What the findings claim of alerts, once for each rule, in the order of the rules."""
    return tuple(claim for service in model.services for claim in _of_service(service, model, findings))


def _of_service(service: Service, model: Model, findings: Sequence[Finding]) -> Iterator[Claim]:
    world = world_of(service, model.stack)
    for rule in service.alerts:
        about = [finding for finding in findings if _is_about(finding, rule)]
        pace = _pace(model, rule, world)
        found = {finding: verdict for finding in about if (verdict := _verdict(finding, rule, world, pace))}
        for verdict in dict.fromkeys(found.values()):
            told = tuple(finding for finding in found if found[finding] == verdict)
            yield Claim(rule, verdict, world, pace, told)


def _is_about(finding: Finding, rule: AlertingRule) -> bool:
    """Whether a finding stands at a rule or at its PromQL, and names it."""
    places = [rule.origin, *([rule.condition.origin] if isinstance(rule.condition, Raw) else [])]
    return finding.position in places and re.search(rf"\b{re.escape(rule.alert)}\b", finding.message) is not None


def _verdict(finding: Finding, rule: AlertingRule, world: World, pace: int) -> Verdict | None:
    if finding.code in _VERDICTS:
        return _VERDICTS[finding.code]
    if finding.severity != "error":
        return None
    if isinstance(rule.expr, q.Binary) and rule.expr.return_bool:
        return "always"
    if infer(rule.expr, world).empty is not None:
        return "never"
    return "never" if _misses_a_part(finding, rule.expr, pace) else None


def _misses_a_part(finding: Finding, expr: q.Expr, pace: int) -> bool:
    """Whether a part of an expression that nothing stands in for never returns anything."""
    if finding.code not in (_UNKNOWN_SERIES, _SHORT_WINDOW) or any(map(_stands_in, q.walk(expr))):
        return False
    ranges = (node.range for node in q.walk(expr) if isinstance(node, q.MatrixSelector))
    # A window that is longer than the time between two scrapes holds two samples now and then.
    return finding.code == _UNKNOWN_SERIES or any(isinstance(window, int) and window < pace for window in ranges)


def _stands_in(node: q.Expr) -> bool:
    """Whether a node can return something although a part of it returns nothing."""
    match node:
        case q.Binary(op=op):
            return op in ("or", "unless")
        case q.Call(function=function):
            return function in ("absent", "absent_over_time", "scalar", "vector")
        case _:
            return False


def _pace(model: Model, rule: AlertingRule, world: World) -> int:
    """The longest time between two scrapes of what a rule reads, in milliseconds."""
    read = {node.name or "" for node in q.walk(rule.expr) if isinstance(node, q.VectorSelector)}
    jobs = {job for name in read if name in world.series for job in world.jobs_of(world.series[name].metric)}
    return max((world.jobs[job].interval or model.stack.interval for job in jobs), default=model.stack.interval)
