"""alertmanager.yml, the templates and the routing table, tried with every amtool there is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gw2mon import names
from gw2mon.generators import alertmanager
from gw2mon.generators.alertmanager.receivers import literal
from gw2mon.model import Model, PagerDuty, Receiver, Route, Slack, Webhook
from tests.generators import sample
from tests.generators.sample import HOUR, NOTIFY

FILES = {artifact.path: artifact for artifact in alertmanager.generate(sample.MODEL)}
ALERT: dict[str, Any] = {
    "status": "firing", "labels": {"alertname": "HighErrorRate", "service": "gw2", "severity": "critical"},
    "annotations": {"summary": "Many <errors> & more", "description": "Look", "runbook_url": "https://example.org/r"},
    "startsAt": "2026-11-24T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "1",
}  # fmt: skip


def config(notify=NOTIFY, model=sample.MODEL):
    return yaml.safe_load(alertmanager.config.generate(model, notify).text)


@pytest.fixture
def written(tmp_path):
    for artifact in FILES.values():
        target = tmp_path / artifact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(artifact.text)
    return tmp_path


def test_alertmanager_accepts_its_configuration(written, amtool):
    ran = amtool.run("check-config", written / names.ALERTMANAGER_CONFIG)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 templates" in ran.stdout


def test_every_alert_reaches_the_receiver_of_the_routing_table(written, amtool):
    for test in yaml.safe_load(FILES[names.ROUTING_TESTS].text)["tests"]:
        labels = [f"{name}={value}" for name, value in test["alert"].items()]
        ran = amtool.run("config", "routes", "test", f"--config.file={written / names.ALERTMANAGER_CONFIG}",
                         f"--verify.receivers={test['receiver']}", *labels)  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_independent_linter_finds_no_mistake(written):
    path = str(written / names.ALERTMANAGER_CONFIG)
    linter = str(Path(sys.executable).parent / "amlint")
    ran = subprocess.run([linter, "check", path], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "ERROR" not in ran.stdout
    assert "WARN" not in ran.stdout


def test_the_routing_table_has_every_alert():
    tests = yaml.safe_load(FILES[names.ROUTING_TESTS].text)["tests"]
    told = {test["alert"]["alertname"]: test["receiver"] for test in tests if test["alert"]["severity"] != "warning"}
    assert told == {"Watchdog": "deadman", "HighErrorRate": "oncall-and-chat", "SlowResponses": "oncall-and-chat",
                    "DatabaseDown": "oncall-and-chat", "TargetDown": "oncall-and-chat"}  # fmt: skip
    assert len(tests) == len(sample.MODEL.services[0].alerts) + len(sample.STACK_DEFAULTS)


def test_what_no_route_takes_reaches_people():
    assert config()["route"]["receiver"] == "mail"


def test_a_critical_alert_mutes_warnings_about_the_same_thing():
    assert config()["inhibit_rules"] == [
        {"source_matchers": ['severity="critical"'], "target_matchers": ['severity="warning"'],
         "equal": ["service", "signal"]},
    ]  # fmt: skip


def test_what_goes_to_pagerduty_is_never_muted():
    paging = Route((("severity", "warning"), ("service", "gw2optimizer")), ("oncall",), HOUR)
    notify = NOTIFY._replace(routes=(paging, *NOTIFY.routes))
    (rule,) = config(notify)["inhibit_rules"]
    assert rule["target_matchers"] == ['severity="warning"', 'service!~"gw2optimizer"']
    everything = NOTIFY._replace(routes=(Route((("severity", "warning"),), ("oncall",), HOUR),))
    assert "inhibit_rules" not in config(everything)


def test_a_watchdog_nobody_listens_to_wakes_nobody():
    made = config(NOTIFY._replace(watchdog=""))
    assert made["route"]["routes"][0]["receiver"] == names.NOBODY
    assert {"name": names.NOBODY} in made["receivers"]


def test_only_the_deadman_is_not_told_of_the_end():
    told = {receiver["name"]: item["send_resolved"] for receiver in config()["receivers"]
            for key, items in receiver.items() if key.endswith("_configs") for item in items}  # fmt: skip
    assert told == {"mail": True, "oncall-and-chat": True, "deadman": False}


def test_secrets_are_named_by_file():
    text = FILES[names.ALERTMANAGER_CONFIG].text
    assert text.count("/run/secrets/") == text.count("_file: /run/secrets/") == 4


def test_text_of_the_spec_is_never_run_as_a_template(written, amtool):
    hostile = '#a{{ query "up" }}b}}}{{{'
    receivers = (Receiver("chat", (Slack(hostile, "/run/secrets/slack"),)),
                 Receiver("hook", (Webhook("https://example.org/{{ .Status }}", ""),)))  # fmt: skip
    notify = NOTIFY._replace(receivers=receivers, routes=(), default=("chat", "hook"), watchdog="")
    path = written / names.ALERTMANAGER_CONFIG
    path.write_text(alertmanager.config.generate(sample.MODEL, notify).text)
    assert amtool.run("check-config", path).returncode == 0
    (receiver, _) = config(notify)["receivers"]
    assert receiver["webhook_configs"][0]["url"] == "https://example.org/%7B%7B .Status %7D%7D"
    assert rendered(amtool, written, receiver["slack_configs"][0]["channel"]) == hostile
    assert literal("plain {text}") == "plain {text}"


def rendered(amtool, folder, text, *alerts):
    data = folder / "data.json"
    told = alerts or (ALERT,)
    data.write_text(json.dumps({
        "receiver": "r", "status": "firing", "alerts": told, "externalURL": "https://example.org/alertmanager",
        "groupLabels": {"service": "gw2", "severity": "critical"}, "commonLabels": told[0]["labels"],
        "commonAnnotations": ALERT["annotations"] if len(told) == 1 else {},
    }))  # fmt: skip
    ran = amtool.run("template", "render", f"--template.glob={folder / names.ALERTMANAGER_TEMPLATES}",
                     f"--template.text={text}", f"--template.data={data}")  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.rstrip("\n")


def test_a_title_says_status_number_service_severity_and_what(written, amtool):
    title = '{{ template "gw2mon.title" . }}'
    assert rendered(amtool, written, title) == "[FIRING:1] gw2 critical: Many <errors> & more"
    other = {**ALERT, "labels": {**ALERT["labels"], "alertname": "SlowResponses"}, "annotations": {}}
    assert rendered(amtool, written, title, ALERT, other) == (
        "[FIRING:2] gw2 critical: 2 alerts, HighErrorRate, SlowResponses"
    )


def test_while_one_alert_fires_title_and_link_are_about_it_and_not_about_one_that_is_over(written, amtool):
    over = {
        **ALERT,
        "status": "resolved",
        "endsAt": "2026-11-24T11:00:00Z",
        "labels": {**ALERT["labels"], "alertname": "TargetDown"},
        "annotations": {"runbook_url": "https://example.org/over"},
    }
    assert rendered(amtool, written, '{{ template "gw2mon.title" . }}', over, ALERT) == (
        "[FIRING:1] gw2 critical: 1 alerts, HighErrorRate"
    )
    assert rendered(amtool, written, '{{ template "gw2mon.link" . }}', over, ALERT) == "https://example.org/r"


def test_slack_reads_annotations_as_text(written, amtool):
    text = rendered(amtool, written, '{{ template "gw2mon.slack.text" . }}')
    assert text == "*HighErrorRate* Many &lt;errors&gt; &amp; more\nLook\n<https://example.org/r|Runbook>"


def test_text_says_what_to_do(written, amtool):
    ended = {**ALERT, "status": "resolved", "endsAt": "2026-11-24T11:00:00Z"}
    text = rendered(amtool, written, '{{ template "gw2mon.text" . }}', ALERT, ended)
    assert text.count("Runbook: https://example.org/r") == 2
    assert "Firing (1):" in text
    assert "Resolved (1):" in text


def test_links_lead_to_the_runbook_or_to_alertmanager(written, amtool):
    assert rendered(amtool, written, '{{ template "gw2mon.link" . }}') == "https://example.org/r"
    bare = {**ALERT, "annotations": {}}
    assert rendered(amtool, written, '{{ template "gw2mon.link" . }}', bare) == "https://example.org/alertmanager"


@pytest.mark.parametrize(("severity", "known"), [("critical", "critical"), ("info", "info"), ("none", "error")])
def test_pagerduty_gets_a_severity_it_knows(severity, known, written, amtool):
    alert = {**ALERT, "labels": {**ALERT["labels"], "severity": severity}}
    assert rendered(amtool, written, '{{ template "gw2mon.pagerduty.severity" . }}', alert) == known


def test_mail_is_complete_html(written, amtool):
    html = rendered(amtool, written, '{{ template "gw2mon.html" . }}')
    assert html.startswith("<!DOCTYPE html>")
    assert '<a href="https://example.org/r">Runbook</a>' in html


def test_a_stack_that_notifies_nobody_has_no_alertmanager():
    assert alertmanager.generate(Model((), sample.stack(notify=None))) == ()


def test_receivers_that_are_told_together_are_one_receiver():
    both = next(item for item in config()["receivers"] if item["name"] == "oncall-and-chat")
    assert set(both) == {"name", "pagerduty_configs", "slack_configs"}
    twice = NOTIFY._replace(receivers=(*NOTIFY.receivers, Receiver("more", (PagerDuty("/run/secrets/pagerduty"),))),
                            default=("oncall", "more"))  # fmt: skip
    made = next(item for item in config(twice)["receivers"] if item["name"] == "oncall-and-more")
    assert len(made["pagerduty_configs"]) == 1
