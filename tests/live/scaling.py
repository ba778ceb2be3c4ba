"""A stack that lives thirty times faster, so that a test of real servers need not wait for five minutes of errors.

The Model is scaled rather than the text of the spec, because then the alerts that come by default go faster as well,
and everything after the Model is the ordinary compiler. Names stay as they are: the record called `…ratio_rate5m` holds
a window of ten seconds here. Numbers in expressions stay as well, so an expression that counts seconds, such as
`time() - x > 3600`, would mean something else; the reference spec has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.model import AlertingRule
from gw2mon.promql.ast import MatrixSelector, Subquery, VectorSelector, transform

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.model import Job, Model, Notify, Rule, RuleGroup, Service, Stack
    from gw2mon.promql.ast import Duration, Expr

DIVISOR = 30
FLOOR = 1_000
"""Milliseconds. Servers keep time well enough for seconds; below that a busy machine decides what fires."""


def scaled(model: Model, divisor: int = DIVISOR) -> Model:
    """The same stack with every duration of scraping, rules and notifications divided, but none below a second."""

    def shorter(milliseconds: int) -> int:
        return max(milliseconds // divisor, FLOOR) if milliseconds else 0

    return model._replace(
        services=tuple(_service(service, shorter) for service in model.services), stack=_stack(model.stack, shorter)
    )


def _service(service: Service, shorter: Callable[[int], int]) -> Service:
    return service._replace(
        jobs=tuple(_job(job, shorter) for job in service.jobs),
        groups=tuple(_group(group, shorter) for group in service.groups),
        slo_groups=tuple(_group(group, shorter) for group in service.slo_groups),
    )


def _stack(stack: Stack, shorter: Callable[[int], int]) -> Stack:
    return stack._replace(
        interval=shorter(stack.interval),
        timeout=shorter(stack.timeout),
        evaluation=shorter(stack.evaluation),
        jobs=tuple(_job(job, shorter) for job in stack.jobs),
        groups=tuple(_group(group, shorter) for group in stack.groups),
        notify=_notify(stack.notify, shorter) if stack.notify else None,
    )


def _job(job: Job, shorter: Callable[[int], int]) -> Job:
    return job._replace(
        interval=shorter(job.interval) if job.interval else None,
        timeout=shorter(job.timeout) if job.timeout else None,
    )


def _notify(notify: Notify, shorter: Callable[[int], int]) -> Notify:
    return notify._replace(
        group_wait=shorter(notify.group_wait),
        group_interval=shorter(notify.group_interval),
        routes=tuple(route._replace(repeat=shorter(route.repeat)) for route in notify.routes),
    )


def _group(group: RuleGroup, shorter: Callable[[int], int]) -> RuleGroup:
    return group._replace(
        interval=shorter(group.interval) if group.interval else None,
        rules=tuple(_rule(rule, shorter) for rule in group.rules),
    )


def _rule(rule: Rule, shorter: Callable[[int], int]) -> Rule:
    expr = transform(rule.expr, lambda node: _node(node, shorter))
    if isinstance(rule, AlertingRule):
        return rule._replace(expr=expr, hold=shorter(rule.hold), keep_firing=shorter(rule.keep_firing))
    return rule._replace(expr=expr)


def _node(node: Expr, shorter: Callable[[int], int]) -> Expr:
    def amount(duration: Duration) -> Duration:
        return shorter(duration) if isinstance(duration, int) else duration

    match node:
        case VectorSelector():
            return node._replace(offset=amount(node.offset))
        case MatrixSelector():
            return node._replace(range=amount(node.range))
        case Subquery():
            step = None if node.step is None else amount(node.step)
            return node._replace(range=amount(node.range), step=step, offset=amount(node.offset))
        case _:
            return node
