"""Edits of texts and records that fail loudly when they do not fit, and the ranges that parts of a spec cover."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from gw2mon import yamlread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gw2mon.finding import Position

Place = tuple[int, int]
"""Line and column, counted from 1."""

END: Place = (10**9, 1)


class MisfitError(ValueError):
    """An edit that does not fit the text it is meant for; a mistake of the benchmark, not of gw2mon."""


class Span(NamedTuple):
    """A part of a text, its end excluded."""

    start: Place
    end: Place

    def holds(self, place: Place) -> bool:
        """Whether a place lies in it."""
        return self.start <= place < self.end


def read(path: Path) -> Any:  # noqa: ANN401 - any YAML value
    """The value of a YAML file of the benchmark."""
    return parsed(path.read_text(encoding="utf-8"))


def parsed(text: str) -> Any:  # noqa: ANN401 - any YAML value
    """The value of a YAML text."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def replaced(text: str, old: str, new: str, *, first: bool = False) -> str:
    """Replace a piece that stands exactly once, or its first occurrence.

    Raises:
        MisfitError: when the piece stands nowhere, or more than once.
    """
    found = text.count(old)
    if not old or not found or (found > 1 and not first):
        raise MisfitError(f"{old!r} stands {found} times in {text[:200]!r}")
    return text.replace(old, new, 1)


def edited_record(record: Mapping[str, Any], old: str, new: str, key: str = "") -> dict[str, Any]:
    """Replace a piece that stands exactly once in the texts of a record, or in the text under one key."""
    names = [name for name, value in record.items() if old in texts_of(value) and key in ("", name)]
    if len(names) != 1:
        raise MisfitError(f"{old!r} stands under {names} in {record}")
    return {name: _edited(value, old, new) if name in names else value for name, value in record.items()}


def texts_of(value: Any) -> str:  # noqa: ANN401 - any YAML value
    """All texts in a value, a line each."""
    if isinstance(value, dict):
        return "\n".join(map(texts_of, value.values()))
    return str(value)


def _edited(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        return edited_record(value, old, new)
    return replaced(str(value), old, new)


def edited_within(text: str, path: str, old: str, new: str) -> str:
    """Replace a piece that stands exactly once in the part of a spec that a path such as `alerts/HostFull` names."""
    start, end = (_offset(text, place) for place in span_of(text, path))
    return text[:start] + replaced(text[start:end], old, new) + text[end:]


def span_of(text: str, path: str) -> Span:
    """What a path covers, from its key to the next part that is not below it; or the nearest part above it."""
    keys = keys_of(text)
    steps = tuple(int(step) if step.isdigit() else step for step in path.split("/"))
    while steps not in keys:
        steps = steps[:-1]
    start = _place(keys[steps])
    others = (_place(keys[other]) for other in keys if other[: len(steps)] != steps)
    end = min((place for place in others if place > start), default=END)
    return Span(_line_start(text, start), end if end == END else _line_start(text, end))


@lru_cache(maxsize=8)
def keys_of(text: str) -> Mapping[yamlread.Path, Position]:
    """Where each part of a spec begins."""
    return yamlread.read(text, "").keys


def without_sections(text: str, *names: str) -> str:
    """A spec without some sections of its top level."""
    for name in names:
        if (name,) not in keys_of(text):
            raise MisfitError(f"there is no section {name}")
        start, end = (_offset(text, place) for place in span_of(text, name))
        text = text[:start] + text[end:]
    return text


def _place(position: Position) -> Place:
    return position.line, position.column


def _line_start(text: str, place: Place) -> Place:
    """The beginning of the line when only indentation and a dash stand before: edits then move whole lines."""
    before = text.split("\n")[place[0] - 1][: place[1] - 1]
    return place if before.strip(" -") else (place[0], 1)


def _offset(text: str, place: Place) -> int:
    lines = text.split("\n")
    return len(text) if place[0] > len(lines) else sum(len(line) + 1 for line in lines[: place[0] - 1]) + place[1] - 1
