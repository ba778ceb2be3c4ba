"""Queries that a person wrote: do the series, labels and values they select exist?

Expressions that the compiler built are right by construction, and are held to that by the tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.loader import did_you_mean
from gw2mon.model import AlertingRule, Raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Label, Service, Stack
    from gw2mon.promql import Matcher, VectorSelector
    from gw2mon.world import World

_FEWEST_SCRAPES, _SAFE_SCRAPES = 2, 4
"""Samples that a rate needs at all, and that it needs to survive a missed scrape."""


def raw_alerts(service: Service) -> Iterator[tuple[AlertingRule, Raw, q.Expr]]:
    """The alerts in PromQL, once each, with the expression as it was written."""
    seen = set()
    for rule in service.alerts:
        if isinstance(rule.condition, Raw) and rule.alert not in seen:
            seen.add(rule.alert)
            yield rule, rule.condition, q.parse(rule.condition.text)


def unknown_series(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW201: a selector of a series that no declared metric has."""
    for rule, raw, selector in _selectors(service):
        if selector.name is None or selector.name in world.series or selector.name in _records(service):
            continue
        metric = world.metrics.get(selector.name)
        if metric is not None:
            parts = ", ".join(name for name, series in world.series.items() if series.metric is metric)
            advice = f"a {metric.type} has the series {parts}"
        else:
            advice = did_you_mean(selector.name, world.series)
        yield Finding(
            "GW201",
            "error",
            f"unknown series {selector.name} in {rule.alert}",
            raw.origin,
            f"{advice}\n{q.excerpt(raw.text, selector.span)}",
        )


def unknown_labels(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW202, GW203: a matcher on a label that the series lacks, or on a value that it never has."""
    for rule, raw, selector in _selectors(service):
        series = world.series.get(selector.name or "")
        if series is None:
            continue
        labels = {label.name: label for label in (*series.labels, *world.target_labels(series.metric))}
        for matcher in selector.matchers:
            problem = _matcher_problem(matcher, labels)
            if problem is not None:
                code, message, advice = problem
                yield Finding(
                    code,
                    "error",
                    f"{series.name} {message} in {rule.alert}",
                    raw.origin,
                    f"{advice}\n{q.excerpt(raw.text, matcher.span)}",
                )


def _matcher_problem(matcher: Matcher, labels: dict[str, Label]) -> tuple[str, str, str] | None:
    if matcher.name == "__name__" or _matches(matcher, ""):
        return None
    label = labels.get(matcher.name)
    if label is None:
        return "GW202", f"has no label {matcher.name}", did_you_mean(matcher.name, labels, "labels")
    if not label.values.closed or any(_matches(matcher, value) for value in label.values.values):
        return None
    shown = f"{matcher.name}{matcher.op}{matcher.value!r}"
    return "GW203", f"never has {shown}", did_you_mean(matcher.value, label.values.values, "values")


def _matches(matcher: Matcher, value: str) -> bool:
    match matcher.op:
        case "=":
            return value == matcher.value
        case "!=":
            return value != matcher.value
        case "=~" | "!~":
            found = q.regex_matches(matcher.value, value)  # None: cannot be told
            return found is None or found == (matcher.op == "=~")


def selector_without_job(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW303: raw PromQL that would also read the same metric of other services."""
    for rule, raw, selector in _selectors(service):
        series = world.series.get(selector.name or "")
        if series is None or any(matcher.name == "job" for matcher in selector.matchers):
            continue
        jobs = world.jobs_of(series.metric)
        fix = f'job="{jobs[0]}"' if len(jobs) == 1 else f'job=~"{"|".join(jobs)}"'
        yield Finding(
            "GW303",
            "warning",
            f"{series.name} in {rule.alert} is not narrowed to the service's jobs",
            raw.origin,
            f"add {fix}\n{q.excerpt(raw.text, selector.span)}",
        )


def raw_counter(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW304: a counter read as it is, which tells more about the last restart than about now."""
    for rule, raw, expr in raw_alerts(service):
        for selector in _read_as_they_are(expr):
            series = world.series.get(selector.name or "")
            if series is not None and series.role in ("counter", "bucket", "sum", "count"):
                yield Finding(
                    "GW304",
                    "warning",
                    f"{series.name} in {rule.alert} is a counter: it grows until the next restart",
                    raw.origin,
                    f"read how much it grew: rate({series.name}[5m])\n{q.excerpt(raw.text, selector.span)}",
                )


def _read_as_they_are(expr: q.Expr) -> Iterator[VectorSelector]:
    """The selectors whose latest values an expression uses, and not only that they exist."""
    match expr:
        case q.VectorSelector():
            yield expr
        case q.MatrixSelector() | q.Subquery() | q.Call(function="absent") | q.Aggregation(op="count" | "group"):
            return
        case q.Binary(op="and" | "unless", lhs=lhs):
            yield from _read_as_they_are(lhs)
        case _:
            for child in q.children(expr):
                yield from _read_as_they_are(child)


def promql_of_one_version(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW302: PromQL that either Prometheus 2.42 or Prometheus 3 refuses."""
    for rule, raw, expr in raw_alerts(service):
        for span, feature in q.outside_intersection(expr, raw.text):
            yield Finding(
                "GW302",
                "error",
                f"{rule.alert} does not work on every Prometheus from 2.42 to 3: {feature}",
                raw.origin,
                f"write it without\n{q.excerpt(raw.text, span)}",
            )


def short_window(service: Service, _world: World, stack: Stack) -> Iterator[Finding]:
    """GW305: a range that holds too few scrapes for a rate."""
    for rule, raw, expr in raw_alerts(service):
        for node in q.walk(expr):
            if isinstance(node, q.MatrixSelector) and isinstance(node.range, int):
                finding = _window_finding(rule, node.range, _interval(node.selector, service, stack))
                if finding is not None:
                    yield finding._replace(
                        position=raw.origin, help=f"{finding.help}\n{q.excerpt(raw.text, node.span)}"
                    )
    for rule in service.alerts:
        over = getattr(rule.condition, "over", None)
        if over:
            finding = _window_finding(rule, over, stack.interval)
            if finding is not None:
                yield finding


def _window_finding(rule: AlertingRule, window: int, interval: int) -> Finding | None:
    if window >= _SAFE_SCRAPES * interval:
        return None
    hopeless = window < _FEWEST_SCRAPES * interval
    return Finding(
        "GW305",
        "error" if hopeless else "warning",
        f"a window of {q.format_duration(window)} at a scrape interval of {q.format_duration(interval)} "
        f"{'never returns anything' if hopeless else 'is fragile'} in {rule.alert}",
        rule.origin,
        f"use {q.format_duration(_SAFE_SCRAPES * interval)} or more",
    )


def _interval(selector: VectorSelector, service: Service, stack: Stack) -> int:
    groups = {metric.name: metric.group for metric in service.metrics}
    stem = re.sub(r"_(bucket|sum|count)$", "", selector.name or "")
    group = groups.get(selector.name or "", groups.get(stem, ""))
    paces = [job.interval or stack.interval for job in service.jobs if group in job.exposes]
    return max(paces, default=stack.interval)


def _selectors(service: Service) -> Iterator[tuple[AlertingRule, Raw, VectorSelector]]:
    for rule, raw, expr in raw_alerts(service):
        for node in q.walk(expr):
            if isinstance(node, q.VectorSelector):
                yield rule, raw, node


def _records(service: Service) -> set[str]:
    return {rule.record for group in service.groups for rule in group.rules if not isinstance(rule, AlertingRule)}
