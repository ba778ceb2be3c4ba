"""From exporters to Prometheus, to its rules, to Alertmanager: what nothing loads, asks or tells."""

import pytest

from gw2mon import files
from gw2mon.auditing import audit
from gw2mon.auditing.estate import Surroundings
from tests.auditing.estates import linting, wiring
from tests.tools import CHECKOUT

RULES = """\
groups:
  - name: shop
    rules:
      - {alert: Down, expr: up == 0, labels: {severity: critical}}
      - {alert: Slow, expr: up == 2}
"""
PROMETHEUS = """\
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: web
    static_configs: [{targets: ["web:8000"]}]
"""
TELLING = (
    PROMETHEUS
    + """\
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
"""
)
ALERTMANAGER = """\
route: {receiver: hook}
receivers: [{name: hook, webhook_configs: [{url: "http://hook.example.org/"}]}]
"""
COMPOSE = """\
services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes: ["./prometheus:/etc/prometheus:ro", "data:/prometheus"]
  alertmanager:
    image: prom/alertmanager:v0.28.0
    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]
  web:
    image: example.org/web:1
volumes: {data: }
"""
UNLOADED = (
    "rules.yml:1 GW632 warning nothing loads rules.yml: no rule_files of prometheus.yml leads to it | never fires"
)


def test_a_stack_that_hangs_together_has_no_findings():
    stack = {
        "compose.yml": COMPOSE,
        "prometheus/prometheus.yml": TELLING,
        "prometheus/rules/shop.yml": RULES,
        "alertmanager.yml": ALERTMANAGER,
    }
    assert wiring(stack) == []


@pytest.mark.parametrize(("pattern", "file"), [
    ("rules/*.yml", "monitoring/rules/shop.yml"),
    ("/etc/prometheus/rules/*.yml", "monitoring/rules/shop.yml"),
    ("/etc/prometheus/alerts.yml", "monitoring/alerts.yml"),
    ("/etc/prometheus/rules/*.yml", "alerting/rules/shop.yml"),
    ("/rules/shop.yml", "monitoring/shop.yml"),
    ("alerts/*.yml", "elsewhere/alerts/shop.yml"),
    ("*.yml", "monitoring/shop.yml"),
    ("../rules/[a-z]*.yml", "rules/shop.yml"),
])  # fmt: skip
def test_a_pattern_finds_a_file_by_its_place_or_by_the_end_of_its_path(pattern, file):
    stack = {"monitoring/prometheus.yml": PROMETHEUS.replace("rules/*.yml", pattern), file: RULES}
    assert wiring(stack) == []


def test_rules_beside_a_pattern_that_leads_elsewhere_are_loaded_by_nothing():
    assert wiring({"prometheus.yml": PROMETHEUS, "rules.yml": RULES}) == [
        (
            "prometheus.yml:1 GW632 warning among the files here there is no rules/*.yml for prometheus.yml to load"
            " | never fires"
        ),
        UNLOADED,
    ]


def test_a_prometheus_without_rule_files_loads_none():
    text = PROMETHEUS.replace("rule_files: [rules/*.yml]\n", "")
    assert wiring({"prometheus.yml": text, "rules.yml": RULES, "more.yml": RULES}) == [
        "prometheus.yml:1 GW632 warning it has no rule_files: nothing loads rules.yml, more.yml | never fires"
    ]


def test_rules_that_another_prometheus_loads_are_loaded():
    stack = {"a/prometheus.yml": PROMETHEUS, "a/rules/x.yml": RULES,
             "b/prometheus.yml": PROMETHEUS, "b/rules/y.yml": RULES}  # fmt: skip
    assert wiring(stack) == []


def test_without_a_prometheus_nobody_knows_what_loads_the_rules():
    assert wiring({"rules.yml": RULES, "more.yml": RULES}) == []


def test_rules_for_the_operator_are_loaded_by_the_operator():
    resource = "kind: PrometheusRule\napiVersion: monitoring.coreos.com/v1\nspec:\n" + "".join(
        f"  {line}\n" for line in RULES.splitlines()
    )
    assert wiring({"prometheus.yml": PROMETHEUS, "rules/x.yml": RULES, "rule.yml": resource}) == []


