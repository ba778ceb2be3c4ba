"""Dashboards of SLOs: what they show, in which colours, and where a click leads."""

import json
import re

import pytest
import yaml

from gw2mon import finding, names
from gw2mon import promql as q
from gw2mon.dashboard_lint import lint
from gw2mon.generators import grafana
from gw2mon.model import AlertingRule
from tests.grafana import making
from tests.spec_editing import SHOP, SMALLEST, STOCK

GUIDE = making.dashboards(making.GUIDE)
DETAILS, EVERYWHERE = GUIDE["gw2optimizer/slos.json"], GUIDE["stack/slos.json"]
KINDS = making.dashboards(making.PROMISES)["shop/slos.json"]
WORST_FIRST = "SLOs of this service, the worst first"


def steps(fields):
    return [(step["color"], step["value"]) for step in fields["thresholds"]["steps"]]


def field(dashboard, title):
    return making.panel(dashboard, title)["fieldConfig"]["defaults"]


def override(panel, name):
    """What is different for a column, by property."""
    found = [item["properties"] for item in panel["fieldConfig"]["overrides"] if item["matcher"]["options"] == name]
    return {item["id"]: item["value"] for properties in found for item in properties}


def query(panel, legend):
    (found,) = [target["expr"] for target in panel["targets"] if target["legendFormat"] == legend]
    return found


def test_a_service_without_slos_has_no_dashboard_of_them():
    assert "stock/slos.json" not in making.dashboards(SHOP, STOCK)
    assert "stack/slos.json" in making.dashboards(SHOP, STOCK)
    assert not [name for name in making.dashboards(SMALLEST) if "slos" in name]


def test_a_dashboard_of_the_name_slos_replaces_the_generated_one():
    edited = SHOP.edited("  orders:\n    title: Orders", "  slos:\n    title: Orders")
    assert making.dashboards(edited)["shop/slos.json"]["title"] == "Orders"


def test_the_linter_has_nothing_to_say_about_slos_of_every_kind():
    assert list(grafana.lint_dashboards(making.model(making.PROMISES))) == []


def test_one_slo_is_chosen_and_the_first_at_first():
    _, variable = DETAILS["templating"]["list"]
    assert variable["definition"] == 'label_values(slo_info{slo_service="gw2optimizer"}, slo_id)'
    assert variable["current"] == {"text": "gw2optimizer-ai-success", "value": "gw2optimizer-ai-success"}
    assert (variable["multi"], variable["includeAll"]) == (False, False)


def test_whatever_stands_below_the_table_is_about_the_chosen_one():
    first, *others = making.panels(DETAILS)
    assert first["title"] == WORST_FIRST
    for panel in others:
        for target in panel["targets"] if panel["title"] != "Firing now" else ():
            assert "$slo" in target["expr"], panel["title"]


def test_the_alerts_of_an_slo_open_the_page_about_it():
    (service,) = making.model(making.GUIDE).services
    alerts = [rule for group in service.slo_groups for rule in group.rules if isinstance(rule, AlertingRule)]
    urls = {rule.slo: dict(rule.annotations).get("dashboard_url") for rule in alerts}
    assert set(urls) == {promise.id for promise in service.slos}
    for slo, url in urls.items():
        assert url.endswith(f"/d/{DETAILS['uid']}?var-slo={slo}")


def test_lines_are_the_factors_of_the_burn_alerts():
    burn = making.panel(DETAILS, "Burn rates")
    assert [target["legendFormat"] for target in burn["targets"]] == ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]
    assert steps(burn["fieldConfig"]["defaults"]) == [
        ("green", None), ("orange", 1), ("orange", 3), ("red", 6), ("red", 14.4)]  # fmt: skip
    assert "critical above 14.4x" in burn["description"]
    assert [link["title"] for link in burn["links"]] == ["Runbook: SLOErrorBudgetBurn", "Alert: SLOErrorBudgetBurn"]


def test_a_number_changes_its_colour_where_alerts_begin():
    assert steps(field(DETAILS, "Burn rate now")) == [("green", None), ("orange", 1), ("red", 6)]
    assert steps(override(making.panel(DETAILS, WORST_FIRST), "Burn 1h")) == [
        ("green", None), ("orange", 1), ("red", 6)]  # fmt: skip


