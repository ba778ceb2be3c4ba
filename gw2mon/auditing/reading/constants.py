"""Values that are written out in Python source: texts, numbers and lists of them, by way of the names they have."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from gw2mon.auditing.reading.sources import named
from gw2mon.units import DEFAULT_BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Constants = dict[str, ast.expr | None]
"""Names that are assigned just once, with what is assigned; None for those that may be anything."""

_DEEPEST = 20
_CONSTANT = frozenset({"object", "str", "int", "Enum", "StrEnum", "IntEnum"})
"""What classes derive from that hold nothing but constants."""
_MOST = 1000
"""Items of a list that are looked at."""
_BOUNDS = "DEFAULT_BUCKETS"
_CLIENT_BOUNDS = tuple(sorted({*map(float, DEFAULT_BUCKETS), 0.075, 0.75, 7.5}))
"""The bounds that the client gives a histogram for which nobody names any."""


def constants_of(trees: Sequence[ast.Module]) -> list[Constants]:
    """What each module knows: the names that it assigns once itself, and those that all source assigns once."""
    own = [_assigned_once(tree.body) for tree in trees]
    times = Counter(name for names in own for name in names)
    shared = {name: value for names in own for name, value in names.items() if value and times[name] == 1}
    return [{**shared, **_renamed(tree, shared), **names} for tree, names in zip(trees, own, strict=True)]


def _renamed(tree: ast.Module, shared: Mapping[str, ast.expr]) -> Constants:
    return {
        item.asname: shared[item.name]
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for item in node.names
        if item.asname and item.name in shared
    }


def assigned_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Constants:
    """What a function assigns once to names of its own."""
    return _assigned_once(function.body)


def _assigned_once(body: Iterable[ast.stmt]) -> Constants:
    """A name that is assigned again, or only under a condition, may be anything."""
    found: Constants = {}
    times: Counter[str] = Counter()
    for node, is_fixed in _statements(body):
        match node:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                found[name] = value
        times.update(_stored(node, times=1 if is_fixed and isinstance(node, (ast.Assign, ast.AnnAssign)) else 2))
    return {name: found.get(name) if number == 1 else None for name, number in times.items()}


def _statements(body: Iterable[ast.stmt], *, is_fixed: bool = True) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a module or function, with those of classes in it but without those of functions.

    What a class of settings or a data class assigns is only a default: an object of it may hold anything.
    """
    for node in body:
        if isinstance(node, ast.ClassDef):
            fixed = not node.decorator_list and {*map(named, node.bases)} <= _CONSTANT
            yield from _statements(node.body, is_fixed=is_fixed and fixed)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, is_fixed


def _stored(node: ast.stmt, times: int) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield from [inner.id] * times


def folded(  # noqa: C901, PLR0911 - a table
    node: ast.expr | None, known: Mapping[str, ast.expr | None], depth: int = 0
) -> object:
    """The value of an expression: a text, a number, or a tuple of such; None where it is only known at run time."""
    if node is None or depth > _DEEPEST:
        return None
    match node:
        case ast.Constant(bool()):
            return None
        case ast.Constant(str() | int() | float() as literal):
            return literal
        case ast.Attribute(inner, "value"):  # of a member of an enumeration
            return folded(inner, known, depth + 1)
        case ast.Name(name) | ast.Attribute(_, name):
            return _named(name, known, depth)
        case ast.List(items) | ast.Tuple(items):
            return _listed(items, known, depth)
        case ast.JoinedStr(parts):
            return _joined([folded(part, known, depth + 1) for part in parts])
        case ast.BinOp(left, ast.Add(), right):
            return _joined([folded(left, known, depth + 1), folded(right, known, depth + 1)])
        case ast.FormattedValue(inner, -1, None):
            return _spelt(folded(inner, known, depth + 1))
        case ast.Call(ast.Name("tuple" | "list" | "sorted"), [inner], []):
            value = folded(inner, known, depth + 1)
            return value if isinstance(value, tuple) else None
        case ast.Call(ast.Name("float"), [ast.Constant(str() as name)]) if name.lower().lstrip("+") in _INFINITE:
            return float("inf")
    return None


_INFINITE = ("inf", "infinity")


def _named(name: str, known: Mapping[str, ast.expr | None], depth: int) -> object:
    if name in known:
        return folded(known[name], known, depth + 1)
    if name == _BOUNDS:
        return _CLIENT_BOUNDS
    return float("inf") if name in ("inf", "INF") else None


def _listed(items: list[ast.expr], known: Mapping[str, ast.expr | None], depth: int) -> object:
    values: list[object] = []
    for item in items[:_MOST]:
        value = folded(item.value if isinstance(item, ast.Starred) else item, known, depth + 1)
        if value is None or (isinstance(item, ast.Starred) and not isinstance(value, tuple)):
            return None
        values.extend(value if isinstance(item, ast.Starred) and isinstance(value, tuple) else [value])
    return tuple(values)


def _spelt(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _joined(values: list[object]) -> object:
    if all(isinstance(value, str) for value in values):
        return "".join(map(str, values))
    if all(isinstance(value, tuple) for value in values):
        return tuple(item for value in values if isinstance(value, tuple) for item in value)
    return None


def text(node: ast.expr | None, known: Mapping[str, ast.expr | None]) -> str | None:
    """A text; None where there is none, or it is only known at run time."""
    value = folded(node, known)
    return value if isinstance(value, str) else None


def texts(node: ast.expr | None, known: Mapping[str, ast.expr | None]) -> tuple[str, ...] | None:
    """A list of texts; None where it is only known at run time."""
    value = folded(node, known)
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return tuple(map(str, value))
    return None


def switch(node: ast.expr | None, *, default: bool) -> bool | None:
    """True or false; None where it is only known at run time."""
    if node is None:
        return default
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None
