"""`gw2mon audit` as people and pipelines meet it: forms, exit codes, baselines, proofs."""

import json
import os
import re

import pytest

from gw2mon.auditing import baselines
from gw2mon.proofs.counterexamples import Promtool, judge_refusal
from tests.auditing.reported import ALWAYS, METRICS, NEVER, PROMETHEUS, UNKNOWN, WORKS, WRONG, rules
from tests.auditing.test_report import REFUSED as REFUSED_RULES
from tests.test_cli import CLEAN, FOUND, REFUSED, Desk
from tests.tools import CHECKOUT

ALL = rules(WORKS, NEVER, ALWAYS, WRONG, UNKNOWN)


@pytest.fixture
def desk(tmp_path):
    """The folder of somebody who has just begun."""
    (tmp_path / "metrics.py").write_bytes(METRICS)
    (tmp_path / "prometheus.yml").write_bytes(PROMETHEUS)
    (tmp_path / "rules.yml").write_bytes(ALL)
    return Desk(tmp_path)


@pytest.fixture
def every_promtool(promtools, monkeypatch):
    """A promtool of each version on PATH."""
    folders = [str(tool.path.parent) for tool in promtools]
    monkeypatch.setenv("PATH", os.pathsep.join([*folders, os.environ["PATH"]]))


def rewrite(desk, *alerts):
    (desk.folder / "rules.yml").write_bytes(rules(*alerts))


# --- exit codes and forms --------------------------------------------------------------------------------------------


def test_errors_are_findings(desk):
    done = desk.run("audit", ".")
    assert done.returncode == FOUND
    assert done.stdout.startswith("5 alerts: 1 works, 2 can never fire,")
    assert "\x1b" not in done.stdout + done.stderr, "neither colours nor progress where nobody looks"


def test_without_errors_there_is_nothing_to_fail_on(desk):
    rewrite(desk, WORKS)
    assert desk.run("audit", "rules.yml", "prometheus.yml", "metrics.py").returncode == CLEAN


def test_strict_fails_on_warnings_too(desk):
    rewrite(desk, WORKS)
    (desk.folder / "shop.json").write_text('{"title": "Shop", "uid": "shop", "schemaVersion": 39, "panels": []}')
    assert desk.run("audit", ".").returncode == CLEAN
    assert desk.run("audit", ".", "--strict").returncode == FOUND


@pytest.mark.parametrize("arguments", [["nowhere"], ["empty"], [".", "--format", "html"], []])
def test_where_nothing_can_be_read_it_is_refused(desk, arguments):
    (desk.folder / "empty").mkdir()
    done = desk.run("audit", *arguments)
    assert done.returncode == REFUSED
    assert done.stdout == ""


def test_an_audit_writes_nothing(desk):
    before = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    for form in ("text", "json", "github", "sarif", "markdown"):
        desk.run("audit", ".", "--format", form)
    assert {path.name: path.read_bytes() for path in desk.folder.iterdir()} == before


def test_json_holds_verdicts_and_meanings(desk):
    shown = json.loads(desk.run("audit", ".", "--format", "json").stdout)
    assert shown["verdicts"] == {
        "alerts": 5,
        "works": 1,
        "never fires": 2,
        "always fires": 1,
        "fires for the wrong reason": 1,
        "may not work": 0,
        "reads what nobody has shown": 0,
    }
    assert {alert["alert"]: alert["verdict"] for alert in shown["alerts"]}["SlowResponses"] == "never fires"
    (finding,) = [finding for finding in shown["findings"] if finding["code"] == "GW401"]
    assert (finding["meaning"], finding["subject"], finding["line"]) == ("never fires", "SlowResponses", 8)
    assert shown["known"]["unaccounted"] == []
    assert shown["read"]["rule file"] == 1
    assert shown["baseline"] is None


def test_github_annotates_what_matters(desk):
    lines = desk.run("audit", ".", "--format", "github").stdout.splitlines()
    assert lines[0].startswith("::notice title=gw2mon audit::5 alerts: 1 works")
    assert any(line.startswith("::error file=rules.yml,line=8,col=9,title=GW401::") for line in lines)


