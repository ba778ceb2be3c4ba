"""Specs to a Model: names resolved, thresholds put into buckets, conditions built into expressions.

Mistakes are reported, all of them, and what they touch is left out; so a Model is always whole enough to be checked.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs, names
from gw2mon.compiler import (
    adapters,
    alerts,
    application,
    dashboards,
    defaults,
    functions,
    jobs,
    links,
    metrics,
    notify,
    signals,
    slos,
    workers,
)
from gw2mon.compiler.dashboards.slos.details import RULES_MISSED
from gw2mon.compiler.dashboards.slos.everywhere import dashboards_of_all
from gw2mon.compiler.scope import Scope
from gw2mon.model import Model, Service, Stack
from gw2mon.spec import SHARED
from gw2mon.spec.stack import Stack as StackSpec
from gw2mon.world import world

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from gw2mon.finding import Finding
    from gw2mon.loader import Source
    from gw2mon.model import Dashboard, Metric, Threshold

_DEFAULT_INTERVAL, _DEFAULT_TIMEOUT = 15_000, 10_000
_DAY = 86_400_000
_MARGIN, _LEAST_RETENTION = 5 * _DAY, 15 * _DAY


class Compiled(NamedTuple):
    """A Model and what is wrong with the specs it came from."""

    model: Model
    findings: tuple[Finding, ...]


def compile_specs(sources: Sequence[Source]) -> Compiled:
    """Compile specs into one stack, whatever their order. At least one is needed."""
    findings: list[Finding] = []
    ordered = sorted(sources, key=lambda source: (source.spec.service, source.file))
    scopes = [Scope(source, findings) for source in ordered]
    _check_together(scopes)
    stack = _stack(scopes)
    grafana = next((scope.spec.stack.grafana_url for scope in scopes if scope.spec.stack is not None), "")
    services = tuple(_service(scope, stack, grafana) for scope in scopes)
    return Compiled(Model(services, stack._replace(dashboards=dashboards_of_all(services))), tuple(findings))


def _service(scope: Scope, stack: Stack, grafana: str) -> Service:
    spec = scope.spec
    for number, output in enumerate(spec.outputs):
        if names.generator_of(output.rstrip("/")) not in names.GENERATORS:
            scope.unknown("output", output, names.GENERATORS, ("outputs", number))
    scraped = jobs.jobs_of(scope)
    declared = workers.exposed(scope, metrics.declared(scope), scraped)
    alone = world(spec.service, (*declared, *catalogs.instantiate("scrape", "", {})), scraped)
    events, latencies = signals.events_of(scope, alone), signals.latencies_of(scope, alone)
    judged = alerts.judged_alerts(scope, alone, events, latencies)
    if metrics.is_ours(scope):
        declared = metrics.with_thresholds(declared, _thresholds(scope, judged))
    whole = alone._replace(
        metrics=alone.metrics | {metric.name: metric for metric in declared},
        series=world(spec.service, (*declared, *alone.metrics.values()), scraped).series,
    )
    module = functions.python_module(scope, declared, metrics.fastapi_of(scope, declared))
    groups = alerts.alert_groups(scope, whole, judged)
    rules = [rule for group in groups for rule in group.rules]
    promises = slos.slos_of(scope, whole, events, latencies)
    kept = slos.slo_groups(scope, whole, promises)
    recorded = [*rules, *(rule for group in kept for rule in group.rules)]
    watched = any(metric.name == RULES_MISSED for metric in stack.metrics)
    shown = dashboards.dashboards_of(scope, whole, events, latencies, recorded, promises, watches_rules=watched)
    link = partial(links.linked, service=spec.service, dashboards=_written(scope, shown), grafana=grafana)
    return Service(
        spec.service,
        spec.team,
        names.spec_name(scope.source.file),
        scraped,
        declared,
        tuple(events.values()),
        tuple(latencies.values()),
        module,
        link((*groups, *defaults.service_group(scope, whole, module, rules))),
        promises,
        shown,
        spec.outputs,
        spec.runbooks,
        scope.at("service"),
        link(kept),
        spec.series_budget,
        scope.at("series-budget"),
        application.logs_of(spec),
        application.sentry_of(spec),
        adapters.adapters_of(scope, module),
    )


def _written(scope: Scope, shown: tuple[Dashboard, ...]) -> tuple[Dashboard, ...]:
    """The dashboards that will be there, whatever else is asked for."""
    service, outputs = scope.spec.service, scope.spec.outputs
    return tuple(item for item in shown if names.is_wanted(names.dashboard_path(service, item.name), outputs))


def _thresholds(scope: Scope, judged: Sequence[alerts.Judged]) -> dict[str, list[Decimal]]:
    """Histogram to every threshold that an SLO or an alert compares it with."""
    histograms = {name: entry.histogram for name, entry in scope.spec.latencies.items()}
    found = slos.thresholds(scope.spec.slos, histograms)
    for item in judged:
        if item.alert.of in histograms:
            compared: list[Threshold] = [threshold for threshold in item.thresholds.values() if threshold is not None]
            found.setdefault(histograms[item.alert.of], []).extend(threshold.value for threshold in compared)
    return found


def _stack(scopes: Sequence[Scope]) -> Stack:
    """What all services share, from the spec that holds each section; defaults where none does."""
    owner = next((scope for scope in scopes if scope.spec.stack or scope.spec.notify), scopes[0])
    entry = next((scope.spec.stack for scope in scopes if scope.spec.stack is not None), None) or StackSpec()
    pace = next((scope.spec.scrape_defaults for scope in scopes if scope.spec.scrape_defaults is not None), None)
    interval = pace.interval.milliseconds if pace and pace.interval else _DEFAULT_INTERVAL
    taken = tuple(name for scope in scopes for name in scope.spec.scrape)
    told = next((scope for scope in scopes if scope.spec.notify is not None), owner)
    # Without receivers no Alertmanager is made, and only one that somebody named can be there.
    is_there = told.spec.notify is not None or "alertmanagers" in entry.model_fields_set
    alertmanagers = entry.alertmanagers if is_there else ()
    own_jobs = jobs.self_monitoring(taken, alertmanagers)
    return Stack(
        interval,
        pace.timeout.milliseconds if pace and pace.timeout else min(_DEFAULT_TIMEOUT, interval),
        pace.evaluation.milliseconds if pace and pace.evaluation else interval,
        tuple(entry.external_labels.items()),
        alertmanagers,
        _version(entry.alertmanager_version),
        _version(entry.prometheus_version),
        own_jobs,
        _stack_metrics(tuple(job.name for job in own_jobs)),
        defaults.stack_group(owner, ("alertmanager",)),
        notify.notify_of(told, [scope.spec.service for scope in scopes], _teams(scopes)),
        entry.platform,
        names.spec_name(owner.source.file),
        owner.spec.outputs,
        owner.at("stack"),
        _retention(entry, scopes),
        entry.networks,
        tuple(entry.probe_modules.items()),
    )


def _retention(entry: StackSpec, scopes: Sequence[Scope]) -> int:
    """As asked; else longer than any SLO looks back, since a budget of lost samples looks like one that was kept."""
    if entry.retention is not None:
        return entry.retention.milliseconds
    windows = [slo.window.milliseconds + _MARGIN for scope in scopes for slo in scope.spec.slos.values()]
    return max([_LEAST_RETENTION, *windows])


def _stack_metrics(own_jobs: Sequence[str]) -> tuple[Metric, ...]:
    return tuple(metric for name in own_jobs for metric in catalogs.instantiate(name, name, {}))


def _teams(scopes: Sequence[Scope]) -> set[str]:
    own = {scope.spec.team for scope in scopes}
    return own | {alert.team for scope in scopes for alert in scope.spec.alerts.values() if alert.team is not None}


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor.partition(".")[0] or 0)


def _check_together(scopes: Sequence[Scope]) -> None:
    """What only several specs side by side can get wrong."""
    first: dict[tuple[str, str], Scope] = {}
    for scope in scopes:
        if scope.spec.service == names.STACK:
            scope.error("GW107", f"{names.STACK} names what all services share", ("service",), "choose another name")
        claims = [("service", scope.spec.service), *(("job", name) for name in scope.spec.scrape)]
        claims += [("section", section) for section in SHARED if getattr(scope.spec, section) is not None]
        for kind, name in claims:
            other = first.setdefault((kind, name), scope)
            if other is not scope:
                _report_twice(scope, other, kind, name)


def _report_twice(scope: Scope, other: Scope, kind: str, name: str) -> None:
    if kind == "service":
        scope.error(
            "GW224", f"service {name} is also declared in {other.source.file}", ("service",), "rename one of them"
        )
    elif kind == "job":
        scope.error(
            "GW222", f"job {name} is also declared in {other.source.file}", ("scrape", name), "rename one of them"
        )
    else:
        key = name.replace("_", "-")
        scope.error(
            "GW223", f"{key} also stands in {other.source.file}", (key,), "keep it in one spec: all services share it"
        )
