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
from gw2mon.model import AlertingRule
from gw2mon.world import world_of
from tests.grafana import making
from tests.spec_editing import STOCK

STEP, SAMPLES = 15, 60
CASES = {"guide": (making.GUIDE,), "shop": (making.FORMS, STOCK), "promises": (making.PROMISES,)}
VARIABLES = {"$__rate_interval": "1m", "$__range": "10m", "$job": ".+", "$instance": ".+", "$service": ".+"}


class Asked(NamedTuple):
    """A query of a panel with its variables filled in: once, or once for each SLO that may be chosen.

    Some queries are about a part of the SLOs, such as those that count events: they need data for one of them.
    """

    panel: str
    exprs: tuple[str, ...]


def filled(text, slos):
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    return tuple(text.replace("$slo", slo) for slo in slos) if "$slo" in text else (text,)


def queries(drafts):
    slos = {service.name: [promise.id for promise in service.slos] for service in making.model(*drafts).services}
    for name, dashboard in making.dashboards(*drafts).items():
        own = slos.get(name.partition("/")[0], ())
        for panel in making.panels(dashboard):
            for target in panel.get("targets", ()):
                if target["datasource"]["type"] == "prometheus":
                    yield Asked(f"{name}: {panel['title']}", filled(target["expr"], own))
        for entry in dashboard["annotations"]["list"][1:]:
            yield Asked(f"{name}: {entry['name']}", filled(entry["target"]["expr"], own))


def exposed(drafts, end):
    """OpenMetrics of all that the queries read: counters that grow, and gauges, records and alerts that stay."""
    model = making.model(*drafts)
    wanted = {name for asked in queries(drafts) for expr in asked.exprs for name in q.metric_names(q.parse(expr))}
    lines = [
        f'ALERTS{{alertname="A",alertstate="firing",severity="{severity}",service="{service.name}"}}'
        for severity, service in itertools.product(("critical", "warning"), model.services)
    ]
    lines += [name for name in sorted(wanted) if ":" in name and not name.startswith("slo:")]
    lines += [line for service in model.services for line in of_slos(service)]
    for service in model.services:
        world = world_of(service, model.stack)
        for series in (world.series[name] for name in sorted(wanted) if name in world.series):
            if set(world.jobs_of(series.metric)) & {job.name for job in service.jobs}:
                lines += selectors(world, series)
    return "".join(samples(line, end) for line in dict.fromkeys(lines)) + "# EOF\n"


def of_slos(service):
    """What the rules of SLOs leave behind, with the labels that they really have, and how the rules fare."""
    groups = {slo.id: itertools.product(*([f'{label}="{value}"' for value in ("card", "invoice")] for label in slo.by))
              for slo in service.slos}  # fmt: skip
    groups = {name: [",".join(pairs) for pairs in combinations] for name, combinations in groups.items()}
    for group in service.slo_groups:
        told = f'job="prometheus",instance="prometheus:9090",rule_group="/etc/prometheus/rules.yml;{group.name}"'
        yield f"prometheus_rule_group_iterations_missed_total{{{told}}}"
        yield f"prometheus_rule_evaluation_failures_total{{{told}}}"
        for rule in group.rules:
            if isinstance(rule, AlertingRule):
                yield from alerting(rule, groups[rule.slo])
            else:
                yield from recorded(rule, groups[dict(rule.labels)["slo_id"]])


def alerting(rule, groups):
    for group in groups:
        told = f'alertname="{rule.alert}",' + ",".join((*labelled(rule.labels), *filter(None, [group])))
        yield f"ALERTS_FOR_STATE{{{told}}}"
        yield from (f'ALERTS{{{told},alertstate="{state}"}}' for state in ("firing", "pending"))


def recorded(rule, groups):
    is_constant = isinstance(rule.expr, q.Call) and rule.expr.function == "vector"
    for group in [""] if is_constant else groups:
        yield f"{rule.record}{{{','.join((*labelled(rule.labels), *filter(None, [group])))}}}"


def labelled(pairs):
    return [f"{name}={q.quote(value)}" for name, value in pairs]


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
    is_growing = any(part in selector for part in ("_total{", "_bucket{", "_sum{", "_count{"))
    # What is marked is the beginning of a warning.
    first = SAMPLES - 8 if selector.startswith("ALERTS{") and 'severity="warning"' in selector else 0
    return "".join(
        f"{selector} {number + 1 if is_growing else 1} {start + number * STEP}\n" for number in range(first, SAMPLES)
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
    answers = {asked: [item for expr in asked.exprs for item in server.ask(expr)] for asked in queries(drafts)}
    assert [asked for asked, found in answers.items() if not found] == []
    assert [asked for asked, found in answers.items() if any(item["value"][1] == "NaN" for item in found)] == []


def test_promtool_understands_every_query(promtool, drafts, tmp_path):
    """As rules: that is how every version of promtool checks an expression."""
    every = dict.fromkeys(expr for asked in queries(drafts) for expr in asked.exprs)
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(every)]
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    checked = promtool.run("check", "rules", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