def test_slos_with_other_burn_alerts_have_a_graph_of_their_own():
    titles = [panel["title"] for panel in making.panels(KINDS) if panel["title"].startswith("Burn rates")]
    assert titles == [
        "Burn rates: availability, orders-succeed, payment-is-fast, searching, sent",
        "Burn rates: orders-by-payment",
        "Burn rates: waiting",
    ]
    waiting = making.panel(KINDS, titles[2])
    assert [target["legendFormat"] for target in waiting["targets"]] == ["30m", "3h"]
    assert steps(waiting["fieldConfig"]["defaults"]) == [("green", None), ("orange", 11.2)]
    assert waiting["fieldConfig"]["defaults"]["noValue"] == "The chosen SLO has other alerts"


def test_another_slo_moves_no_link_to_a_graph_of_burn_rates():
    fewer = making.dashboards(SHOP)["shop/slos.json"]
    before, after = making.panel(fewer, "Burn rates"), next(
        panel for panel in making.panels(KINDS) if panel["title"].startswith("Burn rates: availability"))  # fmt: skip
    assert before["id"] == after["id"]


def test_a_runbook_is_linked_only_where_all_slos_share_it():
    links = {panel["title"]: [link["title"] for link in panel["links"]] for panel in making.panels(KINDS)
             if panel["title"].startswith("Burn rates")}  # fmt: skip
    assert {title for found in links.values() for title in found} == {"Alert: SLOErrorBudgetBurn"}


def test_a_probe_has_samples_and_no_events():
    titles = {
        "orders-succeed: {of: orders, objective: 99%, window: 30d}": "Good and bad events, or samples of a probe",
        "": "Good and bad samples",
    }
    for text, title in titles.items():
        edited = SHOP.edited("  payment-is-fast: {of: payment-time, under: 500ms, objective: 95%, window: 30d}\n", "")
        edited = edited.edited("  orders-succeed: {of: orders, objective: 99%, window: 30d}\n", f"  {text}\n")
        panel = making.panel(making.dashboards(edited)["shop/slos.json"], title)
        assert override(panel, "good samples")["color"]["fixedColor"] == "green"
        assert override(panel, "bad samples")["color"]["fixedColor"] == "red"
        assert override(panel, "good samples").get("unit", panel["fieldConfig"]["defaults"]["unit"]) == "short"


def test_only_slos_that_are_kept_apart_have_a_table_of_groups():
    groups = making.panel(KINDS, "$slo by payment, the worst first")
    assert [target["legendFormat"] for target in groups["targets"]] == ["SLI", "Budget left", "Burn 1h", "Burn 6h"]
    assert all("by (payment)" in target["expr"] for target in groups["targets"])
    assert all('payment!=""' in target["expr"] for target in groups["targets"])
    assert not [panel for panel in making.panels(DETAILS) if panel["title"].startswith("$slo by")]


@pytest.mark.parametrize(("objective", "digits"), [("99%", 2), ("99.9%", 2), ("99.95%", 3), ("99.999%", 4)])
def test_percentages_have_a_digit_more_than_what_is_promised(objective, digits):
    edited = SHOP.edited("{of: orders, objective: 99%,", f"{{of: orders, objective: {objective},")
    edited = edited.edited("only: {job: [shop]}, objective: 99.9%,", "only: {job: [shop]}, objective: 99%,")
    dashboard = making.dashboards(edited)["shop/slos.json"]
    assert field(dashboard, "Good over the period")["decimals"] == digits
    assert override(making.panel(dashboard, WORST_FIRST), "SLI")["decimals"] == digits


def test_units_are_those_of_the_numbers():
    panels = making.panel(DETAILS, WORST_FIRST)
    assert override(panels, "Budget left")["unit"] == "percentunit"
    assert override(panels, "Burn 6h")["unit"] == "suffix:x"
    assert override(panels, "Budget lasts")["unit"] == "s"
    assert field(DETAILS, "Error budget left")["unit"] == "percentunit"
    assert field(DETAILS, "Budget lasts")["unit"] == "s"


def test_a_budget_is_red_when_spent_orange_when_low_and_green_otherwise():
    colors = [("red", None), ("orange", 0), ("green", 0.25)]
    assert steps(override(making.panel(DETAILS, WORST_FIRST), "Budget left")) == colors
    assert steps(field(DETAILS, "Error budget left")) == colors
    assert steps(field(DETAILS, "Error budget over the period")) == [("green", None), ("red", 0)]


