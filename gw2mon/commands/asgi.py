"""A program of its own, run by `gw2mon verify --app`: starts an ASGI application and asks it once for its metrics.

    python -m gw2mon.commands.asgi MODULE:ATTRIBUTE PATH FOLDER [--factory]

It prints a line that begins with MARK; whatever the application prints goes to standard error. The application is
started like a server would, with its lifespan, and nothing listens on any port.

https://asgi.readthedocs.io/en/latest/specs/main.html
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from signal import SIGKILL, raise_signal
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    _Receive = Callable[[], Awaitable[Any]]
    _Send = Callable[[Any], Awaitable[None]]
    _App = Callable[[dict[str, Any], _Receive, _Send], Awaitable[None]]

MARK = "gw2mon-verify:"
"""Begins the line that holds the outcome, as JSON."""

_VERSIONS = {"version": "3.0", "spec_version": "2.3"}
_REDIRECTS = 3
_FAREWELL = 5.0
"""Seconds for the application to shut down."""
_OK = 200


class Wanted(NamedTuple):
    """What a person asked for."""

    module: str
    attribute: str
    path: str
    factory: bool


class _Lifespan(NamedTuple):
    """A running lifespan: the task of the application, and what it is told."""

    task: asyncio.Task[None]
    events: asyncio.Queue[dict[str, str]]
    state: dict[str, Any]


def main(arguments: list[str]) -> None:
    """Import, start, ask, tell. Whatever the application does wrong becomes part of the outcome."""
    target, path, folder, *flags = arguments
    module, _, attribute = target.partition(":")
    sys.path.insert(0, folder)
    sys.argv[1:] = []  # ours are none of the application's business
    stdout = sys.stdout
    with redirect_stdout(sys.stderr):
        try:
            outcome = _outcome(Wanted(module, attribute, path, bool(flags)))
        except BaseException as error:  # noqa: BLE001 - an application may even leave the program while it is imported
            outcome = _blame(error, module)
    print(f"\n{MARK}{json.dumps(outcome)}", file=stdout, flush=True)
    # Threads of the application may never end, and nothing that it holds is worth waiting for.
    raise_signal(SIGKILL)


def _outcome(wanted: Wanted) -> dict[str, object]:
    found: Any = import_module(wanted.module)
    for name in wanted.attribute.split("."):
        found = getattr(found, name)
    return asyncio.run(_asked(found() if wanted.factory else found, wanted.path))


async def _asked(app: _App, path: str) -> dict[str, object]:
    lifespan = await _started(app)
    try:
        status, headers, body = await _got(app, path, lifespan.state)
        for _ in range(_REDIRECTS):
            if "location" in headers:
                status, headers, body = await _got(app, _path_of(headers["location"]), lifespan.state)
    finally:
        await lifespan.events.put({"type": "lifespan.shutdown"})
        with suppress(Exception):
            await asyncio.wait_for(lifespan.task, _FAREWELL)
    if status != _OK:
        return {"status": status}
    return {"text": body.decode("utf-8", errors="replace"), "media": headers.get("content-type", "")}


async def _started(app: _App) -> _Lifespan:
    """Start the application; one that knows no lifespan runs without."""
    events: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    replies: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    state: dict[str, Any] = {}
    scope = {"type": "lifespan", "asgi": _VERSIONS, "state": state}
    task = asyncio.create_task(_run(app, scope, events.get, replies.put))
    await events.put({"type": "lifespan.startup"})
    reply = asyncio.ensure_future(replies.get())
    await asyncio.wait((task, reply), return_when=asyncio.FIRST_COMPLETED)
    if reply.done() and reply.result().get("type") == "lifespan.startup.failed":
        await task  # raises what went wrong, where the application does not swallow it
        raise RuntimeError(reply.result().get("message", "").strip().rpartition("\n")[2] or "it refuses to start")
    reply.cancel()
    return _Lifespan(task, events, state)


async def _run(app: _App, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
    await app(scope, receive, send)


async def _got(app: _App, path: str, state: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """The status of a GET, the headers by their names in small letters, and the body."""
    head: dict[str, Any] = {}
    body = bytearray()
    over = asyncio.Event()
    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, object]:
        if requests:
            return requests.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            head.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                over.set()

    await app({**_request(path), "state": dict(state)}, receive, send)
    status = int(head.get("status", 0))
    pairs = [(bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in head.get("headers", ())]
    return status, {name.lower(): value for name, value in pairs}, bytes(body)


def _request(path: str) -> dict[str, Any]:
    return {
        "type": "http", "asgi": _VERSIONS, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", b"text/plain"), (b"user-agent", b"gw2mon")],
        "client": ("127.0.0.1", 50000), "server": ("localhost", 80),
    }  # fmt: skip


def _path_of(location: str) -> str:
    """The path of a redirection: an application that is mounted sends /metrics to /metrics/."""
    from urllib.parse import urlsplit

    return urlsplit(location).path


def _blame(error: BaseException, module: str) -> dict[str, object]:
    """What went wrong, and the last line of the user's own files that took part in it."""
    told = str(error).strip().partition("\n")[0]
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    outcome: dict[str, object] = {"error": f"{type(error).__name__}: {told}" if told else type(error).__name__}
    if missing and (module == missing or module.startswith(f"{missing}.")):
        return {**outcome, "absent": missing}
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 1))
    own = [(_own(file), line) for file, line in places if _own(file)]
    return {**outcome, "file": own[-1][0], "line": own[-1][1]} if own else outcome


def _own(file: str) -> str:
    """A file as seen from here, if it is one of the user's; "" for those of packages and of Python."""
    path, here = Path(file), Path.cwd()
    if not path.is_relative_to(here) or path.is_relative_to(Path(sys.prefix)) or path == Path(__file__):
        return ""
    return str(path.relative_to(here))


if __name__ == "__main__":
    main(sys.argv[1:])
