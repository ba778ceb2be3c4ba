"""The catalogues of a FastAPI application against the instrumentator and the client library that are installed."""

import functools
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from gw2mon import catalogs
from tests.catalogs.exposition import absent, complaints, families

APPLICATION = Path(__file__).parent / "application.py"

WAYS = {
    "as it comes": {},
    "exact status": {"status": "exact"},
    "nothing in progress": {"in-progress": False},
    "own bounds": {"buckets": ["200ms", "2s"], "highr-buckets": ["50ms", "200ms", "10s"]},
    "nothing excluded": {"exclude": []},
}


@pytest.mark.parametrize("parameters", WAYS.values(), ids=WAYS.keys())
def test_an_application_set_up_by_the_parameters_exposes_the_catalogue(parameters):
    text = exposition(parameters)
    metrics = catalogs.instantiate("fastapi", "http", parameters) + catalogs.instantiate("process", "process", {})

    assert complaints(text, metrics) == []
    assert absent(text, metrics) == []
    assert [metric.name for metric in metrics if metric.name not in families(text)] == []


def test_what_matches_no_route_is_counted_under_the_known_handler_none():
    _, samples = families(exposition({}))["http_requests_total"]
    handlers = {sample.labels["handler"] for sample in samples}

    assert handlers == {"/items/{item}", "/broken", "none"}
    assert "none" in label("http_requests_total", "handler", {}).values


def test_statuses_are_classes_unless_they_are_wanted_exact():
    grouped = label("http_requests_total", "status", {})
    exact = label("http_requests_total", "status", {"status": "exact"})

    assert grouped.closed
    assert grouped.values == ("1xx", "2xx", "3xx", "4xx", "5xx")
    assert not exact.closed
    assert {"200", "404", "422", "500"} <= set(exact.values)


def test_known_routes_count_towards_the_limit_of_handlers():
    handlers = label("http_requests_total", "handler", {"routes": ["/a", "/b"], "limit": 50})
    crowded = label("http_requests_total", "handler", {"routes": ["/a", "/b"], "limit": 1})

    assert (handlers.values, handlers.limit) == (("/a", "/b", "none"), 50)
    assert crowded.limit == 3


def test_methods_can_be_named():
    assert label("http_requests_total", "method", {"methods": ["GET"]}).values == ("GET", "other")


def test_bounds_are_seconds():
    metrics = {metric.name: metric for metric in catalogs.instantiate("fastapi", "http", {"buckets": ["200ms", "2s"]})}

    assert metrics["http_request_duration_seconds"].buckets == (Decimal("0.2"), Decimal(2))
    assert len(metrics["http_request_duration_highr_seconds"].buckets) == 21


def test_workers_add_up_what_is_in_progress():
    gauges = [metric for metric in catalogs.load("fastapi").metrics if metric.type == "gauge"]

    assert [(metric.name, metric.multiprocess) for metric in gauges] == [("http_requests_in_progress", "livesum")]


def exposition(parameters):
    return printed(json.dumps(catalogs.complete_parameters("fastapi", parameters), default=float))


@functools.cache
def printed(settings):
    environment = {key: value for key, value in os.environ.items() if key != "PROMETHEUS_MULTIPROC_DIR"}
    done = subprocess.run(
        [sys.executable, APPLICATION, settings],
        check=False, capture_output=True, text=True, timeout=60, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def label(metric, name, parameters):
    found = next(item for item in catalogs.instantiate("fastapi", "http", parameters) if item.name == metric)
    return next(item.values for item in found.labels if item.name == name)
