"""Targets and a Prometheus that are asked about metrics: politely, and whatever they answer."""

import json
import time
from urllib.parse import urlsplit

import pytest

from gw2mon.auditing import audit
from gw2mon.commands.witnesses import fetched, prometheus_at
from gw2mon.files import FileError
from tests.auditing.test_knowledge import APP, ERROR, NOTHING, SHOWN, SOURCE, WARNING, prometheus, rules
from tests.verifying.servers import running, site


def answer(data):
    return json.dumps({"status": "success", "data": data}).encode()


def target(job="shop", health="up"):
    labels = {"job": job, "instance": f"{job}:8000"}
    return {"scrapePool": job, "health": health, "discoveredLabels": {"__address__": f"{job}:8000"}, "labels": labels}


def vector(*jobs):
    return {"resultType": "vector", "result": [{"metric": {"job": job}, "value": [0, "1"]} for job in jobs]}


UP = target()


def pages(names=("orders_total", "up", "took_seconds_bucket", "old_total"), targets=(UP,), python=("shop",)):
    families = {
        "orders_total": [{"type": "counter", "help": "d", "unit": ""}],
        "refunds": [{"type": "counter", "help": "", "unit": ""}],
        "took_seconds": [{"type": "histogram", "help": "", "unit": ""}],
        "twice": [{"type": "gauge", "help": "", "unit": ""}, {"type": "counter", "help": "", "unit": ""}],
    }
    return {
        "/api/v1/label/__name__/values": answer(list(names)),
        "/api/v1/metadata": answer(families),
        "/api/v1/targets": answer({"activeTargets": list(targets)}),
        "/api/v1/query": answer(vector(*python)),
        "/api/v1/labels": answer(["__name__", "instance", "job", "status", "le"]),
        "/api/v1/label/le/values": answer(["0.1", "1.0", "+Inf"]),
    }


def asked(expr, served, *jobs, source=""):
    files = {"rules.yml": rules(expr), "app.py": source, "prometheus.yml": prometheus(*jobs) if jobs else ""}
    given = [(name, text.encode()) for name, text in files.items() if text]
    with site(served) as server:
        return audit(given, prometheus=prometheus_at(server.url)), server


def found(*arguments, **rest):
    result, _ = asked(*arguments, **rest)
    (judged,) = result.alerts
    return [(item.code, item.severity) for item in judged.findings if item.code[:4] in ("GW20", "GW40", "GW32")]


@pytest.mark.parametrize(
    ("expr", "served", "said"),
    [
        ("rate(orders_total[5m]) > 1", {}, NOTHING),
        # Python announces what has not happened yet; as OpenMetrics it does so without the suffix.
        ("rate(refunds_total[5m]) > 1", {}, NOTHING),
        ("rate(ordres_total[5m]) > 1", {}, ERROR),
        # Others may show a metric only with its first error.
        ("rate(ordres_total[5m]) > 1", {"python": ()}, WARNING),
        ("rate(ordres_total[5m]) > 1", {"targets": (target(health="down"),)}, WARNING),
        ("rate(ordres_total[5m]) > 1", {"targets": (target(), target("worker"))}, WARNING),
        # What is stored and no longer announced, and what two targets disagree about, is not judged.
        ("rate(old_total[5m]) > 1", {}, NOTHING),
        ("rate(twice[5m]) > 1", {"names": ("twice",)}, NOTHING),
        ('rate(orders_total{state="failed"}[5m]) > 1', {}, [("GW202", "error")]),
        ("histogram_quantile(0.9, sum by (le) (rate(took_seconds_bucket[5m]))) > 2", {}, [("GW401", "error")]),
    ],
)
@pytest.mark.parametrize("jobs", [(), (APP,)], ids=["its own jobs", "with prometheus.yml"])
def test_what_a_prometheus_knows_closes_the_world_as_far_as_its_targets_announce_all_they_have(
    expr, served, said, jobs
):
    if jobs and len(served.get("targets", ())) > 1:
        said = ERROR  # the job that is not Python is none of those that were given
    assert found(expr, pages(**served), *jobs) == said


