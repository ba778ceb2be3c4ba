"""Whatever is inferred of a random expression holds for what a real Prometheus answers."""

import contextlib
import http.client
import json
import subprocess
import time
import urllib.parse
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gw2mon import promql as q
from gw2mon.inference import infer
from tests.grafana.test_prometheus import free_port, wait_until_ready
from tests.inference import worlds
from tests.inference.expressions import grammar

PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture,
           HealthCheck.data_too_large, HealthCheck.large_base_example]  # fmt: skip
ROUNDING = Decimal("1e-9")


class Server(NamedTuple):
    """A Prometheus with the data of the small world, and the moments to ask about."""

    connection: http.client.HTTPConnection
    version: tuple[int, ...]
    moments: list[int]

    def ask(self, text, at):
        query = urllib.parse.urlencode({"query": text, "time": at})
        self.connection.request("POST", "/api/v1/query", query, {"Content-Type": "application/x-www-form-urlencoded"})
        return json.load(self.connection.getresponse())


@pytest.fixture(scope="module")
def server(prometheus, promtools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("prometheus")
    # Far enough in the past that no block is still open, and the same distance from a boundary of blocks.
    start = int(time.time()) // 7200 * 7200 - 8 * 3600
    text, moments = worlds.lines(start, worlds.seeded(7))
    (folder / "all.txt").write_text(text)
    (folder / "prometheus.yml").write_text("{}")
    made = promtools[-1].run("tsdb", "create-blocks-from", "openmetrics", folder / "all.txt", folder / "data")
    assert made.returncode == 0, made.stderr
    port = free_port()
    command = [str(prometheus.path), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
               f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=10d",
               *(["--enable-feature=promql-experimental-functions"] if prometheus.version >= (3,) else [])]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        # In a gap, at the end of each phase, and soon after the start of one.
        asked = [moments[0] + worlds.GAP // 2, *moments, moments[1] - worlds.STEP * (worlds.SAMPLES - 3)]
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            yield Server(connection, prometheus.version[:2], asked)
    finally:
        process.terminate()
        process.wait(timeout=20)


def unsound(found, answer):
    """The claims that an answer refutes."""
    if answer["status"] == "error":
        return [] if found.may_fail else [f"it fails: {answer['error']}"]
    data = answer["data"]
    if data["resultType"] == "scalar":
        return _of_value(found, data["result"][1]) + (["it is a scalar"] if found.kind != "scalar" else [])
    samples = [(item["metric"], item["value"][1]) for item in data["result"]]
    wrong = [claim for metric, value in samples for claim in (*_of_labels(found, metric), *_of_value(found, value))]
    if found.most is not None and len(samples) > found.most:
        wrong.append(f"{len(samples)} series, not {found.most}")
    if found.empty and samples:
        wrong.append(f"it returns something although {found.empty.text}")
    if found.always and not samples:
        wrong.append("it returns nothing")
    if found.key is not None:
        keys = [tuple(metric.get(name, "") for name in sorted(found.key)) for metric, _ in samples]
        wrong += ["two series have the same key"] if len(set(keys)) < len(keys) else []
    return wrong


def _of_labels(found, metric):
    names = dict.fromkeys((*metric, *found.labels.values))
    return [
        f"label {name} is {metric.get(name, '')!r}"
        for name in names
        if not found.labels.of(name).admits(metric.get(name, ""))
    ]


def _of_value(found, text):
    value = Decimal(text)
    if value in found.values or (value.is_finite() and _nearly(value, found.values)):
        return []
    return [f"a value is {text}"]


def _nearly(value, values):
    """Whether a float missed an end by rounding."""
    ends = (end for end in (values.low, values.high) if end.is_finite())
    return any(abs(value - end) <= ROUNDING * max(1, abs(end)) for end in ends)


def check(server, data):
    expr = data.draw(grammar(server.version).vectors)
    at = data.draw(st.sampled_from(server.moments))
    text = q.to_text(expr)
    answer = server.ask(text, at)
    assert answer.get("errorType") != "bad_data", (text, answer)
    wrong = unsound(infer(q.parse(text), worlds.WORLD), answer)
    assert wrong == [], f"{text} at {at}: {wrong}\n{infer(expr, worlds.WORLD)}"


@pytest.mark.live
@given(st.data())
@settings(deadline=None, max_examples=250, suppress_health_check=PATIENT)
def test_nothing_that_is_inferred_is_refuted_by_prometheus(server, data):
    check(server, data)


@pytest.mark.prove
@pytest.mark.live
@given(st.data())
@settings(deadline=None, max_examples=6000, suppress_health_check=PATIENT)
def test_nothing_that_is_inferred_is_refuted_by_prometheus_in_many_trials(server, data):
    check(server, data)
