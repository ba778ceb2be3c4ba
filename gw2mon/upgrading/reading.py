"""From the bytes of a file to a dashboard of today, and to findings with the places of what was lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from gw2mon import yamlread
from gw2mon.finding import Finding, Position
from gw2mon.generators.grafana import canonical
from gw2mon.jsonplaces import position
from gw2mon.upgrading import NoDashboardError, upgrade

if TYPE_CHECKING:
    from gw2mon.upgrading import Note

UNREADABLE, LOST, OTHER = "GW741", "GW742", "GW743"
_EXPORT = "export the dashboard anew: Share, Export, Save to file"


class Brought(NamedTuple):
    """What became of a file."""

    file: str
    text: str = ""
    """The dashboard of today; empty if the file holds none."""
    is_old: bool = False
    changes: tuple[tuple[Position, str], ...] = ()
    findings: tuple[Finding, ...] = ()


def bring(file: str, data: bytes, uid: str = "") -> Brought:
    """Read a file, and bring the dashboard in it up to date; `uid` is that of the Prometheus that it asks."""
    text = yamlread.decode(data, file)
    if isinstance(text, Finding):
        return Brought(file, findings=(text,))
    try:
        upgraded = upgrade(json.loads(text, parse_constant=_refuse), uid)
        written = canonical.dump(upgraded.data)
        written.encode()
    except (NoDashboardError, ValueError, RecursionError) as error:
        return Brought(file, findings=(_unreadable(file, error),))
    notes = upgraded.notes
    changes = tuple((position(file, text, note.path), note.message) for note in notes if note.kind == "changed")
    findings = tuple(_finding(file, text, note) for note in notes if note.kind != "changed")
    return Brought(file, written, upgraded.is_old, changes, findings)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _unreadable(file: str, error: Exception) -> Finding:
    place = Position(file, getattr(error, "lineno", 1), getattr(error, "colno", 1))
    if isinstance(error, NoDashboardError):
        return Finding(UNREADABLE, "error", str(error), place, "name files that hold one dashboard each")
    if isinstance(error, json.JSONDecodeError):
        said = f"this is no JSON: {error.msg}"
    elif isinstance(error, RecursionError):
        said = "this is nested too deep to be a dashboard"
    elif isinstance(error, UnicodeError):
        said = "a text holds half of a character"
    else:
        said = f"this cannot be read: {error}"
    return Finding(UNREADABLE, "error", said, place, _EXPORT)


def _finding(file: str, text: str, note: Note) -> Finding:
    code = LOST if note.kind == "lost" else OTHER
    return Finding(code, "warning", note.message, position(file, text, note.path), note.advice)
