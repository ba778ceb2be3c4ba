"""Every panel returns data from a real Prometheus that holds what the service exposes."""

import itertools
import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import NamedTuple

import pytest

from gw2mon import promql as q
from gw2mon.world import world_of
from tests.grafana import making
from tests.spec_editing import STOCK

STEP, SAMPLES = 15, 60
CASES = {"guide": (making.GUIDE,), "shop": (making.FORMS, STOCK)}
VARIABLES = {"$__rate_interval": "1m", "$__range": "10m", "$job": ".+", "$instance": ".+"}


class Asked(NamedTuple):
    """A query of a panel with its variables filled in."""

    panel: str
    expr: str


def filled(text):
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    return text


def queries(drafts):
    for name, dashboard in making.dashboards(*drafts).items():
        for panel in making.panels(dashboard):
            for target in panel.get("targets", ()):
                if target["datasource"]["type"] == "prometheus":
                    yield Asked(f"{name}: {panel['title']}", filled(target["expr"]))
        for entry in dashboard["annotations"]["list"][1:]:
            yield Asked(f"{name}: {entry['name']}", filled(entry["target"]["expr"]))


def exposed(drafts, end):
    """OpenMetrics of all that the queries read: counters that grow, and gauges, records and alerts that stay."""
    model = making.model(*drafts)
    wanted = {name for asked in queries(drafts) for name in q.metric_names(q.parse(asked.expr))}
    lines = [
        f'ALERTS{{alertname="A",alertstate="firing",severity="{severity}",service="{service.name}"}}'
        for severity, service in itertools.product(("critical", "warning"), model.services)
    ]
    lines += [name for name in sorted(wanted) if ":" in name]
    for service in model.services:
        world = world_of(service, model.stack)
        for series in (world.series[name] for name in sorted(wanted) if name in world.series):
            if set(world.jobs_of(series.metric)) & {job.name for job in service.jobs}:
                lines += selectors(world, series)
    return "".join(samples(line, end) for line in dict.fromkeys(lines)) + "# EOF\n"


def selectors(world, series):
    labels = (*series.labels, *(label for label in world.target_labels(series.metric)))
    values = [label.values.values[:4] or ("x",) for label in labels]
    # A bucket or an outcome that is left out would change the meaning; of all others a few are enough.
    values = [label.values.values if label.name in ("le", "status", "result", "mode", "job") else some
              for label, some in zip(labels, values, strict=True)]  # fmt: skip
    for combination in itertools.product(*values):
        pairs = (f'{label.name}="{value}"' for label, value in zip(labels, combination, strict=True))
        yield f"{series.name}{{{','.join(pairs)}}}"


def samples(selector, end):
    start = end - STEP * (SAMPLES - 1)
    is_growing = any(part in selector for part in ("_total", "_bucket", "_sum", "_count"))
    return "".join(
        f"{selector} {number + 1 if is_growing else 1} {start + number * STEP}\n" for number in range(SAMPLES)
    )


class Server(NamedTuple):
    """A Prometheus that answers."""

    port: int
    at: int

    def ask(self, expr):
        query = urllib.parse.urlencode({"query": expr, "time": self.at})
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/query?{query}", timeout=20) as answer:
            return json.load(answer)["data"]["result"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module", params=CASES)
def drafts(request):
    return CASES[request.param]


@pytest.fixture(scope="module")
def server(prometheus, promtools, drafts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prometheus")
    # Far enough in the past that no block is still open.
    at = int(time.time()) // 7200 * 7200 - 7200
    (folder / "all.txt").write_text(exposed(drafts, at))
    (folder / "prometheus.yml").write_text("{}")
    made = promtools[-1].run("tsdb", "create-blocks-from", "openmetrics", folder / "all.txt", folder / "data")
    assert made.returncode == 0, made.stderr
    port = free_port()
    arguments = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=10d"]  # fmt: skip
    process = subprocess.Popen([str(prometheus.path), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        yield Server(port, at)
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_ready(port):
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("Prometheus did not get ready")


@pytest.mark.live
def test_no_panel_is_empty(server, drafts):
    answers = {asked: server.ask(asked.expr) for asked in queries(drafts)}
    assert [asked for asked, found in answers.items() if not found] == []
    assert [asked for asked, found in answers.items() if any(item["value"][1] == "NaN" for item in found)] == []


def test_promtool_understands_every_query(promtool, drafts, tmp_path):
    """As rules: that is how every version of promtool checks an expression."""
    rules = [{"record": f"asked:{number}", "expr": asked.expr} for number, asked in enumerate(queries(drafts))]
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    checked = promtool.run("check", "rules", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
