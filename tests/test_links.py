"""An alert leads to the panel that shows what it is about, and the panel is there."""

import json
import re

import pytest

from gw2mon import project
from gw2mon.generators import generate
from gw2mon.model import AlertingRule
from tests.checks.mistakes import SHOP
from tests.spec_editing import findings_of, model_of
from tests.tools import CHECKOUT


def links_of(model):
    rules = [
        rule
        for service in model.services
        for group in (*service.groups, *service.slo_groups)
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    ]
    return {(rule.alert, rule.severity, rule.slo): dict(rule.annotations).get("dashboard_url", "") for rule in rules}


@pytest.fixture(scope="module")
def guide():
    return project.analyse(project.load([CHECKOUT / "specs/gw2optimizer.yaml"]).sources)[0]


def test_every_link_leads_to_a_panel_that_exists(guide):
    dashboards = {}
    for artifact in generate(guide):
        if artifact.path.startswith("grafana/dashboards/"):
            data = json.loads(artifact.text)
            inner = [nested for panel in data["panels"] for nested in panel.get("panels", ())]
            dashboards[data["uid"]] = {panel["id"] for panel in (*data["panels"], *inner)}
    links = [link for link in links_of(guide).values() if link]
    assert links
    for link in links:
        uid, panel = re.search(r"/d/([^?]+)\?(?:.*viewPanel=(\d+))?", link).groups()
        assert uid in dashboards, link
        assert panel is None or int(panel) in dashboards[uid], link


def test_every_alert_with_a_threshold_has_a_link(guide):
    missing = {alert for (alert, _, slo), link in links_of(guide).items() if not link and not slo}
    by_default = {"TargetDown", "MetricMissing", "UnknownLabelValues"}
    assert missing <= by_default


def test_the_address_of_grafana_stands_before_the_path():
    spec = SHOP.edited("stack: {platform: compose}", "stack: {grafana-url: 'https://grafana.example.org/ops/'}")
    link = links_of(model_of(spec))["OrdersFail", "critical", ""]
    assert link.startswith("https://grafana.example.org/ops/d/gw2mon-shop-")


def test_without_dashboards_there_is_nothing_to_link_to():
    spec = SHOP._replace(text=SHOP.text + "outputs: [prometheus/rules, alertmanager]\n")
    assert set(links_of(model_of(spec)).values()) == {""}


def test_an_address_that_is_none_is_told():
    spec = SHOP.edited("stack: {platform: compose}", "stack: {grafana-url: grafana.example.org}")
    assert ["https://grafana.example.org" in finding.message for finding in findings_of(spec)] == [True]
