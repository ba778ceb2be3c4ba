"""Findings in each form: with the line they are about, and never with a secret."""

import json

import pytest

from gw2mon.codes import CODES
from gw2mon.excerpts import Excerpts
from gw2mon.finding import Finding, Position, render_text
from gw2mon.reports import Format, render

PLACE = Position("specs/shop.yaml", 2, 5)
LATE = Finding("GW203", "error", "label kind is never aa", PLACE, "did you mean a?\nor b")
TEXT = {"specs/shop.yaml": "version: 1\nfoo: bar\n"}


def test_a_finding_shows_its_line_with_a_mark_under_the_place():
    assert render_text([LATE], TEXT) == (
        "specs/shop.yaml:2:5 GW203 label kind is never aa\n"
        "      2 | foo: bar\n"
        "        |     ^\n"
        "  help: did you mean a?\n"
        "    or b\n"
    )


def test_of_a_long_line_the_part_around_the_place_is_shown():
    text = "a" * 300
    shown, mark = Excerpts({"x": text}, ()).at(Position("x", 1, 200))
    assert len(shown) < 120
    assert shown.count("…") == 2
    assert len(mark) <= len(shown)


@pytest.mark.parametrize(
    "line", ["  password: hunter2", "  api_url: https://hooks.example.org/a", "Authorization: abc"]
)
def test_a_line_that_may_hold_a_secret_is_not_repeated(line):
    assert Excerpts({"x": line}, ()).at(Position("x", 1, 3)) == []


def test_a_file_in_which_a_secret_was_found_shows_nothing():
    secret = Finding("GW113", "error", "a key holds a secret", Position("x", 9, 1))
    assert Excerpts({"x": "harmless"}, [secret]).at(Position("x", 1, 1)) == []


def test_what_a_terminal_would_obey_is_spelt_out():
    shown, mark = Excerpts({"x": "a: \x1b[2J, b"}, ()).at(Position("x", 1, 10))
    assert "\x1b" not in shown
    assert mark.index("^") == shown.rindex("b")


@pytest.mark.parametrize("position", [Position("x", 7, 1), Position("other", 1, 1), None])
def test_a_place_that_is_nowhere_shows_nothing(position):
    assert Excerpts({"x": "one line"}, ()).at(position) == []


def test_sarif_names_the_rule_the_place_and_the_level():
    log = json.loads(render([LATE, Finding("GW401", "warning", "late", None)], Format.sarif))
    (run,) = log["runs"]
    first, second = run["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["GW203", "GW401"]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["name"] == CODES["GW203"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "specs/shop.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 5}
    assert "locations" not in second


def test_sarif_of_nothing_is_a_run_without_results():
    assert json.loads(render([], Format.sarif))["runs"][0]["results"] == []


def test_a_file_name_is_an_address_in_sarif():
    odd = LATE._replace(position=Position("specs\\my shop.yaml", 1, 1))
    result = json.loads(render([odd], Format.sarif))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "specs/my%20shop.yaml"
