"""A day of an application whose errors go to Sentry, with secrets planted wherever they are found in life.

A script, so that every interpreter and every release of the SDK can run it: `python errors_story.py FOLDER`, where the
folder holds the generated package `gw2optimizer`. It starts a sink that speaks Sentry's protocol and the application,
both on the loopback interface, and prints what arrived as JSON. `judge` says what is wrong with that.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

_PLACES = """
    authorization cookie x-api-key query-password query-code body endpoint-local coroutine-local middleware-local
    breadcrumb-key fragment userinfo message-query log-value log-nested log-crumb stdlib-argument stdlib-url
    stdlib-crumb parameter statement validator tag context email extra pem header-in-text dict-in-text bytes-in-text
    argument-of-program log-argument
"""
PLANTED = {place: f"planted-{place}-7f3a9c" for place in _PLACES.split()}
# Put together, or the source lines that the SDK sends would name the secret before anything is planted.
LITERAL = "planted-" + "literal-7f3a9c"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.plantedSignature7f3a9c"
RAISED = (
    "endpoint broke", "coroutine broke", "logged and raised", "guide broke", "block broke", "sealed broke",
    "SELECT broke", "UNIQUE constraint", "validation error", "texts broke", "library broke", "unavailable",
)  # fmt: skip
LOGGED = ("structlog failed", "library failed", "url refused")
PATHS = (
    "/endpoint", "/coroutine", "/raised", "/guide", "/block", "/sealed", "/database", "/unique", "/validator", "/texts",
    "/logs", "/missing", "/nowhere", "/health", "/metrics", "/inner/health",
)  # fmt: skip


class Sink(BaseHTTPRequestHandler):
    """Takes envelopes as Sentry does, and keeps them."""

    received: ClassVar[list[tuple[str, object]]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.received.extend(items(body))
        self.reply(b"{}")

    def do_GET(self):
        """Play the API of a third party as well."""
        self.reply(b"[]")

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def items(envelope):
    """Yield type and content of each item: a header line, then for each item a header line and so many bytes."""
    head, _, rest = envelope.partition(b"\n")
    yield "envelope", json.loads(head)
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        length = header.get("length", rest.find(b"\n"))
        content, rest = rest[:length], rest[length:].removeprefix(b"\n")
        try:
            yield header["type"], json.loads(content)
        except ValueError:
            yield header["type"], content.decode(errors="replace")


class SealedError(Exception):
    """An exception that takes no attributes but Python's own."""

    def __setattr__(self, name, value):
        if not name.startswith("__"):
            raise AttributeError(f"{name} cannot be set")
        super().__setattr__(name, value)


def fail(error):
    raise error


def application(errors, logger, api, log_requests):
    """Make the application: each route fails in a way of its own."""
    from fastapi import FastAPI

    app, inner = FastAPI(), FastAPI()
    log_requests(app)
    for own in (app, inner):
        own.get("/health")(lambda: "ok")
    app.get("/metrics")(lambda: "ok")
    app.mount("/inner", inner)
    add_failures(app, logger, api)
    add_context(app, errors)
    add_texts(app)
    add_logs(app, logger)
    return Carrying(app)


def add_failures(app, logger, api):
    """Add routes that raise, log and raise, or answer with an error."""
    import httpx
    from fastapi import HTTPException

    @app.get("/endpoint")
    def endpoint():
        anything, pairs = PLANTED["endpoint-local"], [(b"authorization", PLANTED["authorization"].encode())]
        fail(ValueError(f"endpoint broke after {len(anything) + len(pairs)}"))

    @app.get("/coroutine")
    async def coroutine():
        anything = {"value": PLANTED["coroutine-local"]}
        token = "planted-literal-7f3a9c"
        async with httpx.AsyncClient() as client:
            await client.get(f"{api}/v2/account?api_key={PLANTED['breadcrumb-key']}&lang=en#{PLANTED['fragment']}")
        fail(ValueError(f"coroutine broke after {len(anything) + len(token)}"))

    @app.get("/raised")
    def raised():
        try:
            fail(ValueError("logged and raised"))
        except ValueError:
            logger.exception("route failed", password=PLANTED["log-value"])
            raise

    @app.get("/sealed")
    def sealed():
        try:
            fail(SealedError("sealed broke"))
        except SealedError:
            logger.exception("sealed")
            raise

    @app.post("/unavailable")
    async def unavailable(body: dict[str, str]):
        raise HTTPException(503, f"unavailable for {len(body)}")

    @app.get("/missing")
    def missing():
        raise HTTPException(404, "no such build")


