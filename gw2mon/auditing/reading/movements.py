"""Who counts, observes or sets the metrics that Python source defines: read off the calls, by the names of objects.

Names are all that is followed. Of two objects of one name, what happens to one happens to both; and what is passed,
returned, stored or looked up in a way that is only known at run time counts as moved: to say of a metric that nothing
moves it, and be wrong, would be the worst mistake.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.reading.calls import reached
from gw2mon.auditing.reading.sources import below, called, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing.reading.sources import Module

_MOVES = frozenset({
    "inc", "dec", "set", "observe", "time", "track_inprogress", "count_exceptions", "set_to_current_time",
    "set_function", "info", "state",
})  # fmt: skip
_QUIET = frozenset({"remove", "clear", "describe", "collect", "remove_by_labels"})
"""What may be done to an object without moving it, and without losing sight of it."""
_LOOKUPS = frozenset({"getattr", "attrgetter", "methodcaller", "__getattribute__", "import_string"})
_TABLES = frozenset({"globals", "vars", "locals", "__dict__", "_names_to_collectors", "_collector_to_names"})
"""What holds objects by names that are only known at run time: modules, and registries of the client."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Movements(NamedTuple):
    """What happens to objects, by their names."""

    moved: frozenset[str]
    """Objects that something moves, or that are handed on to where nobody can tell what becomes of them."""
    only_in: Mapping[str, str]
    """Objects that are moved in functions alone that nothing calls, with the first of those functions."""


def movements_in(modules: Sequence[Module], objects: Mapping[str, frozenset[str]]) -> Movements:
    """What source does to objects, given by their names with the stems of the modules that define them."""
    if not objects:
        return Movements(frozenset(), {})
    known = {**{name: name for name in objects}, **_renamed(modules, objects)}
    places: dict[str, dict[str, None]] = defaultdict(dict)
    handed: set[str] = set()
    for module in modules:
        for name, verb, place in _touches(module.tree, known):
            if verb in _MOVES:
                places[name][place] = None
            elif verb not in _QUIET:
                handed.add(name)
        handed |= set(_looked_up(module, objects))
    live = reached(modules)
    idle = {
        name: next(iter(found))
        for name, found in places.items()
        if name not in handed and all(place and place not in live for place in found)
    }
    return Movements(frozenset(handed | places.keys()), idle)


def _renamed(modules: Sequence[Module], objects: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Other names under which modules import objects."""
    return {
        item.asname: item.name
        for module in modules
        for node in module.imports
        if isinstance(node, ast.ImportFrom)
        for item in node.names
        if item.asname and item.name in objects
    }


def _touches(tree: ast.Module, known: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each mention of an object: its name, what is done to it ("" for handing it on), and in which function."""
    stack: list[tuple[ast.AST, ast.AST | None, ast.AST | None, str]] = [(tree, None, None, "")]
    while stack:
        node, above, higher, place = stack.pop()
        name = known.get(named(node))
        if name is not None and isinstance(getattr(node, "ctx", None), ast.Load):
            yield name, _verb(node, above, higher), place
        inner = node.name if isinstance(node, _Function) and not place else place
        stack.extend((child, node, above, inner) for child in below(node))


def _verb(node: ast.AST, above: ast.AST | None, higher: ast.AST | None) -> str:
    """The method that is called on an object. That `labels(…)` is called makes a series, whatever follows."""
    match above:
        case ast.Attribute(value, method) if value is node:
            if method == "labels":
                return "inc" if isinstance(higher, ast.Call) and higher.func is above else ""
            return method
    return ""


def _looked_up(module: Module, objects: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Objects that are looked up by name; all of a module where the name is only known at run time."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and called(node) in _LOOKUPS:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if texts:
                yield from (part for text in texts for part in text.split(".") if part in objects)
            elif node.args:
                yield from _of(named(node.args[0]), objects)
        elif named(node) in _TABLES and isinstance(getattr(node, "ctx", None), ast.Load):
            owner = named(node.value) if isinstance(node, ast.Attribute) else ""
            yield from _of(owner, objects) if owner else objects


def _of(owner: str, objects: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """The objects of a module; of anything else that a name may stand for, all."""
    stems = {stem for several in objects.values() for stem in several}
    for name, several in objects.items():
        if owner not in stems or owner in several:
            yield name
