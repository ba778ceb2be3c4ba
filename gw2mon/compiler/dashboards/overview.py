"""The dashboard that comes without being asked for: all that a service declares, the most telling first.

Rate, errors and duration of what users ask for; then every group of metrics, less what another dashboard of the spec
shows already; then process and host, collapsed, for those who look for a cause. The order of names in a spec means
nothing, so what is not ranked is sorted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gw2mon import promql as q
from gw2mon.compiler.dashboards import words
from gw2mon.compiler.dashboards.causes import host_row, process_row
from gw2mon.compiler.dashboards.marks import marks_of
from gw2mon.compiler.dashboards.panels import Look, panel_of
from gw2mon.compiler.dashboards.shown import (
    Average,
    Formula,
    Gauge,
    Heatmap,
    Info,
    Logs,
    Quantiles,
    Rates,
    Shares,
    all_events,
    all_observations,
)
from gw2mon.compiler.dashboards.slos.glance import promised
from gw2mon.model import Dashboard, Raw, Row
from gw2mon.model.figures import Figure, Zone
from gw2mon.names import OVERVIEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gw2mon.compiler.dashboards.shown import Known, Shown
    from gw2mon.model import Events, Label, Latency, Metric, Panel

QUANTILES = (Decimal("0.5"), Decimal("0.95"), Decimal("0.99"))
_P95 = (Decimal("0.95"),)
_MOST_LINES, _TOP = 10, 5
_ONE = Decimal(1)
_HALF = Decimal("0.5")
"""Whatever is watched from such a share on is something that fills up."""
_TYPES = ("counter", "histogram", "summary", "gauge", "info")


def overview_of(known: Known, laid_out: Sequence[Shown]) -> Dashboard:
    """The overview of a service; `laid_out` is what its other dashboards show."""
    events = _primary_events(known)
    latency = _primary_latency(known, events)
    red = tuple(_red(events, latency))
    seen = _metrics_of(known, (*laid_out, *red))
    rows = (
        Row("SLOs", promised(known)),
        Row("Now", tuple(_status(known, events, latency))),
        Row("Requests, errors, duration", tuple(panel_of(known, shown, Look()) for shown in red)),
        *_groups(known, seen, laid_out),
        Row("Watched by other alerts", tuple(_watched(known, laid_out))),
        Row("Logs", tuple(_logs(known))),
        process_row(known),
        host_row(known),
    )
    return Dashboard(
        OVERVIEW,
        f"{known.service}: overview",
        f"All that {known.service} declares, the most telling first. What is missing here is on its other dashboards.",
        tuple(row for row in rows if row.panels),
        known.jobs,
        marks_of(known),
        known.scope.at("service"),
    )


def _primary_events(known: Known) -> Events | None:
    """What users ask for: HTTP requests where they are counted, else the first events that can be bad."""
    ranked = sorted(
        known.events.values(), key=lambda item: (not _is_http(known, item.metric), not item.split, item.name)
    )
    return ranked[0] if ranked else None


def _primary_latency(known: Known, events: Events | None) -> Latency | None:
    """How long that takes: a latency of the same group of metrics, else the first."""
    group = known.world.metrics[events.metric].group if events else ""
    ranked = sorted(
        known.latencies.values(), key=lambda item: (known.world.metrics[item.metric].group != group, item.name)
    )
    return ranked[0] if ranked else None


def _is_http(known: Known, metric: str) -> bool:
    return known.world.metrics[metric].catalog == "fastapi"


def _status(known: Known, events: Events | None, latency: Latency | None) -> Iterator[Panel]:
    """One number for each question that a person who was just woken asks."""
    stat = Look(kind="stat")
    up = q.aggregate("avg", q.selector("up", (q.one_of("job", known.jobs),)))
    said = "Share of targets that Prometheus can scrape. Below 100% some process is down or cannot be reached."
    targets = panel_of(known, Formula(up, "up", "ratio", said), stat._replace(title="Targets up"))
    yield targets._replace(figure=Figure(zones=(Zone(None, "critical"), Zone(_ONE, "good"))))
    yield _firing(known, "Critical alerts", "critical")
    yield _firing(known, "Warnings", "warning")
    if events is not None:
        yield panel_of(known, Rates(events), stat)
        if events.split:
            yield panel_of(known, Shares(events, "bad"), stat)
    if latency is not None:
        yield panel_of(known, Quantiles(latency, _P95), stat._replace(title=f"{words.sentence(latency.name)}, p95"))


def _firing(known: Known, title: str, severity: Literal["critical", "warning"]) -> Panel:
    firing = q.selector("ALERTS", alertstate="firing", service=known.service, severity=severity)
    said = f"Alerts of this service with severity {severity} that fire now; marks on the graphs say since when."
    count = q.or_(q.aggregate("count", firing), q.vector(0))
    panel = panel_of(known, Formula(count, "firing", "", said), Look(title, kind="stat"))
    return panel._replace(figure=Figure(zones=(Zone(None, "good"), Zone(_ONE, severity))))


def _red(events: Events | None, latency: Latency | None) -> Iterator[Shown]:
    if events is not None:
        yield Rates(events, tuple(item.label for item in events.split[:1]))
        if events.split:
            yield Shares(events, "bad")
    if latency is not None:
        yield Quantiles(latency, QUANTILES)
        yield Heatmap(latency)


def _groups(known: Known, seen: set[str], laid_out: Sequence[Shown]) -> Iterator[Row]:
    """A row for each group of metrics that no other panel shows."""
    own = [metric for metric in known.world.metrics.values() if _is_own(known, metric)]
    for group in sorted({metric.group for metric in own}):
        left = [metric for metric in own if metric.group == group and metric.name not in seen]
        left.sort(key=lambda metric: (_TYPES.index(metric.type), metric.name))
        shown = [*_shares(known, group, laid_out), *(found for metric in left for found in _shown(metric))]
        if shown:
            yield Row(words.sentence(group), tuple(panel_of(known, item, _look(item)) for item in shown))


def _is_own(known: Known, metric: Metric) -> bool:
    """Whether the service declares a metric itself, or it is about its requests; not what exporters beside it show."""
    # The finer histogram of all requests says nothing that the one by handler does not say on its own panels.
    is_twin = metric.catalog == "fastapi" and "_highr_" in metric.name
    return metric.catalog in ("", "fastapi") and not is_twin and bool(metric.group and known.world.jobs_of(metric))


def _shares(known: Known, group: str, laid_out: Sequence[Shown]) -> Iterator[Shares]:
    """The share of bad among all events of a group that can be bad, unless it is shown elsewhere."""
    primary = _primary_events(known)
    shown = {item.events.name for item in laid_out if isinstance(item, Shares)}
    for events in sorted(known.events.values(), key=lambda item: item.name):
        is_here = known.world.metrics[events.metric].group == group
        if is_here and events.split and events != primary and events.name not in shown:
            yield Shares(events, "bad")


def _shown(metric: Metric) -> Iterator[Shown]:
    """How a metric of each type is looked at."""
    match metric.type:
        case "counter":
            yield Rates(all_events(metric), _telling(metric))
            open_label = next((label for label in metric.labels if not label.values.closed), None)
            if open_label is not None and open_label.name not in _telling(metric):
                yield Rates(all_events(metric), (open_label.name,), _TOP)
        case "histogram":
            yield Quantiles(all_observations(metric), QUANTILES)
            yield Heatmap(all_observations(metric))
        case "summary":
            yield Average(metric)
        case "gauge":
            yield Gauge(metric)
        case "info":
            yield Info(metric)


def _telling(metric: Metric) -> tuple[str, ...]:
    """The label by which a counter is split: the first with so few values that each line can be told apart."""
    return tuple(label.name for label in metric.labels if _has_few(label))[:1]


def _has_few(label: Label) -> bool:
    return label.values.bound is not None and label.values.bound <= _MOST_LINES


def _look(shown: Shown) -> Look:
    return Look(width="half" if isinstance(shown, Info) else None)


def _watched(known: Known, laid_out: Sequence[Shown]) -> Iterator[Panel]:
    """A graph for each alert in PromQL that no dashboard shows, with its threshold."""
    shown = [item.expr for item in laid_out if isinstance(item, Formula)]
    for rule in sorted(known.alerts, key=lambda item: (item.alert, item.severity)):
        if isinstance(rule.condition, Raw) and rule.threshold is not None:
            expr = q.parse(rule.condition.text)
            if expr not in shown:
                shown.append(expr)
                said = f"What the alert {rule.alert} compares with its threshold."
                title = " ".join(re.findall(r"[A-Z]*[a-z0-9]+|[A-Z]+", rule.alert.replace("_", " ")))
                is_use = rule.unit == "ratio" and rule.threshold.value >= _HALF
                yield panel_of(known, Formula(expr, "", rule.unit, said), Look(title, tone="used" if is_use else ""))


def _logs(known: Known) -> Iterator[Panel]:
    """What the service complained of, where its lines can be asked for."""
    if known.scope.spec.logs.ship_to == "loki":
        query = f'{{service_name="{known.service}", level=~"warning|error|critical"}}'
        said = "Lines of this service with level warning, error or critical. A line leads to all lines of its request."
        yield panel_of(known, Logs(query), Look("Warnings and errors", said))


def _metrics_of(known: Known, shown: Iterable[Shown]) -> set[str]:
    """The metrics that panels are about."""
    found: set[str] = set()
    for item in shown:
        match item:
            case Rates(events) | Shares(events):
                found.add(events.metric)
            case Quantiles(latency) | Heatmap(latency):
                found.add(latency.metric)
            case Gauge(metric) | Average(metric) | Info(metric):
                found.add(metric.name)
            case Formula(expr):
                read = (known.world.series.get(name) for name in q.metric_names(expr))
                found |= {series.metric.name for series in read if series}
            case _:
                pass
    return found
