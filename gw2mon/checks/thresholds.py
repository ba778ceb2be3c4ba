"""Thresholds that can never be crossed, that are always crossed, or that are only guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.finding import Finding
from gw2mon.model import Change, LatencySli, Quantile, Rate, Share, Staleness, Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from gw2mon.model import AlertingRule, Condition, Service, Stack, Threshold
    from gw2mon.world import World


def outside_possible_values(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW401, GW402: a threshold outside the interval in which the value must lie."""
    for rule in service.alerts:
        if rule.condition is None or rule.threshold is None:
            continue
        low, high = _interval(rule.condition, world)
        fate = _fate(rule.threshold, low, high)
        if fate is not None:
            code, verb = ("GW401", "never") if fate == "never" else ("GW402", "always")
            bounds = f"is {low} or more" if high is None else f"lies within {low} to {high}"
            yield Finding(
                code,
                "error",
                f"{rule.alert} {verb} fires: its value {bounds}",
                rule.origin,
                "choose a threshold inside",
            )


def _interval(condition: Condition, world: World) -> tuple[int | None, int | None]:
    """Least and greatest possible value; None where there is no bound."""
    match condition:
        case Share():
            return 0, 1
        case Rate() | Quantile() | Staleness():
            return 0, None
        case Change():
            return -1, None
        case Value(metric):
            found = world.metrics[metric]
            return (0, 1) if found.unit in ("ratio", "bool") else (None, None)
        case _:
            return None, None


def _fate(threshold: Threshold, low: int | None, high: int | None) -> str | None:
    value = threshold.value
    below, above = low is not None and value < low, high is not None and value > high
    match threshold.op:
        case ">":
            return "never" if above or value == high else "always" if below else None
        case "<":
            return "never" if below or value == low else "always" if above else None
        case "==":
            return "never" if below or above else None


def beyond_buckets(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW401, GW403: a quantile above the largest finite bound, or one that is interpolated between two."""
    for rule in service.alerts:
        if not isinstance(rule.condition, Quantile) or rule.threshold is None:
            continue
        metric = world.metrics[rule.condition.latency.metric]
        if rule.threshold.value >= metric.buckets[-1] and rule.threshold.op == ">":
            yield Finding(
                "GW401",
                "error",
                f"{rule.alert} never fires: the largest bucket of {metric.name} is "
                f"{_seconds(metric.buckets[-1])}, and no quantile exceeds it",
                rule.origin,
                "have its exporter offer a larger bucket, or lower the threshold",
            )
        elif rule.threshold.value not in metric.buckets:
            yield _between(rule, rule.threshold.value, metric.name, metric.buckets)


def slo_between_buckets(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW403: a latency SLO whose threshold is no bucket cannot be counted."""
    for slo in service.slos:
        if not isinstance(slo.sli, LatencySli):
            continue
        under, metric = slo.sli.under, world.metrics[slo.sli.latency.metric]
        if under not in metric.buckets:
            low, high = _neighbours(under, metric.buckets)
            yield Finding(
                "GW403",
                "error",
                f"{_seconds(under)} of SLO {slo.name} is no bucket of {metric.name}",
                slo.origin,
                f"its neighbours are {low} and {high}; choose one, or have its exporter offer the bucket",
            )


def _between(rule: AlertingRule, value: Decimal, metric: str, buckets: tuple[Decimal, ...]) -> Finding:
    low, high = _neighbours(value, buckets)
    return Finding(
        "GW403",
        "warning",
        f"{rule.alert} compares with {_seconds(value)}, which is no bucket of {metric}",
        rule.origin,
        f"the quantile is interpolated between {low} and {high}; choose one of them",
    )


def _neighbours(value: Decimal, buckets: tuple[Decimal, ...]) -> tuple[str, str]:
    below = [bound for bound in buckets if bound < value]
    above = [bound for bound in buckets if bound > value]
    return (_seconds(below[-1]) if below else "0"), (_seconds(above[0]) if above else "+Inf")


def _seconds(value: Decimal) -> str:
    return f"{value.normalize():f} s"
