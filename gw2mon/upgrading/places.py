"""Where panels stand: the rows of Grafana 1 to 4 on the grid of today, and nothing in the place of something else."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.parts import Part
from gw2mon.upgrading import words
from gw2mon.upgrading.notes import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.upgrading.notes import Notes

COLUMNS = 24
_SPANS = 12
"""Columns of an old row."""
_LINE, _LOWEST, _USUAL = 38, 3, 250
"""Pixels of a line of the grid, least lines of a panel, and pixels of an old row that does not say."""
_KEYS = ("x", "y", "w", "h")
_DEFAULT = {"w": 12, "h": 8}


class Placed(NamedTuple):
    """A panel or a row of the old file, and the place that it gets; what a collapsed row holds."""

    old: Part
    place: dict[str, int]
    inside: tuple[Placed, ...] = ()


def places(board: Part, notes: Notes) -> list[Placed]:
    """Every panel and row, in the order in which they are read."""
    return _apart([*_of_rows(board, notes), *_of_grid(board, notes)], notes)


def _of_rows(board: Part, notes: Notes) -> list[Placed]:
    """The panels of rows, each row below the one before it, under a heading if any of them had one."""
    rows = list(board.records("rows"))
    headed = any(row.data.get("collapse") or row.data.get("showTitle") or row.data.get("repeat") for row in rows)
    found: list[Placed] = []
    y = 0
    for row in rows:
        panels = [panel for panel in row.records("panels") if _is_own(panel, notes)]
        collapsed = row.data.get("collapse") is True and bool(panels)
        top = y + (1 if headed else 0)
        inside = list(_shelves(panels, row, top))
        if headed:
            heading = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
            notes.changed(row, f"the row {_title(row)} becomes a heading")
            found.append(Placed(row, heading, tuple(inside) if collapsed else ()))
        found += () if collapsed else inside
        y = top if collapsed else max((each.place["y"] + each.place["h"] for each in inside), default=top)
    return found


def _title(row: Part) -> str:
    return f'"{row.text("title")}"' if row.text("title") else "without a title"


def _shelves(panels: Iterable[Part], row: Part, y: int) -> Iterator[Placed]:
    """Panels from left to right; the next shelf begins below the highest of this one."""
    x = height = 0
    for panel in panels:
        span = words.number(panel.data.get("span")) or 4
        w = max(min(math.floor(span), _SPANS), 1) * (COLUMNS // _SPANS)
        h = _lines(panel.data.get("height") or row.data.get("height"))
        if x + w > COLUMNS:
            x, y, height = 0, y + height, 0
        yield Placed(panel, {"x": x, "y": y, "w": w, "h": h})
        x, height = x + w, max(height, h)


def _lines(height: Any) -> int:  # noqa: ANN401 - anything may stand there
    match = re.match(r"\d{1,5}", str(height))
    pixels = int(match[0]) if match else _USUAL
    return max(math.ceil(pixels / _LINE), _LOWEST)


def _is_own(panel: Part, notes: Notes) -> bool:
    """Whether a panel is one, and no copy that Grafana had made of a repeated one."""
    if not panel.data:
        return False
    if panel.data.get("repeatPanelId") is not None:
        notes.changed(panel, f"{named(panel)} goes: it is a copy, and Grafana makes copies anew")
        return False
    return True


def _of_grid(board: Part, notes: Notes) -> list[Placed]:
    """Panels in the places that they have."""
    tops = [panel for panel in board.records("panels") if _is_own(panel, notes)]
    return [_placed(panel, notes) for panel in _all_placed(tops, notes)]


def _all_placed(panels: list[Part], notes: Notes) -> list[Part]:
    """Panels without a place stand below all others."""
    below = max((sum(_place(panel)[1::2]) for panel in panels if panel.data.get("gridPos")), default=0)
    found = []
    for panel in panels:
        if panel.data.get("gridPos"):
            found.append(panel)
            continue
        size = {"w": COLUMNS, "h": 1} if panel.text("type") == "row" else _DEFAULT
        found.append(Part(panel.path, {**panel.data, "gridPos": {"x": 0, "y": below, **size}}))
        below += size["h"]
        notes.changed(panel, f"{named(panel)} gets a place: it had none")
    return found


def _placed(panel: Part, notes: Notes) -> Placed:
    x, y, w, h = _place(panel)
    if panel.text("type") != "row":
        return Placed(panel, dict(zip(_KEYS, (x, y, w, h), strict=True)))
    hidden = [inner for inner in panel.records("panels") if _is_own(inner, notes)]
    inside = _apart([_placed(inner, notes) for inner in _all_placed(hidden, notes)], notes)
    heading = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
    return Placed(panel, heading, tuple(inside))


def _place(panel: Part) -> tuple[int, int, int, int]:
    """Columns and lines, inside of the grid."""
    x, y, w, h = (math.floor(words.number(panel.record("gridPos").data.get(key)) or 0) for key in _KEYS)
    w = max(min(w or _DEFAULT["w"], COLUMNS), 1)
    return max(min(x, COLUMNS - w), 0), max(y, 0), w, h if h > 0 else _DEFAULT["h"]


def _apart(panels: list[Placed], notes: Notes) -> list[Placed]:
    """Panels in the order in which they are read, each below whatever stands in its place."""
    found: list[Placed] = []
    for panel in sorted(panels, key=lambda each: (each.place["y"], each.place["x"])):
        place = dict(panel.place)
        while hit := [other.place for other in found if _overlap(place, other.place)]:
            place["y"] = max(other["y"] + other["h"] for other in hit)
        if place != panel.place:
            notes.changed(panel.old, f"{named(panel.old)} moves down: another stood in its place", "gridPos")
        found.append(Placed(panel.old, place, _below(place["y"], panel.inside)))
    return sorted(found, key=lambda each: (each.place["y"], each.place["x"]))


def _below(y: int, inside: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """The panels of a collapsed row stand below it."""
    missing = max(y + 1 - min((each.place["y"] for each in inside), default=y + 1), 0)
    return tuple(each._replace(place={**each.place, "y": each.place["y"] + missing}) for each in inside)


def _overlap(one: dict[str, int], two: dict[str, int]) -> bool:
    return (
        one["x"] < two["x"] + two["w"] and two["x"] < one["x"] + one["w"]
        and one["y"] < two["y"] + two["h"] and two["y"] < one["y"] + one["h"]
    )  # fmt: skip