def test_the_burn_down_shows_the_longest_period_whatever_time_is_chosen():
    assert {panel["timeFrom"] for panel in making.panels(KINDS) if "timeFrom" in panel} == {"30d"}
    week = SHOP.text.replace("window: 30d", "window: 7d")
    dashboard = making.dashboards(SHOP._replace(text=week))["shop/slos.json"]
    assert {panel["timeFrom"] for panel in making.panels(dashboard) if "timeFrom" in panel} == {"1w"}


def test_tables_begin_with_the_least_budget():
    assert making.panel(DETAILS, WORST_FIRST)["options"]["sortBy"] == [{"desc": False, "displayName": "Budget left"}]
    every = making.panel(EVERYWHERE, "All SLOs, the worst first")
    assert every["options"]["sortBy"] == [{"desc": False, "displayName": "Budget left"}]


def test_the_columns_are_named_and_in_order():
    every = making.panel(EVERYWHERE, "All SLOs, the worst first")
    merge, organize = every["transformations"]
    assert merge["id"] == "merge"
    order = sorted(organize["options"]["indexByName"].items(), key=lambda item: item[1])
    named = [organize["options"]["renameByName"][column] for column, _ in order]
    assert named == ["SLO", "Service", "Team", "Period", "State", "SLI", "Objective",
                     "Budget left", "Burn 1h", "Burn 6h", "Budget lasts"]  # fmt: skip
    assert set(organize["options"]["excludeByName"]) == {"Time", "Value #A"}


def test_a_click_on_an_slo_leads_to_its_page():
    every, own = making.panel(EVERYWHERE, "All SLOs, the worst first"), making.panel(DETAILS, WORST_FIRST)
    (link,) = override(every, "SLO")["links"]
    assert link["url"] == "/d/${__data.fields.dashboard}?var-slo=${__data.fields.slo_id}&${__url_time_range}"
    (link,) = override(own, "SLO")["links"]
    assert link["url"] == f"/d/{DETAILS['uid']}?var-slo=${{__data.fields.slo_id}}&${{__url_time_range}}"
    for panel, hidden in ((every, ("dashboard", "slo_id")), (own, ("slo_id",))):
        for name in hidden:
            assert override(panel, name)["custom.hidden"] is True
            assert override(panel, name)["custom.hideFrom"]["viz"] is True


def test_every_service_is_led_to_its_own_dashboard_however_long_its_name():
    long = "a-service-with-a-name-that-no-uid-can-hold"
    draft = STOCK.edited("service: stock", f"service: {long}").edited(
        "\nalerts:", "\nslos:\n  found: {of: picks, objective: 99%, window: 30d}\n\nalerts:"
    )
    made = making.dashboards(SHOP, draft)
    expr = making.panel(made["stack/slos.json"], "All SLOs, the worst first")["targets"][0]["expr"]
    calls = [node for node in q.walk(q.parse(expr, variables=True))
             if isinstance(node, q.Call) and node.function == "label_replace"]  # fmt: skip
    for service, uid in (("shop", made["shop/slos.json"]["uid"]), (long, made[f"{long}/slos.json"]["uid"])):
        label = ""
        for _, _, text, _, pattern in (call.args for call in reversed(calls)):
            match = re.fullmatch(pattern.value, service)
            label = text.value.replace("$1", match[1] if match.groups() else "") if match else label
        assert label == uid


def test_the_overview_of_a_service_begins_with_its_slos():
    row, kept, left = GUIDE["gw2optimizer/overview.json"]["panels"][:3]
    assert (row["type"], row["title"]) == ("row", "SLOs")
    assert (kept["title"], left["title"]) == ("Good over the period of each SLO", "Error budget left of each SLO")
    assert left["links"][0]["url"] == f"/d/{DETAILS['uid']}?${{__url_time_range}}"
    without = making.dashboards(SHOP, STOCK)["stock/overview.json"]
    assert "SLOs" not in [panel["title"] for panel in without["panels"]]


