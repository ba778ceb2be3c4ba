"""The text of a spec from its data: short records in one line, long ones open, comments where they belong."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.finding import visible
from gw2mon.scaffold.layout import flow as plain_flow
from gw2mon.yamltext import WIDTH, dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Path = tuple[str | int, ...]
Notes = dict[Path, list[str]]
"""Comments by the place before which they stand."""
_TOGETHER = frozenset({"version", "service", "team", "runbooks"})
"""Keys that stand below one another without an empty line."""
_OPEN = {"alerts": 2, "metrics": 3, "dashboards": 3, "scrape": 1, "events": 1, "latencies": 1, "notify": 2}
"""Sections, and down to which depth each key has a line of its own."""


class Marks(NamedTuple):
    """Comments, and all places that have one somewhere inside."""

    notes: Notes
    above: frozenset[Path]


def text_of(data: Mapping[str, Any], notes: Notes, head: Iterable[str], foot: Iterable[str]) -> str:
    """The whole text, with comments at its beginning and its end."""
    parts: list[str] = []
    before = ""
    marks = Marks(notes, frozenset(place[:length] for place in notes for length in range(1, len(place))))
    opening = "\n".join(comment(head, ""))
    for key, value in data.items():
        section = "\n".join(_entry(key, value, (key,), "", marks))
        parts.append(f"{section}" if not before or (before in _TOGETHER and key in _TOGETHER) else f"\n{section}")
        before = key
    closing = "\n".join(comment(foot, ""))
    return "\n".join((opening, *parts, *(("", closing) if closing else ()))) + "\n"


def flow(value: object) -> str:
    """A value in one line; PromQL keeps its double quotes readable."""
    match value:
        case dict():
            return "{" + ", ".join(f"{plain_flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str() if '"' in value and "'" not in value and value.isprintable():
            return f"'{value}'"
        case _:
            return plain_flow(value)


def comment(texts: Iterable[str], indent: str) -> Iterator[str]:
    """Comment lines; what hangs on from a line before is indented."""
    for text in texts:
        room = WIDTH - len(indent) - 2
        wrapped = textwrap.wrap(
            visible(text), room, subsequent_indent="  " if text.startswith("- ") else "", break_on_hyphens=False
        )
        yield from (f"{indent}# {line}" for line in wrapped or [""])


def _entry(key: str, value: Any, path: Path, indent: str, marks: Marks) -> Iterator[str]:  # noqa: ANN401 - any value
    yield from comment(marks.notes.get(path, ()), indent)
    if isinstance(value, str) and "\n" in value:
        yield from _indented(dump({key: value}), indent)
    elif not isinstance(value, dict | list) or not value or _fits(key, value, path, indent, marks):
        yield f"{indent}{flow(key)}: {flow(value)}"
    else:
        yield f"{indent}{flow(key)}:"
        yield from _inside(value, path, f"{indent}  ", marks)


def _inside(value: Any, path: Path, indent: str, marks: Marks) -> Iterator[str]:  # noqa: ANN401 - a record or a list
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(str(key), item, (*path, str(key)), indent, marks)
        return
    for number, item in enumerate(value):
        where = (*path, number)
        yield from comment(marks.notes.get(where, ()), indent)
        if not isinstance(item, dict | list) or not item or _fits("-", item, where, indent, marks):
            yield f"{indent}- {flow(item)}"
        else:
            yield from _dashed(list(_inside(item, where, f"{indent}  ", marks)), indent)


def _dashed(lines: list[str], indent: str) -> Iterator[str]:
    """Lines of an item, with its dash; comments before its first line come before the dash."""
    first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
    yield from (line[2:] for line in lines[:first])
    yield f"{indent}- {lines[first].lstrip()}"
    yield from lines[first + 1 :]


def _indented(text: str, indent: str) -> Iterator[str]:
    return (f"{indent}{line}" if line else "" for line in text.rstrip("\n").split("\n"))


def _fits(key: str, value: Any, path: Path, indent: str, marks: Marks) -> bool:  # noqa: ANN401 - a record or a list
    """Whether it stands in one line."""
    is_open = len(path) <= _OPEN.get(str(path[0]), 0) and not (isinstance(value, dict) and "catalog" in value)
    if is_open or path in marks.above:
        return False
    if isinstance(value, list) and path[0] == "dashboards" and len(path) <= 4:  # noqa: PLR2004 - rows, and a row
        return False
    return "\n" not in (line := f"{indent}{key}: {flow(value)}") and len(line) <= WIDTH and not _has_lines(value)


def _has_lines(value: Any) -> bool:  # noqa: ANN401 - any value
    if isinstance(value, dict):
        return any(map(_has_lines, value.values()))
    if isinstance(value, list):
        return any(map(_has_lines, value))
    return isinstance(value, str) and "\n" in value
