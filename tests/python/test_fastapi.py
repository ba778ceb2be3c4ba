"""`instrument_fastapi` exposes what the catalogue of a FastAPI application says, on whatever registry."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import httpx
from fastapi import FastAPI
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from gw2mon.generators.python import metrics_module
from tests.python import guide
from tests.python.conftest import load

LABELS = {
    "http_requests_total": {"method", "status", "handler"},
    "http_request_duration_seconds": {"method", "handler"},
    "http_request_duration_highr_seconds": set(),
    "http_request_size_bytes": {"handler"},
    "http_response_size_bytes": {"handler"},
    "http_requests_in_progress": set(),
}


class Client:
    """Sends one request after the other, without a server."""

    def __init__(self, app):
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def get(self, path):
        return asyncio.run(self._get(path))

    async def _get(self, path):
        async with httpx.AsyncClient(transport=self.transport, base_url="http://test") as client:
            return await client.get(path)


def application(metrics):
    app = FastAPI()
    metrics.instrument_fastapi(app)

    @app.get("/builds/{number}")
    def builds(number: int):
        return number

    @app.get("/health")
    def health():
        return "ok"

    @app.get("/metrics/of/users")
    def users():
        return "ok"

    @app.get("/running")
    def running():
        return metrics.registry.get_sample_value("http_requests_in_progress")

    @app.get("/broken")
    def broken():
        raise RuntimeError

    return Client(app)


def test_metrics_labels_and_buckets_are_those_of_the_catalogue(cls):
    metrics = cls(CollectorRegistry())
    client = application(metrics)
    client.get("/builds/1")
    families = text_string_to_metric_families(client.get("/metrics").text)
    found = {}
    bounds: dict[str, dict[Decimal, None]] = {}
    for family in families:
        for sample in family.samples:
            if not sample.name.endswith("_created") and sample.name.startswith("http_"):
                name = family.name + "_total" if family.type == "counter" else family.name
                found[name] = set(sample.labels) - {"le"}
            if sample.name.endswith("_bucket") and sample.labels["le"] != "+Inf":
                bounds.setdefault(family.name, {})[Decimal(sample.labels["le"])] = None
    assert found == LABELS
    assert tuple(bounds["http_request_duration_seconds"]) == guide.HTTP.buckets
    assert tuple(bounds["http_request_duration_highr_seconds"]) == guide.HTTP.highr_buckets


def test_status_is_grouped_and_only_the_very_paths_are_excluded(cls):
    client = application(cls(CollectorRegistry()))
    for path in ("/builds/1", "/builds/x", "/health", "/metrics", "/metrics/of/users", "/nowhere", "/broken"):
        client.get(path)
    samples = [
        sample for sample in client.get("/metrics").text.splitlines() if sample.startswith("http_requests_total")
    ]
    families = text_string_to_metric_families("\n".join(samples) + "\n")
    counted = {(s.labels["handler"], s.labels["status"]): s.value for family in families for s in family.samples}
    assert counted == {
        ("/builds/{number}", "2xx"): 1,
        ("/builds/{number}", "4xx"): 1,
        ("/metrics/of/users", "2xx"): 1,
        ("none", "4xx"): 1,
        ("/broken", "5xx"): 1,
    }


def test_running_requests_are_counted_while_they_run(cls):
    metrics = cls(CollectorRegistry())
    client = application(metrics)
    assert client.get("/running").json() == 1
    client.get("/broken")
    assert metrics.registry.get_sample_value("http_requests_in_progress") == 0


def test_two_applications_share_a_registry_and_both_are_counted(cls):
    metrics = cls(CollectorRegistry())
    one, two = application(metrics), application(metrics)
    one.get("/builds/1")
    two.get("/builds/2")
    labels = {"method": "GET", "status": "2xx", "handler": "/builds/{number}"}
    assert metrics.registry.get_sample_value("http_requests_total", labels) == 2


def test_nothing_reaches_the_default_registry_from_another(cls):
    client = application(cls(CollectorRegistry()))
    client.get("/builds/1")
    assert not [family.name for family in REGISTRY.collect() if family.name.startswith("http_")]


def test_the_endpoint_stays_out_of_the_schema(cls):
    assert "/metrics" not in application(cls(CollectorRegistry())).get("/openapi.json").json()["paths"]


def test_exact_statuses_and_no_gauge_where_the_catalogue_says_so(tmp_path):
    http = guide.HTTP._replace(status="exact", in_progress=False, exclude=("/a.b",))
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(guide.service(guide.module(fastapi=http), name="exact")))
    module = load(path)
    module.default.unregister()
    metrics = module.Metrics(CollectorRegistry())
    client = application(metrics)
    client.get("/builds/x")
    client.get("/a.b")
    client.get("/a-b")
    samples = [line for line in client.get("/metrics").text.splitlines() if line.startswith("http_")]
    assert [line for line in samples if 'status="422"' in line]
    assert not [line for line in samples if "in_progress" in line]
    assert 'http_requests_total{handler="none",method="GET",status="404"} 1.0' in samples