def add_context(app, errors):
    """Add what the guide does, with our functions and with the SDK's."""
    import sentry_sdk

    @app.get("/guide")
    async def guide():
        errors.set_user(12, "alice", email=PLANTED["email"])
        errors.set_tag("game_mode", "WvW")
        errors.set_tag("api_key", PLANTED["tag"])
        errors.set_context("build", {"profession": "Guardian", "secret_token": PLANTED["context"]})
        try:
            fail(RuntimeError("guide broke"))
        except RuntimeError as error:
            sentry_sdk.capture_exception(error)

    @app.get("/block")
    def block():
        with errors.error_context(user={"id": 13}, tags={"game_mode": "PvP"}, build={"profession": "Ranger"}):
            fail(RuntimeError("block broke"))


def add_texts(app):
    """Add routes whose exceptions say too much."""
    import pydantic
    import sqlalchemy

    engine = sqlalchemy.create_engine(
        "sqlite://", poolclass=sqlalchemy.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    insert = sqlalchemy.text("INSERT INTO keys (value) VALUES (:value)")
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE keys (value TEXT PRIMARY KEY)"))
        # Outside of any request: newer SDKs make it a trace of its own.
        connection.execute(sqlalchemy.text(f"SELECT '{PLANTED['statement']}'"))

    @app.get("/database")
    def database():
        url = f"postgresql://app:{PLANTED['userinfo']}@db.example.org/app"
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(f"SELECT '{PLANTED['statement']}'"))
        values = {"value": PLANTED["parameter"]}
        raise sqlalchemy.exc.OperationalError("SELECT broke", values, RuntimeError(f"{url} is down"))

    @app.get("/unique")
    def unique():
        with engine.begin() as connection:
            for _ in range(2):
                connection.execute(insert, {"value": PLANTED["parameter"]})

    @app.get("/validator")
    def validator():
        pydantic.TypeAdapter(int).validate_python(PLANTED["validator"])

    @app.get("/texts")
    def texts():
        said = [
            f"https://api.example.org/x?lang=en&token={PLANTED['message-query']}",
            f"https://me:{PLANTED['userinfo']}@example.org",
            str({"password": PLANTED["dict-in-text"]}),
            str([(b"x-auth-token", PLANTED["bytes-in-text"].encode())]),
            f"Authorization: Token {PLANTED['header-in-text']}",
            JWT,
            f"-----BEGIN PRIVATE KEY-----\n{PLANTED['pem']}\n-----END PRIVATE KEY-----",
        ]
        raise RuntimeError("texts broke: " + "\n".join(said))


def add_logs(app, logger):
    """Add a route that logs, through structlog and as libraries do."""
    library = logging.getLogger("some.library")

    @app.get("/logs")
    def logs():
        logger.info("calling", api_key=PLANTED["log-crumb"])
        library.warning("the token of alice, %s, expires", PLANTED["stdlib-crumb"])
        nested = {"cookie": PLANTED["log-nested"]}
        logger.error("structlog failed", password=PLANTED["log-value"], build=7, headers=nested)
        library.error("library failed: password %s refused", PLANTED["stdlib-argument"])
        logger.warning("token %s expires soon", PLANTED["log-argument"])
        library.error("url refused: %s", f"redis://:{PLANTED['stdlib-url']}@cache:6379/0")
        try:
            fail(LookupError("library broke"))
        except LookupError:
            library.exception("could not look up", extra={"secret": PLANTED["extra"]})


class Carrying:
    """Middleware whose frame holds headers and a token, as that of many does."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        held = PLANTED["middleware-local"], list(scope.get("headers", ()))
        await self.app(scope, receive, send)
        del held


def serve(app):
    """Run the application in a thread; return its address and what stops it."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)

    def stop():
        server.should_exit = True
        thread.join(20)

    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", stop


def ask(address, path, body=None):
    """Send a request as a browser would, and let the answer be what it is."""
    import httpx

    headers = {
        "Authorization": f"Bearer {PLANTED['authorization']}",
        "Cookie": f"session={PLANTED['cookie']}",
        "X-Api-Key": PLANTED["x-api-key"],
        "X-Request-ID": "request-0001",
    }
    query = f"?password={PLANTED['query-password']}&code={PLANTED['query-code']}&page=2"
    method = "POST" if body else "GET"
    return httpx.request(method, address + path + query, json=body, headers=headers, timeout=20).status_code


