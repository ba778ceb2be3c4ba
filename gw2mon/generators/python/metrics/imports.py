"""The imports of the generated module, found from the names that its body uses."""

from __future__ import annotations

import ast

from gw2mon.generators.python.layout import Code

_RUN_TIME = (
    (
        ("", ("logging", "os", "warnings")),
        ("contextlib", ("suppress",)),
        ("enum", ("Enum",)),
        ("itertools", ("product",)),
        ("math", ("inf",)),
        ("pathlib", ("Path",)),
        ("threading", ("RLock",)),
        ("typing", ("TYPE_CHECKING", "Generic", "Literal", "TypeVar", "get_args")),
    ),
    (
        ("prometheus_client", ("REGISTRY", "CollectorRegistry", "Counter", "Gauge", "Histogram", "Info", "Summary")),
        ("prometheus_client.metrics", ("MetricWrapperBase",)),
    ),
)
_FOR_TYPES = (
    (("collections.abc", ("Callable", "Iterable")),),
    (
        ("fastapi", ("FastAPI",)),
        ("prometheus_client", ("Metric",)),
        ("starlette.types", ("ASGIApp", "Receive", "Scope", "Send")),
    ),
)
Source = tuple[str, tuple[str, ...]]
Groups = tuple[tuple[Code, ...], ...]
"""Import lines, in the groups that isort sets apart."""


def imports_of(body: str) -> tuple[Groups, Groups]:
    """Return the imports that a body needs when it runs, and those that only its annotations need."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    for_types = _groups(_FOR_TYPES, used)
    return _groups(_RUN_TIME, used | {"TYPE_CHECKING"} if for_types else used), for_types


def _groups(sources: tuple[tuple[Source, ...], ...], used: set[str]) -> Groups:
    groups = (tuple(line for source in group for line in _lines(*source, used)) for group in sources)
    return tuple(group for group in groups if group)


def _lines(module: str, names: tuple[str, ...], used: set[str]) -> list[Code]:
    wanted = [name for name in names if name in used]
    if not module:
        return [Code(f"import {name}") for name in wanted]
    return [Code(f"from {module} import {', '.join(wanted)}")] if wanted else []
