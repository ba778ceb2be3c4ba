"""Old dashboards to the JSON of today: what a Grafana of any version wrote, as our generator writes it.

    envelope -> shapes -> places -> panels -> `modernise` -> the dashboard, and notes of what changed and what was lost

What is of today already comes back as it is. Queries are never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.generators.grafana.modernise import SCHEMA_VERSION, modernise
from gw2mon.parts import Part, record
from gw2mon.upgrading import beside
from gw2mon.upgrading.envelope import NoDashboardError, unwrapped
from gw2mon.upgrading.notes import Note, Notes
from gw2mon.upgrading.panels import modern_panel
from gw2mon.upgrading.places import places
from gw2mon.upgrading.shapes import shaped
from gw2mon.upgrading.sources import Sources, sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.upgrading.places import Placed

__all__ = ("NoDashboardError", "Note", "Upgraded", "upgrade")

_MODERN = 41
"""The first schema of which Grafana 13 repairs nothing that our own dashboards have."""
_MOST = 2**31


class Upgraded(NamedTuple):
    """A dashboard of today; without notes it is the one that was given."""

    data: dict[str, Any]
    notes: tuple[Note, ...]

    @property
    def is_old(self) -> bool:
        """Whether anything had to be done."""
        return bool(self.notes)


def upgrade(data: object, uid: str = "") -> Upgraded:
    """Bring a dashboard up to date; `uid` is that of the Prometheus it asks, if it is known.

    Raises:
        NoDashboardError: for what is none, or is none of the classic form.
    """
    notes = Notes([])
    board = shaped(unwrapped(data, notes), notes)
    schema = board.data.get("schemaVersion")
    if not isinstance(schema, int) or schema < _MODERN:
        said = f"schema {schema}" if isinstance(schema, int) else "no schema"
        notes.changed(board, f"{said} becomes {SCHEMA_VERSION}", "schemaVersion")
    placed = places(board, notes)
    asked = sources(board, [each.old for each in _panels(placed)], uid)
    for variable in asked.added:
        said = f"the data source {variable['current']['text']} is chosen by the variable {variable['name']}"
        notes.changed(board, said, "templating")
    made = _made(board, placed, asked, notes)
    if all(note.kind == "look" for note in notes.found):
        return Upgraded(dict(board.data), ())
    beside.tell_refresh(board, notes)
    return Upgraded(made, tuple(notes.found))


def _made(board: Part, placed: Sequence[Placed], asked: Sources, notes: Notes) -> dict[str, Any]:
    numbers = _numbers(placed, notes)
    variables = [part for part in board.records("templating", "list") if part.text("name")]
    made = {
        **beside.head(board, notes),
        "annotations": {"list": [beside.mark(part, asked, notes) for part in board.records("annotations", "list")
                                 if part.data]},
        "panels": [_panel(each, numbers, asked, notes) for each in placed],
        "templating": {"list": [*asked.added, *(beside.variable(part, asked, notes) for part in variables)]},
    }  # fmt: skip
    return modernise(made)


def _panel(placed: Placed, numbers: dict[str, int], asked: Sources, notes: Notes) -> dict[str, Any]:
    old = placed.old
    if not _is_row(placed):
        return modern_panel(placed, numbers[old.path], asked, notes)
    inside = [modern_panel(each, numbers[each.old.path], asked, notes) for each in placed.inside]
    repeat = {"repeat": old.text("repeat")} if old.text("repeat") else {}
    return {**repeat, "collapsed": bool(inside), "gridPos": placed.place, "id": numbers[old.path], "panels": inside,
            "title": old.text("title"), "type": "row"}  # fmt: skip


def _is_row(placed: Placed) -> bool:
    """A row of old has no type, and lies in a list of its own."""
    path = placed.old.path
    return placed.old.text("type") == "row" or ("].panels[" not in path and ".rows[" in f".{path}")


def _panels(placed: Sequence[Placed]) -> Iterator[Placed]:
    for each in placed:
        if not _is_row(each):
            yield each
        yield from each.inside


def _numbers(placed: Sequence[Placed], notes: Notes) -> dict[str, int]:
    """A number for each panel and row, by its place in the old file: its own, or the next free one."""
    every = [one.old for each in placed for one in (each, *each.inside)]
    found: dict[str, int] = {}
    taken: set[int] = set()
    late = []
    for old in every:
        number = old.data.get("id")
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < _MOST and number not in taken:
            found[old.path] = number
            taken.add(number)
        else:
            late.append(old)
    free = max(taken, default=0)
    for old in late:
        free = free + 1 if free + 1 < _MOST else next(n for n in range(1, _MOST) if n not in taken)
        taken.add(free)
        found[old.path] = free
        if record(old.data).get("type") != "row" and "type" in old.data:
            notes.changed(old, f"the id {free} is new: it had none, or that of another panel", "id")
    return found