def tell(folder):
    """Live through the day; return what arrived at the sink."""
    sink = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    api = f"http://127.0.0.1:{sink.server_port}"
    os.environ |= {"SENTRY_DSN": f"http://public@127.0.0.1:{sink.server_port}/1", "ENVIRONMENT": "production"}
    sys.argv.append(f"--password={PLANTED['argument-of-program']}")
    sys.path.insert(0, folder)
    from gw2optimizer import errors

    assert "sentry_sdk" not in sys.modules, "importing the module loads the SDK"
    assert errors.init_errors("1.4.2", traces=1.0)
    assert errors.init_errors("1.4.2"), "a second call is a mistake"
    has_logs = Path(folder, "gw2optimizer", "logs.py").exists()
    if has_logs:
        from gw2optimizer.logs import configure_logging, log_requests, logger

        configure_logging()
    else:
        import structlog

        chain = [errors.log_processor, structlog.processors.KeyValueRenderer()]
        structlog.configure(chain, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        logger, log_requests = structlog.get_logger("gw2optimizer"), id
    address, stop = serve(application(errors, logger, api, log_requests))
    statuses = {path: ask(address, path) for path in PATHS}
    statuses["/unavailable"] = ask(address, "/unavailable", {"secret": PLANTED["body"]})
    stop()
    import sentry_sdk

    sentry_sdk.flush(10)
    sentry_sdk.get_client().close()
    sink.shutdown()
    sink.server_close()
    return {"statuses": statuses, "sdk": sentry_sdk.VERSION, "received": Sink.received, "has_logs": has_logs}


def judge(told):
    """Return what is wrong with what arrived."""
    received = told["received"]
    text = json.dumps(received)
    faults = [f"{value} was sent" for value in (*PLANTED.values(), LITERAL, JWT.split(".")[2]) if value in text]
    faults += [f"{path} answered {status}" for path, status in told["statuses"].items() if status != _expected(path)]
    events = [content for kind, content in received if kind == "event"]
    for expected in (*RAISED, *LOGGED):
        found = [event for event in events if expected in _said(event)]
        if len(found) != 1:
            faults.append(f"{len(found)} events say {expected!r}")
    if len(events) != len(RAISED) + len(LOGGED):
        faults.append(f"{len(events)} events: {[_said(event) for event in events]}")
    for event in events:
        faults += [f"{_said(event)}: {fault}" for fault in _faults(event)]
        if told["has_logs"] and event.get("tags", {}).get("request_id") != "request-0001":
            faults.append(f"{_said(event)}: it cannot be found in the log by {event.get('tags')}")
    traced = _traced(received)
    if not {"/endpoint", "/coroutine"} <= traced:
        faults.append(f"only {sorted(traced)} were traced")
    faults += [f"{path} was traced" for path in traced if path.endswith(("/health", "/metrics"))]
    return faults + _context_faults({_said(event): event for event in events})


def _expected(path):
    special = {"/guide": 200, "/logs": 200, "/missing": 404, "/nowhere": 404, "/unavailable": 503}
    return special.get(path, 200 if path.endswith(("/health", "/metrics")) else 500)


def _said(event):
    if "exception" in event:
        return event["exception"]["values"][-1]["value"]
    return event.get("logentry", {}).get("formatted", "")


def _faults(event):
    if event.get("release") != "gw2optimizer@1.4.2" or event.get("environment") != "production":
        yield f"it is of {event.get('release')} in {event.get('environment')}"
    if "exception" in event and not event["exception"]["values"][-1].get("stacktrace", {}).get("frames"):
        yield "it has no traceback"
    if re.search(r'"(vars|cookies|data)": [{\["](?!})', json.dumps({**event, "breadcrumbs": 0, "contexts": 0})):
        yield "it has variables, cookies or a body"
    request = event.get("request")
    if not request:
        yield "it does not know its request"
    elif request["query_string"] != "password=[Filtered]&code=[Filtered]&page=[Filtered]":
        yield f"its query is {request['query_string']}"
    elif {name.lower(): value for name, value in request["headers"].items()}.get("x-request-id") != "request-0001":
        yield f"its headers are {request['headers']}"


def _traced(received):
    """Paths of the requests that were traced, as transactions or, from newer SDKs, as spans."""
    names = [content["transaction"] for kind, content in received if kind == "transaction"]
    spans = [span for kind, content in received if kind == "span" for span in content["items"]]
    names += [span["name"] for span in spans if span.get("is_segment")]
    return {name.split(" ")[-1] for name in names}


def _context_faults(events):
    expected = {
        "guide broke": ({"id": 12, "username": "alice"}, "WvW", "Guardian"),
        "block broke": ({"id": 13}, "PvP", "Ranger"),
    }
    for said, (user, mode, profession) in expected.items():
        event = events.get(said, {})
        build = event.get("contexts", {}).get("build", {})
        got = event.get("user"), event.get("tags", {}).get("game_mode"), build.get("profession")
        if got != (user, mode, profession):
            return [f"{said} told of {got}"]
    logged = events.get("structlog failed", {}).get("contexts", {}).get("log", {})
    if logged.get("build") != 7 or logged.get("password") != "[Filtered]":
        return [f"structlog's values arrived as {logged}"]
    return []


def main():
    """Print on the last line what is wrong and what arrived; exit with 1 where anything is wrong."""
    told = tell(sys.argv[1])
    faults = judge(told)
    print("\n" + json.dumps({"sdk": told["sdk"], "faults": faults, "received": told["received"]}))  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
