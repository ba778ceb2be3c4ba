"""What a scrape of the generated web.py gets: the form it asks for, and nothing without the token."""

from __future__ import annotations

import importlib
import sys
import types

import pytest
from opentelemetry import trace
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from tests.python.test_web import Client, importing, shop, web, written

__all__ = ["importing", "web"]

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=0.0.4;q=0.4,*/*;q=0.3"
)


def scrape(app, **headers):
    return Client(app).get("/metrics", **headers)


def test_it_speaks_what_prometheus_prefers_and_the_text_form_to_people(web):
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    Client(app).get("/builds/1")
    preferred, plain = scrape(app, accept=PROMETHEUS), scrape(app, accept="*/*")
    assert preferred.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    named = [
        {family.name for family in read(answer.text)} for read, answer in ((openmetrics, preferred), (classic, plain))
    ]
    assert "http_requests" in named[0]
    assert "http_requests" in named[1]


@pytest.mark.parametrize("accept", ["application/openmetrics-text;version=new", "text/plain;version=", ";;;,"])
def test_nonsense_in_the_question_is_answered_in_the_text_form(web, accept):
    app = shop()
    web.instrument(app, CollectorRegistry())
    answer = scrape(app, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")


def test_it_compresses_for_who_can_read_that(web):
    app = shop()
    web.instrument(app, CollectorRegistry())
    packed, plain = scrape(app, **{"accept-encoding": "gzip"}), scrape(app, **{"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text[:40] == plain.text[:40]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 3


def test_it_only_reads(web):
    app = shop()
    web.instrument(app, CollectorRegistry())
    refused = Client(app).request("POST", "/metrics")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert Client(app).request("HEAD", "/metrics").status_code == 200


def test_only_the_token_of_the_file_opens_and_a_new_one_counts_at_once(importing, tmp_path, caplog):
    token, registry = tmp_path / "token", CollectorRegistry()
    Counter("planted", "", registry=registry)
    web = importing(token_file=str(token))
    app = shop()
    web.instrument(app, registry)

    def status(authorization=None):
        return scrape(app, **({"authorization": authorization} if authorization else {})).status_code

    assert (status("Bearer "), status("Bearer s3cret-one")) == (503, 503)
    token.write_text("\n")
    assert status("Bearer ") == 503
    token.write_text("s3cret-one\n")
    refused = scrape(app, authorization="Bearer wrong")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "planted" not in refused.text
    assert (status(), status("Basic s3cret-one"), status("Bearer s3cret-on\xe9".encode())) == (401, 401, 401)
    assert (status("Bearer s3cret-one"), status("bearer s3cret-one")) == (200, 200)
    token.write_text("s3cret-two")
    assert (status("Bearer s3cret-one"), status("Bearer s3cret-two")) == (401, 200)
    assert [record.levelname for record in caplog.records if str(token) in record.getMessage()] == ["ERROR"]
    assert "s3cret" not in caplog.text


def test_durations_carry_the_trace_that_somebody_keeps(importing):
    app, registry = shop(), CollectorRegistry()
    web = importing(exemplars=True)
    web.instrument(app, registry)
    kept = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED))
    dropped = trace.SpanContext(0x123, 0x456, is_remote=False)

    @app.middleware("http")
    async def traced(request, call_next):
        context = dropped if "dropped" in request.url.query else kept
        with trace.use_span(trace.NonRecordingSpan(context)):
            return await call_next(request)

    def exemplars():
        families = openmetrics(scrape(app, accept=PROMETHEUS).text)
        return {
            (family.name, sample.exemplar.labels["trace_id"], sample.exemplar.labels["span_id"])
            for family in families
            for sample in family.samples
            if sample.exemplar
        }

    Client(app).get("/builds/1?dropped")
    assert exemplars() == set()
    Client(app).get("/builds/1")
    ids = ("00000000000000000000000000000abc", "0000000000000def")
    assert exemplars() == {
        ("http_request_duration_seconds", *ids),
        ("http_request_duration_highr_seconds", *ids),
    }


def test_without_opentelemetry_there_are_no_exemplars(importing, monkeypatch):
    monkeypatch.delitem(sys.modules, "opentelemetry.trace")
    app, registry = shop(), CollectorRegistry()
    importing(exemplars=True).instrument(app, registry)
    assert Client(app).get("/builds/1").status_code == 200
    assert "trace_id" not in scrape(app, accept=PROMETHEUS).text
    assert "opentelemetry.trace" not in sys.modules


def test_of_several_workers_it_serves_all_whichever_is_asked(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    package = written(tmp_path, workers="multi")
    everybody = CollectorRegistry()
    Counter("everybody", "", registry=everybody)
    workers = types.ModuleType(f"{package}.workers")
    vars(workers).update(scrape_registry=lambda: everybody, start=lambda: None)
    monkeypatch.setitem(sys.modules, workers.__name__, workers)
    app = shop()
    importlib.import_module(f"{package}.web").instrument(app, CollectorRegistry())
    assert "everybody_total" in scrape(app).text
