"""prometheus-fastapi-instrumentator in Python source: the metrics that its configuration exposes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gw2mon import catalogs
from gw2mon.auditing.reading.constants import switch, text
from gw2mon.auditing.reading.definitions import bounds
from gw2mon.auditing.reading.sources import called, named
from gw2mon.model import Label, LabelValues, Metric
from gw2mon.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing.reading.constants import Constants
    from gw2mon.auditing.reading.definitions import Source
    from gw2mon.auditing.reading.sources import Module

_PACKAGE = "prometheus_fastapi_instrumentator"
_CLASSES = ("Instrumentator", "PrometheusFastApiInstrumentator")
_RUNNING = "http_requests_in_progress"
_BUCKETS = {
    "http_request_duration_seconds": "latency_lowr_buckets",
    "http_request_duration_highr_seconds": "latency_highr_buckets",
}
_ADDED = {
    "latency": ("http_request_duration_seconds", "histogram"),
    "request_size": ("http_request_size_bytes", "summary"),
    "response_size": ("http_response_size_bytes", "summary"),
    "combined_size": ("http_combined_size_bytes", "summary"),
    "requests": ("http_requests_total", "counter"),
}
"""Functions of its module `metrics`, to the name and type of what they expose."""
_LABELS = ("handler", "method", "status")

_TELLING = frozenset({"latency_lowr_buckets", "latency_highr_buckets", "metric_namespace", "metric_subsystem"})
_ANY = "**"
"""Stands for arguments of which not even the names are written out."""

_Given = dict[str, ast.expr]


def instrumented(sources: Sequence[Source]) -> Iterator[Metric]:
    """The metrics of the instrumentator, as source sets it up.

    What is added to it takes the place of what it exposes by default; functions of the application that are added
    expose what the application defines.
    """
    classes = frozenset(name for source in sources for name in _classes(source.module))
    calls = [(source, call) for source in sources for call in source.module.calls] if classes else []
    made = [(source, call) for source, call in calls if called(call) in classes]
    if not made:
        return
    source, call = made[0]
    settings = _keywords(call)
    holders = _holders([source.module for source in sources], classes)
    chained = [call for _, call in calls if called(call) in ("add", "instrument") and _is_of_it(call, classes, holders)]
    added = [arg for call in chained if called(call) == "add" for arg in call.args]
    place = source.module.at(call)
    for arg in added:
        if isinstance(arg, ast.Call) and (called(arg) in _ADDED or called(arg) == "default"):
            for metric in _added(arg, settings, source.known):
                yield metric._replace(origin=place)
    if not added:
        given = next((_keywords(call) for call in chained if called(call) == "instrument"), {})
        for metric in _by_default(given, settings, source.known):
            yield metric._replace(origin=place)
    if _ANY in settings or switch(settings.get("should_instrument_requests_inprogress"), default=False) is not False:
        yield _running(settings, source.known)._replace(origin=place)


def _classes(module: Module) -> Iterator[str]:
    """What a module calls the class, by itself or through the package."""
    for node in module.imports:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == _PACKAGE:
            yield from (item.asname or item.name for item in node.names if item.name in _CLASSES)
        elif any(item.name.partition(".")[0] == _PACKAGE for item in node.names):
            yield from _CLASSES


def _holders(modules: Sequence[Module], classes: frozenset[str]) -> frozenset[str]:
    """The names of what is assigned from the class."""
    return frozenset(
        named(target)
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.Assign) and any(called(call) in classes for call in _calls(node.value))
        for target in node.targets
    )


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def _is_of_it(call: ast.Call, classes: frozenset[str], holders: frozenset[str]) -> bool:
    """Whether a method is called on the instrumentator: on a chain that begins with it or with a name that holds it.

    Some arguments nothing else would take, wherever the object comes from.
    """
    if _TELLING & _keywords(call).keys() or any(isinstance(arg, ast.Call) and _is_part(arg) for arg in call.args):
        return True
    root: ast.expr = call
    while isinstance(root, (ast.Call, ast.Attribute)):
        if isinstance(root, ast.Call) and called(root) in classes:
            return True
        if isinstance(root, ast.Attribute) and named(root) in holders:
            return True
        root = root.func if isinstance(root, ast.Call) else root.value
    return named(root) in holders


def _is_part(call: ast.Call) -> bool:
    return called(call) in _ADDED and isinstance(call.func, ast.Attribute) and named(call.func.value) == "metrics"


def _keywords(call: ast.Call) -> _Given:
    return {keyword.arg or _ANY: keyword.value for keyword in call.keywords}


def _added(call: ast.Call, settings: _Given, known: Constants) -> Iterator[Metric]:
    given = _keywords(call)
    if called(call) == "default":
        yield from _by_default(given, settings, known)
        return
    name, kind = _ADDED[called(call)]
    name = text(given.get("metric_name"), known) or name
    labels = [
        Label(label, values)
        for label, values in zip(_LABELS, _values(settings), strict=True)
        if switch(given.get(f"should_include_{label}"), default=True) is not False
    ]
    buckets = bounds(given.get("buckets", ast.Name("DEFAULT_BUCKETS")), known) if kind == "histogram" else ()
    made = Metric(
        name, kind, "", tuple(labels), unit_of(name), buckets or (), appears="first-use",  # type: ignore[arg-type]
        partial=buckets is None,
    )  # fmt: skip
    yield _placed(made, given, known)


def _by_default(given: _Given, settings: _Given, known: Constants) -> Iterator[Metric]:
    status = "grouped" if _is_grouped(settings) else "exact"
    for metric in catalogs.instantiate("fastapi", "", {"status": status, "in-progress": False}):
        asked = given.get(_BUCKETS.get(metric.name, ""))
        if asked is None:
            yield _placed(metric, given, known)
        else:
            buckets = bounds(asked, known)
            yield _placed(metric._replace(buckets=buckets or (), partial=not buckets), given, known)


def _placed(metric: Metric, given: _Given, known: Constants) -> Metric:
    """A metric with the prefix and the labels that are added to all."""
    prefix = [text(given.get(key), known) for key in ("metric_namespace", "metric_subsystem")]
    name = "_".join((*filter(None, prefix), metric.name))
    return metric._replace(name=name, partial=metric.partial or bool({"custom_labels", _ANY} & given.keys()))


def _is_grouped(settings: _Given) -> bool:
    return _ANY not in settings and switch(settings.get("should_group_status_codes"), default=True) is True


def _values(settings: _Given) -> tuple[LabelValues, ...]:
    anything = LabelValues((), closed=False)
    classes = LabelValues(("1xx", "2xx", "3xx", "4xx", "5xx"))
    return anything, anything, classes if _is_grouped(settings) else anything


def _running(settings: Mapping[str, ast.expr], known: Constants) -> Metric:
    shipped = next(metric for metric in catalogs.instantiate("fastapi", "", {}) if metric.name == _RUNNING)
    name = text(settings.get("inprogress_name"), known) or "http_requests_inprogress"
    labelled = switch(settings.get("inprogress_labels"), default=False) is not False
    return shipped._replace(name=name, partial=labelled)
