"""Which alerts are about what a panel shows: their thresholds become lines, so nobody has to know them by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gw2mon import promql as q
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
from gw2mon.model import Quantile, Rate, Raw, Share, Staleness, Value
from gw2mon.model.promises import AlertLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.dashboards.shown import Shown
    from gw2mon.model import AlertingRule, Condition, Events, Latency


def lines_of(shown: Shown, alerts: Iterable[AlertingRule]) -> tuple[AlertLine, ...]:
    """The thresholds of the alerts about what is shown, by name and severity."""
    found = (
        AlertLine(rule.alert, rule.severity, rule.threshold, dict(rule.annotations).get("runbook_url", ""))
        for rule in alerts
        if rule.threshold is not None and rule.condition is not None and _is_about(shown, rule.condition)
    )
    return tuple(sorted(found, key=lambda line: (line.alert, line.severity)))


def _is_about(shown: Shown, condition: Condition) -> bool:
    match shown:
        case Rates(events):
            return isinstance(condition, Rate) and _same_events(events, condition.events) and not shown.by
        case Shares(events, of):
            return isinstance(condition, Share) and _same_events(events, condition.events) and of == condition.of
        case Quantiles(latency, quantiles):
            return (
                isinstance(condition, Quantile)
                and _same_latency(latency, condition.latency)
                and condition.quantile in quantiles
            )
        case Gauge(metric, only):
            kind = Staleness if shown.is_age else Value
            # A panel of all series shows those that the alert watches too.
            return isinstance(condition, kind) and metric.name == condition.metric and set(only) <= set(condition.only)
        case Formula(expr):
            return isinstance(condition, Raw) and expr == q.parse(condition.text)
        case Heatmap() | Average() | Info() | Logs() | Prose():
            return False
        case _:
            assert_never(shown)


def _same_events(left: Events, right: Events) -> bool:
    return left[1:-1] == right[1:-1]


def _same_latency(left: Latency, right: Latency) -> bool:
    return left[1:-1] == right[1:-1]
