"""Metrics that nothing moves, in Python source: for sure where all of the application was given, else as a doubt."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from gw2mon.auditing.reading.movements import movements_in
from gw2mon.auditing.reading.sources import called
from gw2mon.auditing.reading.vocabulary import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.reading.definitions import Definition
    from gw2mon.auditing.reading.movements import Movements
    from gw2mon.auditing.reading.sources import Module
    from gw2mon.model import Metric

_APPLICATIONS = frozenset({
    "FastAPI", "Flask", "Starlette", "Sanic", "Quart", "Litestar", "Celery", "start_http_server", "make_asgi_app",
    "make_wsgi_app", "start_wsgi_server",
})  # fmt: skip
"""What an application begins with: a module that calls one of these is no part that others use."""


def with_idleness(definitions: Sequence[Definition], modules: Sequence[Module], *, all_read: bool) -> Iterator[Metric]:
    """The metrics, each with whether nothing moves it, or with why it may be so."""
    objects: dict[str, set[str]] = defaultdict(set)
    for item in definitions:
        for name in item.objects:
            objects[name].add(item.module.stem)
    moves = movements_in(modules, {name: frozenset(stems) for name, stems in objects.items()})
    is_whole = all_read and _is_whole(modules)
    used = {name for module in modules for name in module.imported}
    starting = {module.path for module in modules if _starts(module)}
    busy = {item.module.path for item in definitions if _is_moved(item, moves)}
    for item in definitions:
        stands_in_application = item.module.stem in used or item.module.path in starting
        if _is_moved(item, moves):
            yield item.metric._replace(doubt=_doubt(item, moves))
        elif is_whole and stands_in_application:
            yield item.metric._replace(idle=True)
        elif stands_in_application or item.module.path in busy:
            yield item.metric._replace(doubt="nothing in the files that were given counts, observes or sets it")
        else:
            yield item.metric


def _is_moved(item: Definition, moves: Movements) -> bool:
    return item.word in FAMILIES or not item.objects or any(name in moves.moved for name in item.objects)


def _doubt(item: Definition, moves: Movements) -> str:
    moved = [name for name in item.objects if name in moves.moved]
    if not moved or any(name not in moves.only_in for name in moved):
        return ""
    return f"only {moves.only_in[moved[0]]}() counts, observes or sets it, and nothing calls that"


def _starts(module: Module) -> bool:
    """Whether a module is an application, or a program."""
    return any(
        (isinstance(node, ast.Call) and called(node) in _APPLICATIONS)
        or (isinstance(node, ast.Constant) and node.value == "__main__")
        for node in module.nodes
    )


def _is_whole(modules: Sequence[Module]) -> bool:
    """Whether everything is here that the modules import of one another, as far as their names tell."""
    parts = {part for module in modules for part in module.path.removesuffix(".py").split("/")}
    for module in modules:
        for node in module.imports:
            if isinstance(node, ast.ImportFrom) and node.module:
                names = node.module.split(".")
                if (node.level or names[0] in parts) and names[-1] not in parts:
                    return False
    return True
