"""What an upgrade tells: what it changed, what it had to drop, and what a person should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from gw2mon.parts import Part

Kind = Literal["changed", "lost", "look"]


class Note(NamedTuple):
    """One thing that happened to a part of the old file."""

    kind: Kind
    path: str
    """Where in the old file: panels[2].targets[0].expr."""
    message: str
    advice: str = ""


class Notes(NamedTuple):
    """Where notes are collected."""

    found: list[Note]

    def changed(self, part: Part, message: str, key: str = "") -> None:
        """Something is said in today's words; nothing is lost."""
        self._add("changed", part, key, message, "")

    def lost(self, part: Part, key: str, message: str, advice: str) -> None:
        """Something has no place in today's dashboards."""
        self._add("lost", part, key, message, advice)

    def look(self, part: Part, key: str, message: str, advice: str) -> None:
        """Something is carried over, but may not do what it did."""
        self._add("look", part, key, message, advice)

    def _add(self, kind: Kind, part: Part, key: str, message: str, advice: str) -> None:
        self.found.append(Note(kind, f"{part.path}.{key}".strip("."), message, advice))


def named(part: Part) -> str:
    """How messages name a panel or a row."""
    title = part.text("title").strip()
    return f'"{title}"' if title else f"the {part.text('type') or 'panel'} without a title"


def says_nothing(value: Any) -> bool:  # noqa: ANN401 - anything may stand there
    """Whether dropping a value drops nothing."""
    return value is None or value is False or value in ("", [], {})
