"""Rules, dashboards, configuration and source as a spec: words where there are some, and what is told elsewhere."""

import json
from textwrap import dedent

import pytest

from gw2mon import exposition, finding, loader, project
from gw2mon.codes import IMPORT_CODES
from gw2mon.importing import Settings
from gw2mon.importing.choosing import Asked, begin
from gw2mon.importing.monitoring import Wishes
from tests.importing.corpora import GUIDE, METRICS_MODULE, SHOP, SHOP_PROMETHEUS, panel
from tests.importing.documents import sloth

SCRAPING = """\
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
"""


def imported(files, *, seen=None, named=(), **wishes):
    sources = [(path, dedent(text).encode() if isinstance(text, str) else text) for path, text in files.items()]
    return begin(sources, seen, Asked(Settings(), Wishes(**{"folder": "demo", **wishes}), named=named))


def data_of(result):
    loaded = loader.load(result.text.encode(), "specs/imported.yaml")
    assert loaded.source, finding.render_text(loaded.findings) + result.text
    return loaded.source.document.value


def alert_of(expr, *, annotations="{summary: It is so}", metrics=METRICS_MODULE, labels="{severity: warning}"):
    rules = f"groups:\n- name: a\n  rules:\n  - alert: A\n    expr: {json.dumps(expr)}\n    labels: {labels}\n"
    result = imported({
        "metrics.py": metrics, "prometheus.yml": SCRAPING, "rules.yml": rules + f"    annotations: {annotations}\n",
    })  # fmt: skip
    return data_of(result)["alerts"]["A"], result


def codes_of(result):
    return {each.code for each in result.findings}


FAILED = 'sum(rate(shop_orders_total{status="failed"}[5m]))'
ALL = "sum(rate(shop_orders_total[5m]))"
BUCKETS = "rate(shop_order_duration_seconds_bucket[5m])"

IN_WORDS = {
    "a share": (f"{FAILED} / {ALL} > 0.05", {"bad-share-of": "orders", "above": {"warning": "5%"}}),
    "a share, turned round": (f"0.05 < {FAILED} / {ALL}", {"bad-share-of": "orders", "above": {"warning": "5%"}}),
    "a share in percent": (f"100 * ({FAILED} / {ALL}) > 5", {"bad-share-of": "orders", "above": {"warning": "5%"}}),
    "a share of increases": (
        f"({FAILED} / {ALL}) > 0.05".replace("rate", "increase"), {"over": "5m", "above": {"warning": "5%"}},
    ),
    "a guarded share": (f"({FAILED} or vector(0)) / ({ALL} > 0) > 0.05", {"bad-share-of": "orders"}),
    "the rest of a share": (f"1 - {FAILED} / {ALL} < 0.9", {"good-share-of": "orders", "below": {"warning": "90%"}}),
    "all less a part": (f"({ALL} - {FAILED}) / {ALL} < 0.9", {"good-share-of": "orders"}),
    "a share of enough events": (
        f"{FAILED} / {ALL} > 0.05 and sum(increase(shop_orders_total[5m])) >= 20", {"at-least": 20},
    ),
    "a quantile": (f"histogram_quantile(0.9, sum by (le) ({BUCKETS})) > 0.5", {"of": "order-duration"}),
    "a quantile by the only job": (f"histogram_quantile(0.9, sum by (job, le) ({BUCKETS})) > 2", {"over": "5m"}),
    "a rate": (f"{ALL} < 0.1", {"rate-of": "orders", "below": {"warning": 0.1}}),
    "a value": ("max(shop_stock_items) > 5", {"value": "shop_stock_items"}),
    "a sum": ("sum(shop_stock_items) > 5", {"aggregate": "sum"}),
    "a value of some series": (
        'min(shop_stock_items{warehouse=~"north|south"}) == 0',
        {"only": {"warehouse": ["north", "south"]}, "equals": {"warning": 0}},
    ),
    "an age": ("time() - max(shop_last_export_timestamp_seconds) > 2 * 60 * 60", {"above": {"warning": "2h"}}),
    "absence": ('absent(shop_stock_items{warehouse="north"})', {"absent": "shop_stock_items"}),
}  # fmt: skip


