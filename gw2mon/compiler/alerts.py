"""Alerts to rules: one group per service, records first, so that an alert sees the values of its own round."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler import expressions, wording
from gw2mon.compiler.conditions import condition_of, thresholds_of, unit_of_condition
from gw2mon.model import AlertingRule, RecordingRule, RuleGroup, Share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.compiler.scope import Scope
    from gw2mon.finding import Position
    from gw2mon.model import Condition, Events, Latency, Pairs, Threshold
    from gw2mon.promql import Expr
    from gw2mon.spec.alerts import Alert
    from gw2mon.world import World


class Judged(NamedTuple):
    """An alert of the spec whose names are resolved: what it watches, and its threshold for each severity."""

    name: str
    alert: Alert
    condition: Condition
    unit: str
    thresholds: dict[str, Threshold | None]


def judged_alerts(
    scope: Scope, world: World, events: Mapping[str, Events], latencies: Mapping[str, Latency]
) -> tuple[Judged, ...]:
    """The alerts of a spec that refer to things that exist."""
    found = []
    for name, alert in scope.spec.alerts.items():
        path = ("alerts", name)
        if name in scope.spec.default_alerts:
            scope.error(
                "GW409", f"{name} also comes by default", path, "rename it, or leave that one out of default-alerts"
            )
        condition = condition_of(scope, world, alert, path, events, latencies)
        if condition is not None:
            unit = unit_of_condition(condition, alert, world)
            found.append(Judged(name, alert, condition, unit, thresholds_of(scope, alert, unit, path)))
    return tuple(found)


def alert_groups(scope: Scope, world: World, judged: tuple[Judged, ...]) -> tuple[RuleGroup, ...]:
    """The rule group of a service's own alerts, with the records of the shares they watch."""
    records: dict[str, RecordingRule] = {}
    alerts: list[AlertingRule] = []
    for item in judged:
        path = ("alerts", item.name)
        for severity, threshold in item.thresholds.items():
            value = _value(scope, world, item, threshold, records)
            if value is None:
                break
            expr = expressions.guarded(expressions.compared(value, threshold), item.condition, world)
            alerts.append(_rule(scope, item, severity, threshold, expr, path))
    if not alerts:
        return ()
    return (
        RuleGroup(
            names.rule_group(scope.spec.service, "alerts"), None, (*records.values(), *alerts), scope.at("alerts")
        ),
    )


def _value(
    scope: Scope, world: World, item: Judged, threshold: Threshold | None, records: dict[str, RecordingRule]
) -> Expr | None:
    """What is compared: the record of a share, so that alerts and panels read one number; else the expression."""
    if not isinstance(item.condition, Share):
        try:
            return expressions.measured(item.condition, threshold, world)
        except q.PromQLError as error:
            _refuse(scope, item, error)
            return None
    events, of, over, _ = item.condition
    name = names.share_record(scope.spec.service, events.name, of, q.format_duration(over))
    if name not in records:
        expr = expressions.measured(item.condition, None, world)
        records[name] = RecordingRule(name, expr, (), "ratio", scope.at("events", events.name))
    return q.selector(name)


def _refuse(scope: Scope, item: Judged, error: q.PromQLError) -> None:
    text = item.alert.expr or ""
    line, column = q.line_and_column(text, error.span[0])
    position = scope.source.value_at("alerts", item.name, "expr")
    scope.report(
        "GW301", "error", f"{line}:{column} of the PromQL: {error.message}", position, q.excerpt(text, error.span)
    )


def _rule(
    scope: Scope, item: Judged, severity: str, threshold: Threshold | None, expr: Expr, path: tuple[str | int, ...]
) -> AlertingRule:
    spec, alert = scope.spec, item.alert
    labels: Pairs = (
        ("service", spec.service),
        ("team", alert.team or spec.team),
        ("severity", severity),
        ("signal", alert.signal or wording.signal_of(item.name, item.condition)),
        *alert.labels.items(),
    )
    hold = alert.for_[severity].milliseconds if severity in alert.for_ else 0
    key = alert.comparison
    origin = scope.at(*path, key, severity) if key else scope.at(*path)
    return AlertingRule(
        item.name,
        expr,
        item.condition,
        threshold,
        hold,
        keep_firing=alert.keep_firing_for.milliseconds if alert.keep_firing_for else 0,
        labels=labels,
        annotations=wording.annotations_of(spec, item.name, alert, item.condition, threshold, item.unit),
        unit=item.unit,
        origin=origin,
        written=_written(scope, alert, path),
    )


def _written(scope: Scope, alert: Alert, path: tuple[str | int, ...]) -> tuple[tuple[str, Position], ...]:
    """Where each text begins that a person wrote for an alert."""
    value_at = scope.source.value_at
    keys = {"summary": alert.summary, "description": alert.description, "runbook_url": alert.runbook}
    places = {name: value_at(*path, name.removesuffix("_url")) for name, text in keys.items() if text}
    if scope.spec.runbooks:
        places.setdefault("runbook_url", value_at("runbooks"))
    labels = {f"label {name}": value_at(*path, "labels", name) for name in alert.labels}
    return tuple({**places, **labels}.items())
