"""Where in a JSON text each part stands; Python's own reader keeps no places.

The text is scanned only when somebody asks, since most files are read and never spoken of, and then only along the way
to what is asked for: what lies beside it is passed over as fast as Python's reader can.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from functools import lru_cache
from typing import NamedTuple

from gw2mon.finding import Position

_PART = re.compile(r"[^.\[\]]+|\[\d+\]")
_BETWEEN = re.compile(r"[\s,:]*")
_read = json.JSONDecoder().raw_decode


class _Place(NamedTuple):
    """Where a part begins."""

    key: int
    """Its key; of an item of a list the item itself."""
    value: int


def position(path: str, text: str, part: str) -> Position:
    """The place of a part such as `panels[2].targets[0].expr`, or of the nearest part above it that is there.

    Of a key that holds dots the part above it is meant: the spelling of a part cannot tell them apart.
    """
    start = _past_blanks(text, 0)
    place = _Place(start, start)
    for step in _PART.findall(part):
        below = _inside(text, place.value).get(step)
        if below is None:
            break
        place = below
    starts = _lines(text)
    line = bisect(starts, place.key)
    return Position(path, line, place.key - starts[line - 1] + 1)


@lru_cache(maxsize=8)
def _lines(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


@lru_cache(maxsize=256)
def _inside(text: str, start: int) -> dict[str, _Place]:
    """The keys of a record, or the items of a list as `[0]`, that begins here; as far as it can be read."""
    found: dict[str, _Place] = {}
    opening, at = text[start : start + 1], start + 1
    if opening not in ("{", "["):
        return found
    try:
        while text[at := _past_blanks(text, at)] not in "}]":
            key, name = at, f"[{len(found)}]"
            if opening == "{":
                name, at = _read(text, at)
                at = _past_blanks(text, at)
            found[name] = _Place(key, at)
            _, at = _read(text, at)
    except (ValueError, IndexError, RecursionError):
        return found
    return found


def _past_blanks(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at