def test_sarif_names_the_rules_that_occur(desk):
    (run,) = json.loads(desk.run("audit", ".", "--format", "sarif").stdout)["runs"]
    assert {"GW201", "GW319", "GW401", "GW402"} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_markdown_is_a_comment_in_which_nothing_is_obeyed(desk):
    (desk.folder / "rules.yml").write_bytes(rules((NEVER[0], '"<b>@team</b> | [x](y) `z`"')))
    shown = desk.run("audit", ".", "--format", "markdown").stdout
    assert shown.startswith("**1 alert: 1 can never fire**")
    (row,) = [line for line in shown.splitlines() if "GW401" in line]
    assert row.startswith("| `rules.yml:5` | GW401 &lt;b&gt;\\@team&lt;/b&gt; \\| \\[x\\](y) \\`z\\` never fires:")
    assert len(re.findall(r"(?<!\\)\|", row)) == len(re.findall(r"\|", "| where | what | what to do |"))


def test_markdown_folds_what_is_only_suspected(desk):
    (desk.folder / "prometheus.yml").unlink()
    rewrite(desk, ("shop_queue_length > 5", "QueueLong"))
    shown = desk.run("audit", ".", "--format", "markdown").stdout
    assert "<details><summary>Metrics that nobody has shown: 1</summary>" in shown


# --- baselines -------------------------------------------------------------------------------------------------------


def test_a_baseline_accepts_what_is_found_and_fails_on_what_is_new(desk):
    rewrite(desk, WORKS, NEVER)
    written = desk.run("audit", ".", "--write-baseline", "audit.baseline")
    assert written.returncode == CLEAN
    assert re.search(r"audit\.baseline accepts [1-9]\d* findings?", written.stderr)
    known = desk.run("audit", ".", "--baseline", "audit.baseline")
    assert known.returncode == CLEAN
    assert "GW401" not in known.stdout
    assert known.stdout.startswith("2 alerts: 1 works, 1 can never fire"), "the verdict is about all alerts"
    rewrite(desk, WORKS, NEVER, ALWAYS)
    new = desk.run("audit", ".", "--baseline", "audit.baseline")
    assert new.returncode == FOUND
    assert "GW402 DatabaseDown" in new.stdout
    assert "GW401" not in new.stdout


def test_a_baseline_survives_lines_that_move(desk):
    desk.run("audit", ".", "--write-baseline", "audit.baseline")
    text = (desk.folder / "rules.yml").read_text()
    (desk.folder / "rules.yml").write_text("# alerts of the shop\n\n" + text)
    assert desk.run("audit", ".", "--baseline", "audit.baseline").returncode == CLEAN


def test_paths_in_a_baseline_are_seen_from_its_folder(desk):
    (desk.folder / "ci").mkdir()
    desk.run("audit", ".", "--write-baseline", "ci/audit.baseline")
    lines = (desk.folder / "ci" / "audit.baseline").read_text().splitlines()
    assert any(line.startswith("1\t../rules.yml\tGW401\tSlowResponses\t") for line in lines)
    assert desk.run("audit", str(desk.folder), "--baseline", "ci/audit.baseline").returncode == CLEAN


def test_a_second_mistake_of_the_same_words_is_new(desk):
    rewrite(desk, NEVER)
    desk.run("audit", ".", "--write-baseline", "audit.baseline")
    rewrite(desk, NEVER, NEVER)
    assert desk.run("audit", ".", "--baseline", "audit.baseline").returncode == FOUND


def test_what_is_gone_is_told(desk):
    rewrite(desk, NEVER)
    desk.run("audit", ".", "--write-baseline", "audit.baseline")
    rewrite(desk, WORKS)
    done = desk.run("audit", ".", "--baseline", "audit.baseline")
    assert done.returncode == CLEAN
    assert "gone: rules.yml GW401 SlowResponses never fires: its value lies within 0 to 1" in done.stderr


def test_a_baseline_that_is_not_there_yet_accepts_nothing(desk):
    done = desk.run("audit", ".", "--baseline", "audit.baseline")
    assert done.returncode == FOUND
    assert "audit.baseline accepts nothing yet" in done.stderr
    assert not (desk.folder / "audit.baseline").exists()


def test_a_baseline_is_written_anew_and_nothing_else_is_overwritten(desk):
    desk.run("audit", ".", "--write-baseline", "audit.baseline")
    rewrite(desk, WORKS)
    assert desk.run("audit", ".", "--write-baseline", "audit.baseline").returncode == CLEAN
    assert "GW401" not in (desk.folder / "audit.baseline").read_text()
    done = desk.run("audit", ".", "--write-baseline", "rules.yml")
    assert done.returncode == REFUSED
    assert (desk.folder / "rules.yml").read_bytes() == rules(WORKS)


@pytest.mark.parametrize("held", [b"groups: []\n", b"\xff\xfe", b""])
def test_what_is_no_baseline_is_refused(desk, held):
    (desk.folder / "audit.baseline").write_bytes(held)
    assert desk.run("audit", ".", "--baseline", "audit.baseline").returncode == REFUSED


