"""Alerts of the spec to conditions and thresholds, with everything that can be told without a query engine."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from gw2mon.compiler.metrics import example_of, fits
from gw2mon.compiler.signals import ask_for_split, filters, find_metric
from gw2mon.model import (
    Absence,
    Change,
    Condition,
    Example,
    Forecast,
    Quantile,
    Rate,
    Raw,
    Share,
    Staleness,
    Threshold,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Comparison, Events, Latency
    from gw2mon.spec.alerts import Alert
    from gw2mon.spec.values import Quantity
    from gw2mon.world import World

Path = tuple[str | int, ...]
T = TypeVar("T")
_OPS: dict[str, Comparison] = {"above": ">", "below": "<", "equals": "=="}


def condition_of(
    scope: Scope, world: World, alert: Alert, path: Path, events: Mapping[str, Events], latencies: Mapping[str, Latency]
) -> Condition | None:
    """What an alert watches, or None where its names refer to nothing."""
    over = alert.over.milliseconds if alert.over else 0
    at_least = alert.at_least or 0
    match alert.form:
        case "bad_share_of" | "good_share_of" | "rate_of" | "change_of" as form:
            key = form.replace("_", "-")
            counted = _named(scope, "event", getattr(alert, form), events, scope.spec.events, (*path, key))
            if counted is None:
                return None
            if form == "rate_of":
                return Rate(counted, over)
            if form == "change_of":
                return Change(counted, over, alert.against.milliseconds if alert.against else 0)
            if not counted.split:
                ask_for_split(scope, counted.name, (*path, key))
                return None
            return Share(counted, "bad" if form == "bad_share_of" else "good", over, at_least)
        case "quantile":
            latency = _named(scope, "latency", alert.of or "", latencies, scope.spec.latencies, (*path, "of"))
            return Quantile(latency, alert.quantile or Decimal(0), over, at_least) if latency else None
        case "expr":
            return _raw(scope, alert, path)
        case form:
            return _on_metric(scope, world, alert, form, path, over)


def thresholds_of(scope: Scope, alert: Alert, unit: str, path: Path) -> dict[str, Threshold | None]:
    """The threshold for each severity; a single severity without one where the alert compares nothing."""
    key = alert.comparison
    if key is None:
        return {alert.severity or "warning": None}
    found: dict[str, Threshold | None] = {}
    given: Mapping[str, Quantity] = getattr(alert, key)
    for severity, amount in given.items():
        if not fits(amount.unit, unit) and amount.value != 0:
            scope.report(
                "GW206",
                "error",
                f"{amount.text} cannot be compared with a value in {unit or 'plain numbers'}",
                scope.source.value_at(*path, key, severity),
                example_of(unit),
            )
        found[severity] = Threshold(_OPS[key], amount.value, amount.text)
    _check_order(scope, given, key, path)
    return found


def unit_of_condition(condition: Condition, alert: Alert, world: World) -> str:
    """The base unit of the value that is compared."""
    match condition:
        case Share() | Change():
            return "ratio"
        case Rate():
            return "per second"
        case Quantile(latency):
            return world.metrics[latency.metric].unit
        case Staleness():
            return "seconds"
        case Value(metric) | Forecast(metric):
            return world.metrics[metric].unit
        case Raw():
            return alert.unit or ""
        case Absence():
            return ""


def _named(
    scope: Scope, what: str, name: str, usable: Mapping[str, T], declared: Mapping[str, object], path: Path
) -> T | None:
    """The item of a name, reported when there is none and it was not itself reported."""
    if name not in declared:
        scope.unknown(what, name, declared, path)
    return usable.get(name)


def _raw(scope: Scope, alert: Alert, path: Path) -> Raw:
    fires, silent = (alert.proof.fires, alert.proof.silent) if alert.proof else ({}, {})
    return Raw(
        alert.expr or "",
        _examples(scope, fires, (*path, "proof", "fires")),
        _examples(scope, silent, (*path, "proof", "silent")),
        scope.source.value_at(*path, "expr"),
    )


def _examples(scope: Scope, given: Mapping[str, Quantity], path: Path) -> tuple[Example, ...]:
    return tuple(
        Example(selector, amount.value, amount.unit == "per second", scope.at(*path, selector))
        for selector, amount in given.items()
    )


def _on_metric(scope: Scope, world: World, alert: Alert, form: str, path: Path, over: int) -> Condition | None:
    types = ("counter", "gauge", "histogram", "summary", "info") if form == "absent" else ("gauge",)
    metric = find_metric(scope, world, getattr(alert, form), types, (*path, form))
    if metric is None:
        return None
    only = filters(scope, world, metric, alert.only, (*path, "only"))
    match form:
        case "value":
            return Value(metric.name, only, alert.aggregate or "")
        case "absent":
            return Absence(metric.name, only)
        case "stale":
            return Staleness(metric.name, only)
        case _:
            return Forecast(metric.name, only, over, alert.ahead.milliseconds if alert.ahead else 0)


def _check_order(scope: Scope, given: Mapping[str, Quantity], key: str, path: Path) -> None:
    if "critical" not in given or "warning" not in given or key == "equals":
        return
    critical, warning = given["critical"].value, given["warning"].value
    if (critical <= warning) if key == "above" else (critical >= warning):
        scope.error(
            "GW401",
            f"the warning never shows: critical fires first, at {given['critical'].text}",
            (*path, key, "warning"),
            "swap the two thresholds",
        )
