"""The dashboards that are written: readable by Grafana 11 to 13 as they are, complete, and the same every time."""

import json
import os
import random
import subprocess
import sys

import pytest
import yaml

from gw2mon import names
from gw2mon import promql as q
from gw2mon.dashboard_lint import lint
from gw2mon.generators import grafana
from gw2mon.generators.grafana.dashboards import dashboard as made_of
from gw2mon.generators.grafana.modernise import modernise
from tests.grafana import making
from tests.spec_editing import SHOP, STOCK

ALL = making.every_dashboard()
SEVERITY_COLORS = {"critical": "red", "warning": "orange"}


@pytest.mark.parametrize("name", ALL)
def test_the_linter_has_nothing_to_say(name):
    assert lint(ALL[name], fixed_windows=("5m",)) == []


@pytest.mark.parametrize("drafts", [(making.GUIDE,), (making.FORMS, STOCK)], ids=["guide", "shop"])
def test_nor_has_it_of_all_dashboards_of_a_model(drafts):
    assert list(grafana.lint_dashboards(making.model(*drafts))) == []


# It is right: its newer model is of the format that file provisioning does not read yet.
@pytest.mark.filterwarnings("ignore:Prefer using dashboardv2")
@pytest.mark.parametrize("name", ALL)
def test_the_foundation_sdk_reads_it_without_losing_a_key(name):
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.models.dashboard import Dashboard

    register_default_plugins()
    again = json.loads(json.dumps(Dashboard.from_json(ALL[name]), cls=JSONEncoder))
    assert sorted(lost_keys(ALL[name], again)) == []


def lost_keys(before, after, path=""):
    """Keys of the first value that the second lacks, nulls aside."""
    if isinstance(before, dict):
        for key, value in before.items():
            if value is not None and key not in after:
                yield f"{path}.{key}"
            elif value is not None:
                yield from lost_keys(value, after[key], f"{path}.{key}")
    elif isinstance(before, list):
        for number, (one, two) in enumerate(zip(before, after, strict=True)):
            yield from lost_keys(one, two, f"{path}[{number}]")


@pytest.mark.parametrize("name", ALL)
def test_it_is_modern_already(name):
    assert modernise(ALL[name], strict=True) == ALL[name]


def test_a_dashboard_has_no_key_that_grafana_does_not_know(monkeypatch):
    """What grafanalib says too much is dropped because it is known to be dead, not because it is unknown."""
    monkeypatch.setattr("gw2mon.generators.grafana.modernise.modernise", lambda old: modernise(old, strict=True))
    for model in (making.model(making.GUIDE), making.model(making.FORMS, STOCK)):
        for service in model.services:
            for entry in service.dashboards:
                assert made_of(entry, service, model.stack)["panels"]


@pytest.mark.parametrize("name", ALL)
def test_every_panel_is_explained(name):
    for panel in making.panels(ALL[name]):
        assert panel["title"]
        assert panel["type"] == "text" or len(panel["description"].split()) > 4, panel["title"]


def test_the_guide_has_its_three_dashboards_with_every_panel():
    titles = {name: [panel["title"] for panel in making.panels(data)] for name, data in ALL.items()}
    assert titles["gw2optimizer/system-overview.json"] == [
        "Request Rate", "Error Rate", "Response Time", "Active Users"]  # fmt: skip
    assert titles["gw2optimizer/ai-performance.json"] == [
        "AI Requests by Model", "AI Request Duration", "Tokens Used", "AI Feedback Rate"]  # fmt: skip
    assert titles["gw2optimizer/database-and-cache.json"] == [
        "DB Query Duration", "DB Connections", "Cache Hit Rate", "Cache Operations"]  # fmt: skip


def test_whatever_the_guide_measures_is_on_some_dashboard():
    (service,) = making.model(making.GUIDE).services
    read = {name for entry in service.dashboards for row in entry.rows for panel in row.panels
            for query in panel.queries for name in q.metric_names(query.expr)}  # fmt: skip
    own = {metric.name for metric in service.metrics if not metric.catalog}
    assert {name for name in own if not any(series.startswith(name) for series in read)} == set()