@pytest.mark.parametrize(("expr", "expected"), IN_WORDS.values(), ids=IN_WORDS)
def test_what_the_language_has_words_for_is_said_in_them(expr, expected):
    entry, result = alert_of(expr)
    assert {key: json.loads(json.dumps(entry[key], default=float)) for key in expected} == expected
    assert "GW842" not in codes_of(result)
    assert analysed_errors(result) == ""


IN_PROMQL = {
    "a share for each label": f"sum by (payment) (rate(shop_orders_total[5m])) / {ALL} > 0.5",
    "a share of two metrics": f"{ALL} / sum(rate(shop_emails_sent_total[5m])) > 2",
    "a value of each series": "shop_stock_items < 5",
    "at most": "max(shop_stock_items) >= 5",
    "a quantile for each label": f"histogram_quantile(0.9, sum by (le, payment) ({BUCKETS})) > 2",
    "another window": f"{ALL} < {ALL.replace('5m', '1h')} / 2",
    "an offset": "max(shop_queue_length offset 1h) > 5",
}


@pytest.mark.parametrize("expr", IN_PROMQL.values(), ids=IN_PROMQL)
def test_elsewhere_it_stays_promql_with_the_job_of_its_metrics(expr):
    entry, result = alert_of(expr)
    assert 'job="shop"' in entry["expr"]
    assert analysed_errors(result) == ""


def test_what_texts_show_is_not_added_away():
    entry, _ = alert_of("shop_queue_length > 5", annotations='{summary: "{{ $labels.instance }} waits"}')
    assert entry["expr"] == 'shop_queue_length{job="shop"}'
    entry, _ = alert_of(f"100 * {FAILED} / {ALL} > 5", annotations='{summary: "{{ $value }}% fail"}')
    assert "expr" in entry


def test_thresholds_have_units():
    amounts = {
        "shop_last_export_timestamp_seconds - time() > 90": "90s",
        f"{FAILED} / {ALL} / 2 > 0.25": "25%",
        "max(process_resident_memory_bytes) > 512 * 1024 * 1024": "512MiB",
    }
    assert {expr: alert_of(expr)[0]["above"]["warning"] for expr in amounts} == amounts


def test_labels_and_texts_are_kept():
    entry, result = alert_of(
        "shop_queue_length > 5", labels="{severity: warning, team: crew, tier: one, service: other}",
        annotations="{summary: S, message: M, runbook: 'https://x.example.org/A', grafana: x}",
    )  # fmt: skip
    assert entry["labels"] == {"tier": "one"}
    assert (entry["summary"], entry["description"], entry["runbook"]) == ("S", "M", "https://x.example.org/A")
    assert data_of(result)["team"] == "crew"
    said = finding.render_text(result.findings)
    assert "annotations of A are not carried over: grafana" in said
    assert "label service: other of A is not carried over" in said


UP = "{alert: Down, expr: up == 0}"


def rules(*texts):
    return f"groups:\n- {{name: a, rules: [{', '.join(texts)}]}}\n"