def test_what_source_knows_is_not_asked_for_and_needs_no_series():
    result, server = asked(
        "rate(orders_total[5m]) > 1 and took_seconds_count > cache_hit_rate", pages(), APP, source=SOURCE
    )
    assert "/api/v1/labels" not in [path for path, _ in server.asked]
    assert result.known.unaccounted == ()
    assert f"3 metrics that {server.url} knows" in result.known.sources


def test_only_series_that_somebody_reads_are_asked_for_and_only_so_many():
    many = [f"metric_{number}" for number in range(200)]
    result, server = asked(" + ".join(many) + " > 1", pages(names=many))
    assert len(server.asked) == 4 + 60
    assert result.known.findings == ()


@pytest.mark.parametrize(
    "data", ["", "[]", "null", '"x"', '{"activeTargets": 5, "result": {}}', "[1, {}, null]", '{"a": 5}']
)
def test_answers_of_another_shape_are_no_tracebacks(data):
    nonsense = {path: f'{{"status": "success", "data": {data or "null"}}}'.encode() for path in pages()}
    result, _ = asked("up == 0", nonsense)
    assert len(result.alerts) == 1


def test_a_server_that_does_not_answer_is_an_error_and_is_not_asked_again():
    result, server = asked("up == 0", {})
    assert [(finding.code, finding.severity) for finding in result.known.findings] == [("GW651", "error")]
    assert len(server.asked) == 1
    assert result.known.unaccounted != ()


def test_a_token_comes_from_a_file(tmp_path):
    (tmp_path / "token").write_text("secret\n")
    with site(pages(), token="secret") as server:
        served = prometheus_at(server.url, tmp_path / "token")(frozenset())
        refused = prometheus_at(server.url)(frozenset())
    assert (served.findings, len(refused.findings)) == ((), 1)
    with pytest.raises(FileError):
        prometheus_at("localhost:9090")


def test_expositions_come_from_addresses_and_files(tmp_path):
    (tmp_path / "metrics.txt").write_text(SHOWN)
    with site({"/metrics": SHOWN.encode(), "/": b"<html>"}) as server:
        shown = fetched([f"{server.url}/metrics", str(tmp_path / "metrics.txt"), server.url, f"{server.url}/none"])
        assert [urlsplit(item.address).path for item in shown.expositions] == ["/metrics", ""]
    assert [finding.code for finding in shown.findings] == ["GW651", "GW651"]
    with pytest.raises(FileError):
        fetched([str(tmp_path / "none.txt")])


PATIENCE = 20
"""Seconds for a first scrape."""
CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ["{address}"]}}]}}]
"""


@pytest.mark.prove
def test_a_real_prometheus_answers_as_it_is_read(prometheus, tmp_path):
    page = SHOWN + '# TYPE python_info gauge\npython_info{version="3"} 1\n'
    with site({"/metrics": page.encode()}) as shop:
        folder = tmp_path / "generated" / "prometheus"
        folder.mkdir(parents=True)
        (folder / "prometheus.yml").write_text(CONFIG.format(address=shop.address))
        with running(prometheus, tmp_path) as server:
            ask = prometheus_at(server.url)
            wanted = frozenset(("took_seconds_bucket", "orders_total", "none"))
            served = ask(wanted)
            end = time.monotonic() + PATIENCE
            while not served.labels and time.monotonic() < end:
                time.sleep(0.3)
                served = ask(wanted)
    assert served.findings == ()
    assert {"orders_total", "took_seconds_bucket"} <= served.names
    assert served.announced["refunds_total"].type == "counter"
    assert set(served.labels["orders_total"]) == {"__name__", "instance", "job", "status"}
    assert set(served.bounds["took_seconds_bucket"]) >= {"+Inf"}
    assert [(item.job, item.health) for item in served.targets] == [("shop", "up")]
    assert served.python == {"shop"}
