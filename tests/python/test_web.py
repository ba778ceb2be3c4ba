"""The generated web.py measures what the instrumentator measures, only cheaper, and never in the way of a request."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import sys
from contextlib import asynccontextmanager
from threading import Thread

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry

from gw2mon import exposition
from gw2mon.generators.python.metrics import metrics_module
from gw2mon.generators.python.web import web_module
from gw2mon.generators.python.workers import workers_module
from gw2mon.scaffold.fastapi import parameters_of
from tests.python import guide, web_requests

HTTP = guide.HTTP
_numbers = itertools.count()


def written(folder, fastapi=HTTP, package="", workers="single"):
    """The generated package, written to a folder and importable from there."""
    package = package or f"package_{next(_numbers)}"
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    service = guide.service(guide.module(fastapi=fastapi, workers=workers))
    (folder / package / "web.py").write_text(web_module(service))
    (folder / package / "metrics.py").write_text(metrics_module(service))
    if workers == "multi":
        (folder / package / "workers.py").write_text(workers_module(service))
    return package


@pytest.fixture
def importing(tmp_path, monkeypatch):
    """Import the web module of a package that is made for the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def load(**changes):
        return importlib.import_module(f"{written(tmp_path, HTTP._replace(**changes))}.web")

    return load


@pytest.fixture
def web(importing):
    return importing()


def shop():
    app = FastAPI()

    @app.get("/builds/{number}")
    def builds(number: int):
        return number

    @app.post("/builds")
    def create():
        raise HTTPException(503)

    @app.get("/broken")
    def broken():
        raise RuntimeError

    @app.get("/health")
    def health():
        return "ok"

    return app


class Client:
    """Sends one request after the other, without a server."""

    def __init__(self, app):
        self.app = app

    def request(self, method, path, **headers):
        return asyncio.run(web_requests.send(self.app, [(method, path, {"headers": headers})]))[0]

    def get(self, path, **headers):
        return self.request("GET", path, **headers)


def talk(app, scope, *said):
    """Hold a whole conversation with an application, and return what it says."""
    answers, left = [], iter(said)

    async def receive():
        return {"type": next(left)}

    async def send(message):
        answers.append(message)

    asyncio.run(app({"asgi": {"version": "3.0", "spec_version": "2.0"}, **scope}, receive, send))
    return answers


def start_and_stop(app):
    return talk(app, {"type": "lifespan", "state": {}}, "lifespan.startup", "lifespan.shutdown")


def values(registry, name="http_requests_total"):
    """Label values, in the order of their names, to the value of each series."""
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    }


def counted(registry):
    return {labels: value for labels, value in values(registry).items() if value}


@pytest.mark.parametrize("workers", ["single", "multi"])
def test_the_same_requests_give_what_the_instrumentator_gives_under_the_full_template_of_each_route(
    tmp_path, monkeypatch, workers
):
    monkeypatch.syspath_prepend(tmp_path)
    package = written(tmp_path, workers=workers)
    if workers == "multi":
        monkeypatch.setattr(f"{package}.workers.start", lambda: None)
    assert [*web_requests.complaints(package), *web_requests.host_routes(package)] == []


