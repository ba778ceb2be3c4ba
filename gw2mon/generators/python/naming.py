"""Names in the generated module: legal, free, and as close to the spec as that allows."""

from __future__ import annotations

import builtins
import keyword
from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code
from gw2mon.names import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN = frozenset({
    "ASGIApp", "Any", "Awaitable", "Callable", "CollectorRegistry", "Counter", "Enum", "FastAPI", "Gauge",
    "Histogram", "Info", "InprogressTracker", "Iterable", "Literal", "Metric", "MetricWrapperBase", "Metrics", "P",
    "ParamSpec", "Path", "R", "REGISTRY", "RLock", "Receive", "S", "Scope", "Self", "Send", "Summary",
    "TYPE_CHECKING", "TypeGuard", "TypeVar", "annotations", "bisect_left", "callbacks", "cast", "default",
    "get_args", "http_requests_in_progress", "inf", "instrument_fastapi", "isasyncgenfunction",
    "iscoroutinefunction", "isgeneratorfunction", "isnan", "logging", "nan", "os", "perf_counter", "product", "re",
    "registry", "reset", "self", "source", "suppress", "unknown", "unregister", "warnings", "wraps",
})  # fmt: skip
"""What the module imports or defines itself; nothing of a spec may take these names from it."""


def python_names(wanted: Iterable[str], taken: Iterable[str] = OWN) -> dict[str, Code]:
    """Return a Python name for each name of a spec; one that is not free gets underscores at its end."""
    used = set(taken)
    names: dict[str, Code] = {}
    for text in wanted:
        if text not in names:
            names[text] = _free(_legal(text), used)
            used.add(names[text])
    return names


def camel(*words: str) -> str:
    """Join words as in a class name: ai, token_type becomes AiTokenType."""
    return "".join(part[:1].upper() + part[1:] for part in identifier("_".join(words)).split("_"))


def plural(noun: str) -> str:
    """Return the plural of an English noun in snake case."""
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy")):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def _legal(text: str) -> str:
    # Leading underscores would be mangled inside the class, and private names belong to the module itself.
    name = identifier(text).lstrip("_")
    if not name[:1].isalpha():
        name = f"n{name}"
    is_language = keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name)
    return f"{name}_" if is_language else name


def _free(name: str, used: set[str]) -> Code:
    while name in used:
        name += "_"
    return Code(name)