def test_thresholds_are_those_of_the_alerts():
    errors = making.panel(ALL["gw2optimizer/system-overview.json"], "Error Rate")
    assert steps(errors) == [("green", None), ("orange", 0.01), ("red", 0.05)]
    assert errors["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] == {"mode": "dashed"}
    hits = making.panel(ALL["gw2optimizer/database-and-cache.json"], "Cache Hit Rate")
    assert steps(hits) == [("orange", None), ("green", 0.5)]
    disk = making.panel(ALL["gw2optimizer/overview.json"], "Disk Usage")
    assert steps(disk) == [("green", None), ("orange", 0.8)]


def test_an_alert_on_one_value_colours_that_value_alone():
    database = making.panel(ALL["gw2optimizer/overview.json"], "Whether the database answers (1) or not (0)")
    assert database["fieldConfig"]["defaults"]["mappings"] == [
        {"type": "value", "options": {"0": {"color": "red", "index": 0}}}
    ]


def steps(panel):
    return [(step["color"], step["value"]) for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]


def test_every_threshold_of_every_alert_is_on_the_panel_about_it():
    for model in (making.model(making.GUIDE), making.model(making.FORMS, STOCK)):
        for service in model.services:
            drawn = {(line.alert, line.severity, line.threshold) for entry in service.dashboards for row in entry.rows
                     for panel in row.panels for line in panel.lines}  # fmt: skip
            wanted = {(rule.alert, rule.severity, rule.threshold) for rule in service.alerts if rule.threshold}
            assert wanted == {line for line in drawn if line[0] != names.BUDGET_BURN}


def test_a_changed_threshold_moves_the_line():
    edited = making.GUIDE.edited("above: {critical: 5%, warning: 1%}", "above: {critical: 7%, warning: 2%}")
    errors = making.panel(making.dashboards(edited)["gw2optimizer/system-overview.json"], "Error Rate")
    assert steps(errors) == [("green", None), ("orange", 0.02), ("red", 0.07)]


def test_runbook_and_alert_are_one_click_away():
    errors = making.panel(ALL["gw2optimizer/system-overview.json"], "Error Rate")
    assert [(link["title"], link["url"]) for link in errors["links"]] == [
        ("Runbook: HighErrorRate", "https://example.org/gw2optimizer/runbook#HighErrorRate"),
        ("Alert: HighErrorRate", "/alerting/list?search=rule:HighErrorRate"),
    ]


def test_outcomes_have_the_same_colour_everywhere():
    status = making.panel(ALL["gw2optimizer/overview.json"], "Requests by status")
    colors = {item["matcher"]["options"]: item["properties"][0]["value"]["fixedColor"]
              for item in status["fieldConfig"]["overrides"]}  # fmt: skip
    assert colors["2xx"] == "green"
    assert colors["5xx"] == "red"


@pytest.mark.parametrize("name", ALL)
def test_every_query_parses_with_the_variables_in_it(name):
    for panel in making.panels(ALL[name]):
        for target in panel.get("targets", ()):
            if target["datasource"]["type"] == "prometheus":
                assert q.type_of(q.parse(target["expr"], variables=True)) in ("instant vector", "scalar")


def test_the_variables_offer_the_jobs_of_the_service_and_no_others():
    variables = {item["name"]: item for item in ALL["gw2optimizer/overview.json"]["templating"]["list"]}
    assert list(variables) == ["datasource", "logs", "job", "instance"]
    assert variables["job"]["definition"] == 'label_values(up{job=~"gw2optimizer|node"}, job)'
    assert variables["instance"]["definition"] == ('label_values(up{job=~"gw2optimizer|node", job=~"$job"}, instance)')


def test_two_services_never_share_an_identity():
    uids = [data["uid"] for data in ALL.values()]
    assert len(set(uids)) == len(uids)
    assert all(len(uid) <= 40 for uid in uids)


def test_a_long_name_is_cut_and_stays_unique():
    first, second = (names.dashboard_uid("warehouse", f"{'long-' * 10}{end}") for end in "ab")
    assert first != second
    assert len(first) == len(second) == 40


def test_a_new_panel_renumbers_no_other():
    first = "{rate-of: requests, by: [handler], title: Request Rate}"
    edited = making.GUIDE.edited(
        f"- - {first}",
        f"- - {{rate-of: requests, title: All requests}}\n        - {first}",
    )
    name = "gw2optimizer/system-overview.json"
    before, after = (
        {panel["title"]: panel["id"] for panel in making.panels(data)}
        for data in (ALL[name], making.dashboards(edited)[name])
    )
    assert before == {title: after[title] for title in before}


def test_a_new_title_changes_no_link():
    edited = making.GUIDE.edited("title: Error Rate", "title: Errors")
    name = "gw2optimizer/system-overview.json"
    after = making.panel(making.dashboards(edited)[name], "Errors")
    assert after["id"] == making.panel(ALL[name], "Error Rate")["id"]


def test_the_order_of_keys_in_the_spec_changes_nothing():
    spec = yaml.safe_load(SHOP.text)
    shuffled = shuffle(spec, random.Random(7))  # noqa: S311 - no secret is made
    draft = SHOP._replace(text=yaml.safe_dump(shuffled, sort_keys=False))
    assert making.texts(draft) == making.texts(SHOP)


def shuffle(value, chance):
    """The same record with its keys in another order; named things, whose order is meant, keep theirs."""
    if isinstance(value, list):
        return [shuffle(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    chance.shuffle(keys)
    ordered = ("arguments", "labels")
    return {key: value[key] if key in ordered else shuffle(value[key], chance) for key in keys}


def test_the_same_spec_gives_the_same_bytes_whatever_the_hash_seed():
    code = "from tests.grafana import making; print(making.texts(making.FORMS, making.STOCK))"
    outputs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=making.CHECKOUT,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def test_data_sources_and_dashboards_are_found_without_a_click():
    made = {artifact.path: artifact for artifact in grafana.generate(making.model(making.FORMS, STOCK))}
    sources = yaml.safe_load(made[names.DATA_SOURCES_CONFIG].text)["datasources"]
    assert [(source["uid"], source["type"], source["editable"]) for source in sources] == [
        ("gw2mon-prometheus", "prometheus", False), ("loki", "loki", False)]  # fmt: skip
    assert sources[0]["jsonData"]["timeInterval"] == "15s"
    (provider,) = yaml.safe_load(made[names.DASHBOARDS_CONFIG].text)["providers"]
    assert provider["allowUiUpdates"] is False
    assert {made[path].owner for path in (names.DATA_SOURCES_CONFIG, names.DASHBOARDS_CONFIG)} == {"stack"}
    assert made["grafana/dashboards/stock/overview.json"].owner == "stock"


def test_without_logs_in_loki_there_is_no_loki():
    made = {artifact.path: artifact.text for artifact in grafana.generate(making.model(SHOP))}
    assert "loki" not in made[names.DATA_SOURCES_CONFIG]


def test_the_time_interval_is_the_scrape_interval():
    edited = SHOP.edited(
        "scrape-defaults: {interval: 15s, timeout: 10s}", "scrape-defaults: {interval: 1m, timeout: 10s}"
    )
    made = {artifact.path: artifact.text for artifact in grafana.generate(making.model(edited))}
    assert "timeInterval: 1m" in made[names.DATA_SOURCES_CONFIG]
    assert making.dashboards(edited)["shop/orders.json"]["refresh"] == "1m"


def test_one_small_dashboard_to_the_byte(update_golden):
    golden = making.CHECKOUT / "tests/grafana/golden/orders.json"
    made = making.texts(SHOP)["shop/orders.json"]
    if update_golden:
        golden.write_text(made)
    assert made == golden.read_text()
