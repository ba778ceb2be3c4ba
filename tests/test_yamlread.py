"""YAML is read without its traps: what two readers would take differently is said, never guessed."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gw2mon.finding import Finding, Position
from gw2mon.yamlread import DEPTH_LIMIT, NODE_BUDGET, decode, read


def complaints(text):
    """Each finding as `line:column CODE message`, with its help below."""
    return [_told(found) for found in read(text, "shop.yaml").findings]


def _told(found):
    told = f"{found.position} {found.code} {found.message}".removeprefix("shop.yaml:")
    return f"{told}\n{found.help}" if found.help else told


def value(text):
    document = read(text, "shop.yaml")
    assert document.findings == ()
    return document.value


def test_numbers_are_exact():
    assert value("[5, 0.1, 1e3, -2, +3, .5]") == [5, Decimal("0.1"), Decimal(1000), -2, 3, Decimal("0.5")]


def test_words_are_what_they_look_like():
    assert value("[true, False, null, ~, plain text, 200ms, 5%, 'true', \"7\"]") == [
        True, False, None, None, "plain text", "200ms", "5%", "true", "7",
    ]  # fmt: skip


def test_every_part_remembers_where_it_stands():
    document = read("service: shop\nalerts:\n  Down: {for: 5m}\nteams: [a, b]\n", "shop.yaml")
    assert document.keys["alerts", "Down", "for"] == Position("shop.yaml", 3, 10)
    assert document.values["alerts", "Down", "for"] == Position("shop.yaml", 3, 15)
    assert document.keys["teams", 1] == Position("shop.yaml", 4, 12)


def test_a_key_that_stands_twice_is_told_with_both_lines():
    text = "service: shop\nteam: checkout\nservice: stock\n"
    assert complaints(text) == ["3:1 GW102 key service stands twice; first on line 1\nkeep one of the two"]


def test_twice_within_a_record_is_twice_but_in_two_records_is_not():
    assert complaints("alerts:\n  Down: {for: 5m, for: 1m}\n") == [
        "2:19 GW102 key for stands twice; first on line 2\nkeep one of the two"
    ]
    assert complaints("a: {for: 5m}\nb: {for: 5m}\n") == []


@pytest.mark.parametrize(
    "written",
    [
        "on",
        "no",
        "Yes",
        "OFF",
        "y",
        "1:30",
        "22:30:15",
        "010",
        "0o17",
        "0x1F",
        "0b11",
        "1_000",
        ".inf",
        "-.Inf",
        ".nan",
    ],
)
def test_what_two_yaml_readers_read_differently_is_refused(written):
    assert complaints(f"count: {written}\n") == [
        (
            f"1:8 GW109 {written} does not mean the same to every YAML reader\n"
            f'write "{written}" for the text, or a plain number, true or false'
        )
    ]


@pytest.mark.parametrize("written", ["on", "1:30", "010"])
def test_in_quotes_it_is_plain_text(written):
    assert value(f'count: "{written}"') == {"count": written}


def test_a_date_is_text():
    assert value("since: 2026-11-24") == {"since": "2026-11-24"}


def test_an_alias_repeats_what_its_anchor_names():
    assert value("a: &pace {over: 5m}\nb: *pace\n") == {"a": {"over": "5m"}, "b": {"over": "5m"}}


def test_a_merge_fills_in_what_a_record_does_not_say_itself():
    text = "a: &usual {over: 5m, for: 5m}\nb: &calm {for: 1h}\nc: {<<: [*calm, *usual], over: 1m}\n"
    assert value(text)["c"] == {"over": "1m", "for": "1h"}


def test_an_alias_bomb_is_stopped_at_the_budget():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    started = time.perf_counter()
    (only,) = complaints("\n".join(lines))
    assert only.startswith(f"5:28 GW110 more than {NODE_BUDGET:,} values, aliases counted at every use")
    assert time.perf_counter() - started < 1


def test_an_alias_inside_its_own_anchor_is_refused():
    assert complaints("a: &x [*x]") == ["1:8 GW110 alias *x contains itself\nwrite the value"]


def test_an_alias_without_anchor_is_refused():
    assert complaints("a: *pace") == ["1:4 GW101 alias *pace has no anchor\ndefine it above"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_bottomless_nesting_is_refused(opening):
    started = time.perf_counter()
    (only,) = complaints(opening * 3000)
    assert "GW110" in only or "GW101" in only or "GW112" in only
    assert time.perf_counter() - started < 1


def test_depth_counts_aliases_too():
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, DEPTH_LIMIT + 5))]
    (only,) = complaints("\n".join(lines))
    assert f"GW110 nested deeper than {DEPTH_LIMIT} levels" in only


@pytest.mark.parametrize(
    "tagged", ['!!python/object/apply:os.system ["true"]', "!!binary aGVsbG8=", "!secret x", "!!float 1", "!!set {a}"]
)
def test_tags_that_build_things_are_refused(tagged):
    (only,) = complaints(f"service: {tagged}")
    assert only.startswith("1:10 GW110 tag ")
    assert only.endswith(" is not allowed\nwrite a plain value")


def test_a_tab_is_explained():
    assert complaints("alerts:\n\tDown: 5m\n") == [
        "2:1 GW101 invalid YAML: a tab is not allowed as indentation\nindent with blanks"
    ]


def test_a_colon_in_plain_text_is_explained():
    assert complaints("help: Orders: placed\n") == [
        (
            "1:13 GW101 invalid YAML: mapping values are not allowed in this context\n"
            "quote a text that holds a colon and a blank, and check the indentation of this line"
        )
    ]


def test_two_documents_are_one_too_many():
    assert complaints("a: 1\n---\nb: 2\n") == ["2:1 GW112 a spec is one YAML document\nsplit it into files"]


def test_a_key_that_is_a_list_is_refused():
    assert complaints("? [a, b]\n: 1\n") == [
        "1:3 GW112 a key is a plain word\nquote it when it holds special characters"
    ]


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"service: caf\xe9\n", 1, 1, "a spec must be UTF-8"),
        (b"a: 1\nb: \xff\n", 2, 1, "a spec must be UTF-8"),
        ("service: shop".encode("utf-16"), 1, 1, "a spec must be UTF-8"),
        (b"a: \xed\xa0\x80\n", 1, 1, "a spec must be UTF-8"),
        (b"a: 1\nb: x\x00y\n", 2, 5, "control character U+0000 in the file"),
        (b"a: \x1b[2J\n", 1, 4, "control character U+001B in the file"),
    ],
)
def test_what_is_no_plain_text_is_told_with_its_place(data, line, column, message):
    found = decode(data, "shop.yaml")
    assert isinstance(found, Finding)
    assert (found.code, found.message, found.position) == ("GW111", message, Position("shop.yaml", line, column))
    assert found.help


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa: 1\nb: 2\n", b"a: 1\r\nb: 2\r\n", b"a: 1\nb: 2", b"a: 1 \nb: 2\t\n"])
def test_marks_line_ends_and_trailing_blanks_of_any_editor_read_alike(data):
    text = decode(data, "shop.yaml")
    assert isinstance(text, str)
    assert value(text) == {"a": 1, "b": 2}


YAML_WORDS = st.sampled_from(
    ["a", "b", ": ", ":", "\n", "\n  ", "\n\t", "- ", "? ", "[", "]", "{", "}", ",", "&x ", "*x", "!!str ", "!t ", "|",
     ">-", "'", '"', "#", "---", "...", "<<", "%YAML 1.1", "0x1", "1:30", "on", "5m", "é", "\u2028", "\\", "@", "`"]
)  # fmt: skip


@given(st.lists(YAML_WORDS, max_size=40).map("".join))
def test_nothing_that_looks_like_yaml_makes_it_fail(text):
    document = read(text, "shop.yaml")
    assert all(found.code and found.message and found.position for found in document.findings)


# PyYAML writes y and n bare, which other readers of YAML 1.1 take for true and false.
TEXT = st.text(st.characters(exclude_categories=["C"]), max_size=12).filter(lambda text: text.lower() not in ("y", "n"))
PLAIN = st.none() | st.booleans() | st.integers() | TEXT


@given(
    st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4))
)
def test_what_another_library_writes_is_read_back(data):
    document = read(yaml.safe_dump(data, allow_unicode=True), "shop.yaml")
    assert document.findings == ()
    assert document.value == data


@pytest.mark.parametrize("text", ["e0", "E1", ".", "+", "-.e3", "1.2.3", "1e"])
def test_what_only_resembles_a_number_is_text(text):
    document = read(f"a: {text}", "shop.yaml")
    assert (document.value, document.findings) == ({"a": text}, ())
