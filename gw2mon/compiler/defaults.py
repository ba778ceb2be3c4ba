"""Alerts that come without being asked for: the failures by which monitoring itself goes blind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler.wording import runbook_url
from gw2mon.model import AlertingRule, RuleGroup
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import PythonModule, Rule
    from gw2mon.promql import Expr, VectorSelector
    from gw2mon.world import Series, World

_MINUTE = 60_000
MONITORING = "monitoring"
"""The `service` label of alerts about the stack itself."""


def service_group(scope: Scope, world: World, module: PythonModule, rules: Iterable[Rule]) -> tuple[RuleGroup, ...]:
    """Default alerts of one service: its targets, the metrics its alerts rest on, its undeclared label values."""
    applications = _application_jobs(world, module)
    found = (
        *_target_down(scope, tuple(world.jobs), applications),
        *_missing_metrics(scope, world, rules),
        *(_unknown_values(scope, applications) if module.counts_unknown_values and applications else ()),
    )
    return _wanted(scope, scope.spec.service, found)


def stack_group(scope: Scope, alertmanager_jobs: tuple[str, ...]) -> tuple[RuleGroup, ...]:
    """Default alerts of the stack: the Watchdog, and every way in which rules or notifications fail."""
    return _wanted(scope, names.STACK, _stack_alerts(scope, alertmanager_jobs))


def _wanted(scope: Scope, owner: str, alerts: tuple[AlertingRule, ...]) -> tuple[RuleGroup, ...]:
    chosen = tuple(alert for alert in alerts if alert.alert in scope.spec.default_alerts)
    return (RuleGroup(names.rule_group(owner, "monitoring"), None, chosen, scope.at("service")),) if chosen else ()


def _application_jobs(world: World, module: PythonModule) -> tuple[str, ...]:
    """The jobs of the application itself, as opposed to exporters beside it."""
    own = {metric.group for metric in world.metrics.values() if metric.group and not metric.catalog}
    groups = own | ({module.fastapi.group} if module.fastapi else set())
    return tuple(name for name, job in world.jobs.items() if groups & set(job.exposes))


def _target_down(scope: Scope, jobs: tuple[str, ...], applications: tuple[str, ...]) -> list[AlertingRule]:
    """A page when no target of the application is left, a warning when any target is down."""
    description = "Prometheus cannot scrape {{ $labels.job }}: the process is down, or its port cannot be reached."
    found = []
    if applications:
        gone = (q.absent(up((job,))) for job in applications)
        none_up = q.or_(q.eq(q.aggregate("max", up(applications), by=("job",)), 0), *gone)
        said = ("No target of {{ $labels.job }} is up", description)
        found.append(_alert(scope, names.TARGET_DOWN, none_up, "critical", "targets", 2 * _MINUTE, said))
    if jobs:
        one_down = q.eq(q.aggregate("min", up(jobs), by=("job",)), 0)
        said = ("A target of {{ $labels.job }} is down", description)
        found.append(_alert(scope, names.TARGET_DOWN, one_down, "warning", "targets", 5 * _MINUTE, said))
    return found


def up(jobs: tuple[str, ...]) -> VectorSelector:
    """Whether each target of some jobs could be scraped."""
    return q.selector("up", (q.one_of("job", jobs),))


def _missing_metrics(scope: Scope, world: World, rules: Iterable[Rule]) -> list[AlertingRule]:
    """Absent although the job is up, for every metric that an alert rests on and that exists from the start."""
    terms: list[Expr] = []
    for series in _rested_on(world, rules):
        for job in world.jobs_of(series.metric):
            absent = q.absent(q.selector(series.name, job=job))
            named = (q.string("metric"), q.string(series.name), q.string(""), q.string(""))
            terms.append(q.call("label_replace", absent, *named))
    if not terms:
        return []
    reachable = q.eq(q.aggregate("max", up(tuple(world.jobs)), by=("job",)), 1)
    expr = q.and_(q.or_(*terms), reachable, on=("job",))
    said = (
        "Metric {{ $labels.metric }} is missing",
        "Alerts rest on it and cannot fire: a target of {{ $labels.job }} is up, but none exposes it.",
    )
    return [_alert(scope, "MetricMissing", expr, "warning", "metrics", 10 * _MINUTE, said)]


def _rested_on(world: World, rules: Iterable[Rule]) -> tuple[Series, ...]:
    """One series of each metric that rules read and that must be there while its process runs.

    That is every metric of the application's own module, a gauge that nobody ever bound among them, and what exporters
    show from the start. What appears with its first event only would raise a false alarm in every quiet night.
    """
    read = {name for rule in rules for name in q.metric_names(rule.expr)}
    metrics = {series.metric.name: series.metric for name in sorted(read) if (series := world.series.get(name))}
    present = (metric for metric in metrics.values() if metric.object or (metric.group and metric.appears == "always"))
    # Of a histogram the count: it is one series where there are many buckets.
    return tuple(series_of(metric)[-1] for metric in present)


def _unknown_values(scope: Scope, jobs: tuple[str, ...]) -> list[AlertingRule]:
    grown = q.increase(q.selector(names.UNKNOWN_LABEL_VALUES, (q.one_of("job", jobs),)), 15 * _MINUTE)
    said = (
        "{{ $labels.metric }} got undeclared values of {{ $labels.label }}",
        "The spec does not declare them, so they were counted as other. Declare them, or correct the call.",
    )
    expr = q.gt(q.sum_by(("metric", "label"), grown), 0)
    return [_alert(scope, "UnknownLabelValues", expr, "warning", "metrics", 0, said)]


def _stack_alerts(scope: Scope, alertmanager_jobs: tuple[str, ...]) -> tuple[AlertingRule, ...]:
    def alert(name: str, expr: Expr, hold: int, said: tuple[str, str], severity: str = "warning") -> AlertingRule:
        rule = _alert(scope, name, expr, severity, MONITORING, hold, said)
        return rule._replace(labels=(("service", MONITORING), *rule.labels[1:]))

    notifications = (_grows("prometheus_notifications_errors_total"), _grows("prometheus_notifications_dropped_total"))
    reloaded = q.selector("prometheus_config_last_reload_successful", job="prometheus")
    failed = q.selector("alertmanager_notifications_failed_total", (q.one_of("job", alertmanager_jobs),))
    failing = q.gt(q.sum_by(("integration",), q.increase(failed, 5 * _MINUTE)), 0)
    return (
        alert(names.WATCHDOG, q.vector(1), 0, _SAID[names.WATCHDOG], severity="none"),
        alert(
            "PrometheusRuleFailures",
            _grows("prometheus_rule_evaluation_failures_total"),
            0,
            _SAID["PrometheusRuleFailures"],
        ),
        alert(
            "PrometheusNotificationFailures",
            q.or_(*notifications),
            5 * _MINUTE,
            _SAID["PrometheusNotificationFailures"],
        ),
        alert(
            "PrometheusConfigReloadFailed",
            q.eq(q.aggregate("min", reloaded), 0),
            5 * _MINUTE,
            _SAID["PrometheusConfigReloadFailed"],
        ),
        alert(
            "AlertmanagerNotificationFailures",
            failing,
            5 * _MINUTE,
            _SAID["AlertmanagerNotificationFailures"],
        ),
    )


_SAID = {
    names.WATCHDOG: (
        "Alerting works",
        "This alert always fires. Its receiver must raise the alarm when it stops: then alerts reach nobody.",
    ),
    "PrometheusRuleFailures": (
        "Prometheus cannot evaluate some rules",
        "Alerts that rest on the failing rules cannot fire; the log names them.",
    ),
    "PrometheusNotificationFailures": (
        "Prometheus cannot reach Alertmanager",
        "Alerts fire, but reach nobody.",
    ),
    "PrometheusConfigReloadFailed": (
        "Prometheus runs on an old configuration",
        "The last reload failed: new rules and targets are not in force.",
    ),
    "AlertmanagerNotificationFailures": (
        "Alertmanager cannot notify through {{ $labels.integration }}",
        "Notifications through {{ $labels.integration }} fail; look for a missing or wrong secret file.",
    ),
}
"""Summary and description of the alerts about the stack itself."""


def _grows(counter: str) -> Expr:
    """Whether one of Prometheus' own counters grew in the last five minutes."""
    return q.gt(q.sum_(q.increase(q.selector(counter, job="prometheus"), 5 * _MINUTE)), 0)


def _alert(
    scope: Scope, name: str, expr: Expr, severity: str, signal: str, hold: int, said: tuple[str, str]
) -> AlertingRule:
    spec = scope.spec
    labels = (("service", spec.service), ("team", spec.team), ("severity", severity), ("signal", signal))
    runbook = runbook_url(spec.runbooks, name)
    links = (("runbook_url", runbook),) if runbook else ()
    annotations = (("summary", said[0]), ("description", said[1]), *links)
    return AlertingRule(name, expr, None, None, hold, 0, labels, annotations, origin=scope.at("service"))
