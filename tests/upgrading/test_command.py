"""`gw2mon dashboards upgrade` as people and pipelines meet it."""

import json
import re
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from unittest.mock import patch

import pytest

from gw2mon.cli import main
from gw2mon.generators.grafana import canonical
from gw2mon.upgrading import upgrade
from tests.tools import CHECKOUT
from tests.upgrading import samples

CLEAN, FOUND, REFUSED = 0, 1, 2


@pytest.fixture
def run(tmp_path):
    """Runs the command in a folder that holds old.json and new.json; the answer is (code, stdout, stderr)."""

    def running(*arguments):
        told, aside = StringIO(), StringIO()
        with (
            chdir(tmp_path), redirect_stdout(told), redirect_stderr(aside), pytest.raises(SystemExit) as left,
            patch.object(sys, "argv", ["gw2mon", "dashboards", "upgrade", *arguments]),
        ):  # fmt: skip
            main()
        assert "Traceback" not in aside.getvalue()
        assert "internal error" not in aside.getvalue()
        return left.value.code, told.getvalue(), aside.getvalue()

    (tmp_path / "old.json").write_text(json.dumps(samples.GRAFANA_6, indent=2))
    (tmp_path / "new.json").write_text(canonical.dump(upgrade(samples.TABLES).data))
    return running


def test_a_report_tells_what_changes_and_what_is_lost_and_nothing_is_written(run, tmp_path):
    code, told, aside = run("old.json")
    assert code == CLEAN
    assert 'old.json:63:7 "Errors": graph becomes timeseries\n' in told
    assert 'GW742 the alert "Requests fail" is not carried over: avg of sum(rate(errors_total[5m]))' in told
    assert aside == "old dashboards: 1 of 1; 4 things to look at\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.json", "old.json"]


def test_files_of_today_are_written_once_and_never_over_others(run, tmp_path):
    assert run("old.json", "new.json", "-o", "out")[0] == CLEAN
    written = (tmp_path / "out/old.json").read_text()
    assert json.loads(written)["schemaVersion"] == 42
    assert (tmp_path / "out/new.json").read_text() == (tmp_path / "new.json").read_text()
    assert run("old.json", "-o", "out")[0] == CLEAN
    (tmp_path / "out/old.json").write_text("{}")
    code, _, aside = run("old.json", "-o", "out")
    assert code == REFUSED
    assert "exists already" in aside
    assert run("old.json", "-o", ".")[0] == REFUSED


def test_the_dashboard_can_be_printed_alone(run):
    code, told, aside = run("old.json", "-o", "-", "--datasource", "main")
    assert code == CLEAN
    assert json.loads(told)["schemaVersion"] == 42
    assert "graph becomes timeseries" in aside
    assert run("old.json", "new.json", "-o", "-")[0] == REFUSED


def test_a_pipeline_fails_for_an_old_dashboard(run):
    assert run("old.json", "new.json", "--check")[0] == FOUND
    assert run("new.json", "--check") == (CLEAN, "", "old dashboards: 0 of 1\n")


def test_losses_are_told_to_programs(run):
    _, told, _ = run("old.json", "--format", "json")
    assert {finding["code"] for finding in json.loads(told)} == {"GW742", "GW743"}
    assert run("old.json", "--strict")[0] == FOUND


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "bad.json:1:2 GW741 this is no JSON"),
        ("[]", "bad.json:1:1 GW741 this is no dashboard: it has neither panels nor rows"),
        ('{"panels": [], "time": NaN}', "NaN is no number of JSON"),
        ("[" * 100_000, "GW741 this is nested too deep to be a dashboard"),
        ('{"panels": [], "title": "\\ud800"}', "half of a character"),
        ('{"panels": [], "id": ' + "9" * 5000 + "}", "GW741 this cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_written(run, tmp_path, text, said):
    (tmp_path / "bad.json").write_text(text)
    code, told, _ = run("bad.json", "old.json", "-o", "out")
    assert code == FOUND
    assert said in told
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["old.json"]


def test_two_files_of_one_name_and_a_file_that_is_not_there_are_refused(run, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more/old.json").write_text("{}")
    assert run("old.json", "more/old.json", "-o", "out")[0] == REFUSED
    assert run("missing.json")[0] == REFUSED


def test_the_documentation_shows_what_is_told(run, tmp_path):
    page = (CHECKOUT / "docs/dashboards-upgrade.md").read_text()
    (old,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (shown,) = re.findall(r"```console\n\$ gw2mon dashboards upgrade old.json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "old.json").write_text(old)
    code, told, aside = run("old.json")
    assert (code, told + aside) == (CLEAN, shown)
