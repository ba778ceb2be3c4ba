"""The imports of a generated module, found from the names that its body uses."""

from __future__ import annotations

import ast

from gw2mon.generators.python.layout import Code

_RUN_TIME = (
    (
        ("", ("logging", "os", "re", "warnings")),
        ("bisect", ("bisect_left",)),
        ("contextlib", ("suppress",)),
        ("enum", ("Enum",)),
        ("functools", ("wraps",)),
        ("inspect", ("isasyncgenfunction", "iscoroutinefunction", "isgeneratorfunction")),
        ("itertools", ("product",)),
        ("math", ("inf", "isnan", "nan")),
        ("pathlib", ("Path",)),
        ("threading", ("RLock",)),
        ("time", ("perf_counter",)),
        ("typing", ("TYPE_CHECKING", "Any", "Literal", "ParamSpec", "TypeVar", "cast", "get_args")),
    ),
    (
        ("prometheus_client", ("REGISTRY", "CollectorRegistry", "Counter", "Gauge", "Histogram", "Info", "Summary")),
        ("prometheus_client.metrics", ("MetricWrapperBase",)),
    ),
)
_FOR_TYPES = (
    (("collections.abc", ("Awaitable", "Callable", "Iterable")), ("typing", ("Self", "TypeGuard"))),
    (
        ("fastapi", ("FastAPI",)),
        ("prometheus_client", ("Metric",)),
        ("prometheus_client.context_managers", ("InprogressTracker",)),
        ("starlette.types", ("ASGIApp", "Receive", "Scope", "Send")),
    ),
)
Source = tuple[str, tuple[str, ...]]
Table = tuple[tuple[Source, ...], ...]
"""Modules and names that can be imported, in the groups that isort sets apart."""
Groups = tuple[tuple[Code, ...], ...]
"""Import lines, in the same groups."""


def imports_of(body: str, run_time: Table = _RUN_TIME, annotations: Table = _FOR_TYPES) -> tuple[Groups, Groups]:
    """Return the imports that a body needs when it runs, and those that only its annotations need."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    for_types = _groups(annotations, used)
    return _groups(run_time, used | {"TYPE_CHECKING"} if for_types else used), for_types


def _groups(sources: Table, used: set[str]) -> Groups:
    groups = (tuple(line for source in group for line in _lines(*source, used)) for group in sources)
    return tuple(group for group in groups if group)


def _lines(module: str, names: tuple[str, ...], used: set[str]) -> list[Code]:
    wanted = [name for name in names if name.rpartition(" ")[2] in used]  # the last word of `Redis as AsyncRedis`
    if not module:
        return [Code(f"import {name}") for name in wanted]
    return [Code(f"from {module} import {', '.join(wanted)}")] if wanted else []
