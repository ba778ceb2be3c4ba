"""Who counts, observes or sets the metrics that Python source defines: read off the calls, by the names of objects."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_MOVES = frozenset({
    "inc", "dec", "set", "observe", "time", "track_inprogress", "count_exceptions", "set_to_current_time",
    "set_function", "info", "state",
})  # fmt: skip
_QUIET = frozenset({"labels", "remove", "clear", "describe", "collect", "remove_by_labels"})
"""What may be done to an object without moving it, and without losing sight of it."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Movements(NamedTuple):
    """What happens to objects, by their names."""

    moved: frozenset[str]
    handed_on: frozenset[str]
    """Objects that are passed, returned, stored or looked up by name: nobody can tell what becomes of them."""
    only_in: Mapping[str, str]
    """Objects that are moved in one function alone, which nothing calls."""


def movements_in(trees: Sequence[ast.Module], objects: Collection[str]) -> Movements:
    """What source does to objects of these names. Of two objects of one name, what happens to one happens to both."""
    moved: dict[str, set[str]] = defaultdict(set)
    handed: set[str] = set()
    for tree in trees:
        for name, verb, place in _touches(tree, objects):
            if verb in _MOVES:
                moved[name].add(place)
            elif verb not in _QUIET:
                handed.add(name)
        handed |= {text for text in _texts(tree) if text in objects}
    called = _mentions(trees)
    idle = {
        name: next(iter(places))
        for name, places in moved.items()
        if len(places) == 1 and "" not in places and not called[next(iter(places))]
    }
    return Movements(frozenset(moved), frozenset(handed), idle)


def _touches(tree: ast.Module, objects: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Each mention of an object: its name, what is done to it ("" for handing it on), and in which function."""
    stack: list[tuple[ast.AST, ast.AST | None, ast.AST | None, str]] = [(tree, None, None, "")]
    while stack:
        node, above, higher, place = stack.pop()
        name = _name(node)
        if name in objects and isinstance(getattr(node, "ctx", None), ast.Load):
            yield name, _verb(node, above, higher), place
        inner = node.name if isinstance(node, _Function) and not place else place
        stack.extend((child, node, above, inner) for child in ast.iter_child_nodes(node))


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
    return ""


def _verb(node: ast.AST, above: ast.AST | None, higher: ast.AST | None) -> str:
    """The method that is called on an object, that of `labels(…)` included once it is looked through."""
    match above:
        case ast.Attribute(value, method) if value is node:
            if method == "labels" and isinstance(higher, ast.Call):
                # What follows the call of labels() is not seen from here; that labels exist is a series.
                return "inc"
            return method
    return ""


def _texts(tree: ast.Module) -> Iterator[str]:
    """Texts that may be names: of what is exported none is, all else may be looked up."""
    exported = {
        id(item)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AugAssign)) and "__all__" in ast.unparse(node).partition("=")[0]
        for item in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in exported:
            yield node.value


def _mentions(trees: Sequence[ast.Module]) -> Counter[str]:
    """How often each name is used, besides where it is defined, imported or exported."""
    return Counter(
        name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(getattr(node, "ctx", None), ast.Load) and (name := _name(node))
    )
