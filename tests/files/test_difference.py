from __future__ import annotations

import difflib
import json
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.files import difference


def applied(diff, old):
    """The text that a unified diff makes of the old one; an independent reading of the format."""
    rows, result, at = diff.splitlines()[2:], [], 0
    for row in rows:
        if hunk := re.match(r"@@ -(\d+)(?:,(\d+))?", row):
            start = int(hunk[1]) - (hunk[2] != "0")
            result += old[at:start]
            at = start
        elif row[0] == "+":
            result.append(row[1:])
        else:
            assert old[at] == row[1:]
            at += 1
            if row[0] == " ":
                result.append(row[1:])
    return result + old[at:]


LINES = st.lists(st.sampled_from("abcdefgh{}"), max_size=30)


def text(lines):
    return "".join(f"{line}\n" for line in lines)


def unified(old, new):
    return difference.unified(text(old), text(new), "old", "new")


@settings(deadline=None)
@given(LINES, LINES)
def test_a_diff_makes_the_new_text_of_the_old_one(old, new):
    diff = unified(old, new)
    assert bool(diff) == (old != new)
    if diff:
        assert applied(diff, old) == new


@settings(deadline=None)
@given(LINES, LINES)
def test_changed_lines_are_found_where_they_are(old, new):
    rows = [row for row in unified(old, new).splitlines()[2:] if row[0] in "+-"]
    for row, (i, j) in zip(rows, difference.changed(unified(old, new)), strict=True):
        assert row[1:] == (old[i - 1] if row[0] == "-" else new[j - 1])


@settings(deadline=None)
@given(st.sets(st.integers(0, 39), max_size=6), st.booleans())
def test_changes_look_as_the_standard_library_shows_them(places, removed):
    old = [str(number) for number in range(40)]
    new = [f"new {line}" if int(line) in places else line for line in old if not (removed and int(line) in places)]
    assert unified(old, new).splitlines() == list(difflib.unified_diff(old, new, "old", "new", lineterm=""))


@pytest.mark.parametrize("distance", [6, 7, 8])
def test_changes_share_a_hunk_as_long_as_their_surroundings_touch(distance):
    old = [str(number) for number in range(40)]
    new = ["new" if number in (10, 10 + distance) else line for number, line in enumerate(old)]
    assert unified(old, new).count("@@ -") == (2 if distance == 8 else 1)


def panels(count, title):
    rows = [{"id": n, "title": title, "grid": {"x": 0, "y": n % 7}, "targets": [{"expr": "up"}]} for n in range(count)]
    return json.dumps(rows, indent=2).split("\n")


def test_a_block_put_into_repetitive_json_is_shown_as_one_block():
    old = panels(60, "p")
    block = panels(8, "q")[1:-1]
    rows = unified(old, [*old[:201], *block, *old[201:]]).splitlines()[2:]
    assert sum(row.startswith("@@") for row in rows) == 1
    assert not [row for row in rows if row.startswith("-")]


def test_large_dashboards_compare_in_time_however_they_differ():
    old = panels(4_000, "p")
    shuffled = [*old]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    for new in (panels(4_000, "q"), panels(5_000, "p"), old[::-1], shuffled, ["x"] * len(old)):
        started = time.process_time()
        assert applied(unified(old, new), old) == new
        assert time.process_time() - started < 5


def test_a_short_diff_is_not_cut():
    assert difference.shortened("a\nb\n", 2) == "a\nb"
    assert difference.shortened("a\nb\nc\n", 2) == "a\nb\n… lines left out: 1"
