"""Import, check, generate: what comes out means what went in, or is listed as lost."""

import json
import re
from functools import cache
from typing import NamedTuple

import pytest
import yaml

from gw2mon import finding, loader, names, project
from gw2mon.auditing import audit
from gw2mon.importing import Settings
from gw2mon.importing.choosing import Asked, begin
from gw2mon.importing.monitoring import Wishes
from gw2mon.scaffold import slug_of
from gw2mon.spec import DEFAULT_ALERTS
from tests.importing.corpora import GUIDE, SHOP, SHOP_SECRETS
from tests.importing.meaning import meaning, whole

CORPORA = {"shop": SHOP, "guide": GUIDE}
ALONE = {
    "shop": ("shop_queue_length", "shop_last_export_timestamp_seconds"),
    "guide": ("gw2_db_connections_active", "gw2_users_active", "gw2_cache_hit_rate"),
}
"""Metrics that have one series each: whether it is added up makes no difference."""
SEVERITIES = {"page": "critical", "none": "info", "": "warning"}
LISTED = {"GW841", "GW842", "GW843", "GW845"}


class Trip(NamedTuple):
    files: dict
    imported: object
    errors: tuple
    generated: dict


@cache
def trip(corpus):
    files = CORPORA[corpus]
    sources = [(path, text.encode()) for path, text in files.items()]
    imported = begin(sources, None, Asked(Settings(), Wishes(folder="guide")))
    loaded = loader.load(imported.text.encode(), "specs/imported.yaml")
    assert loaded.source, finding.render_text(loaded.findings) + imported.text
    model, found = project.analyse([loaded.source])
    scope = project.responsibility(model, (), everything=True)
    generated = {each.path: each.text for each in project.artifacts_of(model, scope)}
    return Trip(files, imported, tuple(each for each in found if each.severity == "error"), generated)


def rules_of(text):
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def listed(corpus, path, text):
    """Whether a finding speaks of a text that stands in a file."""
    return [
        each for each in trip(corpus).imported.findings
        if each.code in LISTED and each.position and each.position.file == path and text in each.message
    ]  # fmt: skip


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_spec_has_no_error_that_the_audit_of_the_originals_has_not(corpus):
    found = audit([(path, text.encode()) for path, text in CORPORA[corpus].items()])
    known = {told.finding.code for told in found.told}
    assert {each.code for each in trip(corpus).errors} - known == set(), finding.render_text(trip(corpus).errors)


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_alert_means_the_same_or_is_listed(corpus):
    path = next(path for path in CORPORA[corpus] if path.endswith("rules.yml"))
    before = rules_of(CORPORA[corpus][path])
    (after,) = (
        text for where, text in trip(corpus).generated.items()
        if re.fullmatch(r"prometheus/rules/(?!stack)[\w-]+\.yml", where)
    )  # fmt: skip
    records = {rule["record"]: rule["expr"] for rule in before if "record" in rule}
    new = {rule["record"]: rule["expr"] for rule in rules_of(after) if "record" in rule}
    expected, unequal = {}, []
    for rule in (rule for rule in before if "alert" in rule):
        severity = rule.get("labels", {}).get("severity", "")
        key = rule["alert"].replace(" ", ""), SEVERITIES.get(severity, severity)
        expected[key] = whole(meaning(rule["expr"], records), ALONE[corpus]), rule.get("for", "0s")
    given = {
        (rule["alert"], rule["labels"]["severity"]): (
            whole(meaning(rule["expr"], new), ALONE[corpus]), rule.get("for", "0s"),
        )
        for rule in rules_of(after) if "alert" in rule
    }  # fmt: skip
    for key, meant in expected.items():
        if given.get(key) != meant and not listed(corpus, path, key[0]):
            unequal.append((key, meant, given.get(key)))
    assert unequal == []
    assert {name for name, _ in given} - {name for name, _ in expected} <= set(DEFAULT_ALERTS)
    assert len(given) >= len(expected) - 1


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_query_of_a_dashboard_means_the_same_or_is_listed(corpus):
    before = [(path, json.loads(text)) for path, text in CORPORA[corpus].items() if path.endswith(".json")]
    records = {
        rule["record"]: rule["expr"]
        for path, text in CORPORA[corpus].items() if path.endswith("rules.yml")
        for rule in rules_of(text) if "record" in rule
    }  # fmt: skip
    new = {
        rule["record"]: rule["expr"]
        for path, text in trip(corpus).generated.items() if path.startswith("prometheus/rules/")
        for rule in rules_of(text) if "record" in rule
    }  # fmt: skip
    lost = []
    for path, board in before:
        (after,) = (
            json.loads(text) for where, text in trip(corpus).generated.items()
            if where.endswith(f"/{slug_of(board['title'])}.json")
        )  # fmt: skip
        given = {
            whole(meaning(target["expr"], new, panel=True), ALONE[corpus])
            for panel in after["panels"] for target in panel.get("targets", ())
        }  # fmt: skip
        for panel in board["panels"]:
            for target in panel.get("targets", ()):
                meant = whole(meaning(target["expr"], records, panel=True), ALONE[corpus])
                if meant not in given and not listed(corpus, path, panel["title"]):
                    lost.append((panel["title"], meant, given))
    assert lost == []


