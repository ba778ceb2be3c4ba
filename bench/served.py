# ruff: noqa: INP001, T201 - a script, which prints
"""Requests to applications that are measured and that are not; any interpreter with FastAPI can run it.

    python served.py FOLDER ROUNDS

FOLDER holds the generated package `measured`. What measuring adds is printed as JSON, in seconds of processor time.
It is timed without a server and with handlers that do next to nothing, for it is lost in the noise of anything larger.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTES = 90
REQUESTS = 25
"""Requests in a row: few enough for a quiet moment of the machine. The least time of many rows counts."""
SCALE = 1000
"""Figures are for so many requests."""
PATHS = {"first route": "/route0/1", "last route": f"/route{ROUTES - 1}/1", "no route": "/nowhere"}
HEADERS = [
    (b"host", b"example.org"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, deflate, br"),
    (b"authorization", b"Bearer token"),
    (b"x-request-id", b"0123456789abcdef"),
]


def application(record: Callable[[], None] | None = None) -> FastAPI:
    """Many routes that do nothing but record what they are told to."""
    app = FastAPI()

    async def answer(number: int) -> int:
        if record is not None:
            record()
        return number

    for number in range(ROUTES):
        app.get(f"/route{number}/{{number}}")(answer)
    return app


def added(rounds: int) -> dict[str, Any]:
    """Seconds that both ways add to so many requests, to each path, with what the functions of the handler take."""
    web, metrics = (importlib.import_module(f"measured.{name}") for name in ("web", "metrics"))
    ours, theirs, whole = (metrics.Metrics(CollectorRegistry()) for _ in range(3))

    def record() -> None:
        whole.track_db_query(operation="select", table="builds", duration=0.002)
        whole.track_db_query(operation="select", table="teams", duration=0.002)
        whole.track_cache_operation(operation="get", result="miss")

    apps = {"bare": application(), "ours": application(), "theirs": application(), "whole": application(record)}
    web.instrument(apps["ours"], ours.registry)
    theirs.instrument_fastapi(apps["theirs"])
    web.instrument(apps["whole"], whole.registry)
    found: dict[str, Any] = {}
    for what, path in PATHS.items():
        least = asyncio.run(_least(apps, path, rounds))
        found[what] = [least["ours"] - least["bare"], least["theirs"] - least["bare"]]
        found.setdefault("whole", least["whole"] - least["bare"])
    found["scrape"] = min(_timed(lambda: generate_latest(whole.registry)) for _ in range(20))
    return found


async def _least(apps: dict[str, FastAPI], path: str, rounds: int) -> dict[str, float]:
    """The least processor time of each application for so many requests, all of them taking turns."""
    least = dict.fromkeys(apps, float("inf"))
    for _ in range(rounds + 1):
        for name, app in apps.items():
            started = time.thread_time()
            for _ in range(REQUESTS):
                await app(_scope(path), _receive, _send)
            least[name] = min(least[name], (time.thread_time() - started) / REQUESTS * SCALE)
    return least


def _scope(path: str) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": list(HEADERS),
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 12345),
    }  # fmt: skip


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: object) -> None:
    pass


def _timed(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return time.thread_time() - started


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(added(int(sys.argv[2]))))
