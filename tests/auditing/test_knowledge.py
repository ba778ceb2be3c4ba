"""What is known of metrics, from where, and how closed that makes the world: what is provable and what is suspected."""

from pathlib import Path

import pytest

from gw2mon import exposition
from gw2mon.auditing import audit
from gw2mon.auditing.programs import PROGRAMS, recognised
from gw2mon.auditing.reading import read, scraping
from gw2mon.documents import Node, Report
from gw2mon.yamlread import read as read_yaml
from tests.tools import CHECKOUT

APP = "{job_name: shop, static_configs: [{targets: ['shop:8000']}]}"
NODE = "{job_name: node, static_configs: [{targets: ['web-1:9100']}]}"
PUSHED = "{job_name: push, honor_labels: true, static_configs: [{targets: ['pushgateway:9091']}]}"
FEDERATED = "{job_name: other, metrics_path: /federate, static_configs: [{targets: ['far:9090']}]}"
SOURCE = """
from prometheus_client import Counter, Gauge, Histogram
from fastapi import FastAPI
app = FastAPI()
ORDERS = Counter("orders", "d", ["status"])
TOOK = Histogram("took_seconds", "d", buckets=[0.1, 1])
RATE = Gauge("cache_hit_rate", "d")
ORDERS.labels("ok").inc()
TOOK.observe(1)
"""


def prometheus(*jobs, more=""):
    listed = "".join(f"\n  - {job}" for job in jobs)
    return f"scrape_configs:{listed}\n{more}"


def rules(*exprs):
    return "groups:\n- name: shop\n  rules:\n" + "".join(
        f"  - alert: Alert{number}\n    expr: |-\n      {expr}\n" for number, expr in enumerate(exprs)
    )


def audited(*jobs, expr, source="", shown=(), more="", **others):
    files = {
        "rules.yml": rules(expr),
        "app.py": source,
        **{name.replace("_", "."): text for name, text in others.items()},
    }
    if jobs:
        files["prometheus.yml"] = prometheus(*jobs, more=more)
    return audit([(f"shop/{name}", text.encode()) for name, text in files.items() if text], shown)


def found(*jobs, expr, **rest):
    """The codes and severities of what is said about the metrics of an alert."""
    (judged,) = audited(*jobs, expr=expr, **rest).alerts
    return [
        (finding.code, finding.severity) for finding in judged.findings if finding.code[:4] in ("GW20", "GW40", "GW32")
    ]


ERROR, WARNING, NOTHING = [("GW201", "error")], [("GW201", "warning")], []


@pytest.mark.parametrize(
    ("jobs", "name", "said"),
    [
        ((APP,), "orders_total", NOTHING),
        ((APP,), "ordres_total", ERROR),
        ((), "ordres_total", WARNING),
        ((APP, "{job_name: worker, static_configs: [{targets: ['worker:8001']}]}"), "ordres_total", WARNING),
        ((APP, NODE), "ordres_total", ERROR),
        ((APP,), "node_load1", ERROR),
        ((APP, NODE), "node_load1", NOTHING),
        ((APP, NODE), "node_odd_collector_value", WARNING),
        ((APP,), "orders_created", NOTHING),
        ((APP,), "process_resident_memory_bytes", NOTHING),
        ((APP,), "go_goroutines", ERROR),
        ((APP, "{job_name: redis, static_configs: [{targets: ['redis-exporter:9121']}]}"), "redis_up", NOTHING),
        ((APP, "{job_name: redis, static_configs: [{targets: ['redis-exporter:9121']}]}"), "ordres_total", ERROR),
        ((APP, "{job_name: cache, static_configs: [{targets: ['10.0.0.7:9121']}]}"), "redis_up", NOTHING),
        ((APP, "{job_name: pods, kubernetes_sd_configs: [{role: pod}]}"), "ordres_total", WARNING),
        ((APP, PUSHED), "batch_runs_total", WARNING),
        ((APP, FEDERATED), "x_total", WARNING),
        # An application may listen on any port, that of Prometheus included.
        (("{job_name: shop, static_configs: [{targets: ['shop:9090']}]}",), "orders_total", NOTHING),
        (("{job_name: shop, static_configs: [{targets: ['10.0.0.7:9100']}]}",), "orders_total", NOTHING),
    ],
)  # fmt: skip
def test_an_unknown_metric_is_an_error_only_where_every_target_is_accounted_for(jobs, name, said):
    expr = f"rate({name}[5m]) > 1" if name.endswith("_total") else f"{name} > 1"
    assert found(*jobs, expr=expr, source=SOURCE) == said


