"""One id and one line for each request, however it goes."""

from __future__ import annotations

import asyncio
import importlib
import logging

import pytest
import structlog
from fastapi import APIRouter, BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse

from tests.python.test_logs import imported, logs, packages, process, written

__all__ = ["imported", "logs", "packages", "process", "written"]


def sent(app, path="/", *, headers=(), method="GET", kind="http"):
    """Ask an ASGI application as a server would; return what it sent, and what it raised."""
    messages, incoming = [], [{"type": "websocket.connect" if kind == "websocket" else "http.request"}]

    async def receive():
        return incoming.pop() if incoming else {"type": f"{kind}.disconnect"}

    async def send(message):
        messages.append(message)

    scope = {"type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": b"token=planted",
             "headers": list(headers), "root_path": "", "scheme": "http", "server": ("x", 80), "client": ("y", 1),
             "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"}, "subprotocols": []}  # fmt: skip
    if kind == "websocket":
        del scope["method"]
    try:
        asyncio.run(app(scope, receive, send))
    except BaseException as error:  # noqa: BLE001 - cancelled, too
        return messages, error
    return messages, None


def ids(messages):
    return [value.decode() for name, value in messages[0]["headers"] if name == b"x-request-id"]


def of_requests(lines):
    return [line for line in lines if line["event"] == "request"]


@pytest.fixture
def app(logs):
    app, builds = FastAPI(), APIRouter(prefix="/builds")

    @builds.get("/{number}")
    async def build(number: int, request: Request):
        structlog.contextvars.bind_contextvars(user_id=number)
        return [request.state.request_id, request.state.correlation_id]

    @app.get("/fails")
    def fails():
        raise ValueError("password=planted")

    @app.get("/health")
    def health():
        return PlainTextResponse("fine", headers={"X-Request-ID": "of the application"})

    app.include_router(builds, prefix="/api")
    logs.log_requests(app)
    return app


@pytest.mark.parametrize("given", ["abcdefgh", "A-b_c.123" * 7])
def test_an_id_that_comes_in_goes_out_again_and_is_on_the_line(app, written, given):
    messages, _ = sent(app, "/api/builds/7", headers=[(b"x-request-id", given.encode())])
    assert ids(messages) == [given]
    assert messages[1]["body"] == f'["{given}","{given}"]'.encode()
    (line,) = written()
    assert {**line, "duration_ms": 0, "timestamp": ""} == {
        "event": "request", "level": "info", "timestamp": "", "logger": "gw2optimizer", "service": "gw2optimizer",
        "environment": "production", "method": "GET", "path": "/api/builds/7", "status": 200, "duration_ms": 0,
        "route": "/api/builds/{number}", "request_id": given, "user_id": 7,
    }  # fmt: skip


@pytest.mark.parametrize("given", [b"short", b"a" * 65, b"has blank", b'quote"abcd', b"newline\nabc", b"\xff" * 9, b""])
def test_any_other_id_is_replaced(app, written, given):
    messages, _ = sent(app, "/health", headers=[(b"x-request-id", given)])
    (one,), (other,) = ids(messages), ids(sent(app, "/health")[0])
    assert len(one) == len(other) == 32
    assert one != other
    assert written() == []


def test_quiet_paths_are_for_debugging(app, logs, written):
    logs.configure_logging(level="debug")
    sent(app, "/health")
    assert [line["level"] for line in of_requests(written())] == ["debug"]


def test_what_was_bound_before_does_not_reach_the_next_request(app, logs, written):
    logs.bind(user_id="of another request")
    sent(app, "/nothing")
    (line,) = written()
    assert (line["status"], "user_id" in line, "route" in line) == (404, False, False)


@pytest.mark.parametrize("is_outside", [True, False])
def test_an_exception_is_logged_once_though_the_server_repeats_it(logs, app, written, is_outside):
    if not is_outside:
        inner = FastAPI()
        inner.router.routes.extend(app.router.routes)
        inner.add_middleware(logs.RequestLog)
        app = inner
    messages, error = sent(app, "/fails")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=OSError("another"))
    lines = written()
    assert sorted(line["event"] for line in lines) == [
        "Exception in ASGI application",
        "Unhandled exception",
        "request",
    ]
    (request,) = of_requests(lines)
    assert (request["status"], request["level"], request["route"]) == (500, "warning", "/fails")
    assert {line.get("request_id") for line in lines if "another" not in str(line)} == {request["request_id"]}
    assert ids(messages) == ([request["request_id"]] if is_outside else [])


