"""What a panel of the spec shows: its names resolved, and every name that refers to nothing reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.compiler.dashboards.queries import is_whole
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
    all_events,
    all_observations,
)
from gw2mon.compiler.signals import ask_for_split, filters, find_metric
from gw2mon.loader import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from gw2mon.compiler.dashboards.shown import Filters, Known, Shown
    from gw2mon.model import Events, Latency, Metric
    from gw2mon.promql import Expr, VectorSelector
    from gw2mon.spec.dashboards import Panel as PanelSpec

Path = tuple[str | int, ...]
_COUNTED = ("counter", "histogram", "summary")
BASE_UNITS = ("ratio", "seconds", "bytes", "per second", "requests per second", "bytes per second")
"""Units of the language that a PromQL panel may name; any of Grafana's own will do as well."""


def shown_by(known: Known, entry: PanelSpec, path: Path) -> Shown | None:
    """What a panel shows, or None where its names refer to nothing."""
    match entry.form:
        case "rate_of" | "top":
            return _rates(known, entry, path)
        case "bad_share_of" | "good_share_of":
            return _shares(known, entry, path)
        case "quantiles" | "heatmap_of":
            return _distribution(known, entry, path)
        case "value" | "average_of" | "info":
            return _on_metric(known, entry, path)
        case "expr":
            return _formula(known, entry, path)
        case "logs":
            return _logs(known, entry, path)
        case _:
            return Prose(entry.text or "")


def _rates(known: Known, entry: PanelSpec, path: Path) -> Rates | None:
    key, name = ("of", entry.of or "") if entry.top else ("rate-of", entry.rate_of or "")
    events = _events(known, name, (*path, key), metrics=True)
    if events is None:
        return None
    metric = known.world.metrics[events.metric]
    _check_by(known, entry, metric, path)
    only = (*events.only, *_only(known, entry, metric, path))
    return Rates(events._replace(only=only), entry.by, entry.top or 0)


def _shares(known: Known, entry: PanelSpec, path: Path) -> Shares | None:
    of = "bad" if entry.bad_share_of else "good"
    where = (*path, f"{of}-share-of")
    events = _events(known, entry.bad_share_of or entry.good_share_of or "", where, metrics=False)
    if events is None:
        return None
    if not events.split:
        ask_for_split(known.scope, events.name, where)
        return None
    metric = known.world.metrics[events.metric]
    _check_by(known, entry, metric, path)
    return Shares(events._replace(only=(*events.only, *_only(known, entry, metric, path))), of, entry.by)


def _distribution(known: Known, entry: PanelSpec, path: Path) -> Quantiles | Heatmap | None:
    key, name = ("of", entry.of or "") if entry.quantiles else ("heatmap-of", entry.heatmap_of or "")
    latency = _latency(known, name, (*path, key))
    if latency is None:
        return None
    metric = known.world.metrics[latency.metric]
    _check_by(known, entry, metric, path)
    narrowed = latency._replace(only=(*latency.only, *_only(known, entry, metric, path)))
    return Quantiles(narrowed, entry.quantiles, entry.by) if entry.quantiles else Heatmap(narrowed)


def _on_metric(known: Known, entry: PanelSpec, path: Path) -> Gauge | Average | Info | None:
    name, key, types = _metric_form(entry)
    metric = find_metric(known.scope, known.world, name, types, (*path, key))
    if metric is None:
        return None
    _check_by(known, entry, metric, path)
    only = _only(known, entry, metric, path)
    if key == "info":
        return Info(metric, only)
    if key == "average-of":
        return Average(metric, only, entry.by)
    return Gauge(metric, only, entry.aggregate or "", entry.by)


def _metric_form(entry: PanelSpec) -> tuple[str, str, tuple[str, ...]]:
    if entry.info:
        return entry.info, "info", ("info",)
    if entry.average_of:
        return entry.average_of, "average-of", ("histogram", "summary")
    return entry.value or "", "value", ("gauge",)