def test_source_of_which_nobody_reads_a_metric_may_be_that_of_another_application():
    unknown = " + ".join(f"{name}_jobs" for name in "abcdef")
    other = "from prometheus_client import Gauge\nGauge('backups', 'd').inc()\n"
    assert found(APP, expr=f"{unknown} > 1", source=other) == WARNING * 6
    assert found(APP, expr=f"{unknown} > backups", source=other) == ERROR * 6


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("scrape_config_files: [more/*.yml]", "prometheus.yml includes jobs of other files"),
        ("remote_read: [{url: 'http://store'}]", "prometheus.yml reads from another store"),
    ],
)
def test_metrics_may_come_by_other_ways_than_jobs(more, why):
    result = audited(APP, expr="rate(x_total[5m]) > 1", source=SOURCE, more=more)
    assert result.known.unaccounted == (f"shop/{why}",)
    assert result.alerts[0].findings[0].severity == "warning"


@pytest.mark.parametrize(
    "flag",
    [
        "--web.enable-remote-write-receiver",
        "--enable-feature=remote-write-receiver",
        "--collector.textfile.directory=/x",
    ],
)
def test_a_compose_file_tells_who_lets_metrics_in(flag):
    compose = f"services: {{prometheus: {{image: prom/prometheus, command: ['{flag}']}}}}"
    assert found(APP, expr="rate(x_total[5m]) > 1", source=SOURCE, compose_yml=compose) == WARNING


def test_source_that_hides_metrics_opens_the_world_and_is_named():
    result = audited(APP, expr="x_total > took_seconds_count", source=SOURCE + "Counter(name(), 'd')\n")
    assert result.known.unaccounted == ("shop/app.py:10 makes metrics whose names are only known at run time",)
    assert "findings about unknown metrics are warnings" in result.known.in_words


def test_the_report_says_what_is_known_and_how_closed_that_is():
    worker = "{job_name: worker, kubernetes_sd_configs: [{role: pod}]}"
    known = audited(APP, NODE, worker, expr="up == 0", source=SOURCE).known
    assert known.sources == ("3 metrics in Python source", "the catalogues process, python, node, go")
    assert known.unaccounted == ("job worker discovers its targets",)
    closed = audited(APP, expr="up == 0", source=SOURCE).known
    assert closed.in_words == (
        "known: 3 metrics in Python source, the catalogues process, python; every target is accounted for: an unknown "
        "metric does not exist"
    )


def test_a_metric_that_nothing_moves_makes_an_alert_that_always_or_never_fires():
    assert found(APP, expr="cache_hit_rate < 0.5", source=SOURCE) == [("GW402", "error")]
    assert found(APP, expr="cache_hit_rate > 0.5", source=SOURCE) == [("GW401", "error")]


def test_a_metric_that_only_a_forgotten_function_moves_is_a_warning_that_names_it():
    metrics = "from prometheus_client import Gauge\nSTOCK = Gauge('stock', 'd')\ndef sold():\n    STOCK.dec()\n"
    result = audited(APP, expr="stock < 5", source="from . import metrics\n", metrics_py=metrics)
    (finding,) = [finding for finding in result.alerts[0].findings if finding.code == "GW201"]
    assert finding.severity == "warning"
    assert "only sold() counts, observes or sets it, and nothing calls that" in finding.message


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ('rate(orders_total{status="failed"}[5m]) > 1', NOTHING),
        ('rate(orders_total{state="failed"}[5m]) > 1', [("GW202", "error")]),
        ("histogram_quantile(0.9, sum by (le) (rate(took_seconds_bucket[5m]))) > 2", [("GW401", "error")]),
        ('up{job="shoop"} == 0', [("GW203", "error")]),
    ],
)
def test_labels_buckets_and_jobs_of_a_closed_world_are_proven(expr, said):
    assert found(APP, expr=expr, source=SOURCE) == said


