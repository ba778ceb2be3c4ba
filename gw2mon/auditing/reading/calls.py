"""Which functions of Python source can be called at all, as far as their names tell.

A function counts as called when its name is mentioned outside of functions, or in one that is called itself. What a
framework may call without a mention counts as called, too: decorated functions, methods of derived classes, the
special names of the language, and what texts name, such as "shop.main:create_app".
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from gw2mon.auditing.reading.sources import below, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.reading.sources import Module

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN = frozenset({
    "staticmethod", "classmethod", "property", "contextmanager", "asynccontextmanager", "wraps", "lru_cache", "cache",
    "override", "overload", "final", "typechecked", "retry", "cached_property",
})  # fmt: skip
"""Decorators that do not make anybody call a function."""
_ENTRANCES = frozenset({"main", "create_app", "make_app", "get_app", "lifespan", "lambda_handler", "application"})
_NAMED_IN_TEXT = re.compile(r"[\w.]*[.:](\w+)(?:\(\))?")


def reached(modules: Sequence[Module]) -> frozenset[str]:
    """The names of all functions that can be called."""
    mentions: dict[str, set[str]] = defaultdict(set)
    live: set[str] = set()
    known = {name for module in modules for name in module.imported}
    for module in modules:
        if module.stem not in known:
            # Whoever imports it has not been shown, or it is started itself.
            live |= {node.name for node in module.nodes if isinstance(node, _Function)}
        for node, place, is_called in _nodes(module.tree):
            if is_called:
                live.add(place)
            mentions[place].update(_mentioned(node))
    waiting = [*live, ""]
    while waiting:
        for name in mentions.get(waiting.pop(), ()):
            if name not in live:
                live.add(name)
                waiting.append(name)
    return frozenset(live)


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str, bool]]:
    """Each node with the outermost function that it stands in, and whether something calls that unseen."""
    stack: list[tuple[ast.AST, str, bool]] = [(tree, "", False)]
    while stack:
        node, place, derived = stack.pop()
        is_called = False
        if isinstance(node, ast.ClassDef):
            derived = any(named(item) != "object" for item in node.bases)
        if isinstance(node, _Function) and not place:
            stack.extend((item, "", False) for item in node.decorator_list)
            place, is_called = node.name, derived or _is_called_unseen(node)
            stack.extend((child, place, derived) for child in [node.args, *node.body])
        else:
            stack.extend((child, place, derived) for child in below(node))
        yield node, place, is_called


def _is_called_unseen(node: _Function) -> bool:
    decorators = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
    return (
        node.name in _ENTRANCES
        or (node.name.startswith("__") and node.name.endswith("__"))
        or any(named(item) not in _PLAIN for item in decorators)
    )


def _mentioned(node: ast.AST) -> Iterator[str]:
    if isinstance(getattr(node, "ctx", None), ast.Load) and (name := named(node)):
        yield name
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = _NAMED_IN_TEXT.fullmatch(node.value)
        yield from (found[1],) if found else ()
    elif isinstance(node, ast.ImportFrom):
        yield from (item.name for item in node.names if item.asname)
