"""What a panel shows, as PromQL with the variables of a dashboard.

Every selector keeps the jobs of its service and gets `job=~"$job"` and `instance=~"$instance"` besides. Both are
needed: with "All" chosen, the variable alone would let other services in that expose the same names. What a rule
recorded, and ALERTS, have neither label and stay whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler import expressions
from gw2mon.compiler.dashboards.shown import (
    Average,
    Formula,
    Gauge,
    Heatmap,
    Info,
    Logs,
    Prose,
    Quantiles,
    Rates,
    Shares,
)
from gw2mon.compiler.dashboards.words import words
from gw2mon.model import Events
from gw2mon.model.promises import Query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.dashboards.shown import Known, Labels, Shown
    from gw2mon.promql import Duration, Expr

ZOOM = q.Variable("$__rate_interval")
"""A window that follows the zoom of a graph, and never holds fewer than four scrapes."""

WHOLE_RANGE = q.Variable("$__range")
"""The whole time that a dashboard shows, for panels with one value for all of it."""

_VARIABLES = (q.label_matches("job", "$job"), q.label_matches("instance", "$instance"))
_COMBINED = {"livesum": "sum", "liveall": "sum", "sum": "sum", "min": "min"}


def queries_of(known: Known, shown: Shown, over: Duration | None) -> tuple[Query, ...]:
    """The queries of a panel, over a fixed window where one is given."""
    window = over or (WHOLE_RANGE if isinstance(shown, Rates) and shown.top else ZOOM)
    found = _queries(known, shown, window)
    return tuple(Query(narrowed(query.expr), query.legend, pace=_pace(known, query.expr)) for query in found)


def _pace(known: Known, expr: Expr) -> int | None:
    """The pace of the jobs that are asked, if all have one of their own; the range of a rate follows from it."""
    series = (known.world.series.get(name) for name in q.metric_names(expr))
    jobs = {job for item in series if item is not None for job in known.world.jobs_of(item.metric)}
    paces = [known.world.jobs[job].interval for job in jobs]
    return max((pace for pace in paces if pace is not None), default=None) if None not in paces else None


def narrowed(expr: Expr) -> Expr:
    """The expression for the jobs and instances that are chosen on the dashboard."""

    def change(node: Expr) -> Expr:
        if not isinstance(node, q.VectorSelector) or is_whole(node):
            return node
        return node._replace(matchers=(*node.matchers, *(item for item in _VARIABLES if item not in node.matchers)))

    return q.transform(expr, change)


def is_whole(selector: q.VectorSelector) -> bool:
    """Whether a selector reads what has no job and no instance: a record, or the alerts."""
    name = q.metric_name(selector) or ""
    return ":" in name or name in vocabulary.words("synthetic series")


def _queries(known: Known, shown: Shown, window: Duration) -> Iterable[Query]:
    world = known.world
    match shown:
        case Rates(events, by, top):
            rate = expressions.rate_of(events, window, world, by=by)
            return (Query(q.aggregate("topk", rate, param=top) if top else rate, legend(by, words(events.name))),)
        case Shares(events, of, by):
            return (Query(_share(known, shown, window), legend(by, f"{of} {words(events.name)}")),)
        case Quantiles(latency, quantiles, by):
            return tuple(
                Query(
                    expressions.quantile_of(latency, quantile, window, world, by),
                    " ".join((f"p{names.quantile_digits(str(quantile))}", *_labels(by))),
                )
                for quantile in quantiles
            )
        case Heatmap(latency):
            buckets = expressions.selector(world, latency.metric, latency.only)
            grown = q.increase(buckets._replace(name=f"{latency.metric}_bucket"), window)
            return (Query(q.sum_by(("le",), grown), "{{le}}"),)
        case Gauge():
            return (_gauge(known, shown),)
        case Average(metric, only, by):
            return (_average(known, shown, window),)
        case Info(metric, only):
            columns = (*(label.name for label in metric.labels), "instance")
            return (Query(q.aggregate("max", expressions.selector(world, metric.name, only), by=columns), ""),)
        case Formula(expr, said):
            return (Query(expr, said or " ".join(_labels(_grouping(expr)))),)
        case Logs() | Prose():
            return ()
        case _:
            assert_never(shown)


def _grouping(expr: Expr) -> Labels:
    """The labels by which an expression tells its series apart, where it says so itself."""
    return expr.grouping if isinstance(expr, q.Aggregation) and expr.without is False else ()


def _share(known: Known, shown: Shares, window: Duration) -> Expr:
    """The record that alerts read too, where there is one of this window; so that nobody compares two numbers."""
    events, of, by = shown
    if isinstance(window, int) and not by:
        record = names.share_record(known.service, events.name, of, q.format_duration(window))
        if record in known.records:
            return q.selector(record)
    return expressions.share(events, of, window, known.world, by)


def _gauge(known: Known, shown: Gauge) -> Query:
    metric, only, aggregate, by = shown
    series = expressions.selector(known.world, metric.name, only)
    if shown.is_age:
        return Query(q.sub(q.time(), q.aggregate(aggregate or "max", series, by=by or None)), legend(by, "age"))
    combined = _COMBINED.get(metric.multiprocess, "max")
    if by or aggregate or metric.multiprocess:
        return Query(
            q.aggregate(aggregate or combined, series, by=by or None),
            legend(by, words(metric.object or metric.name)),
        )
    apart = (*(label.name for label in metric.labels), "instance")
    return Query(q.aggregate("max", series, by=apart), legend(apart, ""))


def _average(known: Known, shown: Average, window: Duration) -> Query:
    metric, only, by = shown
    counted = Events(metric.name, metric.name, only, (), "bad")
    count = expressions.rate_of(counted, window, known.world, by=by)
    total = q.rate(expressions.selector(known.world, metric.name, only)._replace(name=f"{metric.name}_sum"), window)
    return Query(q.div(q.aggregate("sum", total, by=by or None), q.gt(count, 0)), legend(by, "average"))


def legend(by: Labels, alone: str) -> str:
    """The name of each series: its labels, or what the only one is called."""
    return " ".join(_labels(by)) or alone


def _labels(by: Labels) -> tuple[str, ...]:
    return tuple(f"{{{{{label}}}}}" for label in by)
