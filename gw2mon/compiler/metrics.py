"""Groups of metrics to typed metrics: labels resolved, units and Python names derived, buckets completed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import catalogs, names
from gw2mon.loader import did_you_mean
from gw2mon.model import FastApi, Label, LabelValues, Metric, Replacement
from gw2mon.units import DEFAULT_BUCKETS, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.compiler.scope import Scope
    from gw2mon.spec.metrics import LabelValues as LabelValuesSpec
    from gw2mon.spec.metrics import Metric as MetricSpec
    from gw2mon.spec.metrics import MetricGroup

_RESERVED = ("le", "quantile", "job", "instance")
_LADDER = tuple(Decimal(step) for step in ("1", "2.5", "5"))


def declared(scope: Scope) -> tuple[Metric, ...]:
    """All metrics that a spec declares, catalogues included, in the order of the spec."""
    found: list[Metric] = []
    for group, entry in scope.spec.metrics.items():
        metrics = _from_catalog(scope, group, entry) if entry.catalog else _own(scope, group, entry)
        for metric in metrics:
            twin = next((other for other in found if other.name == metric.name), None)
            if twin is None or (metric.catalog and twin.catalog and metric.type == twin.type):
                # Two programs may expose the same family, as all do with process_*: it is then on the jobs of both.
                found.append(metric)
            else:
                scope.error(
                    "GW211",
                    f"{metric.name} is declared twice, in {twin.group} and in {group}",
                    ("metrics", group, metric.name),
                    "drop one, or take it out of a group by its catalogue",
                )
    return tuple(found)


def label_values(scope: Scope, entry: LabelValuesSpec, path: tuple[str | int, ...]) -> LabelValues:
    """Resolve the values of a label, by name or inline."""
    if entry.use is not None:
        shared = scope.spec.label_values.get(entry.use)
        if shared is None or shared.use is not None:
            scope.unknown("label values", entry.use, scope.spec.label_values, path)
            return LabelValues((), closed=False)
        entry = shared
    if entry.ranges is not None:
        texts = tuple(bound.text for bound in entry.ranges)
        return LabelValues((*texts, names.MORE), ranges=tuple(bound.value for bound in entry.ranges))
    replace = tuple(Replacement(item.match, item.with_) for item in entry.replace)
    if entry.closed is not None:
        return LabelValues(entry.closed, replace=replace)
    known = tuple(dict.fromkeys((*entry.known, *(item.value for item in replace))))
    return LabelValues(known, entry.limit, closed=False, replace=replace)


def _from_catalog(scope: Scope, group: str, entry: MetricGroup) -> tuple[Metric, ...]:
    path = ("metrics", group, "catalog")
    name = str(entry.catalog)
    if name not in catalogs.CATALOGS:
        scope.unknown("catalogue", name, catalogs.CATALOGS, path)
        return ()
    for parameter, message in catalogs.check_parameters(name, entry.parameters):
        known = [item.name for item in catalogs.parameters(name)]
        advice = did_you_mean(parameter, known, "parameters") if parameter not in known else ""
        scope.error("GW218", message, ("metrics", group, parameter), advice)
    origin = scope.at("metrics", group)
    return tuple(metric._replace(origin=origin) for metric in catalogs.instantiate(name, group, entry.parameters))


def is_ours(scope: Scope) -> bool:
    """Whether the application measures by the generated module, and so exposes what the spec says."""
    module = names.python_path(scope.spec.service, "metrics")
    return bool(scope.spec.functions) or names.is_wanted(module, scope.spec.outputs)


def _own(scope: Scope, group: str, entry: MetricGroup) -> tuple[Metric, ...]:
    held = is_ours(scope) and (scope.spec.python.metrics is None or group in scope.spec.python.metrics)
    return tuple(_metric(scope, group, name, metric, held=held) for name, metric in (entry.metrics or {}).items())


def _metric(scope: Scope, group: str, name: str, entry: MetricSpec, *, held: bool) -> Metric:
    path = ("metrics", group, name)
    _check_name(scope, name, entry, path)
    labels = []
    for label, values in entry.labels.items():
        where = (*path, "labels", label)
        if label in _RESERVED or label.startswith("__"):
            scope.error("GW212", f"label {label} is reserved", where, "Prometheus sets it; choose another name")
        labels.append(Label(label, label_values(scope, values, where)))
    unit = entry.unit if entry.unit is not None else unit_of(name)
    return Metric(
        name,
        entry.type,
        entry.help,
        tuple(labels),
        unit,
        buckets=_buckets(scope, entry, unit, path),
        group=group,
        object=(entry.object or object_name(name, scope.spec.python.strip_prefix)) if held else "",
        appears="always" if held and entry.type in ("counter", "histogram") and entry.initialise else "first-use",
        initialise=entry.initialise,
        multiprocess=entry.multiprocess or "",
        origin=scope.at(*path),
    )


def _check_name(scope: Scope, name: str, entry: MetricSpec, path: tuple[str | int, ...]) -> None:
    if entry.type == "counter" and not name.endswith("_total"):
        scope.error(
            "GW213",
            f"counter {name} does not end in _total",
            path,
            f"the client exports it as {name}_total; write that name",
        )
    if entry.type == "info" and not name.endswith("_info"):
        scope.error("GW213", f"info metric {name} does not end in _info", path, f"write {name}_info")
    if entry.type != "counter" and re.search(r"_(total|sum|count|bucket|created)$", name):
        suffix = name.rpartition("_")[2]
        scope.error("GW213", f"{entry.type} {name} ends in _{suffix}, which belongs to another type", path, "rename it")


def _buckets(scope: Scope, entry: MetricSpec, unit: str, path: tuple[str | int, ...]) -> tuple[Decimal, ...]:
    if entry.type != "histogram":
        return ()
    where = (*path, "buckets")
    for number, bound in enumerate(entry.buckets):
        if not fits(bound.unit, unit) and bound.value != 0:
            scope.error(
                "GW214", f"bucket {bound.text} is not in {unit or 'plain numbers'}", (*where, number), example_of(unit)
            )
    bounds = tuple(bound.value for bound in entry.buckets)
    if list(bounds) != sorted(set(bounds)):
        scope.error("GW214", "buckets are not in ascending order", where, "sort them, each bound once; +Inf is implied")
    if not bounds and unit != "seconds":
        scope.error(
            "GW214", f"a histogram of {unit or 'plain numbers'} needs buckets", path, "list upper bounds: buckets: […]"
        )
    return tuple(sorted(set(bounds))) or DEFAULT_BUCKETS


def fits(given: str, wanted: str) -> bool:
    """Whether an amount in one unit can be compared with a value in another; times count as seconds."""
    same = {"timestamp": "seconds"}
    return given == same.get(wanted, wanted) or (
        given == "" and wanted not in ("seconds", "bytes", "ratio", "timestamp")
    )


def example_of(unit: str) -> str:
    """How an amount of a unit is written."""
    return {
        "seconds": "write a duration, such as 200ms",
        "bytes": "write a size, such as 512MiB",
        "ratio": "write a share, such as 5%",
        "timestamp": "write a duration, such as 26h",
        "per second": "write a rate, such as 20/s",
    }.get(unit, "write a plain number")


def object_name(metric: str, prefix: str) -> str:
    """The name of the Python object of a metric: its own, less the common prefix."""
    return metric.removeprefix(prefix) or metric


def with_thresholds(metrics: Iterable[Metric], thresholds: Mapping[str, Iterable[Decimal]]) -> tuple[Metric, ...]:
    """Histograms with the thresholds of SLOs and alerts among their bounds, so that none is interpolated.

    A quantile never exceeds the largest bound: a threshold there could not be crossed, so one more bound follows it.
    """
    return tuple(_widened(metric, tuple(thresholds.get(metric.name, ()))) for metric in metrics)


def _widened(metric: Metric, thresholds: tuple[Decimal, ...]) -> Metric:
    if metric.type != "histogram" or not thresholds or metric.catalog not in ("", "fastapi"):
        return metric
    bounds = sorted({*metric.buckets, *thresholds})
    if bounds[-1] in thresholds:
        bounds.append(next_bound(bounds[-1]))
    return metric._replace(buckets=tuple(bounds))


def next_bound(value: Decimal) -> Decimal:
    """The next step above a value on the ladder 1, 2.5, 5, 10, 25 and so on."""
    scale = Decimal(10) ** value.adjusted()
    return next(step * factor for factor in (scale, scale * 10) for step in _LADDER if step * factor > value)


def fastapi_of(scope: Scope, metrics: Iterable[Metric]) -> FastApi | None:
    """How requests are measured, taken from the metrics themselves so that all is one thing."""
    group = next((name for name, entry in scope.spec.metrics.items() if entry.catalog == "fastapi"), None)
    if group is None:
        return None
    parameters = catalogs.complete_parameters("fastapi", scope.spec.metrics[group].parameters)
    by_name = {metric.name: metric for metric in metrics if metric.group == group}
    if not by_name:
        return None
    (handlers,) = (label.values for label in by_name["http_request_size_bytes"].labels)
    return FastApi(
        group,
        exclude=tuple(parameters["exclude"]),
        status=parameters["status"],
        in_progress="http_requests_in_progress" in by_name,
        buckets=by_name["http_request_duration_seconds"].buckets,
        highr_buckets=by_name["http_request_duration_highr_seconds"].buckets,
        methods=parameters["methods"],
        routes=handlers.values,
        limit=handlers.limit or len(handlers.values),
        exemplars=parameters["exemplars"],
        token_file=scope.spec.python.token_file,
    )
