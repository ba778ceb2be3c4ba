"""How two texts differ, as a unified diff for people. Pure.

The standard library's matcher takes minutes for two dashboards of 75,000 lines, because JSON repeats the same few
lines so often. So lines that occur once on either side are matched first, in the longest order common to both
(patience diff, https://bramcohen.livejournal.com/73318.html), and only the small gaps between them are left to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTEXT = 3  # lines around a change

# The matcher's time grows with the cube of the gap: above this a gap is shown as replaced as a whole.
_GAP_LIMIT = 40_000  # lines on one side times lines on the other
_DEPTH_LIMIT = 8

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Match = tuple[int, int]


class _Change(NamedTuple):
    """Lines `old` to `old_end` were replaced by lines `new` to `new_end`; counted from 0, ends excluded."""

    old: int
    old_end: int
    new: int
    new_end: int


def unified(old: str, new: str, old_name: str, new_name: str) -> str:
    """Return the unified diff; control characters are spelt out, because it ends up in a terminal."""
    olds, news = _lines(old), _lines(new)
    rows = [row for hunk in _hunks(_changes(olds, news)) for row in _rendered(hunk, olds, news)]
    if not rows:
        return ""
    return "".join(
        f"{visible(line)}\n" for row in (f"--- {old_name}", f"+++ {new_name}", *rows) for line in row.split("\n")
    )


def changed(diff: str) -> Iterator[tuple[int, int]]:
    """Yield for each line that was removed or added where that is: line in the old text, line in the new text."""
    old = new = 0
    for row in diff.split("\n")[2:]:
        if hunk := _HUNK.match(row):
            # An empty side is given by the line before it.
            old = int(hunk[1]) + (hunk[2] == "0")
            new = int(hunk[3]) + (hunk[4] == "0")
        elif row.startswith(("-", "+")):
            yield old, new
        old += row.startswith(("-", " "))
        new += row.startswith(("+", " "))


def shortened(diff: str, limit: int) -> str:
    """Return at most `limit` lines of a diff and say how many are left out."""
    rows = diff.rstrip("\n").split("\n")
    if len(rows) <= limit:
        return "\n".join(rows)
    return "\n".join([*rows[:limit], f"… lines left out: {len(rows) - limit}"])


def _lines(text: str) -> list[str]:
    # Not splitlines: a form feed or U+2028 inside a line is no end of it.
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    old_at = new_at = 0
    for i, j in chain(_matches(old, new), [(len(old), len(new))]):
        if i > old_at or j > new_at:
            yield _Change(old_at, i, new_at, j)
        old_at, new_at = i + 1, j + 1


def _matches(old: Sequence[str], new: Sequence[str], depth: int = 0) -> Iterator[Match]:
    """Yield pairs of lines to be shown as the same, in order."""
    head = _same_at_start(old, new)
    tail = _same_at_start(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    yield from ((i, i) for i in range(head))
    middle = _between(old[head:old_end], new[head:new_end], depth)
    yield from ((head + i, head + j) for i, j in middle)
    yield from ((old_end + i, new_end + i) for i in range(tail))


def _same_at_start(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same at the start."""
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str], depth: int) -> Iterator[Match]:
    anchors = _anchors(old, new) if depth < _DEPTH_LIMIT else []
    if not anchors:
        yield from _matched(old, new)
        return
    for (i, j), (old_end, new_end) in pairwise([(-1, -1), *anchors, (len(old), len(new))]):
        if i >= 0:
            yield i, j
        inner = _matches(old[i + 1 : old_end], new[j + 1 : new_end], depth + 1)
        yield from ((i + 1 + a, j + 1 + b) for a, b in inner)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return the lines that occur once on either side, as many as stand in the same order on both."""
    once = {line for line, times in Counter(old).items() if times == 1}
    places = {line: j for j, line in enumerate(new) if line in once}
    once = {line for line, times in Counter(new).items() if times == 1 and line in places}
    return _rising([(i, places[line]) for i, line in enumerate(old) if line in once])


def _rising(pairs: Sequence[Match]) -> list[Match]:
    """Return the longest part of the pairs, sorted by their first number, in which the second rises too."""
    lowest: list[int] = []  # the lowest second number that ends a rising part of each length
    ends: list[int] = []  # the index of that pair
    before: list[int] = []  # for each pair the one that precedes it in its part
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(lowest, j)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1], ends[length : length + 1] = [j], [index]
    chosen, index = [], ends[-1] if ends else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Match]:
    from difflib import SequenceMatcher  # most runs find no difference

    if len(old) * len(new) > _GAP_LIMIT:
        return
    for i, j, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from ((i + step, j + step) for step in range(length))


def _hunks(changes: Iterator[_Change]) -> list[list[_Change]]:
    """Put changes together whose surroundings touch."""
    hunks: list[list[_Change]] = []
    for change in changes:
        if hunks and change.old - hunks[-1][-1].old_end <= 2 * CONTEXT:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    return hunks


def _rendered(hunk: Sequence[_Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    first, last = hunk[0], hunk[-1]
    at, end = max(first.old - CONTEXT, 0), min(last.old_end + CONTEXT, len(old))
    shift, end_shift = first.new - first.old, last.new_end - last.old_end
    yield f"@@ -{_span(at, end)} +{_span(at + shift, end + end_shift)} @@"
    for change in hunk:
        yield from (f" {line}" for line in old[at : change.old])
        yield from (f"-{line}" for line in old[change.old : change.old_end])
        yield from (f"+{line}" for line in new[change.new : change.new_end])
        at = change.old_end
    yield from (f" {line}" for line in old[at:end])


def _span(start: int, end: int) -> str:
    length = end - start
    # An empty span is given by the line before it, and lines are counted from 1.
    return f"{start + bool(length)}" + ("" if length == 1 else f",{length}")