def test_with_exact_status_the_same_requests_give_the_same_too(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    http = HTTP._replace(status="exact", in_progress=False, exclude=("/metrics",))
    one, other = web_requests.measured(written(tmp_path, http))
    assert web_requests.samples(one) == web_requests.samples(other)
    assert web_requests.declared(one) == web_requests.declared(other)


def test_methods_that_clients_invent_share_one_series(web):
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    for number in range(50):
        Client(app).request(f"BREW{number}", "/builds/1")
    assert counted(registry) == {("/builds/{number}", "other", "4xx"): 50}


@pytest.mark.parametrize("starts", [True, False], ids=["lifespan", "first request"])
def test_known_routes_start_at_zero_however_late_they_are_added(web, starts):
    registry = CollectorRegistry()

    @asynccontextmanager
    async def lifespan(app):
        app.add_api_route("/late", lambda: 1)
        yield

    app = FastAPI(lifespan=lifespan)
    web.instrument(app, registry)
    app.add_api_route("/builds", lambda: 1, methods=["GET", "POST"])
    if starts:
        start_and_stop(app)
    else:
        app.add_api_route("/late", lambda: 1)
        Client(app).get("/metrics")
    chosen = ("/builds", "/late", "/health", "/metrics")
    ours = {labels: value for labels, value in values(registry).items() if labels[0] in chosen}
    routes = [("/builds", "GET"), ("/builds", "POST"), ("/late", "GET")]
    assert ours == {(*route, status): 0 for route in routes for status in ("2xx", "5xx")}


def test_exact_statuses_start_with_the_failures_that_servers_answer(importing):
    app, registry = shop(), CollectorRegistry()
    importing(status="exact").instrument(app, registry)
    Client(app).get("/health")
    assert {status for handler, _, status in values(registry) if handler == "/broken"} == {
        "200", "500", "502", "503", "504",
    }  # fmt: skip


def test_an_exception_counts_as_500_and_reaches_the_server(web):
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    with pytest.raises(RuntimeError):
        talk(
            app,
            {"type": "http", "method": "GET", "path": "/broken", "headers": [], "query_string": b""},
            "http.request",
        )
    assert counted(registry) == {("/broken", "GET", "5xx"): 1}
    assert registry.get_sample_value("http_requests_in_progress") == 0


def test_a_cancelled_request_counts_as_500_and_is_no_longer_in_progress(web):
    app, registry = FastAPI(), CollectorRegistry()
    web.instrument(app, registry)
    reached = asyncio.Event()

    @app.get("/slow")
    async def slow():
        reached.set()
        await asyncio.sleep(60)

    async def cancel():
        request = asyncio.create_task(web_requests.send(app, [("GET", "/slow", {})]))
        await reached.wait()
        running = registry.get_sample_value("http_requests_in_progress")
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        return running

    assert asyncio.run(cancel()) == 1
    assert registry.get_sample_value("http_requests_in_progress") == 0
    assert counted(registry) == {("/slow", "GET", "5xx"): 1}


def test_a_stream_is_timed_to_its_end_and_a_client_that_leaves_ends_it(web):
    app, registry = FastAPI(), CollectorRegistry()
    web.instrument(app, registry)

    async def slowly():
        yield b"first"
        await asyncio.sleep(0.12)
        yield b"last"

    app.add_api_route("/stream", lambda: StreamingResponse(slowly()))
    Client(app).get("/stream")
    assert registry.get_sample_value("http_request_duration_highr_seconds_sum") > 0.1

    scope = {"type": "http", "method": "GET", "path": "/stream", "headers": [], "query_string": b""}
    said = talk(app, scope, "http.disconnect")
    assert b"last" not in [message.get("body") for message in said]
    assert counted(registry) == {("/stream", "GET", "2xx"): 2}


def test_websockets_and_lifespan_pass_through_uncounted(web):
    registry = CollectorRegistry()
    app = web_requests.build(FastAPI())
    web.instrument(app, registry)
    assert [message["type"] for message in start_and_stop(app)] == [
        "lifespan.startup.complete", "lifespan.shutdown.complete",
    ]  # fmt: skip
    scope = {"type": "websocket", "path": "/socket", "headers": [], "query_string": b"", "subprotocols": []}
    assert [message["type"] for message in talk(app, scope, "websocket.connect")] == ["websocket.close"]
    assert counted(registry) == {}


def test_calling_it_again_or_later_changes_nothing(web):
    registry = CollectorRegistry()
    app = shop()
    app.add_api_route("/{anything:path}", lambda anything: anything)
    web.instrument(app, registry)
    web.instrument(app, registry)
    assert "http_requests_total" in Client(app).get("/metrics").text
    Client(app).get("/builds/1")
    assert counted(registry) == {("/builds/{number}", "GET", "2xx"): 1}
    assert "/metrics" not in Client(app).get("/openapi.json").json()["paths"]


def test_two_applications_share_a_registry_and_other_registries_stay_apart(web):
    one, two, alone, registry, other = shop(), shop(), shop(), CollectorRegistry(), CollectorRegistry()
    for app, chosen in ((one, registry), (two, registry), (alone, other)):
        web.instrument(app, chosen)
        Client(app).get("/builds/1")
    assert counted(registry) == {("/builds/{number}", "GET", "2xx"): 2}
    assert counted(other) == {("/builds/{number}", "GET", "2xx"): 1}


def test_a_reloaded_module_goes_on_counting_where_it_was(web):
    registry = CollectorRegistry()
    for _ in range(2):
        app = shop()
        importlib.reload(web).instrument(app, registry)
        Client(app).get("/builds/1")
    assert counted(registry) == {("/builds/{number}", "GET", "2xx"): 2}


def test_the_instrumentator_cannot_measure_the_same_registry_as_well(web):
    metrics = importlib.import_module(web.__name__.replace("web", "metrics"))
    instance = metrics.Metrics(CollectorRegistry())
    instance.instrument_fastapi(shop())
    with pytest.raises(RuntimeError, match="not both"):
        web.instrument(shop(), instance.registry)
    other = metrics.Metrics(CollectorRegistry())
    app = shop()
    web.instrument(app, other.registry)
    with pytest.raises(RuntimeError, match="not both"):
        other.instrument_fastapi(app)


def test_routes_beyond_the_limit_count_as_none_and_that_is_said_once(importing, caplog):
    app, registry = FastAPI(openapi_url=None), CollectorRegistry()
    for number in range(20):
        app.add_api_route(f"/route{number}", lambda: 1)
    importing(limit=5).instrument(app, registry)
    for number in range(20):
        Client(app).get(f"/route{number}")
    assert len({handler for handler, _, _ in values(registry)}) == 5
    assert sum(counted(registry).values()) == 20
    assert len([record for record in caplog.records if "more than 5 routes" in record.getMessage()]) == 1


def test_what_is_mounted_under_a_parameter_or_redirected_makes_no_series_for_each_value(web):
    app, registry = web_requests.build(FastAPI()), CollectorRegistry()
    web.instrument(app, registry)
    requests = [("GET", f"/worlds/w{number}/members/m{number}", {}) for number in range(40)]
    requests += [("GET", f"/slash/s{number}", {}) for number in range(40)]
    asyncio.run(web_requests.send(app, requests))
    assert counted(registry) == {
        ("/worlds/{world}/members/{name}", "GET", "2xx"): 40,
        ("/slash/{name}", "GET", "3xx"): 40,
    }


def test_a_middleware_that_answers_first_is_counted_under_the_route_that_was_meant(web):
    app, registry = shop(), CollectorRegistry()

    @app.middleware("http")
    async def refuse(_request, _call_next):
        return web_requests.PlainTextResponse("no", 401)

    web.instrument(app, registry)
    Client(app).get("/builds/7")
    assert counted(registry) == {("/builds/{number}", "GET", "4xx"): 1}


def test_behind_a_proxy_that_keeps_its_prefix_probes_stay_uncounted(web):
    app, registry = shop(), CollectorRegistry()
    app.root_path = "/api"
    web.instrument(app, registry)
    for path in ("/api/health", "/api/metrics", "/api/builds/1", "/health"):
        Client(app).get(path)
    assert counted(registry) == {("/builds/{number}", "GET", "2xx"): 1}


def test_any_asgi_application_can_be_measured_and_nonsense_in_its_headers_harms_nothing(web):
    registry = CollectorRegistry()

    async def bare(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": [(b"content-length", b"-" * 9)]})
        await send({"type": "http.response.body"})

    app = web.RequestMetrics(bare, registry)
    Client(app).get("/x", **{"content-length": "9" * 5000})
    Client(app).get("/y")
    assert counted(registry) == {("none", "GET", "2xx"): 2}
    assert values(registry, "http_request_size_bytes_sum") == {("none",): 0}


def test_a_mistake_in_measuring_is_logged_once_and_reaches_no_request(web, caplog, monkeypatch):
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    monkeypatch.setattr(web, "_length", lambda _headers: 1 / 0)
    assert [Client(app).get(f"/builds/{number}").status_code for number in range(3)] == [200] * 3
    assert [record.levelname for record in caplog.records if "ZeroDivision" in record.getMessage()] == ["WARNING"]


def test_a_first_spec_made_from_its_exposition_does_not_take_other_for_a_method(web):
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    Client(app).request("BREW", "/builds/1")
    families = {family.name: family for family in exposition.read(Client(app).get("/metrics").text).families}
    settled = parameters_of(families)
    assert settled is not None
    assert "methods" not in settled


def test_templates_are_looked_for_only_once(web, monkeypatch):
    """What makes it cheap: that what was found is remembered, under a bound."""
    app, registry = shop(), CollectorRegistry()
    web.instrument(app, registry)
    sought = []
    template = web._template
    monkeypatch.setattr(web, "_template", lambda *arguments: sought.append(1) or template(*arguments))
    for number in range(30):
        Client(app).get(f"/builds/{number}")
        Client(app).get(f"/nowhere/{number}")
    assert len(sought) == 1


def test_threads_lose_nothing(web):
    """Applications in threads of their own may share a registry."""
    metrics = web._metrics_on(registry := CollectorRegistry())
    series = metrics.series("GET", "/builds", "200")

    def record():
        for _ in range(5000):
            metrics.begin()
            metrics.record(series, 0.25, 3, 4)
            metrics.end()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [Thread(target=record) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert counted(registry) == {("/builds", "GET", "2xx"): 40_000}
    handler, route = {"handler": "/builds"}, {"handler": "/builds", "method": "GET"}
    assert registry.get_sample_value("http_request_size_bytes_sum", handler) == 120_000
    assert registry.get_sample_value("http_response_size_bytes_sum", handler) == 160_000
    assert registry.get_sample_value("http_request_duration_seconds_bucket", {**route, "le": "0.5"}) == 40_000
    assert registry.get_sample_value("http_request_duration_seconds_bucket", {**route, "le": "0.2"}) == 0
    assert registry.get_sample_value("http_request_duration_highr_seconds_sum") == 10_000
    assert registry.get_sample_value("http_requests_in_progress") == 0