def test_the_tests_of_promtool_are_no_prometheus_and_load_nothing():
    tests = "rule_files: [rules.yml]\ntests: [{interval: 1m, input_series: []}]\n"
    assert wiring({"rules_test.yml": tests, "rules.yml": RULES}) == []
    assert UNLOADED in wiring({"prometheus.yml": PROMETHEUS, "rules_test.yml": tests, "rules.yml": RULES})


def test_the_alerts_of_grafana_are_no_rules_of_prometheus():
    alerts = (
        "apiVersion: 1\ngroups: [{orgId: 1, name: x, folder: f, interval: 1m, rules: [{uid: a, title: b, data: []}]}]\n"
    )
    assert wiring({"prometheus.yml": PROMETHEUS, "rules/x.yml": RULES, "alerts.yml": alerts}) == []


def test_what_a_compose_file_mounts_counts_and_not_the_names():
    mounts = COMPOSE.replace("./prometheus:/etc/prometheus:ro", "./prom.yml:/etc/prometheus/prometheus.yml:ro")
    stack = {"compose.yml": mounts, "prom.yml": TELLING, "rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER}
    assert wiring(stack) == [
        "rules/shop.yml:1 GW632 warning nothing loads shop.yml: no rule_files of prom.yml leads to it | never fires"
    ]
    told = [line for line in linting(stack) if " error " in line]
    assert told == ["prom.yml:1 GW631 error there is no rules/*.yml where Prometheus looks [no-rules] | never fires"]


def test_rules_that_a_ruler_of_another_make_mounts_are_loaded():
    ruler = COMPOSE.replace(
        "  web:\n", "  ruler:\n    image: victoriametrics/vmalert:v1\n    volumes: ['./rules:/rules']\n  web:\n"
    )
    stack = {"compose.yml": ruler, "prometheus/prometheus.yml": TELLING.replace("rules/*.yml", "none.yml"),
             "prometheus/none.yml": RULES, "rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER}  # fmt: skip
    assert wiring(stack) == []


def test_a_problem_with_a_mounted_file_is_told_at_its_place_there():
    text = TELLING.replace("web:8000", "wbe:8000")
    stack = {"deploy/compose.yml": COMPOSE, "deploy/prometheus/prometheus.yml": text,
             "deploy/prometheus/rules/shop.yml": RULES, "deploy/alertmanager.yml": ALERTMANAGER}  # fmt: skip
    assert [line for line in linting(stack) if "unknown-host" in line] == [
        "deploy/prometheus/prometheus.yml:4 GW631 warning wbe is no service [unknown-host] | never fires"
    ]


def test_files_that_were_not_read_are_not_missing():
    compose = COMPOSE + "secrets: {token: {file: ./token.txt}}\n"
    compose = compose.replace(
        "  web:\n", "  alloy:\n    image: grafana/alloy:v1.9.1\n    volumes: ['./alloy:/etc/alloy:ro']\n  web:\n"
    )
    stack = {"compose.yml": compose, "prometheus/prometheus.yml": TELLING, "alertmanager.yml": ALERTMANAGER}
    errors = [line for line in linting(stack) if " error " in line]
    assert any("there is no ./alloy" in line for line in errors)
    assert any("no-rules" in line for line in errors)
    seen = Surroundings(("",), ("alloy/config.alloy", "prometheus/rules/shop.yml"))
    assert [line for line in linting(stack, around=seen) if " error " in line] == []
    named = Surroundings(())
    assert [line for line in linting(stack, around=named) if " error " in line] == []


def test_of_files_that_are_named_one_by_one_no_other_is_missing(tmp_path):
    for path, text in {**stack_of(COMPOSE), "prometheus/console.rules": "", "empty/none/x.txt": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "bare").mkdir()
    suffixes = (".yml",)
    whole = files.gather([tmp_path], suffixes)
    assert whole.folders == (str(tmp_path),)
    assert {path.removeprefix(f"{tmp_path}/") for path in whole.others} == {
        "prometheus/console.rules", "empty/none/x.txt", "bare",
    }  # fmt: skip
    alone = files.gather([tmp_path / "compose.yml"], suffixes)
    assert (alone.folders, alone.others) == ((), ())
    texts = {path: data.decode() for path, data in alone.files}
    assert [line for line in linting(texts, around=Surroundings((), ())) if " error " in line] == []
    assert [line for line in linting(texts) if " error " in line] != []


def test_a_compose_file_and_what_overrides_it_are_read_together():
    override = "services:\n  prometheus: {ports: ['127.0.0.1:9090:9090']}\n  extra: {image: 'x:1', depends_on: [web]}\n"
    stack = {"compose.yml": COMPOSE, "compose.override.yml": override, "prometheus/prometheus.yml": TELLING,
             "prometheus/rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER}  # fmt: skip
    assert [line for line in linting(stack) if " error " in line] == []
    assert wiring(stack) == []


def test_a_prometheus_that_knows_no_alertmanager_tells_nobody():
    stack = {"prometheus.yml": PROMETHEUS, "rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER}
    assert wiring(stack) == [
        "prometheus.yml:1 GW633 warning prometheus.yml names no Alertmanager, although there is one | tells nobody"
    ]
    assert wiring({**stack, "prometheus.yml": TELLING}) == []


def test_an_alertmanager_that_nothing_starts_tells_nobody():
    start, end = COMPOSE.index("  alertmanager:"), COMPOSE.index("  web:")
    stack = {"compose.yml": COMPOSE[:start] + COMPOSE[end:], "prometheus/prometheus.yml": TELLING,
             "prometheus/rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER}  # fmt: skip
    assert wiring(stack) == [
        "alertmanager.yml:1 GW633 warning no service of compose.yml runs an Alertmanager | tells nobody"
    ]
    assert any("alertmanager is no service [unknown-host]" in line for line in linting(stack))


def with_services(**services):
    added = "".join(f"  {name.replace('_', '-')}: {text}\n" for name, text in services.items())
    return COMPOSE.replace("  web:\n", f"{added}  web:\n")


def stack_of(compose, prometheus=TELLING):
    return {"compose.yml": compose, "prometheus/prometheus.yml": prometheus, "prometheus/rules/shop.yml": RULES,
            "alertmanager.yml": ALERTMANAGER}  # fmt: skip


EXPORTERS = with_services(
    node_exporter="{image: 'prom/node-exporter:v1.9.1'}",
    redis_exporter="{image: 'oliver006/redis_exporter:v1.74.0'}",
    cadvisor="{image: 'gcr.io/cadvisor/cadvisor:v0.52.1'}",
)


def test_exporters_that_no_job_asks_are_told():
    assert wiring(stack_of(EXPORTERS)) == [
        "compose.yml:8 GW634 warning node-exporter measures, and no job of a prometheus.yml asks it | never fires",
        "compose.yml:9 GW634 warning redis-exporter measures, and no job of a prometheus.yml asks it | never fires",
        "compose.yml:10 GW634 warning cadvisor measures, and no job of a prometheus.yml asks it | never fires",
    ]


@pytest.mark.parametrize("jobs", [
    """  - {job_name: all, static_configs: [{targets: ["node-exporter:9100", "redis-exporter:9121", "cadvisor:8080"]}]}\n""",  # noqa: E501
    """  - {job_name: host, static_configs: [{targets: ["10.0.0.4:9100", "10.0.0.4:9121", "10.0.0.4:8080"]}]}\n""",
    """  - {job_name: found, docker_sd_configs: [{host: "unix:///var/run/docker.sock"}]}\n""",
])  # fmt: skip
def test_exporters_that_a_job_asks_or_may_find_are_none(jobs):
    text = TELLING.replace("scrape_configs:\n", f"scrape_configs:\n{jobs}")
    assert wiring(stack_of(EXPORTERS, text)) == []


def test_exporters_that_another_collector_asks_are_none():
    compose = EXPORTERS.replace("  web:\n", "  alloy: {image: 'grafana/alloy:v1.9.1'}\n  web:\n")
    assert wiring(stack_of(compose)) == []


def test_a_host_that_no_service_offers_is_told_where_prometheus_is_built():
    compose = COMPOSE.replace("image: prom/prometheus:v3.5.0", "build: ./prometheus")
    text = TELLING.replace("web:8000", "wbe:8000")
    assert wiring(stack_of(compose, text)) == [
        "prometheus/prometheus.yml:4 GW634 warning wbe is no service of compose.yml | never fires"
    ]
    assert wiring(stack_of(compose)) == []
    for fine in ("localhost:8000", "10.0.0.5:8000", "web.example.org:8000", "host.docker.internal:8000"):
        assert wiring(stack_of(compose, TELLING.replace("web:8000", fine))) == []


def test_hosts_are_unknown_where_no_compose_file_tells():
    assert wiring({"prometheus.yml": PROMETHEUS, "rules/x.yml": RULES}) == []


def test_a_database_has_no_metrics_to_show():
    text = TELLING.replace("web:8000", "redis:6379")
    assert wiring({"prometheus.yml": text, "rules/x.yml": RULES}) == [
        "prometheus.yml:4 GW634 warning at port 6379 Redis listens, which has no metrics to show | never fires"
    ]


def test_what_a_prober_asks_for_is_no_target():
    text = """\
    rule_files: [rules/*.yml]
    scrape_configs:
      - job_name: redis
        static_configs: [{targets: ["redis:6379"]}]
        relabel_configs:
          - {source_labels: [__address__], target_label: __param_target}
          - {target_label: __address__, replacement: "redis-exporter:9121"}
    """
    assert wiring({"prometheus.yml": text, "rules/x.yml": RULES}) == []


def test_a_path_without_metrics_is_told():
    compose = with_services(grafana="{image: 'grafana/grafana:12.0.0'}")
    job = '  - {job_name: grafana, metrics_path: /api/health, static_configs: [{targets: ["grafana:3000"]}]}\n'
    text = TELLING.replace("scrape_configs:\n", f"scrape_configs:\n{job}")
    assert wiring(stack_of(compose, text)) == [
        (
            "prometheus/prometheus.yml:3 GW634 error grafana has its metrics at /metrics; what it shows at"
            " /api/health is no metrics | never fires"
        )
    ]
    assert wiring(stack_of(compose, text.replace("/api/health", "/metrics"))) == []
    federating = text.replace("/api/health", "/federate").replace("grafana:3000", "prometheus:9090")
    assert wiring(stack_of(compose, federating)) == []
    moved = compose.replace("grafana:12.0.0'", "grafana:12.0.0', environment: {GF_SERVER_SERVE_FROM_SUB_PATH: 'true'}")
    assert wiring(stack_of(moved, text)) == []


WRONG = {
    "an unknown key": TELLING + "scrape_interval: 15s\n",
    "an unknown key of global": TELLING + "global: {scrape_intervall: 15s}\n",
    "a time that is none": TELLING.replace("job_name: web", "job_name: web\n    scrape_interval: 15"),
    "two jobs of one name": TELLING.replace("scrape_configs:\n", "scrape_configs:\n  - job_name: web\n"),
    "a timeout that is too long": TELLING + "global: {scrape_interval: 10s, scrape_timeout: 20s}\n",
    "a scheme in a target": TELLING.replace("web:8000", "http://web:8000/metrics"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_prometheus_refuses_is_told_without_a_compose_file_too(name, promtool, tmp_path):
    (tmp_path / "prometheus.yml").write_text(WRONG[name])
    assert promtool.run("check", "config", "--syntax-only", tmp_path / "prometheus.yml").returncode != 0
    (line,) = wiring({"prometheus.yml": WRONG[name], "rules/x.yml": RULES})
    assert "GW631 error" in line
    mounted = linting(stack_of(COMPOSE, WRONG[name]))
    assert any("GW631 error" in told for told in mounted)


def test_rules_that_look_back_further_than_samples_are_kept_are_told():
    flags = "--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.retention.time=7d"
    compose = COMPOSE.replace('    volumes: ["./prom', f'    command: [{flags}]\n    volumes: ["./prom')
    rules = RULES.replace("up == 2", "'avg_over_time(up[30d]) < 0.9'")
    stack = {**stack_of(compose), "prometheus/rules/shop.yml": rules}
    found = audit((path, text.encode()) for path, text in stack.items())
    told = [item for item in found.told if "looks back" in item.finding.message]
    assert [str(item.finding.position) for item in told] == ["prometheus/rules/shop.yml:5:9"]
    assert told[0].meaning == "loses data"
    assert not any("short-retention" in item.finding.message for item in found.told)


def test_what_gw2mon_generates_has_no_findings():
    gathered = files.gather([CHECKOUT / "generated"], (".yml", ".yaml", ".json", ".tmpl"))
    texts = {path: data.decode() for path, data in gathered.files}
    around = Surroundings(gathered.folders, gathered.others)
    assert wiring(texts, around=around) == []
    assert linting(texts, around=around) == []
