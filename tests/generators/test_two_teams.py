"""Two teams, one stack: both name things alike, and nothing of one stands in the place of the other's."""

import json
from collections import Counter

import pytest
import yaml

from gw2mon.generators import generate
from tests.spec_editing import SHOP, STOCK, model_of

_ALIKE = """
slos:
  availability: {probe: up, only: {job: [stock]}, objective: 99%, window: 28d}
  orders-succeed: {of: picks, objective: 99.5%, window: 30d, by: [result]}

dashboards:
  orders:
    title: Orders
    rows:
      - - {rate-of: picks, title: Orders}
"""
SECOND = STOCK.edited("  ShelvesEmpty:", "  OrdersFail:").edited("\nalerts:", f"{_ALIKE}\nalerts:")
"""Another team whose alert, SLOs and dashboard have the names of the shop's."""

SERVICES = ("shop", "stock")
TREE = {
    "shop": [
        "grafana/dashboards/shop/orders.json",
        "grafana/dashboards/shop/overview.json",
        "grafana/dashboards/shop/slos.json",
        "prometheus/rules/shop.yml",
        "prometheus/rules/slos/shop.yml",
    ],
    "stock": [
        "grafana/dashboards/stock/orders.json",
        "grafana/dashboards/stock/overview.json",
        "grafana/dashboards/stock/slos.json",
        "prometheus/rules/slos/stock.yml",
        "prometheus/rules/stock.yml",
    ],
    "stack": [
        "alertmanager/alertmanager.yml",
        "alertmanager/routing-tests.yml",
        "alertmanager/templates/gw2mon.tmpl",
        "docker-compose.monitoring.yml",
        "grafana/dashboards/stack/slos.json",
        "grafana/provisioning/dashboards/gw2mon.yml",
        "grafana/provisioning/datasources/gw2mon.yml",
        "prometheus/prometheus.yml",
        "prometheus/rules/stack.yml",
    ],
}
"""Every file by its owner, without tests of rules and Python modules, which have folders of their own."""


@pytest.fixture(scope="module")
def made():
    return {artifact.path: artifact for artifact in generate(model_of(SHOP, SECOND))}


def read(made, folder, suffix):
    load = json.loads if suffix == "json" else yaml.safe_load
    return {path: load(artifact.text) for path, artifact in made.items()
            if path.startswith(folder) and path.endswith(suffix)}  # fmt: skip


def rules(made):
    files = read(made, "prometheus/rules/", "yml")
    return [(path, group, rule) for path, file in files.items() for group in file["groups"] for rule in group["rules"]]


def repeated(values):
    return [value for value, number in Counter(values).items() if number > 1]


def test_each_file_has_one_owner_and_stands_in_the_owners_place(made):
    found = {owner: [] for owner in TREE}
    for path, artifact in made.items():
        if not path.startswith(("prometheus/tests/", "python/")):
            found[artifact.owner].append(path)
    assert found == TREE
    tests = [artifact for path, artifact in made.items() if path.startswith("prometheus/tests/")]
    assert {(artifact.owner, artifact.path.split("/")[2]) for artifact in tests} == {(own, own) for own in TREE}
    modules = [artifact for path, artifact in made.items() if path.startswith("python/")]
    assert {(artifact.owner, artifact.path.split("/")[1]) for artifact in modules} == {
        (s, s) for s in ("shop", "stock")
    }


def test_dashboards_of_one_name_have_uids_of_their_own(made):
    dashboards = read(made, "grafana/dashboards/", "json")
    assert repeated(data["uid"] for data in dashboards.values()) == []
    assert {path.split("/")[2]: data["uid"] for path, data in dashboards.items() if path.endswith("/slos.json")} == {
        "shop": "gw2mon-shop-slos", "stock": "gw2mon-stock-slos", "stack": "gw2mon-stack-slos"}  # fmt: skip


def test_rule_groups_and_slos_have_names_of_their_own(made):
    files = read(made, "prometheus/rules/", "yml")
    assert repeated(group["name"] for file in files.values() for group in file["groups"]) == []
    slos = [rule["labels"] for _, _, rule in rules(made) if rule.get("record") == "slo_info"]
    assert [(labels["slo_id"], labels["slo_service"], labels["team"]) for labels in slos] == [
        ("shop-availability", "shop", "checkout"),
        ("shop-orders-succeed", "shop", "checkout"),
        ("shop-payment-is-fast", "shop", "checkout"),
        ("stock-availability", "stock", "warehouse"),
        ("stock-orders-succeed", "stock", "warehouse"),
    ]


def test_no_two_rules_write_the_same_series(made):
    written = [(rule["record"], tuple(sorted(rule.get("labels", {}).items())))
               for _, _, rule in rules(made) if "record" in rule]  # fmt: skip
    assert repeated(written) == []


def test_no_rule_of_a_team_reads_what_the_other_exposes(made):
    for path, _, rule in rules(made):
        other = {"shop": "stock", "stock": "shop"}.get(path.rpartition("/")[2].removesuffix(".yml"))
        assert other is None or (f'job="{other}"' not in rule["expr"] and f'slo_id="{other}-' not in rule["expr"])


def test_alerts_of_one_name_go_to_their_own_teams(made):
    alerts = [rule["labels"] for _, _, rule in rules(made) if rule.get("alert") == "OrdersFail"]
    assert {(labels["service"], labels["team"]) for labels in alerts} == {("shop", "checkout"), ("stock", "warehouse")}


def test_the_stack_shows_the_slos_of_both_and_each_leads_to_its_own(made):
    every = json.loads(made["grafana/dashboards/stack/slos.json"].text)
    assert every["title"] == "SLOs of all services"
    table = next(panel for panel in every["panels"] if panel["title"] == "All SLOs, the worst first")
    assert '"gw2mon-$1-slos", "slo_service"' in table["targets"][0]["expr"]
    for service, first in (("shop", "shop-availability"), ("stock", "stock-availability")):
        own = json.loads(made[f"grafana/dashboards/{service}/slos.json"].text)
        assert own["templating"]["list"][1]["current"]["value"] == first
        assert f'slo_service="{service}"' in own["panels"][1]["targets"][0]["expr"]
