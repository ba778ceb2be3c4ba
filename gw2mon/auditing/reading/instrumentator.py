"""prometheus-fastapi-instrumentator in Python source: the metrics that its configuration exposes."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import catalogs
from gw2mon.auditing.estate import Use
from gw2mon.auditing.reading.constants import folded, text
from gw2mon.finding import Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.auditing.reading.python import Module
    from gw2mon.model import Metric

_CLASS = "Instrumentator"
_RUNNING = "http_requests_in_progress"
_SWITCHES = ("should_group_status_codes", "should_instrument_requests_inprogress")
_BUCKETS = {
    "latency_lowr_buckets": "http_request_duration_seconds",
    "latency_highr_buckets": "http_request_duration_highr_seconds",
}


def instrumented(module: Module, constants: Mapping[str, ast.expr]) -> Iterator[Use]:
    """The metrics of the instrumentator, as this module sets it up; with metrics added one by one nothing is known."""
    made = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call) and _called(node) == _CLASS]
    if not made or any(_called(node) == "add" for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
        return
    given = {keyword.arg: keyword.value for keyword in made[0].keywords if keyword.arg}
    given |= {
        keyword.arg: keyword.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in _BUCKETS
    }
    origin = Position(module.path, made[0].lineno, made[0].col_offset + 1)
    for metric in _metrics(given, constants):
        yield Use(metric._replace(origin=origin), moved=True, certain=True, by_default=not metric.labels)


def _metrics(given: Mapping[str, ast.expr], constants: Mapping[str, ast.expr]) -> Iterator[Metric]:
    grouped, running = (_switch(given.get(name)) for name in _SWITCHES)
    settings = {"status": "exact" if grouped is False else "grouped", "in-progress": running is True}
    name = text(given.get("inprogress_name"), constants) or "http_requests_inprogress"
    for metric in catalogs.instantiate("fastapi", "", settings):
        buckets = next((given[key] for key, of in _BUCKETS.items() if of == metric.name and key in given), None)
        if buckets is not None:
            yield metric._replace(buckets=_bounds(buckets, constants))
        else:
            yield metric._replace(name=name) if metric.name == _RUNNING else metric


def _bounds(node: ast.expr, constants: Mapping[str, ast.expr]) -> tuple[Decimal, ...]:
    values = folded(node, constants)
    numbers = [value for value in values if isinstance(value, (int, float))] if isinstance(values, tuple) else []
    return tuple(sorted(bound for value in numbers if (bound := Decimal(str(value))).is_finite()))


def _switch(node: ast.expr | None) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
    return ""