@pytest.mark.parametrize(
    "expr",
    [
        'rate(orders_total{state="failed"}[5m]) > 1',
        'took_seconds{quantile="0.9"} > 2',
    ],
)
def test_labels_are_open_where_another_job_may_expose_the_metric_too(expr):
    worker = "{job_name: worker, static_configs: [{targets: ['worker:8001']}]}"
    assert [said for said in found(APP, worker, expr=expr, source=SOURCE) if said[0] == "GW202"] == []


def test_jobs_are_known_even_where_their_metrics_are_not():
    worker = "{job_name: worker, static_configs: [{targets: ['worker:8001']}]}"
    assert found(APP, worker, expr='up{job="shoop"} == 0', source=SOURCE) == [("GW203", "error")]


@pytest.mark.parametrize(
    "made",
    [
        "Counter('sold', 'd', labels())",
        "Info('sold_total', 'd')",
        "Histogram('sold', 'd', buckets=bounds())",
    ],
)
def test_what_source_does_not_tell_of_a_metric_is_not_held_against_it(made):
    source = SOURCE + f"from prometheus_client import Info\nX = {made}\nuse(X)\n"
    exprs = {
        "Counter": 'rate(sold_total{shop="a"}[5m]) > 1',
        "Info": 'sold_total_info{version="1"} == 1 unless up',
        "Histogram": "histogram_quantile(0.9, sum by (le) (rate(sold_bucket[5m]))) > 100",
    }
    assert found(APP, expr=exprs[made.partition("(")[0]], source=source) == NOTHING


# --- expositions ------------------------------------------------------------------------------------------------------

SHOWN = """
# TYPE orders_total counter
orders_total{status="ok"} 3
# TYPE refunds_total counter
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 1
took_seconds_bucket{le="1.0"} 1
took_seconds_bucket{le="+Inf"} 1
took_seconds_sum 1
took_seconds_count 1
# TYPE slept_seconds summary
slept_seconds{quantile="0.9"} 1
slept_seconds_sum 1
slept_seconds_count 1
# TYPE cache_hit_rate gauge
cache_hit_rate 0.5
oddity 5
"""


PYTHON = '# TYPE python_info gauge\npython_info{version="3.11.7"} 1\n'


def shown(address="", text=SHOWN, client=PYTHON):
    return (exposition.read(text + client)._replace(address=address),)


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ('rate(orders_total{status="failed"}[5m]) > 1', NOTHING),
        ("rate(ordres_total[5m]) > 1", ERROR),
        ('rate(orders_total{state="failed"}[5m]) > 1', [("GW202", "error")]),
        ('rate(refunds_total{state="failed"}[5m]) > 1', NOTHING),
        ("histogram_quantile(0.9, sum by (le) (rate(took_seconds_bucket[5m]))) > 2", [("GW401", "error")]),
        ('slept_seconds{quantile="0.9"} > 2', NOTHING),
        ("oddity > 2", NOTHING),
    ],
)
def test_what_a_target_exposes_is_known(expr, said):
    assert found(APP, expr=expr, shown=shown()) == said


def test_of_a_client_that_shows_metrics_only_once_they_have_happened_others_may_follow():
    expr = "rate(refunds_failed_total[5m]) > 1"
    assert found(APP, expr=expr, shown=shown()) == ERROR
    assert found(APP, expr=expr, shown=shown(client="")) == WARNING


def test_what_a_target_shows_to_move_is_not_said_to_be_idle():
    assert found(APP, expr="cache_hit_rate < 0.5", source=SOURCE, shown=shown()) == NOTHING


@pytest.mark.parametrize("address", ["http://shop:8000/metrics", "http://localhost:8000/metrics"])
def test_an_exposition_accounts_for_the_job_from_whose_target_it_comes(address):
    worker = "{job_name: worker, static_configs: [{targets: ['worker:8001']}]}"
    assert audited(APP, worker, expr="up == 0", shown=shown(address)).known.unaccounted == (
        "job worker scrapes nobody knows what",
    )
    both = (*shown(address), *shown("http://worker:8001/metrics", "# TYPE runs_total counter\nruns_total 1\n"))
    assert audited(APP, worker, expr="up == 0", shown=both).known.unaccounted == ()


def test_two_witnesses_that_disagree_about_a_type_prove_nothing():
    text = "# TYPE orders_total gauge\norders_total 3\n"
    assert found(APP, expr="orders_total > 3", source=SOURCE, shown=shown(text=text)) == NOTHING


