"""Python source, parsed: nothing of it is imported or run."""

from __future__ import annotations

import ast
import re
import warnings
from collections import deque
from posixpath import basename, commonpath, dirname, relpath
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gw2mon.auditing.estate import File

_OF_TESTS = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")


class Module(NamedTuple):
    """A file of source, parsed."""

    path: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    """All that is in it: many ask, and to walk a tree takes longer than to parse it."""
    calls: tuple[ast.Call, ...]
    imports: tuple[ast.Import | ast.ImportFrom, ...]

    @property
    def stem(self) -> str:
        """The last part of the name by which others import it."""
        name = basename(self.path).removesuffix(".py")
        return basename(dirname(self.path)) if name == "__init__" else name

    @property
    def imported(self) -> frozenset[str]:
        """The last parts of the names of modules that it imports."""
        names = (item.name for node in self.imports for item in node.names)
        sources = (node.module or "" for node in self.imports if isinstance(node, ast.ImportFrom))
        return frozenset(name.rpartition(".")[2] for name in (*names, *sources))

    def at(self, node: ast.expr) -> Position:
        """Where an expression stands."""
        return Position(self.path, node.lineno, node.col_offset + 1)


def modules_of(files: Sequence[File], paths: Iterable[str]) -> tuple[list[Module], list[Finding]]:
    """The modules, and what cannot be read. Tests are left aside: what they do is not done in production.

    `paths` are those of all files that were given. The folders that they share tell nothing, so that an audit of
    `tests/shop` does not take everything for tests.
    """
    root = _root(paths)
    modules: list[Module] = []
    findings: list[Finding] = []
    for file in files:
        parsed = _parsed(file)
        if isinstance(parsed, Finding):
            findings.append(parsed)
        elif not _OF_TESTS.search(relpath(file.path, root) if root else file.path):
            modules.append(parsed)
    return modules, findings


def _root(paths: Iterable[str]) -> str:
    folders = {dirname(path) for path in paths}
    if not folders or len({folder.startswith("/") for folder in folders}) > 1:
        return ""
    return commonpath(folders)


def _parsed(file: File) -> Module | Finding:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes are their author's business
            return _walked(file.path, ast.parse(file.text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = Position(file.path, getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1)
        return Finding("GW101", "warning", "this is no Python that can be read", place, "its metrics are not known")


def _walked(path: str, tree: ast.Module) -> Module:
    nodes = tuple(walked(tree))
    calls = tuple(node for node in nodes if isinstance(node, ast.Call))
    return Module(
        path, tree, nodes, calls, tuple(node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)))
    )


def below(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes right below one. Unlike `ast` itself without `ctx`, which is as numerous as names and tells nothing."""
    for field in node._fields:
        if field == "ctx":
            continue
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, ast.AST))


def walked(tree: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it."""
    waiting = deque([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(below(node))


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return named(node.func)


def named(node: ast.AST) -> str:
    """The last part of a name; "" for anything else."""
    match node:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
    return ""


def dotted(node: ast.AST) -> str:
    """A name with what it is looked up in: prometheus_client.Counter; "" for anything else, however deep."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""
