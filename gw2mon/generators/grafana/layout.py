"""Where panels stand on Grafana's grid of 24 columns: in shelves, without overlap and without ragged edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COLUMNS = 24


class Size(NamedTuple):
    """What a panel asks for: columns, and rows of 30 pixels."""

    width: int
    height: int


class Box(NamedTuple):
    """What a panel gets."""

    x: int
    y: int
    w: int
    h: int


class Section(NamedTuple):
    """Panels that belong together, under a heading if they have one."""

    headed: bool
    collapsed: bool
    sizes: tuple[Size, ...]


class Placed(NamedTuple):
    """A section on the grid."""

    heading: Box | None
    boxes: tuple[Box, ...]


def place(sections: Iterable[Section]) -> tuple[Placed, ...]:
    """Put sections below one another. What stands in a collapsed one takes no room, but has a place once it is open."""
    found = []
    y = 0
    for section in sections:
        heading = Box(0, y, COLUMNS, 1) if section.headed else None
        top = y + (1 if heading else 0)
        boxes = tuple(_boxes(section.sizes, top))
        found.append(Placed(heading, boxes))
        y = top if heading and section.collapsed else max((box.y + box.h for box in boxes), default=top)
    return tuple(found)


def _boxes(sizes: Sequence[Size], y: int) -> Iterator[Box]:
    for shelf in _shelves(sizes):
        # The next shelf begins below the highest panel of this one; so all are made as high, and none can overlap.
        height = max(size.height for size in shelf)
        x = 0
        for width in _filled([size.width for size in shelf]):
            yield Box(x, y, width, height)
            x += width
        y += height


def _shelves(sizes: Sequence[Size]) -> Iterator[list[Size]]:
    shelf: list[Size] = []
    for size in sizes:
        if shelf and sum(other.width for other in shelf) + size.width > COLUMNS:
            yield shelf
            shelf = []
        shelf.append(size)
    if shelf:
        yield shelf


def _filled(widths: list[int]) -> list[int]:
    """The widths, grown from the left until they fill the line."""
    each, rest = divmod(COLUMNS - sum(widths), len(widths))
    return [width + each + (number < rest) for number, width in enumerate(widths)]
