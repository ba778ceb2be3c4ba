"""Where in a JSON text each part stands; Python's own reader keeps no places.

The text is scanned only when somebody asks, since most files are read and never spoken of.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gw2mon.finding import Position

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_PART = re.compile(r"[^.\[\]]+|\[\d+\]")


def position(path: str, text: str, part: str) -> Position:
    """The place of a part such as `panels[2].targets[0].expr`, or of the nearest part above it that is there.

    Of a key that holds dots the part above it is meant: the spelling of a part cannot tell them apart.
    """
    places = _places(text)
    steps = _PART.findall(part)
    offset = 0
    for length in range(len(steps), -1, -1):
        found = places.get("".join(f".{step}" if step[0] != "[" else step for step in steps[:length]))
        if found is not None:
            offset = found
            break
    line = text.count("\n", 0, offset) + 1
    return Position(path, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


@lru_cache(maxsize=4)
def _places(text: str) -> Mapping[str, int]:
    """Each key and item, spelt `.panels[2].title`, to the offset at which it begins."""
    found: dict[str, int] = {"": 0}
    # What is open: its spelling, and the number of the item that follows; -1 in a record.
    open_: list[tuple[str, int]] = []
    here, key, key_at = "", "", 0
    for match in _TOKEN.finditer(text):
        sign = match.group()
        if sign in "{[":
            here = _spelt(open_, key)
            found.setdefault(here, key_at if key else match.start())
            open_.append((here, 0 if sign == "[" else -1))
            key = ""
        elif sign in "}]" and open_:
            open_.pop()
            key = ""
        elif sign == ",":
            if open_ and open_[-1][1] >= 0:
                open_[-1] = (open_[-1][0], open_[-1][1] + 1)
            key = ""
        elif sign == ":":
            continue
        elif open_ and open_[-1][1] < 0 and not key:
            key, key_at = sign[1:-1], match.start()
            found.setdefault(_spelt(open_, key), key_at)
        else:
            found.setdefault(_spelt(open_, key), key_at if key else match.start())
    return found


def _spelt(open_: list[tuple[str, int]], key: str) -> str:
    if not open_:
        return ""
    above, number = open_[-1]
    return f"{above}.{key}" if number < 0 else f"{above}[{number}]"