LOSSES = {
    "a record": ("GW841", {"r.yml": rules("{record: 'a:b', expr: up}", UP)}),
    "an alert on a record of others": (
        "GW841", {"r.yml": rules("{alert: A, expr: 'a:b > 0'}", UP)},
    ),
    "what is no PromQL": (
        "GW841", {"r.yml": rules("{alert: A, expr: 'sum('}", UP)},
    ),
    "a severity of one's own": ("GW842", {"r.yml": rules(UP)}),
    "a receiver of another kind": (
        "GW843",
        {"am.yml": "route: {receiver: a}\nreceivers:\n- {name: a, webhook_configs: [{url: 'http://a:1/'}],"
                   " telegram_configs: [{chat_id: 1}]}\n"},
    ),
    "a secret": (
        "GW844",
        {"am.yml": "route: {receiver: a}\nreceivers:\n"
                   "- {name: a, pagerduty_configs: [{routing_key: r4nd0mr4nd0mr4nd0m}]}\n"},
    ),
    "a panel about no metrics": (
        "GW845", {"d.json": json.dumps({"title": "D", "panels": [panel("A", "up"), panel("B", kind="news")]})},
    ),
    "basic authentication": (
        "GW846",
        {"p.yml": "scrape_configs:\n- {job_name: a, basic_auth: {username: u}, static_configs: [{targets: ['a:1']}]}\n",
         "m.py": METRICS_MODULE},
    ),
    "a gauge with the name of a counter": (
        "GW847", {"m.py": METRICS_MODULE + "\nodd = Gauge('shop_odd_total', 'Odd.')\n"},
    ),
    "a compose file": (
        "GW848", {"m.py": METRICS_MODULE, "docker-compose.yml": "services: {a: {image: b}}\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "files"), LOSSES.values(), ids=LOSSES)
def test_what_is_lost_is_told_with_what_to_do_and_the_spec_works(code, files):
    result = imported(files)
    mine = [each for each in result.findings if each.code == code]
    assert mine
    assert all(each.help for each in mine)
    assert data_of(result)


def test_every_code_about_monitoring_is_raised():
    raised = {code for _, files in LOSSES.values() for code in codes_of(imported(files))}
    assert raised >= {code for code in IMPORT_CODES if code.startswith("GW84")}


def analysed_errors(result):
    source = loader.load(result.text.encode(), "specs/imported.yaml").source
    assert source
    _, found = project.analyse([source])
    return finding.render_text(each for each in found if each.severity == "error")


def test_values_that_are_seen_become_known_with_room_for_more():
    page = "# TYPE shop_orders_total counter\n" + "".join(
        f'shop_orders_total{{status="s{number}",payment="card"}} 1\n' for number in range(12)
    )
    result = imported({"m.py": METRICS_MODULE, "p.yml": SCRAPING}, seen=exposition.read(page))
    labels = data_of(result)["metrics"]["application"]["shop_orders_total"]["labels"]
    assert labels["status"] == {"known": [f"s{number}" for number in range(12)], "limit": 30}
    assert labels["payment"] == {"known": ["card"], "limit": 10}


def test_names_and_teams_can_be_chosen():
    result = imported(SHOP, service="web-shop", team="crew")
    data = data_of(result)
    assert (data["service"], data["team"]) == ("web-shop", "crew")
    assert data["alerts"]["QueueLong"]["team"] == "backend"


def test_what_concerns_all_services_is_left_to_the_spec_that_has_it():
    result = imported(SHOP, shared=False)
    assert data_of(result).keys() & {"notify", "stack", "scrape-defaults"} == set()
    assert "who is told is not carried over" in finding.render_text(result.findings)


def test_who_was_told_by_another_severity_is_told_of_the_change():
    said = finding.render_text(imported(SHOP).findings)
    assert "alerts of severity page were told pager, warehouse, and now chat, pager" in said


ROUTED = """\
route:
  receiver: mail
  routes:
    - {receiver: pager, matchers: ['severity!=""']}
receivers:
  - {name: mail, email_configs: [{to: a@example.org, from: b@example.org, smarthost: "c.example.org:25"}]}
  - {name: pager, pagerduty_configs: [{routing_key_file: /run/secrets/key}]}
"""


def test_alerts_without_severity_reach_whom_they_reached():
    data = data_of(imported({"r.yml": rules(UP), "a.yml": ROUTED}))
    assert data["alerts"]["Down"]["equals"] == {"warning": 0}
    assert data["notify"]["default"] == "mail"
    assert [route["severity"] for route in data["notify"]["routes"]] == ["critical", "info"]


def test_a_team_that_is_told_by_default_is_kept_out_of_the_routes_of_others():
    routed = ROUTED.replace('severity!=""', 'severity="warning", team!="other"')
    alerts = [f"{{alert: {name}, expr: up == 0, labels: {{severity: warning, team: {team}}}}}"
              for name, team in (("A", "one"), ("B", "one"), ("C", "other"))]  # fmt: skip
    data = data_of(imported({"r.yml": rules(*alerts), "a.yml": routed}))
    assert {"severity": "warning", "team": "other", "to": "mail"} in data["notify"]["routes"]


def test_secrets_of_every_place_are_left_out():
    secrets = ["s3cr3ts3cr3ts3cr3ts3", "T00000001/B00000002/abcdefabcdefabcdefabcdef", "AKIA" + "ABCDEFGH12345678"]
    result = imported({
        "p.yml": SCRAPING.replace("job_name: shop", f"job_name: a, bearer_token: {secrets[0]}"),
        "a.yml": "route: {receiver: a}\nreceivers:\n- name: a\n  slack_configs: [{channel: '#a', api_url: "
                 f"'https://hooks.slack.com/services/{secrets[1]}'}}]\n"
                 f"  webhook_configs: [{{url: 'http://user:{secrets[0]}@a:1/'}}, {{url: 'http://a/{secrets[0]}'}}]\n",
        "r.yml": rules(f"{{alert: A, expr: up == 0, annotations: {{description: 'use {secrets[2]}'}}}}"),
    })  # fmt: skip
    said = result.text + finding.render_text(result.findings)
    assert [secret for secret in secrets if secret in said] == []
    assert data_of(result)["scrape"]["a"]["authorization"] == {"credentials-file": "/run/secrets/a_token"}


def test_old_dashboards_are_read_row_by_row():
    board = {
        "dashboard": {
            "title": "Old",
            "rows": [
                {"title": "Head", "panels": [
                    {"type": "singlestat", "title": "Now", "span": 4, "format": "short",
                     "targets": [{"expr": "max(shop_queue_length)"}]},
                    {"type": "graph", "title": "Then", "span": 8, "yaxes": [{"format": "Bps"}],
                     "targets": [{"expr": "rate(shop_emails_sent_total[$interval]) * 2"}]},
                ]},
            ],
        },
    }  # fmt: skip
    data = data_of(imported({"m.py": METRICS_MODULE, "p.yml": SCRAPING, "d.json": json.dumps(board)}))
    assert data["dashboards"]["old"]["rows"] == [{
        "title": "Head",
        "panels": [
            {"value": "shop_queue_length", "aggregate": "max", "title": "Now", "as": "stat"},
            {"expr": "rate(shop_emails_sent_total[$__rate_interval]) * 2", "unit": "bytes per second", "title": "Then"},
        ],
    }]  # fmt: skip


BROKEN = {
    "rules": {"r.yml": "groups:\n- name: 1\n  rules: [x, {alert: [a], expr: {}}, {alert: A, expr: 5}]\n"},
    "rules of nothing": {"r.yml": "groups: [{rules: null}, 7]\n"},
    "scraping": {"p.yml": "global: [x]\nscrape_configs: [7, {job_name: [a]}, {job_name: b, static_configs: x}]\n"},
    "routing": {"a.yml": "route: [x]\nreceivers: {a: b}\n"},
    "routes": {
        "a.yml": "route: {receiver: 7, routes: [x, {match: [a], matchers: {b: c}, routes: d}]}\n"
                 "receivers: [x, {name: [a], slack_configs: [7], email_configs: {}}]\n",
    },
    "a board": {"d.json": '{"title": "D", "panels": [7, {"type": 1, "targets": [{"expr": 7}, "x"]}]}'},
    "a board of rows": {"d.json": '{"title": "D", "rows": [{"panels": "x"}, 7], "templating": []}'},
    "a board of odd places": {
        "d.json": '{"title": "D", "panels": [{"targets": [{"expr": "up"}], "gridPos": {"x": "a", "w": []}}]}',
    },
    "source": {"m.py": "from prometheus_client import Counter\nCounter(*x)\nCounter('a b', 'c', ['job', 7])\n"},
    "bytes": {"r.yml": b"\xff\xfe\x00", "m.py": b"\x00", "d.json": b"\xff"},
    "deep": {"r.yml": "groups: " + "[" * 500, "d.json": "[" * 50_000},
}  # fmt: skip


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN)
def test_files_that_are_broken_are_findings(files):
    result = imported(files, named=tuple(files))
    assert result.text == "" or data_of(result)


@pytest.mark.parametrize("path", [path for path in SHOP if path.endswith((".yml", ".json", ".py"))])
def test_half_of_a_file_is_never_a_traceback(path):
    for share in (3, 5, 8):
        text = SHOP[path]
        imported({**SHOP, path: text[: len(text) * share // 10]})


def test_slos_beside_other_files_use_the_same_words():
    slo = sloth().replace("shop_orders_total", "http_requests_total").replace("code", "status")
    slo = slo.replace('job="checkout"', 'job="gw2optimizer"')
    result = imported({**GUIDE, "slos.yml": slo})
    data = data_of(result)
    assert data["slos"]["answered"]["of"] == data["alerts"]["HighErrorRate"]["bad-share-of"] == "requests"
    assert "1 SLO" in result.holds
    assert "# From slos.yml:" in result.text
    assert analysed_errors(result) == ""


def test_slos_of_several_services_need_a_choice():
    result = imported({**GUIDE, "a.yml": sloth(), "b.yml": sloth().replace("checkout", "basket")})
    assert "GW802" in codes_of(result)
    chosen = imported({**GUIDE, "a.yml": sloth(), "b.yml": sloth().replace("checkout", "basket")}, service="basket")
    assert "GW802" not in codes_of(chosen)
    assert list(data_of(chosen)["slos"]) == ["answered"]


def test_a_target_without_a_known_program_takes_the_metrics_of_the_source():
    data = data_of(imported({"m.py": METRICS_MODULE, "p.yml": SHOP_PROMETHEUS}))
    assert data["scrape"]["shop"]["exposes"] == ["process", "application"]
    assert data["scrape"]["blackbox"]["probe"] == {"module": "http_2xx", "through": "blackbox-exporter:9115"}


def test_a_job_for_what_nobody_scrapes_is_new_and_told():
    result = imported({"p.yml": SCRAPING, "r.yml": rules("{alert: Busy, expr: max(node_load1) > 9}")})
    assert data_of(result)["scrape"]["node"] == {"targets": ["node-exporter:9100"], "exposes": ["node"]}
    assert "no target was scraped that has the metrics of node" in finding.render_text(result.findings)


def test_an_info_metric_has_the_labels_that_its_readers_know():
    source = "from prometheus_client import Info\nBUILD = Info('shop_build', 'd')\nBUILD.info({'version': '1'})\n"
    exprs = (
        "count(count by (version) (shop_build_info)) > 1",
        'up{job="shop"} * on (instance) group_left (commit) shop_build_info == 0',
    )
    listed = "".join(f"  - {{alert: A{at}, expr: '{expr}'}}\n" for at, expr in enumerate(exprs))
    result = imported(
        {"app.py": source, "prometheus.yml": SCRAPING, "rules.yml": f"groups:\n- name: a\n  rules:\n{listed}"}
    )
    (group,) = (group for group in data_of(result)["metrics"].values() if "shop_build_info" in group)
    assert set(group["shop_build_info"]["labels"]) == {"version", "commit"}


@pytest.mark.parametrize("job", ["node", "node-exporter"])
def test_a_job_that_only_rules_name_has_the_address_of_its_program(job):
    rules = f"groups: [{{name: a, rules: [{{alert: A, expr: 'node_load1{{job=\"{job}\"}} > 9'}}]}}]"
    assert data_of(imported({"rules.yml": rules}))["scrape"][job]["targets"] == ["node-exporter:9100"]


def test_absence_that_is_compared_with_1_is_not_said_to_fire_always():
    _, result = alert_of('absent(shop_orders_total{job="shop"}) == 1')
    _, found = project.analyse([loader.load(result.text.encode(), "specs/imported.yaml").source])
    assert "GW402" not in {each.code for each in found}


def test_metrics_of_a_program_without_a_catalogue_stay_on_the_job_of_that_program():
    scraping = SCRAPING.replace(
        "  - ", "  - {job_name: cadvisor, static_configs: [{targets: ['cadvisor:8080']}]}\n  - "
    )
    rules = "groups: [{name: a, rules: [{alert: A, expr: 'time() - container_last_seen > 60'}]}]"
    result = imported({"prometheus.yml": scraping, "rules.yml": rules, "metrics.py": METRICS_MODULE})
    made = data_of(result)
    assert made["service"] == "shop", "the application is not the program that is scraped first"
    (group,) = made["scrape"]["cadvisor"]["exposes"]
    assert "container_last_seen" in made["metrics"][group]


def test_a_metric_that_may_be_of_several_applications_is_asked_of_all_of_them():
    scraping = SCRAPING + "  - {job_name: worker, static_configs: [{targets: ['worker:8000']}]}\n"
    rules = "groups: [{name: a, rules: [{alert: A, expr: 'tasks_waiting > 60'}]}]"
    made = data_of(imported({"prometheus.yml": scraping, "rules.yml": rules}))
    assert made["scrape"]["shop"]["exposes"] == made["scrape"]["worker"]["exposes"]
