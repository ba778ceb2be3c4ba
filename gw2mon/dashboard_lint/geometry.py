"""Where panels stand: nothing overlaps, nothing leaves the grid, and the order is the one in which people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.walking import Part, Problem, Record, all_panels, is_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Box = tuple[int, int, int, int]

_COLUMNS = 24
"""Of every dashboard."""

_WITH_TITLE = ("timeseries", "heatmap", "table", "bargauge", "state-timeline", "logs")


def inside_the_grid(dashboard: Record) -> Iterator[Problem]:
    """outside-grid, flat-panel: a panel with a place of its own, within 24 columns, and more than its title."""
    for panel in all_panels(dashboard):
        box = _box(panel)
        if box is None:
            continue
        x, y, w, h = box
        if x < 0 or y < 0 or w <= 0 or h <= 0 or x + w > _COLUMNS:
            yield panel.problem("outside-grid", f"x={x} y={y} w={w} h={h} leaves the {_COLUMNS} columns", "gridPos")
        if is_row(panel) and (x, w, h) != (0, _COLUMNS, 1):
            yield panel.problem("outside-grid", "a row is one line over the whole width", "gridPos")
        if panel.data.get("type") in _WITH_TITLE and h == 1:
            yield panel.problem("flat-panel", "there is room for its title alone", "gridPos.h")


def overlaps(dashboard: Record) -> Iterator[Problem]:
    """overlap: two panels in one place; Grafana moves one of them away, and the layout falls apart."""
    top = list(Part("", dashboard).records("panels"))
    for group in (top, *(list(row.records("panels")) for row in top if is_row(row))):
        yield from _overlaps(group)


def _overlaps(panels: Iterable[Part]) -> Iterator[Problem]:
    placed: list[tuple[Box, Part]] = []
    for panel in panels:
        box = _box(panel)
        if box is None:
            continue
        for other, neighbour in placed:
            if _overlap(box, other):
                yield panel.problem("overlap", f"covers {neighbour.data.get('title')}", "gridPos")
        placed.append((box, panel))


def _overlap(one: Box, two: Box) -> bool:
    return (
        one[0] < two[0] + two[2] and two[0] < one[0] + one[2] and one[1] < two[1] + two[3] and two[1] < one[1] + one[3]
    )


def order(dashboard: Record) -> Iterator[Problem]:
    """out-of-order: Grafana 13 tells by the order in the file which panels belong to a row, not by where they stand."""
    top = list(Part("", dashboard).records("panels"))
    for group in (top, *(list(row.records("panels")) for row in top if is_row(row))):
        last = (-1, -1)
        for panel in group:
            box = _box(panel)
            if box is not None:
                here = (box[1], box[0])
                if here < last:
                    yield panel.problem("out-of-order", "stands in the file behind a panel below it", "gridPos")
                last = max(here, last)


def rows(dashboard: Record) -> Iterator[Problem]:
    """lost-in-row, above-its-row, row-in-row: what a heading hides while it is open, or what stands above it."""
    for row in all_panels(dashboard):
        if not is_row(row):
            continue
        hidden = list(row.records("panels"))
        if hidden and not row.data.get("collapsed"):
            yield row.problem("lost-in-row", "an open row shows nothing of what lies inside it", "panels")
        if not hidden and row.data.get("collapsed"):
            yield row.problem("empty-row", "a collapsed row without panels", "panels")
        top = _box(row)
        for panel in hidden:
            if is_row(panel):
                yield panel.problem("row-in-row", "a row inside of another is not shown")
            box = _box(panel)
            if top is not None and box is not None and box[1] <= top[1]:
                yield panel.problem("above-its-row", "stands above the row that it belongs to", "gridPos")


def _box(panel: Part) -> Box | None:
    place = panel.record("gridPos").data
    box = tuple(place.get(key) for key in ("x", "y", "w", "h"))
    return box if all(isinstance(side, int) for side in box) else None  # type: ignore[return-value]
