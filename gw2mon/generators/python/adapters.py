"""The adapters module: libraries that report to the functions of the metrics module by themselves.

It holds what the spec asks for and no more, and calls each function with what the library tells, by keyword.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code, comment, literal, prose, spread
from gw2mon.generators.python.metrics.imports import imports_of
from gw2mon.generators.python.metrics.plan import names_of
from gw2mon.generators.python.naming import python_names
from gw2mon.generators.python.rendering import render
from gw2mon.names import identifier, python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.model import Adapter, Argument, Function, Library, Service

_RUN_TIME = (
    (
        ("", ("re",)),
        ("asyncio", ("CancelledError",)),
        ("contextvars", ("ContextVar",)),
        ("functools", ("lru_cache",)),
        ("inspect", ("iscoroutinefunction",)),
        ("threading", ("Lock",)),
        ("time", ("perf_counter",)),
        ("typing", ("TYPE_CHECKING", "Any", "Literal", "NamedTuple", "cast")),
        ("weakref", ("WeakSet",)),
    ),
)
_FOR_TYPES = (
    (("collections.abc", ("Callable",)), ("typing", ("Self",))),
    (
        ("", ("httpx", "requests")),
        ("redis", ("Redis",)),
        ("redis.asyncio", ("Redis as AsyncRedis",)),
        ("sqlalchemy.engine", ("Engine", "ExceptionContext")),
        ("sqlalchemy.ext.asyncio", ("AsyncEngine",)),
    ),
)
_DURATION, _ERROR = "duration", "error"
_QUERY = {
    "operation": "query.operation",
    "table": "query.table",
    "duration": "duration",
    "error": "error",
}
_REQUEST = {name: f"request.{name}" for name in ("service", "endpoint", "method", "status", "duration")}
_OPERATION = {
    "operation": "self.operation",
    "result": "self.result",
    "duration": "perf_counter() - self._began",
}
_FINITE = ("operation", "result")
"""Facts with so few values that they are typed as literals, as labels are."""


def adapters_module(service: Service) -> str:
    """Return the source of the adapters module of a service."""
    adapters = {adapter.library: adapter for adapter in service.adapters}
    names = names_of(service.python)
    functions = {function.name: function for function in service.python.functions}
    calls = {
        "query": _call(adapters.get("sqlalchemy"), _QUERY, functions, names, 8),
        "httpx": _call(adapters.get("httpx"), _REQUEST, functions, names, 4),
        "requests": _call(adapters.get("requests"), _REQUEST, functions, names, 4),
        "redis": _call(adapters.get("redis"), _OPERATION, functions, names, 8),
    }
    told = {library: {fact for _, fact in adapter.arguments} for library, adapter in adapters.items()}
    values = {
        "header": [comment(line) for line in header(python_path(service.name, "adapters"), service.spec)],
        "service": prose(service.name),
        "slot": Code(f"gw2mon_{identifier(service.name)}"),
        "public": _public(calls, adapters),
        "sqlalchemy": "sqlalchemy" in adapters,
        "query": calls["query"],
        "query_is_timed": _DURATION in told.get("sqlalchemy", ()),
        "error": _ERROR in told.get("sqlalchemy", ()),
        "connections": _connections(adapters.get("sqlalchemy"), service, names),
        **_http(calls),
        "tells_cancelled": _tells_cancelled(service, functions),
        "redis": calls["redis"],
        "redis_is_timed": _DURATION in told.get("redis", ()),
    }
    body = render("adapters_body.py.j2", values)
    # What stands in quotes is no name to whoever looks for names.
    imports, for_types = imports_of(body.replace('"Any"', "Any"), _RUN_TIME, _FOR_TYPES)
    return render("adapters.py.j2", {**values, "imports": imports, "imports_for_types": for_types, "body": Code(body)})


def _call(
    adapter: Adapter | None, facts: Mapping[str, str], functions: Mapping[str, Function], names: Mapping[str, Code],
    indent: int,
) -> Code | None:  # fmt: skip
    """Return the call of the function of an adapter; None where it calls none."""
    if adapter is None or not adapter.function:
        return None
    arguments = {argument.name: argument for argument in functions[adapter.function].arguments}
    keywords = python_names(arguments, ("self", "inf"))
    given = [f"{keywords[name]}={_value(arguments[name], fact, facts[fact])}" for name, fact in adapter.arguments]
    return spread(f"metrics.{names[adapter.function]}(", given, ")", indent)


def _value(argument: Argument, fact: str, expression: str) -> str:
    # A closed label takes its own values only, and the caller of a type checker is the one who cannot know them.
    is_closed = argument.values is not None and argument.values.closed
    return f'cast("Any", {expression})' if is_closed and fact not in _FINITE else expression


def _http(calls: Mapping[str, Code | None]) -> dict[str, object]:
    """Return what records the requests of both clients: one function, unless the spec wants two."""
    wanted = {library: calls[library] for library in ("httpx", "requests") if calls[library] is not None}
    is_same = len(set(wanted.values())) == 1
    named = {library: Code("_record_request" if is_same else f"_record_{library}") for library in wanted}
    records = {named[library]: call for library, call in wanted.items()}
    return {
        "httpx": named.get("httpx"),
        "requests": named.get("requests"),
        "http_records": [{"name": name, "call": call} for name, call in records.items()],
    }


def _tells_cancelled(service: Service, functions: Mapping[str, Function]) -> bool:
    """Whether the spec tells requests that were given up from those that failed, as the timers of the module do."""
    statuses = [
        argument.values.values
        for adapter in service.adapters
        for name, fact in adapter.arguments
        for argument in functions[adapter.function].arguments
        if fact == "status" and argument.name == name and argument.values is not None
    ]
    return bool(statuses) and all("cancelled" in values for values in statuses)


def _connections(adapter: Adapter | None, service: Service, names: Mapping[str, Code]) -> dict[str, Code] | None:
    """Return the statements that set the gauge of connections; None where there is none."""
    gauge = next((item for item in service.python.metrics if adapter and item.name == adapter.connections), None)
    if gauge is None:
        return None
    opening = f"metrics.{names[gauge.object]}.set("
    return {
        "at_start": spread(opening, ["len(_IN_USE)"], ")", 4),
        "at_change": spread(opening, ["len(_IN_USE)"], ")", 8),
    }


def _public(calls: Mapping[str, Code | None], adapters: Mapping[Library, Adapter]) -> Code:
    functions = {
        "watch_engine": "sqlalchemy" in adapters,
        "watch_httpx": calls["httpx"] is not None,
        "watch_redis": calls["redis"] is not None,
        "watch_requests": calls["requests"] is not None,
    }
    return spread("__all__ = [", [literal(name) for name in functions if functions[name]], "]")