def _formula(known: Known, entry: PanelSpec, path: Path) -> Formula | None:
    where = (*path, "expr")
    text = entry.expr or ""
    try:
        expr = q.parse(text, variables=True)
    except q.PromQLError as error:
        position = known.scope.source.value_at(*where)
        known.scope.report("GW301", "error", error.message, position, q.excerpt(text, error.span))
        return None
    unit = entry.unit or ""
    if unit not in (*BASE_UNITS, "", *vocabulary.words("units")):
        known.scope.unknown("unit", unit, {*BASE_UNITS, *vocabulary.words("units")}, (*path, "unit"), "GW206")
    strange = [item for item in q.selectors(expr) if not _exists(known, item)]
    for selector in strange:
        said = did_you_mean(selector.name or "", known.world.series)
        known.scope.report(
            "GW201", "error", f"unknown series {selector.name}", known.scope.source.value_at(*where), said
        )
    return None if strange else Formula(_of_service(known, expr), entry.legend or "", unit, entry.description)


def _exists(known: Known, selector: VectorSelector) -> bool:
    name = selector.name
    if name is None or name.startswith("$"):
        return True
    return name in known.records if ":" in name else is_whole(selector) or name in known.world.series


def _of_service(known: Known, expr: Expr) -> Expr:
    """The expression with the jobs of the service on every selector that names none."""

    def change(node: Expr) -> Expr:
        if not isinstance(node, q.VectorSelector) or is_whole(node):
            return node
        if any(matcher.name == "job" for matcher in node.matchers):
            return node
        series = known.world.series.get(node.name or "")
        jobs = known.world.jobs_of(series.metric) if series else tuple(known.world.jobs)
        return node._replace(matchers=(q.one_of("job", jobs), *node.matchers)) if jobs else node

    return q.transform(expr, change)


def _logs(known: Known, entry: PanelSpec, path: Path) -> Logs | None:
    if known.scope.spec.logs.ship_to != "loki":
        known.scope.error(
            "GW108", "logs can be shown only from Loki", (*path, "logs"), "add logs: {ship-to: loki}, or drop the panel"
        )
        return None
    return Logs(entry.logs or "")


def _events(known: Known, name: str, path: Path, *, metrics: bool) -> Events | None:
    """The events of a name, or all that a metric of this name counts."""
    declared: Collection[str] = known.scope.spec.events
    if name in declared:
        return known.events.get(name)
    if not metrics:
        known.scope.unknown("events", name, declared, path)
        return None
    metric = _metric(known, name, _COUNTED, declared, path)
    return all_events(metric) if metric else None


def _latency(known: Known, name: str, path: Path) -> Latency | None:
    """The latency of a name, or the whole histogram of this name."""
    declared: Collection[str] = known.scope.spec.latencies
    if name in declared:
        return known.latencies.get(name)
    metric = _metric(known, name, ("histogram",), declared, path)
    return all_observations(metric) if metric else None


def _metric(known: Known, name: str, types: tuple[str, ...], declared: Collection[str], path: Path) -> Metric | None:
    if name in known.world.metrics:
        return find_metric(known.scope, known.world, name, types, path)
    said = did_you_mean(name, {*declared, *known.world.metrics})
    known.scope.report("GW204", "error", f"unknown {name}", known.scope.source.value_at(*path), said)
    return None


def _only(known: Known, entry: PanelSpec, metric: Metric, path: Path) -> Filters:
    return filters(known.scope, known.world, metric, entry.only, (*path, "only"))


def _check_by(known: Known, entry: PanelSpec, metric: Metric, path: Path) -> None:
    labels = {label.name for label in (*metric.labels, *known.world.target_labels(metric))}
    for number, label in enumerate(entry.by):
        if label not in labels:
            position = known.scope.source.value_at(*path, "by", number)
            known.scope.report(
                "GW202", "error", f"unknown label {label}", position, did_you_mean(label, labels, "labels")
            )
