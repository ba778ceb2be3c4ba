"""Conditions to PromQL. Every selector carries the jobs of its service; every form is in base units.

Shares are written so that they are right at the edges: 0 rather than nothing while no bad event was ever seen, and
nothing rather than NaN while there is no traffic at all. The fallback is safe only because the world is closed: the
compiler has checked that the label values exist, so a typo cannot read as a perfect service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gw2mon import promql as q
from gw2mon.model import (
    Absence,
    Change,
    Condition,
    Events,
    Forecast,
    LabelFilter,
    Quantile,
    Rate,
    Raw,
    Share,
    Staleness,
    Threshold,
    Value,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.model import Latency, Metric
    from gw2mon.promql import Duration, Expr, Matcher, VectorSelector
    from gw2mon.world import World


def measured(condition: Condition, threshold: Threshold | None, world: World) -> Expr:
    """The value that a condition compares, without the comparison."""
    match condition:
        case Share(events, of, over):
            return share(events, of, over, world)
        case Quantile(latency, quantile, over):
            return quantile_of(latency, quantile, over, world)
        case Rate(events, over):
            return rate_of(events, over, world)
        case Value(metric, only, aggregate):
            return q.aggregate(aggregate or worst(threshold), selector(world, metric, only))
        case Absence(metric, only):
            return q.absent(selector(world, metric, only))
        case Staleness(metric, only):
            return q.sub(q.time(), q.aggregate("max", selector(world, metric, only)))
        case Forecast(metric, only, over, ahead):
            return q.aggregate(worst(threshold), q.predict_linear(selector(world, metric, only), over, ahead // 1000))
        case Change(events, over, against):
            before = rate_of(events, over, world, against)
            return q.sub(q.div(rate_of(events, over, world), q.gt(before, 0)), 1)
        case Raw(text):
            return q.parse(text)
        case _:
            assert_never(condition)


def compared(value: Expr, threshold: Threshold | None) -> Expr:
    """A value compared with its threshold; as it is, where there is none."""
    if threshold is None:
        return value
    return q.compare(value, threshold.op, threshold.value)


def guarded(expr: Expr, condition: Condition, world: World) -> Expr:
    """An alert that stays silent while too few events make a share or a quantile meaningless."""
    if not isinstance(condition, (Share, Quantile)) or not condition.at_least:
        return expr
    counted = condition.events if isinstance(condition, Share) else condition.latency
    seen = q.sum_(q.increase(counted_selector(counted, world), condition.over))
    return q.and_(expr, q.ge(seen, condition.at_least))


def worst(threshold: Threshold | None) -> str:
    """How several series of a gauge become one, so that none that is bad is averaged away."""
    if threshold is None or threshold.op == ">":
        return "max"
    return "min" if threshold.op == "<" or threshold.value == 0 else "max"


def share(events: Events, of: str, over: Duration, world: World, by: tuple[str, ...] = ()) -> Expr:
    """The share of bad or good events in the window; no sample without traffic."""
    total = rate_of(events, over, world, by=by)
    part = q.or_(summed(by, q.rate(counted_selector(events, world, split=True), over)), q.mul(0, total))
    ratio = q.div(part, q.gt(total, 0))
    return ratio if of == events.split_is else q.sub(1, ratio)


def rate_of(events: Events, over: Duration, world: World, offset: int = 0, by: tuple[str, ...] = ()) -> Expr:
    """Events per second."""
    counted = counted_selector(events, world)
    return summed(by, q.rate(counted._replace(offset=offset), over))


def quantile_of(latency: Latency, quantile: Decimal, over: Duration, world: World, by: tuple[str, ...] = ()) -> Expr:
    """A quantile over all series of a histogram: buckets are added up before it is taken."""
    metric = world.metrics[latency.metric]
    buckets = q.selector(f"{metric.name}_bucket", matchers(world, metric, latency.only))
    return q.histogram_quantile(quantile, q.sum_by(("le", *by), q.rate(buckets, over)))


def summed(by: tuple[str, ...], expr: Expr) -> Expr:
    """One sum, or one for each combination of labels."""
    return q.sum_by(by, expr) if by else q.sum_(expr)


def counted_selector(counted: Events | Latency, world: World, *, split: bool = False) -> VectorSelector:
    """The series whose increase is the number of events: a counter, or the count of a histogram or summary."""
    metric = world.metrics[counted.metric]
    name = metric.name if metric.type == "counter" else f"{metric.name}_count"
    chosen = counted.only
    if split and isinstance(counted, Events):
        chosen = (*chosen, *counted.split)
    return q.selector(name, matchers(world, metric, chosen))


def selector(world: World, metric: str, only: tuple[LabelFilter, ...]) -> VectorSelector:
    """All series of a metric under its jobs."""
    found = world.metrics[metric]
    return q.selector(found.name, matchers(world, found, only))


def matchers(world: World, metric: Metric, only: tuple[LabelFilter, ...]) -> tuple[Matcher, ...]:
    """The jobs of a metric, then its filters."""
    named = any(item.label == "job" for item in only)
    jobs = () if named else (q.one_of("job", world.jobs_of(metric)),)
    return (*jobs, *(_matcher(item) for item in only))


def _matcher(item: LabelFilter) -> Matcher:
    match item.op:
        case "=":
            return q.one_of(item.label, item.values)
        case "!=":
            return q.none_of(item.label, item.values)
        case "=~":
            return q.label_matches(item.label, item.values[0])
        case "!~":
            return q.label_matches_not(item.label, item.values[0])
