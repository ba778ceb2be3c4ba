"""Panels never overlap, never leave the grid, and leave no hole at the end of a line."""

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.generators.grafana.layout import COLUMNS, Box, Section, Size, place

SIZES = st.builds(Size, st.integers(1, 24), st.integers(1, 12))
SECTIONS = st.builds(Section, st.booleans(), st.booleans(), st.lists(SIZES, max_size=9).map(tuple))


def boxes_shown(sections):
    """All boxes in the order in which they stand, those of collapsed sections left out."""
    for section, placed in zip(sections, place(sections), strict=True):
        yield from (placed.heading,) if placed.heading else ()
        yield from () if section.headed and section.collapsed else placed.boxes


def overlap(one, two):
    apart = one.x + one.w <= two.x or two.x + two.w <= one.x or one.y + one.h <= two.y or two.y + two.h <= one.y
    return not apart


@settings(max_examples=200, deadline=None)
@given(st.lists(SECTIONS, max_size=5))
def test_every_layout_is_whole(sections):
    check_whole(sections)


@settings(max_examples=2000, deadline=None)
@given(st.integers(0))
def test_so_are_two_thousand_others(seed):
    """Made from one number each, which is ten times as fast as drawing them part by part."""
    chance = Random(seed)  # noqa: S311 - no secret is made
    check_whole([random_section(chance) for _ in range(chance.randint(0, 5))])


def random_section(chance):
    sizes = tuple(Size(chance.randint(1, 24), chance.randint(1, 12)) for _ in range(chance.randint(0, 9)))
    return Section(headed=chance.random() < 0.5, collapsed=chance.random() < 0.5, sizes=sizes)


def check_whole(sections):
    boxes = list(boxes_shown(sections))
    assert not any(overlap(*pair) for pair in combinations(boxes, 2))
    assert all(box.w > 0 and box.h > 0 and box.x >= 0 and box.x + box.w <= COLUMNS for box in boxes)
    assert [(box.y, box.x) for box in boxes] == sorted((box.y, box.x) for box in boxes)
    for placed in place(sections):
        lines = {box.y for box in placed.boxes}
        for line in lines:
            shelf = [box for box in placed.boxes if box.y == line]
            assert sum(box.w for box in shelf) == COLUMNS
            assert len({box.h for box in shelf}) == 1
        if placed.heading:
            assert all(box.y > placed.heading.y for box in placed.boxes)


def test_five_stats_share_the_line():
    (placed,) = place([Section(headed=False, collapsed=False, sizes=(Size(4, 4),) * 5)])
    assert [box.w for box in placed.boxes] == [5, 5, 5, 5, 4]


def test_a_lone_panel_takes_the_whole_line():
    (placed,) = place([Section(headed=False, collapsed=False, sizes=(Size(12, 8),))])
    assert placed.boxes == (Box(0, 0, 24, 8),)


def test_what_follows_a_collapsed_section_stands_right_below_its_heading():
    hidden = Section(headed=True, collapsed=True, sizes=(Size(12, 8),))
    first, second = place([hidden, hidden])
    assert (first.heading, second.heading) == (Box(0, 0, 24, 1), Box(0, 1, 24, 1))
    assert first.boxes == (Box(0, 1, 24, 8),)
