"""The committed files of the reference spec, judged by the programs that will read them, in every version found."""

import re
import subprocess
import sys

import pytest
import yaml

from gw2mon import names
from tests.tools import CHECKOUT

GENERATED = CHECKOUT / "generated"
RULES = sorted((GENERATED / "prometheus/rules").rglob("*.yml"))
RULE_TESTS = sorted((GENERATED / "prometheus/tests").rglob("*.yml"))
LONG = ("slos-hours", "slos-days")
"""What takes promtool a minute; the quick tests prove the same in parts."""
ALERTS, SLO_ALERTS = (
    {
        rule["alert"]
        for file in RULES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule and ("slo_id" in rule["labels"]) == of_slo
    }
    for of_slo in (False, True)
)


def test_the_files_are_what_the_spec_says():
    ran = subprocess.run(
        [sys.executable, "-m", "gw2mon", "generate", "--check"],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_prometheus_takes_the_configuration(promtool):
    ran = promtool.run("check", "config", GENERATED / names.PROMETHEUS_CONFIG)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_prometheus_takes_the_rules_without_a_remark(promtool):
    ran = promtool.run("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "file",
    [pytest.param(file, marks=pytest.mark.prove) if file.stem in LONG else file for file in RULE_TESTS],
    ids=[f"{file.parent.name}-{file.stem}" for file in RULE_TESTS],
)
def test_every_alert_fires_when_it_must_and_stays_silent_when_it_must(file, promtool):
    ran = promtool.run("test", "rules", file)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_alert_has_a_case_that_fires_and_one_that_stays_silent():
    """No vacuous proof: promtool itself says SUCCESS for a test of an alert that does not exist."""
    cases = [case for file in RULE_TESTS for case in yaml.safe_load(file.read_text())["tests"]]
    told = {verb: {alert for alert in ALERTS for case in cases if re.match(rf"{alert}\b.* {verb}\b", case["name"])}
            for verb in ("fires", "stays")}  # fmt: skip
    assert told["fires"] == ALERTS
    # The Watchdog is there to be heard always.
    assert told["stays"] == ALERTS - {names.WATCHDOG}


def test_alertmanager_takes_the_configuration(amtool):
    ran = amtool.run("check-config", GENERATED / names.ALERTMANAGER_CONFIG)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_reaches_the_receiver_of_the_routing_table(amtool):
    table = yaml.safe_load((GENERATED / names.ROUTING_TESTS).read_text())["tests"]
    assert {row["alert"]["alertname"] for row in table} == ALERTS | SLO_ALERTS
    for row in table:
        labels = [f"{name}={value}" for name, value in row["alert"].items()]
        config = f"--config.file={GENERATED / names.ALERTMANAGER_CONFIG}"
        ran = amtool.run("config", "routes", "test", config, f"--verify.receivers={row['receiver']}", *labels)
        assert ran.returncode == 0, ran.stdout + ran.stderr
