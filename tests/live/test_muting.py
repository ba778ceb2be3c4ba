"""Alerts of SLOs in a real Alertmanager: one incident is one notification, and pages mute the tickets beside them."""

import json
import time
from contextlib import ExitStack
from functools import partial
from urllib.request import Request, urlopen

import pytest

from tests.live import placing, stack
from tests.live.placing import Addresses, Login
from tests.live.sinks import listening

pytestmark = pytest.mark.live

SLO = {"slo_id": "gw2optimizer-error-rate", "slo_service": "gw2optimizer", "slo_name": "error-rate"}
COMMON = {"service": "gw2optimizer", "team": "backend"}
PAGE = {"alertname": "SLOErrorBudgetBurn", "severity": "critical", "slo_severity": "page", "signal": "requests", **SLO}
TICKET = {**PAGE, "severity": "warning", "slo_severity": "ticket"}
OTHER_TICKET = {**TICKET, "slo_id": "gw2optimizer-ai-success", "slo_name": "ai-success", "signal": "ai-requests"}
MISSING = {**OTHER_TICKET, "alertname": "SLODataMissing"}
THRESHOLD = {"alertname": "HighErrorRate", "severity": "critical", "signal": "requests"}
WARNING = {**THRESHOLD, "severity": "warning"}
DOWN = {"alertname": "TargetDown", "severity": "critical", "signal": "targets", "job": "gw2optimizer"}


@pytest.fixture
def told(alertmanager, tmp_path):
    """An Alertmanager with the generated configuration, thirty times as fast, and everybody whom it tells."""
    login = Login()
    with ExitStack() as cleanup:
        sinks = cleanup.enter_context(listening(login.mail_user, login.mail_password))
        addresses = Addresses(*stack.free_addresses(len(Addresses._fields)))
        generated = placing.written(tmp_path, placing.compiled(tmp_path, addresses, sinks), sinks, login)
        command = stack.alertmanager(alertmanager, generated, addresses)
        cleanup.callback(stack.Program("alertmanager", command.arguments, tmp_path).stop)
        stack.wait_until("alertmanager is ready", 30, partial(stack.answers, command.ready))
        yield addresses.alertmanager, sinks


def fire(address, *alerts):
    """What Prometheus sends while alerts fire."""
    body = json.dumps([{"labels": {**COMMON, **labels}, "annotations": {"summary": "x"}} for labels in alerts]).encode()
    request = Request(f"http://{address}/api/v2/alerts", body, {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.status == 200


def muted(address):
    """Alertname and severity of what is held back."""
    alerts = stack.get(f"http://{address}/api/v2/alerts")
    return {(alert["labels"]["alertname"], alert["labels"]["severity"], alert["labels"].get("slo_name", ""))
            for alert in alerts if alert["status"]["inhibitedBy"]}  # fmt: skip


def test_a_page_and_a_threshold_about_the_same_requests_are_one_notification_and_mute_the_rest(told):
    address, sinks = told
    fire(address, PAGE, THRESHOLD, TICKET, WARNING, OTHER_TICKET)
    stack.wait_until("somebody is paged", 20, lambda: sinks.pages and sinks.chats and sinks.mails)
    time.sleep(3)  # whatever else were to come would come with the next group interval at the latest
    assert len(sinks.pages) == len(sinks.chats) == 1
    told = json.dumps(sinks.pages)
    assert "SLOErrorBudgetBurn" in told
    assert "HighErrorRate" in told
    assert muted(address) == {("SLOErrorBudgetBurn", "warning", "error-rate"), ("HighErrorRate", "warning", "")}
    (mail,) = sinks.mails
    assert "HighErrorRate" not in mail.as_string()


def test_what_is_down_explains_that_data_is_missing(told):
    address, _ = told
    fire(address, DOWN, MISSING)
    stack.wait_until("the ticket is muted", 10, lambda: ("SLODataMissing", "warning", "ai-success") in muted(address))