def test_a_response_that_breaks_off_says_so(app, written):
    @app.get("/breaks")
    async def breaks():
        async def parts():
            yield b"one"
            raise ValueError("two")

        return StreamingResponse(parts())

    sent(app, "/breaks")
    lines = written()
    (request,) = of_requests(lines)
    assert (request["status"], request["incomplete"]) == (200, True)
    assert [line["level"] for line in lines if line["event"] == "Unhandled exception"] == ["error"]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ClientDisconnect()])
def test_a_client_that_goes_away_is_no_error(logs, written, error):
    async def waits(_scope, _receive, _send):
        raise error

    sent(logs.RequestLog(waits), "/slow")
    (line,) = written()
    assert (line["event"], line["status"]) == ("request", 500)


def test_the_line_does_not_wait_for_background_tasks(logs, app, written):
    def later():
        logs.logger.info("Later")

    @app.get("/later")
    def works(tasks: BackgroundTasks):
        tasks.add_task(later)

    sent(app, "/later")
    request, task = written()
    assert (request["event"], task["event"]) == ("request", "Later")
    assert request["request_id"] == task["request_id"]


def test_an_application_inside_another_adds_no_second_line(logs, app, written):
    outer = FastAPI()
    outer.mount("/tenants/{tenant}", app)
    logs.log_requests(outer)
    sent(outer, "/tenants/a/api/builds/7")
    (line,) = written()
    assert line["route"].endswith("/api/builds/{number}")


def test_a_websocket_has_an_id_and_a_line(logs, app, written):
    @app.websocket("/live")
    async def live(socket: WebSocket):
        await socket.accept()
        logs.logger.info("Connected")

    messages, _ = sent(app, "/live", kind="websocket")
    connected, ended = written()
    assert ids(messages) == [connected["request_id"]] == [ended["request_id"]]
    assert (ended["method"], ended["status"], ended["route"]) == ("WEBSOCKET", 101, "/live")
    sent(app, "/elsewhere", kind="websocket")
    assert [line["status"] for line in written()] == [403]


def test_start_and_end_of_the_application_pass_through(logs):
    seen = []

    async def inner(scope, _receive, _send):
        seen.append(dict(scope))

    asyncio.run(logs.RequestLog(inner)({"type": "lifespan"}, None, None))
    assert seen == [{"type": "lifespan"}]


def test_a_route_of_an_unknown_kind_disturbs_no_request(logs, written):
    async def answers(scope, _receive, send):
        scope["route"], scope["fastapi"] = object(), {"effective_route_context": 5}
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    messages, error = sent(logs.RequestLog(answers))
    assert (len(messages), error, [line["status"] for line in written()]) == (2, None, [204])


def test_a_parameter_of_the_path_that_is_a_secret_by_its_name_is_not_shown(app, written):
    @app.get("/invitations/{token}/{number}")
    def invitation(token: str, number: int):
        if number:
            raise ValueError(f"nobody invited token={token}")

    sent(app, "/invitations/planted/0")
    sent(app, "/invitations/planted/1")
    served, failed, ended = written()
    assert served["path"] == "/invitations/[Filtered]/0"
    assert failed["path"] == ended["path"] == "/invitations/[Filtered]/1"
    assert "planted" not in f"{served} {failed} {ended}"


def test_the_errors_module_is_told_the_id_of_the_request(imported, written):
    logs = imported("sentry")
    logs.configure_logging("production")
    app = FastAPI()
    logs.log_requests(app)
    sent(app, "/", headers=[(b"x-request-id", b"abcdefgh")])
    assert importlib.import_module("logs_sentry.errors").tags == {"request_id": "abcdefgh"}
    assert written()[0]["request_id"] == "abcdefgh"
