"""The benchmark of planted defects is honest: correct bases, one defect each, and catches that are about the defect."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from gw2mon.finding import Finding, Position, render_text
from mutants import compiling, judging, planting, running, table, texts
from tests.tools import CHECKOUT

PLANTED = (f"alerts/{planting.QUERY}", "dashboards/planted")


def mutants():
    return [mutant for family in planting.families() for mutant in family.mutants]


def in_specs():
    return [mutant for mutant in mutants() if mutant.kind == "spec"]


def errors_in(text):
    return render_text(finding for finding in compiling.findings_of(text) if finding.severity == "error")


def named(name):
    (found,) = [mutant for mutant in mutants() if mutant.name == name]
    return found


def test_there_are_many_defects_of_many_kinds():
    assert len(planting.families()) >= 90
    assert len(mutants()) >= 700
    assert min(len(family.mutants) for family in planting.families()) >= 3


def test_names_are_unique():
    assert [name for name, number in Counter(mutant.name for mutant in mutants()).items() if number > 1] == []
    assert [name for name, number in Counter(family.name for family in planting.families()).items() if number > 1] == []


def test_every_mutant_differs_from_the_correct_text_and_from_all_others():
    assert [mutant.name for mutant in mutants() if mutant.broken == mutant.correct] == []
    assert len({(mutant.kind, mutant.broken) for mutant in mutants()}) == len(mutants())


def test_every_broken_spec_is_still_yaml_with_the_planted_place_in_it():
    for mutant in in_specs():
        assert isinstance(texts.parsed(mutant.broken), dict), mutant.name
        for path in mutant.at:
            span = texts.span_of(mutant.broken, path)
            assert span.start < span.end, mutant.name


@pytest.mark.parametrize("name", planting.SPECS)
def test_the_spec_that_defects_are_planted_in_has_no_errors(name):
    assert errors_in(planting.spec_text(name)) == ""


def test_every_query_that_a_defect_is_planted_in_has_no_errors():
    sections = {"alerts": {}, "dashboards": {}}
    for number, base in enumerate(sorted({mutant.correct for mutant in in_specs() if mutant.at[0] in PLANTED})):
        for section, found in sections.items():
            found |= {f"{name}{number}": value for name, value in texts.parsed(base).get(section, {}).items()}
    assert len(sections["alerts"]) > 100
    both = "\n".join(f"{section}: {json.dumps(found)}" for section, found in sections.items())
    assert errors_in(f"{planting.bare()}\n{both}") == ""


def test_there_are_many_correct_queries():
    assert len(planting.correct_records()) >= 120


def test_no_correct_query_gives_an_error():
    found = [each for each in running.complaints() if each.finding.severity == "error"]
    assert [f"{each.query}: {each.finding.code} {each.finding.message}" for each in found] == []


def test_the_table_counts_each_mutant_once():
    some = [family.mutants[0] for family in planting.families()[::8]]
    results = running.run(some, workers=1)
    assert [result.mutant.name for result in results] == [mutant.name for mutant in some]
    for row in (*table.rows(results), table.total(results)):
        assert row.planted == row.error + row.warning + row.elsewhere + row.escaped
    assert table.total(results).planted == len(some) == sum(row.planted for row in table.rows(results))
    text = table.as_text(results, (), 0)
    for result in results:
        assert result.mutant.family in text
        assert (result.caught in ("error", "warning")) != (f"  {result.mutant.name}:" in text)


def test_a_misspelt_metric_is_caught_where_it_stands_and_not_by_promtool(promtool):
    assert promtool
    (result,) = running.run([named("unknown-metric/sent, alone")], workers=1)
    assert (result.caught, result.codes, result.promtool) == ("error", ("GW201",), False)


def test_promtool_reads_a_query_that_gw2mon_refuses_to_write(promtool):
    assert promtool
    (result,) = running.run([named("broken-syntax/RateOnly")], workers=1)
    assert (result.caught, result.promtool) == ("error", True)


def test_amtool_reads_what_was_changed_by_hand(amtool):
    assert amtool
    results = running.run(
        [named("routing-edited/alertmanager/alertmanager.yml"), named("unknown-metric/sent, alone")], workers=1
    )
    assert [result.amtool for result in results] == [True, False]


def finding(line, code, message="", severity="warning"):
    return Finding(code, severity, message, Position(compiling.FILE, line, 1))


CORRECT = "alerts:\n  Planted: {expr: up == 0}\n  Other: {expr: up}\n"
BROKEN = "alerts:\n  Planted: {expr: up == 2}\n  Other: {expr: up}\n"
MUTANT = planting.Mutant("family", "name", "spec", CORRECT, BROKEN, ("alerts/Planted",), "")


@pytest.mark.parametrize(
    ("before", "after", "caught"),
    [
        ([], [finding(2, "GW1")], "warning"),
        ([], [finding(2, "GW1"), finding(2, "GW2", severity="error")], "error"),
        ([], [finding(3, "GW1")], "elsewhere"),
        ([], [finding(3, "GW1", "the same as Planted")], "warning"),
        ([finding(2, "GW1", "up == 0 is odd")], [finding(2, "GW1", "up == 2 is odd")], ""),
        ([finding(3, "GW1", "Other")], [finding(3, "GW1", "Other")], ""),
        ([], [], ""),
    ],
)
def test_only_a_new_finding_about_the_planted_place_catches_a_mutant(monkeypatch, before, after, caught):
    said = {CORRECT: tuple(before), BROKEN: tuple(after)}
    monkeypatch.setattr(compiling, "findings_of", said.__getitem__)
    assert judging.judge(MUTANT).caught == caught


def test_an_edit_that_does_not_fit_is_an_error_of_the_benchmark():
    with pytest.raises(texts.MisfitError, match="2 times"):
        texts.replaced("a a", "a", "b")
    with pytest.raises(texts.MisfitError, match="0 times"):
        texts.edited_within(CORRECT, "alerts/Planted", "Other", "Another")
    with pytest.raises(texts.MisfitError, match="stands under"):
        texts.edited_record({"expr": "up", "summary": "up"}, "up", "down")


def test_the_command_prints_one_family_as_json():
    command = [sys.executable, "-m", "mutants", "count-is-zero", "--json"]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT).stdout)
    assert [row["family"] for row in said["families"]] == ["count-is-zero"]
    assert said["total"]["planted"] == len(said["mutants"]) >= 3
    assert said["correct"]["queries"] >= 120