def test_lines_of_a_baseline_that_nobody_understands_are_passed_over():
    text = f"{baselines.HEAD}\n<<<<<<< ours\n1\trules.yml\tGW401\tA\tA never fires\nx\ty\n99999999999\ta\tb\tc\td\n"
    assert list(baselines.parse(text)) == [baselines.Key("rules.yml", "GW401", "A", "A never fires")]


# --- proofs ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("every_promtool")
def test_promtool_shows_what_never_and_what_always_fires(desk, promtools):
    rewrite(
        desk, WORKS, NEVER, ALWAYS, UNKNOWN, ("absent(shop_gone_total)", "Gone"), ("shop_db_connections", '"a/../b c"')
    )
    done = desk.run("audit", ".", "--prove-into", "shown")
    versions = " and ".join(f"promtool {tool.version[0]}.{tool.version[1]}" for tool in promtools)
    for said in ("SlowResponses never", "DatabaseDown always", "DiskFull never", "Gone always", "a/../b c always"):
        assert f"{said} fires: demonstrated by {versions}" in done.stdout, done.stdout
    assert "WRONG" not in done.stdout
    assert "rules-7-SlowResponses-never.test.yml" in {path.name for path in (desk.folder / "shown").iterdir()}
    assert NEVER[0] in (desk.folder / "shown" / "rules-7-SlowResponses-never.rules.yml").read_text()


@pytest.mark.usefixtures("every_promtool")
def test_promtool_shows_that_a_file_is_refused(desk, promtools):
    (desk.folder / "rules.yml").write_bytes(rules(WORKS, extra="        fro: 5m\n"))
    done = desk.run("audit", ".", "--prove")
    assert done.returncode == FOUND
    assert done.stdout.count("rules.yml is refused, so that none of its alerts fires: demonstrated by") == len(
        promtools
    )


@pytest.mark.usefixtures("every_promtool")
def test_what_promtool_cannot_be_fed_is_said_not_to_be_demonstrated(desk):
    rewrite(desk, ('rate(http_request_duration_seconds_bucket[5m]) / on (job) up{job="shop"} > 2', "Busy"))
    assert "rules.yml:4:9 GW317 Busy never fires: not demonstrated, " in desk.run("audit", ".", "--prove").stdout


@pytest.mark.usefixtures("every_promtool")
def test_a_resource_of_kubernetes_is_said_not_to_be_demonstrated(desk):
    body = rules(WORKS, extra="        fro: 5m\n").decode().replace("\n", "\n  ")
    (desk.folder / "rules.yml").write_text(f"kind: PrometheusRule\nspec:\n  {body.rstrip()}\n")
    assert "not demonstrated, promtool reads no resources of Kubernetes" in desk.run("audit", ".", "--prove").stdout


def test_every_promtool_refuses_what_is_said_to_be_refused(promtool, tmp_path):
    tool = Promtool(str(promtool.path), promtool.version)
    for number, extra in enumerate(REFUSED_RULES.values()):
        (tmp_path / f"{number}.yml").write_bytes(rules(WORKS, (WORKS[0], "Other"), extra=extra))
    outcomes = {
        name: judge_refusal(tool, str(tmp_path / f"{number}.yml")).outcome for number, name in enumerate(REFUSED_RULES)
    }
    assert outcomes == dict.fromkeys(REFUSED_RULES, "demonstrated")
    (tmp_path / "sound.yml").write_bytes(ALL)
    assert judge_refusal(tool, str(tmp_path / "sound.yml")).outcome == "refuted"


def test_without_promtool_nothing_is_proven(desk, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = desk.run("audit", ".", "--prove")
    assert done.returncode == REFUSED
    assert "--prove runs promtool, and none was found" in done.stderr


def test_promtool_by_itself_finds_nothing_wrong_with_the_tutorial(promtool):
    assert promtool.run("check", "rules", CHECKOUT / "examples" / "tutorial" / "alerts.yml").returncode == 0


# --- documentation ---------------------------------------------------------------------------------------------------


def test_the_readme_shows_what_is_really_printed(monkeypatch):
    monkeypatch.chdir(CHECKOUT)
    text = (CHECKOUT / "README.md").read_text()
    (shown,) = re.findall(r"```console\n\$ gw2mon audit examples/tutorial\n(.*?)```", text, re.DOTALL)
    done = Desk(CHECKOUT).run("audit", "examples/tutorial")
    printed = done.stdout
    for part in shown.split("…\n"):
        assert part in printed
    assert shown.startswith(printed.split("\n", 1)[0])
