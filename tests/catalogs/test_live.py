"""The catalogues against the programs themselves, in every version found on this machine."""

import json

import pytest

from gw2mon import catalogs
from tests.catalogs.exposition import absent, complaints
from tests.catalogs.servers import fetch, free_port, running, scrape

pytestmark = pytest.mark.live

# Those whose metrics do not depend on the hardware; a test must not fail on a host that has a fan.
COLLECTORS = (
    "arp", "conntrack", "cpu", "diskstats", "entropy", "filefd", "filesystem", "loadavg", "meminfo", "netclass",
    "netdev", "netstat", "os", "pressure", "schedstat", "sockstat", "softnet", "stat", "textfile", "time", "timex",
    "udp_queues", "uname", "vmstat",
)  # fmt: skip


@pytest.fixture
def prometheus_text(prometheus, tmp_path):
    return what_prometheus_exposes(prometheus, tmp_path)


@pytest.fixture
def alertmanager_text(alertmanager, tmp_path):
    return what_alertmanager_exposes(alertmanager, tmp_path)


def test_prometheus_exposes_what_is_declared(prometheus, prometheus_text):
    assert "prometheus_notifications_errors_total{" in prometheus_text
    assert disagreements("prometheus", prometheus_text) == []
    assert absent(prometheus_text, metrics_of("prometheus", prometheus.version)) == []


def test_alertmanager_exposes_what_is_declared(alertmanager, alertmanager_text):
    assert RECEIVED in alertmanager_text
    assert disagreements("alertmanager", alertmanager_text) == []
    assert absent(alertmanager_text, metrics_of("alertmanager", alertmanager.version)) == []


def test_node_exporter_exposes_what_is_declared(node_exporter, tmp_path):
    arguments = ("--collector.disable-defaults", *(f"--collector.{name}" for name in COLLECTORS))
    with running(node_exporter, *arguments, listen="--web.listen-address", cwd=tmp_path) as address:
        text = scrape(address, lambda text: "node_cpu_seconds_total" in text)

    assert "node_memory_MemAvailable_bytes" in text
    assert disagreements("node", text) == []


def what_prometheus_exposes(tool, folder):
    nobody = f"127.0.0.1:{free_port()}"
    own = f"127.0.0.1:{free_port()}"
    (folder / "rules.yml").write_text(
        json.dumps({"groups": [{"name": "g", "rules": [{"alert": "Always", "expr": "vector(1)"}]}]})
    )
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [nobody]}]}]},
        "scrape_configs": [{"job_name": "nobody", "static_configs": [{"targets": [own]}]}],
        "remote_write": [{"url": f"http://{nobody}/write"}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))
    arguments = ("--config.file=prometheus.yml", "--storage.tsdb.path=data")
    with running(tool, *arguments, listen="--web.listen-address", cwd=folder) as address:
        return scrape(address, lambda text: all(f"\n{name}" in text for name in LATE_IN_PROMETHEUS))


# What comes last: after the first query, the first notification and the second scrape.
LATE_IN_PROMETHEUS = (
    "prometheus_http_requests_total{",
    "prometheus_notifications_errors_total{",
    "prometheus_rule_group_iterations_total{",
    "prometheus_target_interval_length_seconds{",
)


# An alert counts as active only after the cluster has settled, which takes longer than this test.
RECEIVED = 'alertmanager_alerts_received_total{status="firing",version="v2"} 1'


def what_alertmanager_exposes(tool, folder):
    nobody = f"http://127.0.0.1:{free_port()}/"
    config = {"route": {"receiver": "hook"}, "receivers": [{"name": "hook", "webhook_configs": [{"url": nobody}]}]}
    (folder / "alertmanager.yml").write_text(json.dumps(config))
    arguments = (
        "--config.file=alertmanager.yml",
        "--storage.path=data",
        f"--cluster.listen-address=127.0.0.1:{free_port()}",
    )
    with running(tool, *arguments, listen="--web.listen-address", cwd=folder) as address:
        fetch(f"http://{address}/api/v2/alerts", json.dumps([{"labels": {"alertname": "Always"}}]).encode())
        fetch(f"http://{address}/")
        return scrape(address, lambda text: RECEIVED in text)


def disagreements(name, text):
    return complaints(text, catalogs.instantiate(name, "it", {"runtime": True}), catalogs.load(name))


def metrics_of(name, version):
    """The metrics that a version of a program has for certain, going by what the catalogue says."""
    catalog = catalogs.load(name)
    return [metric for metric in catalog.metrics if alive(catalog.lifetimes.get(metric.name), name, metric, version)]


def alive(lifetime, name, metric, version):
    if not metric.name.startswith(name):
        return False
    if lifetime is None:
        return True
    since, until = (tuple(map(int, text.split("."))) if text else None for text in lifetime)
    return (since is None or version[:2] >= since) and (until is None or version[:2] <= until)