# --- specs and generated files ----------------------------------------------------------------------------------------

SPEC = CHECKOUT / "specs" / "gw2optimizer.yaml"


def beneath(folder: Path):
    return [
        (str(path.relative_to(CHECKOUT)), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()
    ]


@pytest.mark.parametrize("has_spec", [False, True], ids=["alone", "with the spec"])
def test_the_files_that_are_generated_from_the_reference_spec_have_no_finding(has_spec):
    files = beneath(CHECKOUT / "generated") + ([("specs/gw2optimizer.yaml", SPEC.read_bytes())] if has_spec else [])
    result = audit(files)
    assert [(told.finding.position, told.finding.code, told.finding.message) for told in result.told] == []
    assert len(result.alerts) > 15
    assert result.known.unaccounted == ()


def test_a_spec_tells_which_metrics_and_jobs_there_are():
    files = [
        ("specs/gw2optimizer.yaml", SPEC.read_bytes()),
        ("rules.yml", rules("min(gw2_db_up) < 1", "gw2_db_upp < 1").encode()),
    ]
    known, unknown = audit(files).alerts
    assert [finding.code for finding in known.findings if finding.severity == "error"] == []
    assert [(finding.code, finding.severity) for finding in unknown.findings if finding.code == "GW201"] == ERROR


def test_what_only_looks_like_a_spec_is_a_warning():
    estate, findings = read([("service.yaml", b"version: 2\nservice: shop\nteam: web\nowner: me\n")])
    assert estate.specs is None
    assert [(finding.code, finding.severity) for finding in findings] == [("GW803", "warning")]


# --- programs ---------------------------------------------------------------------------------------------------------


def job(text):
    document = read_yaml(prometheus(text), "prometheus.yml")
    return scraping.read("prometheus.yml", Node(document.value, document), Report([])).jobs[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{job_name: node, static_configs: [{targets: ['a:1234']}]}", "node"),
        ("{job_name: node-exporter, kubernetes_sd_configs: [{role: endpoints}]}", "node"),
        ("{job_name: servers, static_configs: [{targets: ['web1.example.org:9100', '10.0.0.1:9100']}]}", "node"),
        ("{job_name: x, static_configs: [{targets: ['node-exporter:9100']}]}", "node"),
        ("{job_name: prometheus, static_configs: [{targets: ['localhost:9090']}]}", "prometheus"),
        ("{job_name: cadvisor, static_configs: [{targets: ['cadvisor:8080']}]}", "cadvisor"),
        ("{job_name: kube-state-metrics, static_configs: [{targets: ['kube-state-metrics:8080']}]}", "kube"),
        ("{job_name: postgres, static_configs: [{targets: ['postgres-exporter:9187']}]}", "postgres"),
        ("{job_name: db, static_configs: [{targets: ['mysqld-exporter:9104']}]}", "mysql"),
        ("{job_name: x, metrics_path: /probe, static_configs: [{targets: ['https://shop']}]}", "blackbox"),
        ("{job_name: push, static_configs: [{targets: ['pushgateway:9091']}]}", "pushgateway"),
        ("{job_name: otel, static_configs: [{targets: ['otel-collector:8889']}]}", "otel"),
        ("{job_name: shop, static_configs: [{targets: ['shop:8080']}]}", None),
        ("{job_name: shop, static_configs: [{targets: ['shop:9090']}]}", None),
        ("{job_name: shop, static_configs: [{targets: ['shop:9100']}]}", None),
        ("{job_name: node-shop, static_configs: [{targets: ['shop:3000']}]}", None),
        ("{job_name: postgres-sync, static_configs: [{targets: ['sync:8000']}]}", None),
        ("{job_name: all, static_configs: [{targets: ['10.0.0.1:9100', '10.0.0.1:9187']}]}", None),
    ],
)  # fmt: skip
def test_a_program_is_told_by_its_host_its_job_and_its_port(text, words):
    one = recognised(job(text))
    assert (one and words in one.program.words.split()) if words else one is None


def test_no_two_programs_share_a_word_or_a_port():
    words = [word for program in PROGRAMS for word in program.words.split()]
    ports = [port for program in PROGRAMS for port in program.ports]
    assert len(set(words)) == len(words)
    assert len(set(ports)) == len(ports)
