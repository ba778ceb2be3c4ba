"""What people who run machines really have: labels from files, metrics from scripts, idioms that must not be errors."""

import pytest

from tests.auditing.reported import audited, rules

NODES = b"""\
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
  - job_name: node
    file_sd_configs: [{files: [nodes/*.yml]}]
    relabel_configs: [{source_labels: [__address__], regex: "(.*):.*", target_label: host}]
rule_files: [rules.yml]
"""
MACHINES = b"""\
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
  - {job_name: node, static_configs: [{targets: ["web-1:9100"]}]}
rule_files: [rules.yml]
"""
COMPOSE = b"services: {node: {image: 'prom/node-exporter:v1.8.1', command: [--path.rootfs=/host]}}\n"


def told(expr, prometheus, *others, extra=""):
    found = audited(rules((expr, "Alert"), extra=extra), *others, prometheus=prometheus).told
    return [(item.finding.code, item.finding.severity) for item in found if item.finding.code not in ("GW407", "GW632")]


@pytest.mark.parametrize(
    "expr",
    ['node_load1{dc="a"} > 10', "avg by (dc) (node_load1) > 10", "node_load1 / on (dc, instance) node_load5 > 2"],
)
@pytest.mark.parametrize(
    "how", [b"file_sd_configs: [{files: [nodes/*.yml]}]", b"http_sd_configs: [{url: 'http://x/'}]"]
)
def test_files_and_servers_may_give_targets_any_labels(expr, how):
    assert told(expr, NODES.replace(b"file_sd_configs: [{files: [nodes/*.yml]}]", how)) == []


def test_a_text_may_show_a_label_that_a_file_gives():
    extra = "        annotations: {summary: '{{ $labels.dc }}'}\n"
    assert told("node_load1 > 10", NODES, extra=extra) == []


def test_discovery_that_gives_labels_only_for_relabelling_gives_no_others():
    found = told('node_load1{dc="a"} > 10', NODES.replace(b"file_sd_configs: [{files: [nodes/*.yml]}]",
                                                         b"dns_sd_configs: [{names: [nodes]}]"))  # fmt: skip
    assert ("GW202", "error") in found


def test_the_job_of_targets_from_files_is_still_known():
    assert ("GW203", "error") in told('up{job="nodes"} == 0', NODES)


@pytest.mark.parametrize("name", ["backup_last_success_timestamp_seconds", "apt_upgrades_pending", "smartmon_temp"])
def test_what_a_script_may_write_for_a_node_exporter_is_only_suspected(name):
    assert told(f"{name} > 0", MACHINES) == [("GW201", "warning")]


@pytest.mark.parametrize("name", ["shop_db_conections", "http_requests", "redis_up", "pg_up"])
def test_what_is_called_like_something_else_is_no_work_of_a_script(name):
    assert told(f"{name} > 0", MACHINES) == [("GW201", "error")]


def test_a_node_exporter_that_is_shown_without_a_folder_reads_no_files():
    assert told("apt_upgrades_pending > 0", MACHINES, ("compose.yml", COMPOSE))[0] == ("GW201", "error")


def test_a_count_that_never_is_0_beside_absence_makes_no_alert_broken():
    expr = 'count(up{job="shop"} == 1) < 1 or absent(up{job="shop"} == 1)'
    assert told(expr, MACHINES) == [("GW324", "warning")]


def test_a_count_that_never_is_0_and_stands_alone_is_broken():
    assert told('count(up{job="shop"} == 1) < 1', MACHINES) == [("GW401", "error")]


def test_unless_that_matches_by_a_label_compares_a_series_with_others():
    assert told("up == 0 unless on (job) up == 1", MACHINES) == []
    assert told("up == 0 unless up == 1", MACHINES) == [("GW320", "warning")]


def test_buckets_that_nobody_has_shown_have_lost_their_bounds_too():
    unknown = "histogram_quantile(0.9, sum by (host) (rate(nginx_seconds_bucket[5m]))) > 1"
    assert ("GW312", "error") in told(unknown, b"")
    assert ("GW312", "error") not in told(unknown.replace("by (host)", "by (host, le)"), b"")
    assert ("GW312", "error") not in told(unknown.replace("_bucket", ""), b""), "it may be a native histogram"


HELM = b"""\
{{- if .Values.rules.enabled }}
spec:
  groups:
    - name: {{ .Release.Name }}
{{- end }}
"""


def test_a_template_of_helm_is_called_one():
    found = [item.finding for item in audited(rules(("up == 0", "Down")), ("chart/rules.yml", HELM)).told]
    (one,) = [finding for finding in found if finding.position and finding.position.file == "chart/rules.yml"]
    assert (one.severity, one.position.line) == ("warning", 1)
    assert one.message == "this is a template, and no YAML before it is filled in"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tsconfig.json", b'{"compilerOptions": {"strict": true,},}'),
        ("stack.yml", b"Resources:\n  Bucket: !Ref Name\n"),
        ("chart/deployment.yaml", b"metadata:\n  name: {{ .Release.Name }}\n"),
    ],
)
def test_a_file_that_no_audit_is_about_may_be_of_any_kind(path, text):
    assert not [item for item in audited(rules(("up == 0", "Down")), (path, text)).told
                if item.finding.position and item.finding.position.file == path]  # fmt: skip


def test_what_is_said_of_the_files_of_others_is_not_said_of_specs():
    found = audited(rules(("up == 0", "Down")), ("old.yml", "é: 1".encode("latin-1"))).told
    (one,) = [item.finding for item in found if item.finding.code == "GW111"]
    assert (one.severity, one.message) == ("warning", "this is no text in UTF-8")


def test_a_name_is_only_suggested_that_is_very_like_what_was_written():
    def advice(name):
        found = audited(rules((f"{name} > 1", "Alert")), prometheus=b"").told
        return next(item.finding.help.partition("\n")[0] for item in found if item.finding.code == "GW201")

    assert advice("shop_db_conections") == "did you mean shop_db_connections?"
    assert advice("kube_pod_info") == "name the source or, with --metrics, the target that has it"


OLD = b"""\
{"title": "Old", "uid": "old", "schemaVersion": 16, "time": {"from": "now-1h", "to": "now"},
 "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)", "refresh": 1}]},
 "panels": [
  {"id": 1, "type": "graph", "title": "Up", "datasource": "Prometheus", "targets": [{"expr": "up{job=~'$job'}"}]},
  {"id": 2, "type": "singlestat", "title": "Now", "datasource": null, "targets": [{"expr": "sum(up)"}]},
  {"id": 3, "type": "stats", "title": "Slip", "targets": [{"expr": "sum(up)"}]}]}
"""


def test_what_grafana_brings_up_to_date_by_itself_is_not_said_to_show_nothing():
    found = audited(rules(("up == 0", "Down")), ("old.json", OLD)).told
    empty = [item.finding.message for item in found if item.meaning == "shows nothing"]
    assert empty == ["no panel is called stats [unknown-panel-type]"]


INCLUDING = b"""\
scrape_config_files: [jobs/*.yml]
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ["shop:8000"]}]}
rule_files: [rules.yml]
"""
INCLUDED = b"scrape_configs: [{job_name: node, static_configs: [{targets: ['web-1:9100']}]}]\n"


def test_jobs_of_an_included_file_that_is_there_are_known_like_all_others():
    expr = "shop_db_conections > 1"
    assert told(expr, INCLUDING) == [("GW201", "warning")]
    assert told(expr, INCLUDING, ("jobs/node.yml", INCLUDED)) == [("GW201", "error")]
    assert told("node_load1 > 100", INCLUDING, ("jobs/node.yml", INCLUDED)) == []