def test_whoever_asks_only_records_needs_no_job():
    assert [item["name"] for item in EVERYWHERE["templating"]["list"]] == ["datasource", "service"]
    broken = json.loads(json.dumps(EVERYWHERE))
    broken["panels"][1]["targets"][0]["expr"] = 'count(up{job=~"$job", instance=~"$instance"}) + 0 * count(slo_info)'
    assert {"template-job-rule", "template-instance-rule"} <= {problem.code for problem in lint(broken)}


def test_a_panel_of_the_spec_may_show_a_record_of_an_slo():
    panel = "{expr: 'slo:sli_error:ratio_rate1h{slo_id=\"shop-availability\"}', title: T, unit: ratio}"
    edited = SHOP.edited("{value: shop_queue_length, by: [queue], title: Waiting orders}", panel)
    assert finding.render_text(making.compiled(edited)[1]) == ""


def test_every_name_of_an_alert_of_slos_can_be_told_from_the_history():
    history = making.panel(KINDS, "Alerts of $slo")
    assert history["type"] == "state-timeline"
    assert history["targets"][0]["legendFormat"] == "{{alertname}} {{slo_severity}} {{payment}}"
    (mapping,) = history["fieldConfig"]["defaults"]["mappings"]
    assert {value: item["text"] for value, item in mapping["options"].items()} == {"1": "Pending", "2": "Firing"}


SERIES = {
    "sent": {"left": "0.5", "six": "0.002", "hour": "0.01", "burn": "1", "labels": ""},
    "card": {"left": "0.4", "six": "0.01", "hour": "0.01", "burn": "0.6", "labels": ', payment="card"'},
    "invoice": {"left": "-0.2", "six": "0.02", "hour": "0", "burn": "1.2", "labels": ', payment="invoice"'},
}
"""An SLO with labels of Sloth, and the groups of another."""

WANTED = {"SLI": ["0.9995", "0.994"], "Budget left": ["0.5", "-0.2"], "Burn 1h": ["20", "2"], "Burn 6h": ["4", "4"],
          "Budget lasts": ["324000", "0"], "State": ["2", "3"]}  # fmt: skip


def series():
    for name, told in SERIES.items():
        slo = "sent" if name == "sent" else "orders-by-payment"
        labels = f'slo_id="shop-{slo}", slo_service="shop", slo_name="{slo}"'
        budget, days = ("0.0005", "30") if slo == "sent" else ("0.005", "7")
        window = ', sloth_window="{}"' if slo == "sent" else ""
        yield f"{names.SLO_BUDGET}{{{labels}}}", budget
        yield f"{names.SLO_PERIOD}{{{labels}}}", days
        yield f'{names.SLO_INFO}{{{labels}, slo_period="{days}d", team="t"}}', "1"
        yield f"{names.SLO_REMAINING}{{{labels}{told['labels']}}}", told["left"]
        yield f"{names.SLO_PERIOD_BURN}{{{labels}{told['labels']}}}", told["burn"]
        for text, key in (("1h", "hour"), ("6h", "six")):
            yield f"{names.slo_error_ratio(text)}{{{labels}{told['labels']}{window.format(text)}}}", told[key]
    for slo, severity in (("sent", "ticket"), ("orders-by-payment", "page"), ("orders-by-payment", "ticket")):
        labels = f'slo_id="shop-{slo}", slo_service="shop", slo_severity="{severity}"'
        yield f'ALERTS{{alertname="SLOErrorBudgetBurn", alertstate="firing", {labels}}}', "1"


def test_the_numbers_are_those_of_the_worst_group(promtool, tmp_path):
    """On PromQL itself: labels of Sloth do not get in the way, and an SLO without groups is judged by itself."""
    table = making.panel(KINDS, WORST_FIRST)
    tests = [
        {"expr": query(table, legend), "eval_time": "10m",
         "exp_samples": [{"labels": f'{{slo_id="shop-{slo}"}}', "value": float(value)}
                         for slo, value in zip(("sent", "orders-by-payment"), values, strict=True)]}
        for legend, values in WANTED.items()
    ]  # fmt: skip
    given = [{"series": name, "values": f"{value}x20"} for name, value in dict(series()).items()]
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump({"rule_files": [], "evaluation_interval": "1m", "tests": [
        {"interval": "1m", "input_series": given, "promql_expr_test": tests}]}))  # fmt: skip
    told = promtool.run("test", "rules", file)
    assert told.returncode == 0, told.stdout + told.stderr
