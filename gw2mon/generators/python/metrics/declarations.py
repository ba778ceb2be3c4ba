"""Metrics, labels and retired objects as statements that create them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import (
    Code,
    literal,
    long_literal,
    number,
    numbers,
    raw_literal,
    spread,
    tuple_of,
)
from gw2mon.generators.python.metrics.vocabulary import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.generators.python.metrics.admission import Admission
    from gw2mon.generators.python.metrics.vocabulary import Key, Word
    from gw2mon.model import FastApi, LabelValues, Metric, RetiredObject

_INDENT = 8
_INSIDE = 12
METHODS = {"counter": ("inc",), "gauge": ("inc", "dec", "set", "set_function"), "histogram": ("observe",)}
"""What callers do to an object of each type."""


def class_of(metric: Metric, *, shared: bool) -> str:
    """Return the class of a metric; `shared` says that several workers export it together."""
    match metric.type:
        case "gauge":
            if metric.labels:
                return "Gauge"
            if shared:
                return "_SharedCheckGauge" if metric.unit == "bool" else "_SharedGauge"
            return "_CheckGauge" if metric.unit == "bool" else "_QuietGauge"
        case "info":
            return "_SharedInfo" if shared else "_QuietInfo"
        case _:
            return metric.type.capitalize()


def declare(metric: Metric, target: str, *, shared: bool) -> Code:
    """Return the statement that creates a metric and registers it."""
    kind = class_of(metric, shared=shared)
    name = metric.name.removesuffix("_info") if kind == "_QuietInfo" else metric.name
    arguments: list[str] = [literal(name), long_literal(metric.help, _INSIDE)]
    if metric.labels and kind != "_QuietInfo":
        arguments.append(tuple_of("(", [literal(label.name) for label in metric.labels], indent=_INSIDE))
    if metric.type == "histogram":
        arguments.append(tuple_of("buckets=(", [number(bound) for bound in metric.buckets], indent=_INSIDE))
    arguments.append("registry=registry")
    if shared and metric.type in ("gauge", "info"):
        arguments.append(f"multiprocess_mode={literal(_mode(metric))}")
    return spread(f"{target} = {kind}(", arguments, ")", _INDENT)


def _mode(metric: Metric) -> str:
    # The client's own default adds a pid label, so that every restart makes new series.
    mode = "max" if metric.type == "info" else metric.multiprocess or "livesum"
    # What a worker that has ended showed at last is no measure of anything.
    return f"live{mode}" if mode in ("max", "min") else mode


def create(metric: Metric, target: str, words: Mapping[Key, Word]) -> Code:
    """Return the statement that creates the series of all known label values, or nothing where there are none."""
    known = [word(words, (label.name, label.values)).known for label in metric.labels]
    is_wanted = metric.initialise and metric.type in ("counter", "histogram", "summary") and all(
        label.values.values for label in metric.labels)  # fmt: skip
    return spread("_create(", [target, *known], ")", _INDENT) if known and is_wanted else Code("")


def declare_admission(admission: Admission, target: str, unknown: str, words: Mapping[Key, Word]) -> Code:
    """Return the statement that makes what admits the values of a label."""
    metric, label = admission.slots[0]
    known = word(words, (label, admission.values)).known
    arguments = [unknown, literal(metric), literal(label), known]
    if not admission.values.closed:
        limit = admission.values.limit
        arguments.append("limit=inf" if limit is None else f"limit={limit:d}")
    arguments += _normal(admission.values, known)
    return spread(f"{target} = _Label(", arguments, ")", _INDENT)


def _normal(values: LabelValues, known: Code) -> Iterator[str]:
    if values.ranges:
        yield f"normal=_ranges({tuple_of('(', [number(bound) for bound in values.ranges])}, {known})"
    if values.replace:
        rules = [f"({raw_literal(item.pattern)}, {literal(item.value)})" for item in values.replace]
        yield spread("normal=_replaced(", rules, ")", _INSIDE)


def declare_retired(item: RetiredObject, target: str) -> Code:
    """Return the statement that makes a shim."""
    return spread(f"{target} = _Retired(", [literal(item.name), long_literal(item.instead, _INSIDE)], ")", _INDENT)


def retired_methods(retired: Iterable[RetiredObject]) -> Code:
    """Return the statement that lets the shims take all calls that their types allow."""
    methods = dict.fromkeys(method for item in retired for method in METHODS.get(item.type, ()))
    return Code(" = ".join((*methods, "_ignore")))


def instrumentation(fastapi: FastApi) -> dict[str, Code]:
    """Return the settings of the instrumentator."""
    # The instrumentator searches for its regular expressions anywhere in a path.
    excluded = [literal(f"^{re.escape(path)}$") for path in fastapi.exclude]
    return {
        "grouped": Code(str(fastapi.status == "grouped")),
        "buckets": numbers("_HTTP_BUCKETS = (", fastapi.buckets),
        "highr_buckets": numbers("_HTTP_HIGHR_BUCKETS = (", fastapi.highr_buckets),
        "excluded": spread("excluded_handlers=[", excluded, "],", 12),
        "paths": tuple_of("(", list(map(literal, fastapi.exclude)), indent=12),
    }
