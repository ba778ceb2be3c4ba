"""Values that are written out in Python source: texts, numbers and lists of them, by way of the names they have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Constants = dict[str, ast.expr]
"""Names that are assigned just once, with what is assigned."""

_DEEPEST = 20


def constants_of(trees: Iterable[ast.Module]) -> Constants:
    """The names that all source together assigns once, in a module or a class."""
    found: Constants = {}
    twice: set[str] = set()
    for tree in trees:
        for name, value in _assigned(tree.body):
            if name in found:
                twice.add(name)
            found[name] = value
    return {name: value for name, value in found.items() if name not in twice}


def _assigned(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.expr]]:
    for node in body:
        match node:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                yield name, value
            case ast.ClassDef():
                yield from _assigned(node.body)


def folded(node: ast.expr | None, known: Mapping[str, ast.expr], depth: int = 0) -> object:
    """The value of an expression: a text, a number, or a tuple of such; None where it is only known at run time."""
    if node is None or depth > _DEEPEST:
        return None
    match node:
        case ast.Constant(str() | int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(name) | ast.Attribute(_, name):
            return float("inf") if name in ("inf", "INF") else folded(known.get(name), known, depth + 1)
        case ast.List(items) | ast.Tuple(items):
            values = [folded(item, known, depth + 1) for item in items]
            return None if None in values else tuple(values)
        case ast.JoinedStr(parts):
            return _joined([folded(part, known, depth + 1) for part in parts])
        case ast.BinOp(left, ast.Add(), right):
            return _joined([folded(left, known, depth + 1), folded(right, known, depth + 1)])
        case ast.FormattedValue(inner, -1, None):
            return folded(inner, known, depth + 1)
        case ast.Call(ast.Name("float"), [ast.Constant(str() as name)]) if name.lower().lstrip("+") == "inf":
            return float("inf")
    return None


def _joined(values: list[object]) -> object:
    if all(isinstance(value, str) for value in values):
        return "".join(map(str, values))
    if all(isinstance(value, tuple) for value in values):
        return tuple(item for value in values if isinstance(value, tuple) for item in value)
    return None


def text(node: ast.expr | None, known: Mapping[str, ast.expr]) -> str | None:
    """A text; None where there is none, or it is only known at run time."""
    value = folded(node, known)
    return value if isinstance(value, str) else None


def texts(node: ast.expr | None, known: Mapping[str, ast.expr]) -> tuple[str, ...] | None:
    """A list of texts; None where it is only known at run time."""
    value = folded(node, known)
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return tuple(map(str, value))
    return None
