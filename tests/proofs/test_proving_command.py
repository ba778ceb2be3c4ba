"""`gw2mon check --prove`: what promtool shows, in sentences, and what the exit code says of it."""

import os

import pytest

from gw2mon.commands import proving
from gw2mon.finding import Finding
from gw2mon.proofs import counterexamples
from tests.proofs.test_counterexamples import GUIDE, analysed
from tests.spec_editing import SHOP, SMALLEST
from tests.test_cli import FOUND, REFUSED, Desk

RULES, TESTS = "guide-SlowResponses-warning-never.rules.yml", "guide-SlowResponses-warning-never.test.yml"


@pytest.fixture(autouse=True)
def every_promtool(promtools, monkeypatch):
    """A promtool of each version on PATH."""
    folders = [str(tool.path.parent) for tool in promtools]
    monkeypatch.setenv("PATH", os.pathsep.join([*folders, os.environ["PATH"]]))


@pytest.fixture
def desk(tmp_path):
    """A checkout."""
    return Desk(tmp_path)


def test_each_claim_is_shown_with_the_promtools_that_agree(desk, promtools):
    desk.write(GUIDE)
    done = desk.run("check", "--prove-into", "shown")
    assert done.returncode == FOUND
    versions = " and ".join(f"promtool {tool.version[0]}.{tool.version[1]}" for tool in promtools)
    assert f"SlowResponses (warning) never fires: demonstrated by {versions} (" in done.stdout
    assert "LowCacheHitRate (warning) always fires: demonstrated by" in done.stdout
    assert done.stdout.endswith("the tests lie in shown\n")
    assert {RULES, TESTS} <= {path.name for path in (desk.folder / "shown").iterdir()}


def test_the_tests_can_be_run_by_hand(desk, promtool):
    desk.write(GUIDE)
    desk.run("check", "--prove-into", "shown")
    assert promtool.run("test", "rules", desk.folder / "shown" / TESTS).returncode == 0


def test_without_a_folder_the_tests_are_kept_among_temporary_files(desk, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    desk.write(GUIDE)
    done = desk.run("check", "--prove")
    (folder,) = scratch.iterdir()
    assert done.stdout.endswith(f"the tests lie in {folder}\n")
    assert (folder / TESTS).exists()


def test_a_second_run_finds_its_own_tests_and_refuses_those_of_others(desk):
    desk.write(GUIDE)
    desk.run("check", "--prove-into", "shown")
    assert desk.run("check", "--prove-into", "shown").returncode == FOUND
    (desk.folder / "shown" / TESTS).write_text("mine\n")
    done = desk.run("check", "--prove-into", "shown")
    assert done.returncode == REFUSED
    assert f"shown/{TESTS} exists already" in done.stderr
    assert (desk.folder / "shown" / TESTS).read_text() == "mine\n"


def test_a_spec_in_order_has_nothing_to_prove(desk):
    desk.write(SHOP)
    done = desk.run("check", "--prove")
    assert done.returncode == 0
    assert done.stdout == "nothing to prove: no finding says that an alert never or always fires\n"


def test_without_promtool_it_is_said_what_is_missing(desk, monkeypatch):
    monkeypatch.setenv("PATH", str(desk.folder))
    desk.write(SMALLEST)
    done = desk.run("check", "--prove")
    assert done.returncode == REFUSED
    assert "none was found on PATH" in done.stderr


def test_findings_for_programs_are_not_mixed_with_sentences(desk):
    desk.write(GUIDE)
    done = desk.run("check", "--prove", "--format", "json")
    assert "demonstrated" in done.stderr
    assert done.stdout.startswith("[")
    assert "demonstrated" not in done.stdout


def test_a_finding_that_promtool_refutes_is_told_as_a_bug(tmp_path):
    model, findings = analysed(SHOP)
    (rule,) = [rule for rule in model.services[0].alerts if rule.alert == "BackupOld"]
    wrong = Finding("GW401", "error", "BackupOld never fires: it is said", rule.origin)
    proven = proving.run(counterexamples.claims(model, (*findings, wrong)), tmp_path / "shown")
    assert proven is not None
    assert proven.refuted
    assert "BackupOld (critical) never fires: WRONG, with promtool" in proven.lines[0]
    assert "it fires: everything at its lowest" in proven.lines[0]
    assert "this is a bug in gw2mon" in proven.lines[1]
    assert [claim.verdict for claim in counterexamples.claims(model, (wrong,))] == ["never"]
