"""Libraries that report by themselves: each argument of the function they call is given a fact, or has a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.loader import did_you_mean
from gw2mon.model import Adapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Argument, Function, Library, Metric, PythonModule
    from gw2mon.spec.adapters import HttpClient, Redis, Sqlalchemy

Path = tuple[str | int, ...]


class Fact(NamedTuple):
    """Something that a library tells of each thing it does."""

    unit: str = ""
    """Unit of an amount; "" for a text."""
    values: tuple[str, ...] = ()
    """Texts that are told whatever the application does: where a label is closed it has to hold them."""
    is_always_told: bool = True


_SECONDS = Fact("seconds")
_OF_HTTP = {
    "service": Fact(),
    "endpoint": Fact(),
    "method": Fact(),
    "status": Fact(values=("timeout", "error")),
    "duration": _SECONDS,
}
FACTS: Mapping[Library, Mapping[str, Fact]] = {
    "sqlalchemy": {
        "operation": Fact(values=("select", "insert", "update", "delete")),
        "table": Fact(values=("none",)),
        "duration": _SECONDS,
        "error": Fact(is_always_told=False),
    },
    "httpx": _OF_HTTP,
    "requests": _OF_HTTP,
    "redis": {
        "operation": Fact(values=("get", "set", "delete")),
        "result": Fact(values=("hit", "miss", "error")),
        "duration": _SECONDS,
    },
}
"""What each library tells, by name."""


def adapters_of(scope: Scope, module: PythonModule) -> tuple[Adapter, ...]:
    """Every library that the spec asks to report, in the order of the language."""
    asked = scope.spec.python.adapters
    found: list[Adapter] = []
    if asked.sqlalchemy is not None:
        connections = _connections(scope, asked.sqlalchemy.connections, module)
        found.append(_adapter(scope, "sqlalchemy", "query", asked.sqlalchemy, module)._replace(connections=connections))
    if asked.httpx is not None:
        found.append(_adapter(scope, "httpx", "request", asked.httpx, module))
    if asked.requests is not None:
        found.append(_adapter(scope, "requests", "request", asked.requests, module))
    if asked.redis is not None:
        found.append(_adapter(scope, "redis", "operation", asked.redis, module))
    return tuple(found)


def _adapter(
    scope: Scope, library: Library, key: str, entry: Sqlalchemy | HttpClient | Redis, module: PythonModule
) -> Adapter:
    path = ("python", "adapters", library)
    name: str | None = getattr(entry, key)
    function = next((item for item in module.functions if item.name == name), None)
    if name is not None and function is None:
        scope.unknown("function", name, [item.name for item in module.functions], (*path, key))
    if function is None:
        return Adapter(library, "", ())
    _check_mapping(scope, entry.arguments, function, library, path)
    return Adapter(library, function.name, tuple(_given(scope, function, library, entry.arguments, (*path, key))))


def _check_mapping(scope: Scope, mapping: Mapping[str, str], function: Function, library: Library, path: Path) -> None:
    arguments = [argument.name for argument in function.arguments]
    for argument, fact in mapping.items():
        where = (*path, "arguments", argument)
        if argument not in arguments:
            scope.error(
                "GW204",
                f"{function.name} has no argument {argument}",
                where,
                did_you_mean(argument, arguments, "arguments"),
            )
        if fact not in FACTS[library]:
            scope.report(
                "GW204",
                "error",
                f"{library} tells no {fact}",
                scope.source.value_at(*where),
                did_you_mean(fact, FACTS[library], "facts"),
            )


def _given(
    scope: Scope, function: Function, library: Library, mapping: Mapping[str, str], path: Path
) -> Iterator[tuple[str, str]]:
    facts = FACTS[library]
    for argument in function.arguments:
        name = mapping.get(argument.name, argument.name)
        if name in facts:
            _check_fact(scope, argument, name, facts[name], path)
            yield argument.name, name
        elif argument.name not in mapping and not argument.optional and argument.default is None:
            scope.report(
                "GW220",
                "error",
                f"{function.name} needs {argument.name}, which {library} does not tell",
                scope.source.value_at(*path),
                f"say which of {', '.join(facts)} it is: arguments: {{{argument.name}: …}}; or give it a default",
            )


def _check_fact(scope: Scope, argument: Argument, name: str, fact: Fact, path: Path) -> None:
    position = scope.source.value_at(*path)
    if argument.unit != fact.unit:
        wanted = f"unit: {fact.unit}" if fact.unit else "label: …"
        taken = f"an amount in {argument.unit}" if argument.unit else "the value of a label"
        told = f"in {fact.unit}" if fact.unit else "a text"
        scope.report(
            "GW206",
            "error",
            f"{name} is {told}; argument {argument.name} is {taken}",
            position,
            f"declare the argument with {wanted}",
        )
    elif not fact.is_always_told and not argument.optional:
        scope.report(
            "GW220",
            "error",
            f"{argument.name} gets nothing where there is no {name}",
            position,
            "declare the argument with optional: true",
        )
    elif argument.values is not None and argument.values.closed:
        missing = [value for value in fact.values if value not in argument.values.values]
        if missing:
            scope.report(
                "GW203",
                "error",
                f"label {argument.label} is never {' or '.join(missing)}, which {name} may be",
                position,
                f"add {', '.join(missing)} to the values of the label, or keep it open with known and limit",
            )


def _connections(scope: Scope, name: str | None, module: PythonModule) -> str:
    path = ("python", "adapters", "sqlalchemy", "connections")
    if name is None:
        return ""
    gauge: Metric | None = next((metric for metric in module.metrics if metric.name == name), None)
    if gauge is None:
        gauges = [metric.name for metric in module.metrics if metric.type == "gauge"]
        scope.unknown("gauge", name, gauges, path, "GW201")
        return ""
    position = scope.source.value_at(*path)
    if gauge.type != "gauge":
        scope.report("GW205", "error", f"connections needs a gauge; {name} is a {gauge.type}", position, "name a gauge")
    elif gauge.labels:
        scope.report(
            "GW216",
            "error",
            f"label {gauge.labels[0].name} of {name} gets no value",
            position,
            "name a gauge without labels",
        )
    return name
