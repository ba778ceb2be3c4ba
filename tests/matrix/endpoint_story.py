"""A scrape gets the form that it asks for, with the traces that somebody keeps.

    python endpoint_story.py FOLDER

FOLDER holds the generated package `gw2optimizer`, whose requests have exemplars. It asserts, and prints nothing.
"""

from __future__ import annotations

import asyncio
import sys

import httpx
from fastapi import FastAPI
from opentelemetry import trace
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

sys.path.insert(0, sys.argv[1])
from gw2optimizer import web

app = FastAPI()
KEPT = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED))
FORMS = (
    ("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4", "application/openmetrics-text"),
    ("*/*", "text/plain"),
)


@app.get("/builds/{number}")
async def build(number: int) -> int:
    return number


async def traced(scope, receive, send):
    with trace.use_span(trace.NonRecordingSpan(KEPT)):
        await app(scope, receive, send)


async def answers():
    """What a scrape gets in each form, after a request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(traced), base_url="http://test") as client:
        assert (await client.get("/builds/7")).json() == 7
        return [await client.get("/metrics", headers={"accept": accept}) for accept, _ in FORMS]


if __name__ == "__main__":
    web.instrument(app, CollectorRegistry())
    preferred, plain = asyncio.run(answers())
    for answer, (_, form) in zip((preferred, plain), FORMS, strict=True):
        assert answer.headers["content-type"].startswith(form), answer.headers
        assert answer.headers["content-encoding"] == "gzip"
    samples = [sample for family in openmetrics(preferred.text) for sample in family.samples]
    traces = {sample.exemplar.labels["trace_id"] for sample in samples if sample.exemplar}
    assert traces == {f"{0xABC:032x}"}, traces
    requests = [sample for family in classic(plain.text) for sample in family.samples if sample.value == 1]
    assert "/builds/{number}" in [sample.labels["handler"] for sample in requests if "handler" in sample.labels]
