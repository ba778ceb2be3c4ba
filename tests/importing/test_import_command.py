"""`gw2mon import` as people meet it: what it prints, what it writes, and how it exits."""

import json
import re
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from typing import NamedTuple
from unittest.mock import patch

import pytest

from gw2mon.cli import main
from tests.importing.documents import BASKET_OPENSLO, CHECKOUT_SLOTH, SEARCH_RESOURCE, sloth
from tests.spec_editing import SHOP
from tests.tools import CHECKOUT

CLEAN, FOUND, REFUSED = 0, 1, 2


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "checkout.yml").write_text(CHECKOUT_SLOTH)
    (tmp_path / "search.yaml").write_text(SEARCH_RESOURCE)
    (tmp_path / "basket.yaml").write_text(BASKET_OPENSLO)
    (tmp_path / "named.yml").write_text(sloth(alerting="{name: OrdersFail}"))
    (tmp_path / "broken.yml").write_text(sloth(objective="100"))
    return tmp_path


def run(folder, *arguments):
    out, err = StringIO(), StringIO()
    with (
        chdir(folder),
        patch.object(sys, "argv", ["gw2mon", *arguments]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as left,
    ):
        main()
    assert "Traceback" not in err.getvalue()
    return Done(left.value.code, out.getvalue(), err.getvalue())


@pytest.mark.parametrize("file", ["checkout.yml", "search.yaml", "basket.yaml"])
def test_without_a_place_to_write_the_spec_is_printed_and_nothing_else(desk, file):
    done = run(desk, "import", file)
    assert done.status == CLEAN
    assert done.stdout.startswith("# Monitoring of ")
    assert done.stderr == "all of it is carried over\n"


def test_the_spec_is_written_and_can_be_checked_and_generated_at_once(desk):
    done = run(desk, "import", "checkout.yml", "-o", "specs/checkout.yaml")
    assert done.status == CLEAN
    assert done.stdout.startswith("specs/checkout.yaml written: 2 SLOs of checkout\n")
    assert run(desk, "check").status == CLEAN
    assert run(desk, "generate").status == CLEAN
    assert "SLOErrorBudgetBurn" in (desk / "generated/prometheus/rules/slos/checkout.yml").read_text()


def test_a_file_that_exists_is_never_overwritten(desk):
    (desk / "mine.yaml").write_text("mine\n")
    done = run(desk, "import", "checkout.yml", "-o", "mine.yaml")
    assert done.status == REFUSED
    assert "GW902 mine.yaml exists already" in done.stderr
    assert (desk / "mine.yaml").read_text() == "mine\n"


def test_a_loss_is_a_warning_that_passes_unless_strict(desk):
    done = run(desk, "import", "named.yml")
    assert done.status == CLEAN
    assert "named.yml:10:5 GW823 alerts of answered lose name OrdersFail [warning]" in done.stderr
    assert done.stderr.endswith("1 warning\n")
    assert run(desk, "import", "named.yml", "--strict").status == FOUND


def test_without_anything_to_import_nothing_is_written(desk):
    done = run(desk, "import", "broken.yml", "-o", "specs/checkout.yaml")
    assert done.status == FOUND
    assert "nothing to write" in done.stderr
    assert not (desk / "specs").exists()


def test_of_several_services_one_is_chosen_by_name(desk):
    both = ("import", "checkout.yml", "search.yaml")
    refused = run(desk, *both)
    assert refused.status == FOUND
    assert "SLOs of several services: checkout, search" in refused.stderr
    assert refused.stdout == ""
    done = run(desk, *both, "--service", "search")
    assert done.status == CLEAN
    assert "service: search" in done.stdout
    assert "left to other specs: checkout (--service NAME)" in done.stderr


def test_a_service_that_no_slo_is_of_is_told(desk):
    done = run(desk, "import", "checkout.yml", "--service", "chekout")
    assert done.status == FOUND
    assert "no SLO is of service chekout" in done.stderr


def test_the_window_of_slos_that_name_none_can_be_chosen(desk):
    assert "window: 28d" in run(desk, "import", "checkout.yml", "--window", "28d").stdout
    assert run(desk, "import", "checkout.yml", "--window", "month").status == REFUSED


def test_labels_of_sloth_are_kept_on_request(desk):
    assert "compat" not in run(desk, "import", "checkout.yml").stdout
    assert run(desk, "import", "checkout.yml", "--keep-labels").stdout.count("compat: sloth") == 2


def test_findings_are_there_for_programs_too(desk):
    done = run(desk, "import", "named.yml", "--format", "json")
    assert [each["code"] for each in json.loads(done.stderr)] == ["GW823"]
    assert done.stdout.startswith("# Monitoring of ")


def test_who_is_told_is_said_once_for_all_specs(desk):
    (desk / "specs").mkdir()
    (desk / "specs/shop.yaml").write_text(SHOP.text)
    run(desk, "import", "checkout.yml", "-o", "specs/checkout.yaml")
    assert "notify:" not in (desk / "specs/checkout.yaml").read_text()
    assert run(desk, "check").status == CLEAN


def test_a_file_that_is_not_there_is_refused(desk):
    done = run(desk, "import", "nowhere.yml")
    assert done.status == REFUSED
    assert "GW912" in done.stderr


MONITORING_PAGE, _, PAGE = (CHECKOUT / "docs/import.md").read_text().partition("## SLOs\n")


def test_the_documentation_of_monitoring_shows_what_happens(desk):
    files = re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", MONITORING_PAGE, re.DOTALL)
    (entries,) = re.findall(r"```yaml\n(events.*?)```", MONITORING_PAGE, re.DOTALL)
    (session,) = re.findall(r"```console\n(.*?)```", MONITORING_PAGE, re.DOTALL)
    for name, text in files:
        (desk / name).parent.mkdir(exist_ok=True)
        (desk / name).write_text(f"# {name}\n{text}")
    for step in session.split("$ ")[1:]:
        command, *shown = step.rstrip("\n").split("\n")
        done = run(desk, *command.split()[1:])
        assert done.status == CLEAN
        told = done.stderr + done.stdout
        assert [line for line in shown if line != "…" and line not in told.splitlines()] == []
    text = (desk / "specs/shop.yaml").read_text()
    assert [part for part in entries.split("\n\n") if part.strip() not in text] == []


def test_the_service_and_its_team_can_be_named(desk):
    (desk / "rules.yml").write_text("groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]\n")
    done = run(desk, "import", "rules.yml", "--service", "shop", "--team", "crew")
    assert done.status == CLEAN
    assert "service: shop\nteam: crew\n" in done.stdout


def test_what_a_service_exposes_adds_its_metrics(desk):
    (desk / "now.txt").write_text('# TYPE jobs_total counter\njobs_total{kind="mail"} 3\n')
    (desk / "rules.yml").write_text("groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]\n")
    done = run(desk, "import", "rules.yml", "--metrics", "now.txt")
    assert done.status == CLEAN
    assert "labels: {kind: {known: [mail], limit: 10}}" in done.stdout


def test_a_folder_without_anything_to_import_makes_no_spec(desk):
    (desk / "empty").mkdir()
    (desk / "empty/notes.yml").write_text("a: b\n")
    done = run(desk, "import", "empty", "-o", "specs/x.yaml")
    assert "nothing to write" in done.stderr
    assert not (desk / "specs").exists()


def test_the_documentation_shows_what_happens(desk):
    document, entries = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (session,) = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for old in desk.iterdir():
        old.unlink()
    (desk / "checkout.yml").write_text(document)
    for step in session.split("$ ")[1:]:
        command, *shown = step.rstrip("\n").split("\n")
        done = run(desk, *command.split()[1:])
        assert done.status == CLEAN
        told = done.stderr + done.stdout
        assert [line for line in shown if line != "…" and line not in told.splitlines()] == []
    text = (desk / "specs/checkout.yaml").read_text()
    assert all(part in text for part in entries.split("\n\n"))
