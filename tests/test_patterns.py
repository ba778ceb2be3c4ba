"""Regular expressions of a spec: those that the application can run on any text, and those that it cannot."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from gw2mon.spec.patterns import LONGEST, checked
from tests.spec_editing import SHOP, report

GOOD = [
    "/v2/builds/[0-9]+",
    r"^/v2/builds/\d+$",
    "/v2/(builds|teams|users)/[^/]+(/[a-z]+)?",
    "/v2/[^/]+/[^/]+/[^/]+",
    "(?:gpt|claude)-.*",
    ".*/builds/.*",
    ".*",
    "[]a]+b",
    r"/items\.json\?ids=[0-9,]*",
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}",
    "a|b|c",
    "HTTP [45][0-9]{2}",
    "",
]
ENDLESS = ["(a+)+b", "(a|a)*b", "([^/]+/?)*x", "(?:a*)*", "(a{1,9}){9}b"]
SLOW = [".*a.*b.*c", "a*a*a*b", "a?" * 30 + "b", "(a|a)" * 30 + "b", "[0-9]*[0-9]*[0-9]*x", ".*.*.*x"]
WRONG = ["(", "[a", "a)", "*a", "a{2,1}", "(?P<n>a)", "(?=a)b", r"(a)\1", "(?i)a", "a++", "a{1,2", r"\bword"]


@pytest.mark.parametrize("pattern", GOOD)
def test_what_people_write_for_paths_is_taken(pattern):
    assert checked(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        *((p, "repeats a group") for p in ENDLESS),
        *((p, "may take very long") for p in SLOW),
        *((p, "is no regular|are all there is|repeats a repetition") for p in WRONG),
    ],
)
def test_what_is_wrong_or_might_not_end_is_refused(pattern, why):
    with pytest.raises(PydanticCustomError, match=why):
        checked(pattern)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(", "(?:", ")", "|", "*", "+", "?", "{1,3}"]), max_size=9)
)
def test_what_is_taken_ends_soon_on_the_texts_that_are_worst(parts):
    pattern = "".join(parts)
    try:
        checked(pattern)
    except PydanticCustomError:
        return
    compiled = re.compile(pattern, re.ASCII)
    started = time.thread_time()
    for text in ("a" * LONGEST, "ab" * (LONGEST // 2), "b" * LONGEST):
        compiled.fullmatch(f"{text[:-1]}!")
    assert time.thread_time() - started < 1  # an expression that takes for ever takes years


CATEGORY = "category: {known: [books, music, tools], limit: 20}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ('{known: [books], limit: 9, replace: [{match: "book(", with: books}]}', "book( is no regular expression"),
        ('{known: [books], limit: 9, replace: [{match: "(b+)+", with: books}]}', "(b+)+ repeats a group, which may"),
        ('{closed: [books], replace: [{match: "b.*", with: novels}]}', "makes novels, which is not in the closed list"),
        (
            '{known: [a, b], limit: 2, replace: [{match: "b.*", with: c}]}',
            "limit 2 is below the number of known values",
        ),
        ("{ranges: [5, 10, 10]}", "write ranges as upper bounds in ascending order, all in one unit"),
        ("{ranges: [1kB, 5]}", "write ranges as upper bounds in ascending order, all in one unit"),
        ("{ranges: [5], limit: 3}", "ranges are all values there are; nothing goes with them"),
        ("{ranges: []}", "ranges"),
    ],
)
def test_a_mistake_in_values_that_are_put_in_order_is_told_where_it_stands(values, said):
    old = re.search(r"\{category: (\{known[^}]*\})\}", SHOP.text)
    assert old
    told = report(SHOP.edited(old[0], f"{{category: {values}}}"))
    assert said in told
    line = SHOP.text[: old.start()].count("\n") + 1
    assert told.startswith(f"shop.yaml:{line}:")