TEAMS = ("backend", "logistics")


def test_alerts_reach_whom_they_reached(amtool, tmp_path):
    (tmp_path / "before.yml").write_text(SHOP["monitoring/alertmanager.yml"])
    config = trip("shop").generated[names.ALERTMANAGER_CONFIG]
    (tmp_path / "after.yml").write_text(re.sub(r"^templates: .*$", "templates: []", config, flags=re.MULTILINE))

    def told(file, **labels):
        given = [f"{name}={value}" for name, value in labels.items()]
        ran = amtool.run("config", "routes", "test", f"--config.file={tmp_path / file}", *given)
        assert ran.returncode == 0, ran.stderr
        return {name for part in ran.stdout.strip().split(",") for name in part.split("-and-")}

    spelt = {"critical": "critical", "warning": "warning", "info": "info"}
    for team in TEAMS:
        for severity, was in spelt.items():
            before = told("before.yml", severity=was, team=team, service="shop", alertname="A")
            assert told("after.yml", severity=severity, team=team, service="shop", alertname="A") == before
    assert told("after.yml", alertname="Watchdog") == told("before.yml", alertname="Watchdog") == {"heartbeat"}


def test_no_secret_stands_in_the_spec_or_in_a_message():
    imported = trip("shop").imported
    said = imported.text + finding.render_text(imported.findings)
    assert [secret for secret in SHOP_SECRETS if secret in said] == []
    for file in ("smtp_password", "pager_pagerduty_key", "slack_webhook_url"):
        assert f"into /run/secrets/{file}" in " ".join(said.replace("#", "").split())


def test_what_is_lost_stands_at_the_end_of_the_spec_too():
    imported = trip("shop").imported
    _, _, foot = imported.text.partition("# Not carried over:\n")
    flat = " ".join(foot.replace("#", "").split())
    for each in imported.findings:
        if each.code in LISTED - {"GW842"}:
            assert f"{each.position.file}:{each.position.line}: {each.message}" in flat


def test_each_part_says_where_it_comes_from():
    text = trip("shop").imported.text
    for name, origin in (
        ("shop: {targets", "# From monitoring/prometheus.yml:10."),
        ("application:\n", "# From app/metrics.py, lines 6 to 14."),
        ("QueueLong:\n", "# From monitoring/rules.yml:37."),
        ("shop:\n    title", "# From monitoring/dashboards/shop.json:1."),
        ("notify:\n", "# From monitoring/alertmanager.yml:1. Secrets are in files; none of them stands here."),
    ):
        before = text[: text.index(name)].rstrip().splitlines()[-1]
        assert before.strip() == origin


def test_the_guide_says_what_was_changed_and_why():
    text = trip("guide").imported.text
    entry = text[text.index("alerts:") : text.index("SlowResponses:")]
    assert "CHANGED: each series was divided by itself, which is always 1. Both sides are added up." in entry
    assert "bad-share-of: requests" in entry
    assert "CHANGE: it had no severity." in entry
    assert listed("guide", "rules.yml", "HighErrorRate is not as written")
