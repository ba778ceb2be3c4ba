"""Each kind of file is told by what it holds, whatever it is called."""

import json

import pytest

from gw2mon.auditing.kinds import kind_by_name, kind_of
from gw2mon.auditing.reading import read
from gw2mon.jsonplaces import position
from gw2mon.yamlread import read as read_yaml

BOARD = {"title": "Shop", "panels": []}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("app/metrics.py", "python"),
        ("RUNBOOK.MD", "prose"),
        ("docs/guide.markdown", "prose"),
        ("alertmanager/mail.tmpl", "template"),
        (".env", "environment"),
        ("deploy/.env.example", "environment"),
        ("prod.env", "environment"),
        ("prod.env.sample", "environment"),
        ("rules.yml", None),
        ("rules.YAML", None),
        ("board.json", None),
        ("logo.png", "other"),
        ("Makefile", "other"),
        ("environment", "other"),
        (".envrc", "other"),
    ],
)
def test_a_name_tells_the_kind_of_what_is_no_data(path, kind):
    assert kind_by_name(path) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("groups: [{name: a, rules: []}]", "rules"),
        ("{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, spec: {groups: []}}", "rules"),
        ("scrape_configs: []", "scraping"),
        ("rule_files: [rules/*.yml]", "scraping"),
        ("{global: {}, alerting: {}}", "scraping"),
        ("{global: {}, route: {receiver: a}, receivers: [{name: a}]}", "routing"),
        ("{apiVersion: 1, datasources: []}", "sources"),
        ("{apiVersion: 1, providers: []}", "providers"),
        ("{version: 1, service: shop, team: web}", "spec"),
        ("{version: '3', services: {web: {image: shop}}}", "compose"),
        ("services: {web: {build: .}}", "compose"),
        # Of promtool, of Grafana's own alerting, of Kubernetes, of a pipeline: no business of an audit.
        ("{rule_files: [a.yml], tests: [{interval: 1m}]}", "other"),
        ("{apiVersion: 1, groups: [{name: a, folder: b, rules: []}]}", "other"),
        ("{apiVersion: v1, kind: Service, spec: {ports: []}}", "other"),
        ("{stages: [test], services: ['postgres:16']}", "other"),
        ("groups: [a, b]", "other"),
        ("groups: {a: {rules: []}}", "other"),
        ('groups: [{name: a, rules: [{alert: A, expr: "sum(rate({app=\\"x\\"} |= `error` [5m])) > 1"}]}]', "other"),
        (
            'groups: [{name: a, rules: [{alert: A, expr: "sum(rate({app=\\"x\\"} | json [5m])) > 1"}]}]',
            "other",
        ),
        ('groups: [{name: a, rules: [{alert: A, expr: "up{a=\\"x\\"} != 1"}]}]', "rules"),
        ('groups: [{name: a, rules: [{alert: A, expr: "a{b=\\"x\\"} != b"}]}]', "rules"),
        ("title: Shop", "other"),
        ("[1, 2]", "other"),
        ("just text", "other"),
        ("", "other"),
    ],
)
def test_content_tells_the_kind_of_data(text, kind):
    assert kind_of(read_yaml(text, "file.yml").value) == kind


@pytest.mark.parametrize(
    "data",
    [
        BOARD,
        {"title": "Old", "rows": [{"panels": []}]},
        {"dashboard": BOARD, "folderUid": "x", "overwrite": True},
        {"meta": {}, "dashboard": BOARD},
    ],
)
def test_a_dashboard_is_one_with_and_without_the_envelope_of_the_api(data):
    assert kind_of(data) == "board"
    estate, findings = read([("odd/name.json", json.dumps(data).encode())])
    assert ([board.title for board in estate.boards], findings) == ([data.get("title", "Shop")], ())


@pytest.mark.parametrize("value", [5, None, "x", [[]], {"rules": 5}])
def test_nothing_that_a_key_may_hold_breaks_recognition(value):
    keys = ("groups", "scrape_configs", "route", "receivers", "datasources", "providers", "services", "panels", "title",
            "dashboard", "tests", "kind", "version", "service", "team", "apiVersion", "global", "alerting")  # fmt: skip
    for key in keys:
        kind_of({key: value})
        kind_of({other: value for other in keys if other != key})


def test_one_file_may_hold_documents_of_several_kinds_under_an_odd_name():
    text = b"groups: [{name: a, rules: [{alert: A, expr: up == 0}]}]\n---\nscrape_configs: [{job_name: a}]\n"
    estate, _ = read([("everything.txt.yaml", text)])
    assert (len(estate.rules), len(estate.scraping)) == (1, 1)


# --- places in JSON ---------------------------------------------------------------------------------------------------

TEXT = """\
{
  "title": "Shop",
  "panels": [
    {"title": "a", "targets": [{"expr": "up"}, {"expr": "rate(x[5m])"}]},
    {
      "a \\"quoted\\" key": 1, "with.dots": {"x": 2},
      "title": "b"
    }
  ],
  "last": {"deep": [[1, 2], [3, 4]]}
}
"""


@pytest.mark.parametrize(
    ("part", "line", "column"),
    [
        ("", 1, 1),
        ("title", 2, 3),
        ("panels", 3, 3),
        ("panels[0]", 4, 5),
        ("panels[0].targets[1].expr", 4, 49),
        ("panels[1].title", 7, 7),
        ("last.deep[1][0]", 10, 30),
        # What is not there has the place of the nearest part above it.
        ("panels[1].targets[0].expr", 5, 5),
        ("panels[7]", 3, 3),
        ("none.at.all", 1, 1),
        ("panels[1].with.dots", 5, 5),
    ],
)
def test_a_part_of_json_has_a_place(part, line, column):
    assert position("board.json", TEXT, part) == ("board.json", line, column)


@pytest.mark.parametrize("text", ["", "{", '{"a', '{"a": ', '{"a": [1, ', "[" * 5000, "]", '"', "nonsense", "\ufeff{}"])
def test_a_place_in_text_that_is_no_json_is_some_place(text):
    found = position("board.json", text, "a.b[0]")
    assert (found.file, found.line) == ("board.json", 1)
