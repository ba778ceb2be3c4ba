from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.finding import Finding, Position, render_github, render_json, render_text, visible

ERROR = Finding("GW204", "error", "no metric `htp_requests`", Position("specs/api.yaml", 12, 5), "did you mean …?")
WARNING = Finding("GW303", "warning", "selector without job", Position("specs/api.yaml", 3, 9))
NOWHERE = Finding("GW907", "error", "locked", None, "wait\nthen run it again")


def test_the_text_form_is_a_link_a_code_a_message_and_the_help_below():
    assert render_text([NOWHERE, ERROR, WARNING]) == (
        "specs/api.yaml:3:9 GW303 selector without job [warning]\n"
        "specs/api.yaml:12:5 GW204 no metric `htp_requests`\n"
        "  help: did you mean …?\n"
        "GW907 locked\n"
        "  help: wait\n"
        "    then run it again\n"
    )


def test_no_findings_are_no_text():
    assert render_text([]) == render_github([]) == ""
    assert json.loads(render_json([])) == []


def test_findings_are_sorted_by_file_line_column_and_code():
    places = [("b", 1, 1, "GW1"), ("a", 10, 1, "GW1"), ("a", 2, 9, "GW1"), ("a", 2, 1, "GW2"), ("a", 2, 1, "GW1")]
    findings = [Finding(code, "error", "m", Position(file, line, column)) for file, line, column, code in places]
    lines = render_text(findings).splitlines()
    assert lines == ["a:2:1 GW1 m", "a:2:1 GW2 m", "a:2:9 GW1 m", "a:10:1 GW1 m", "b:1:1 GW1 m"]


def test_json_has_flat_objects():
    first, last = json.loads(render_json([NOWHERE, ERROR]))
    assert first == {
        "code": "GW204",
        "severity": "error",
        "file": "specs/api.yaml",
        "line": 12,
        "column": 5,
        "message": "no metric `htp_requests`",
        "help": "did you mean …?",
    }
    assert (last["file"], last["line"], last["column"]) == (None, None, None)


def test_github_annotations_stand_at_the_line():
    assert render_github([ERROR, WARNING, NOWHERE]) == (
        "::warning file=specs/api.yaml,line=3,col=9,title=GW303::selector without job\n"
        "::error file=specs/api.yaml,line=12,col=5,title=GW204::no metric `htp_requests`%0Adid you mean …?\n"
        "::error title=GW907::locked%0Await%0Athen run it again\n"
    )


def test_github_escapes_what_would_start_another_command():
    evil = Finding("GW1", "error", "50%\r\n::set-env name=A::b", Position("a,b:c%.yaml", 1, 1))
    assert render_github([evil]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=GW1::50%25\\r\\n::set-env name=A::b\n"
    )


def test_control_characters_are_spelt_out():
    assert visible("plain é 漢") == "plain é 漢"
    assert visible("\x1b[2J\n\t\x00\x7f\u202e\u2028\ud800") == "\\x1b[2J\\n\\t\\x00\\x7f\\u202e\\u2028\\ud800"


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_finding_can_break_out_of_its_line(message, file, advice):
    finding = Finding("GW1", "error", message, Position(file, 1, 1), advice)
    (only,) = render_github([finding]).splitlines()
    assert only.isprintable()
    lines = render_text([finding]).split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 2 + advice.rstrip("\n").count("\n") + 1
    assert json.loads(render_json([finding]))[0]["message"] == message
