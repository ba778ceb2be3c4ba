"""The proof by doing: a real application, real servers, and people who are told, or left alone, as the spec promises.

All that is generated from the reference spec runs on loopback, thirty times faster than in production; only the vendors
at the far end are stand-ins. It is told as one day in the life of the stack.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gw2mon import names
from gw2mon.compiler.slos.records import ratio_windows
from gw2mon.model import AlertingRule
from tests import tools
from tests.live.placing import Login
from tests.live.stack import Servers, running, wait_until, watch

pytestmark = pytest.mark.live

RUNBOOK = "https://example.org/gw2optimizer/runbook#"
ABOUT_THE_MACHINE = "DiskUsage"
"""True where the disk of the machine that runs the tests is full; nothing that a test could decide."""
ABOUT_THE_START = "PrometheusNotificationFailures"
"""True for some seconds, which are minutes here: Prometheus drops alerts until it has found Alertmanager again."""
QUIET, BURST = 14, 11
"""Seconds to look on: what pages needs ten of errors and ten of patience, and a group is told again after ten."""


def test_people_are_told_what_the_spec_promises_and_nothing_else():
    """On every generation of the servers at once: a day is mostly waiting, and two take no longer than one."""
    complaints = [complaint for name in Servers._fields if (complaint := tools.missing(name))]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
    with ThreadPoolExecutor() as pool:
        days = [pool.submit(a_day_of, servers) for servers in generations()]
    failures = [failure for day in days if isinstance(failure := day.exception(), Exception)]
    if failures:
        raise ExceptionGroup("not as the spec promises", failures)


def generations():
    """Old with old and new with new."""
    prometheus, alertmanager, node_exporter = (tools.find(name) for name in Servers._fields)
    numbers = range(max(len(prometheus), len(alertmanager)))
    return [Servers(nth(prometheus, number), nth(alertmanager, number), node_exporter[-1]) for number in numbers]


def nth(versions, number):
    return versions[min(number, len(versions) - 1)]


def a_day_of(servers):
    try:
        with running(servers) as stack, stack.traffic:
            every_target_is_up(stack)
            every_rule_is_loaded_and_works(stack)
            alerting_is_alive(stack)
            a_healthy_application_wakes_nobody(stack)
            every_promise_is_kept_so_far(stack)
            assert stack.metrics_at_rest() == []
            an_error_burst_is_told_once_to_each(stack)
            its_end_is_told_and_slowness_is_only_mailed(stack)
            a_lost_database_pages(stack)
            a_stopped_application_pages(stack)
            nothing_failed_on_the_way(stack)
    except BaseException as failure:
        failure.add_note(f"with {servers}")
        raise


def every_target_is_up(stack):
    jobs = (*stack.model.stack.jobs, *stack.model.services[0].jobs)
    wanted = sorted((job.name, target) for job in jobs for target in job.targets)

    def is_up():
        up = ((labels["job"], labels["instance"]) for labels, value in stack.values("up") if value == 1)
        return sorted(up) == wanted

    wait_until("all targets are up", 30, is_up)
    wait_until("Alertmanager is found", 30, lambda: stack.prometheus("alertmanagers")["activeAlertmanagers"])


def every_rule_is_loaded_and_works(stack):
    service = stack.model.services[0]
    groups = (*stack.model.stack.groups, *service.groups, *service.slo_groups)
    wanted = {group.name: [rule_name(rule) for rule in group.rules] for group in groups}

    def loaded():
        return {group["name"]: group["rules"] for group in stack.prometheus("rules")["groups"]}

    stack.load_rules()
    wait_until("the rules are loaded", 30, loaded)
    wait_until(
        "every rule was evaluated",
        30,
        lambda: all(rule["health"] != "unknown" for rules in loaded().values() for rule in rules),
    )
    assert {name: [rule["name"] for rule in rules] for name, rules in loaded().items()} == wanted
    no_rule_has_an_error(stack)


def rule_name(rule):
    return rule.alert if isinstance(rule, AlertingRule) else rule.record


def no_rule_has_an_error(stack):
    rules = [rule for group in stack.prometheus("rules")["groups"] for rule in group["rules"]]
    assert [rule for rule in rules if rule["health"] != "ok" or rule.get("lastError")] == []


def alerting_is_alive(stack):
    wait_until("the dead man's switch hears from the Watchdog", 30, lambda: stack.sinks.heartbeats)
    labels = stack.sinks.heartbeats[0]["alerts"][0]["labels"]
    assert labels["alertname"] == names.WATCHDOG


def a_healthy_application_wakes_nobody(stack):
    expected = (names.WATCHDOG, ABOUT_THE_MACHINE, ABOUT_THE_START)
    served = stack.traffic.counts["200"]

    def nobody_is_told():
        assert [labels for labels in stack.alerts() if labels["alertname"] not in expected] == []
        assert stack.sinks.pages == []
        assert stack.sinks.chats == []
        assert [text for text in map(text_of, stack.sinks.mails) if not any(name in text for name in expected)] == []

    watch(QUIET, nobody_is_told)
    assert stack.traffic.counts["200"] > served
    assert set(stack.traffic.counts) == {"200"}


def every_promise_is_kept_so_far(stack):
    """From samples of a real application: each SLO has a ratio over every window, and its whole budget is left."""
    for slo in stack.model.services[0].slos:
        ratios = stack.values(f'{{__name__=~"slo:sli_error:ratio_rate.+", slo_id="{slo.id}"}}')
        assert len(ratios) == len(ratio_windows(slo)), slo.id
        assert {value for _, value in ratios} == {0}, slo.id
        assert [value for _, value in stack.values(f'{names.SLO_REMAINING}{{slo_id="{slo.id}"}}')] == [1], slo.id


def an_error_burst_is_told_once_to_each(stack):
    # Right after a scrape, so that the next one is above both thresholds: a warning that came a scrape earlier than the
    # critical alert would be mailed before anything mutes it.
    wait_for_a_scrape(stack)
    stack.traffic.failing = 0.9
    wait_until("PagerDuty is told", 40, lambda: stack.sinks.pages)
    wait_until("Slack is told", 10, lambda: stack.sinks.chats)
    wait_until("the warning about the same thing is muted", 10, lambda: mutes(stack, "HighErrorRate"))

    def each_is_told_once():
        assert len(stack.sinks.pages) == 1
        assert len(stack.sinks.chats) == 1
        assert mails_about(stack, "HighErrorRate") == []

    watch(BURST, each_is_told_once)
    the_page_says_what_to_do(stack.sinks.pages[0])
    the_chat_says_what_to_do(stack.sinks.chats[0])
    the_alert_carries_its_labels(stack)


def wait_for_a_scrape(stack):
    def last():
        (target,) = (
            item for item in stack.prometheus("targets")["activeTargets"] if item["scrapePool"] == "gw2optimizer"
        )
        return target["lastScrape"]

    before = last()
    wait_until("the application is scraped", 5, lambda: last() != before)


def mutes(stack, alertname):
    """Whether the warning of this name is muted by the critical alert of this name, and by nothing else."""
    alerts = {alert["labels"]["severity"]: alert for alert in stack.notified(alertname)}
    return alerts["warning"]["status"]["inhibitedBy"] == [alerts["critical"]["fingerprint"]]


def the_page_says_what_to_do(page):
    assert page["routing_key"] == Login().routing_key
    assert page["event_action"] == "trigger"
    payload = page["payload"]
    assert payload["severity"] == "critical"
    assert payload["component"] == "gw2optimizer"
    assert "High error rate detected" in payload["summary"]
    assert "HighErrorRate (critical)" in payload["custom_details"]["alerts"]
    assert page["links"] == [{"href": f"{RUNBOOK}HighErrorRate", "text": "Runbook"}]


def the_chat_says_what_to_do(chat):
    assert chat["channel"] == "#gw2-alerts"
    (attachment,) = chat["attachments"]
    assert attachment["title"].startswith("[FIRING:1] gw2optimizer critical: High error rate detected")
    assert attachment["title_link"] == f"{RUNBOOK}HighErrorRate"
    assert "requests fail with 5xx" in attachment["text"]


def the_alert_carries_its_labels(stack):
    """Nothing that changes with an instance or a version: it would make one incident many."""
    labels = {alert["labels"]["severity"]: alert["labels"] for alert in stack.notified("HighErrorRate")}
    assert labels["critical"] == {
        "alertname": "HighErrorRate",
        "service": "gw2optimizer",
        "team": "backend",
        "severity": "critical",
        "signal": "requests",
    }
    assert labels["warning"] == labels["critical"] | {"severity": "warning"}


def its_end_is_told_and_slowness_is_only_mailed(stack):
    """One incident ends while the next begins: people get the resolve of the one, and only a mail about the other."""
    stack.traffic.failing, stack.traffic.seconds = 0, 1.2
    wait_until("PagerDuty hears that it is over", 60, lambda: len(stack.sinks.pages) > 1)
    wait_until("Slack hears that it is over", 10, lambda: len(stack.sinks.chats) > 1)
    trigger, resolve = stack.sinks.pages
    assert resolve["event_action"] == "resolve"
    assert resolve["dedup_key"] == trigger["dedup_key"]
    assert stack.sinks.chats[1]["attachments"][0]["title"].startswith("[RESOLVED] gw2optimizer critical")

    wait_until("the slowness is mailed", 60, lambda: mails_about(stack, "SlowResponses"))
    mail = mails_about(stack, "SlowResponses")[0]
    assert mail["To"] == "ops@example.org"
    assert "gw2optimizer warning" in mail["Subject"]
    assert f"{RUNBOOK}SlowResponses" in text_of(mail)
    assert len(stack.sinks.pages) == len(stack.sinks.chats) == 2


def a_lost_database_pages(stack):
    stack.traffic.seconds = 0
    stack.take_database(up=False)
    wait_until("PagerDuty is told of the database", 30, lambda: is_paged(stack, "DatabaseDown"))


def a_stopped_application_pages(stack):
    stack.programs["app"].stop()
    wait_until("PagerDuty is told of the application", 40, lambda: is_paged(stack, "TargetDown"))


def is_paged(stack, alertname):
    return any(
        page["event_action"] == "trigger" and f"{alertname} (critical)" in firing_part(page)
        for page in stack.sinks.pages
    )


def firing_part(page):
    """What a page says of alerts that fire: it also tells of those of the same incident that are over."""
    return page["payload"]["custom_details"]["alerts"].partition("Resolved (")[0]


def nothing_failed_on_the_way(stack):
    no_rule_has_an_error(stack)
    assert stack.lines_that_are_not_json() == []
    for total in ("prometheus_rule_evaluation_failures_total", "alertmanager_notifications_failed_total"):
        assert [value for _, value in stack.values(f"sum({total})")] == [0]


def mails_about(stack, alertname):
    return [mail for mail in stack.sinks.mails if alertname in text_of(mail)]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()
