"""Which findings say of an alert that it never fires, or always: those that promtool can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.inference import infer
from gw2mon.model import Raw
from gw2mon.world import world_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gw2mon.finding import Finding
    from gw2mon.model import AlertingRule, Model, Service, Stack
    from gw2mon.world import World

Verdict = Literal["never", "always"]

_VERDICTS: dict[str, Verdict] = {"GW401": "never", "GW402": "always", "GW407": "always"}
"""What a code says of the whole alert. Of others it depends on what is inferred of the expression."""
_UNKNOWN_SERIES, _SHORT_WINDOW = "GW201", "GW305"
_NOTHING_SELECTED = frozenset({"GW201", "GW202", "GW203", "GW322"})


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
    return tuple(claim for service in model.services for claim in _of_service(service, model.stack, findings))


def claims_of(rule: AlertingRule, findings: Iterable[Finding], world: World, stack: Stack) -> Iterator[Claim]:
    """What findings about one rule claim of it."""
    pace = _pace(stack, rule, world)
    found = {finding: verdict for finding in findings if (verdict := verdict_of(finding, rule, world, pace))}
    for verdict in dict.fromkeys(found.values()):
        told = tuple(finding for finding in found if found[finding] == verdict)
        yield Claim(rule, verdict, world, pace, told)


def _of_service(service: Service, stack: Stack, findings: Sequence[Finding]) -> Iterator[Claim]:
    world = world_of(service, stack)
    for rule in service.alerts:
        yield from claims_of(rule, (finding for finding in findings if _is_about(finding, rule)), world, stack)


def _is_about(finding: Finding, rule: AlertingRule) -> bool:
    """Whether a finding stands at a rule or at its PromQL, and names it."""
    places = [rule.origin, *([rule.condition.origin] if isinstance(rule.condition, Raw) else [])]
    return finding.position in places and re.search(rf"\b{re.escape(rule.alert)}\b", finding.message) is not None


def verdict_of(finding: Finding, rule: AlertingRule, world: World, pace: int) -> Verdict | None:
    """What a finding says of the whole alert; None where the alert may fire all the same."""
    if finding.code in _VERDICTS:
        return _VERDICTS[finding.code]
    if finding.severity != "error":
        return None
    if finding.code in _NOTHING_SELECTED and _is_absence(rule.expr):
        return "always"
    if infer(rule.expr, world).empty is not None or _misses_a_part(finding, rule.expr, pace):
        return "never"
    return "always" if isinstance(rule.expr, q.Binary) and rule.expr.return_bool else None


def _is_absence(expr: q.Expr) -> bool:
    """Whether a rule asks for nothing but that there is nothing."""
    while isinstance(expr, q.Paren):
        expr = expr.expr
    return (
        isinstance(expr, q.Call)
        and expr.function in ("absent", "absent_over_time")
        and isinstance(expr.args[0], q.VectorSelector | q.MatrixSelector)
    )


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


def _pace(stack: Stack, rule: AlertingRule, world: World) -> int:
    """The longest time between two scrapes of what a rule reads, in milliseconds."""
    read = {node.name or "" for node in q.walk(rule.expr) if isinstance(node, q.VectorSelector)}
    jobs = {job for name in read if name in world.series for job in world.jobs_of(world.series[name].metric)}
    return max((world.jobs[job].interval or stack.interval for job in jobs), default=stack.interval)
