"""Two ways to measure the same requests: ours and the instrumentator's, and where they may differ.

    python web_requests.py FOLDER PACKAGE

Any interpreter that has FastAPI and the instrumentator can run it; FOLDER holds the generated package. It prints
nothing but what is wrong.
"""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import APIRouter, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

Requests = list[tuple[str, str, dict[str, Any]]]


def build(app: FastAPI) -> FastAPI:
    """Routes of every kind: direct, included twice, nested, mounted once and under a parameter, of plain Starlette."""
    builds = APIRouter(prefix="/builds")

    @builds.get("/{number}")
    def one(number: int) -> int:
        return number

    @builds.post("", status_code=201)
    async def create(request: Request) -> int:
        return len(await request.body())

    @builds.delete("/{number}")
    def broken(number: int) -> None:
        raise RuntimeError(number)

    outer = APIRouter(prefix="/api")
    outer.include_router(builds)

    @outer.get("/teams")
    def teams() -> None:
        raise HTTPException(503)

    outer.add_route("/plain", plain)
    app.include_router(outer)
    app.include_router(outer, prefix="/v2")

    guilds = FastAPI()
    guilds.include_router(builds)

    @guilds.get("/members/{name}")
    def members(name: str) -> str:
        return name

    app.mount("/guilds", guilds)
    app.mount("/worlds/{world}", guilds)
    inside = [Route("/item/{name}", plain), Mount("/deeper", routes=[Route("/still", plain)])]
    app.mount("/starlette", Starlette(routes=inside))
    app.mount("/opaque", PlainTextResponse("opaque"))
    app.add_route("/files/{name}", plain)

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    @app.get("/slash/{name}/")
    def slash(name: str) -> str:
        return name

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.close()

    return app


async def plain(_request: Request) -> Response:
    """What a route of Starlette itself answers."""
    return PlainTextResponse("plain")


PATHS = {
    "/api/builds/1": "/api/builds/{number}",
    "/api/builds/x": "/api/builds/{number}",
    "/v2/api/builds/2": "/v2/api/builds/{number}",
    "/api/teams": "/api/teams",
    "/plain": "/plain",
    "/v2/plain": "/v2/plain",
    "/guilds/members/Ann": "/guilds/members/{name}",
    "/guilds/builds/3": "/guilds/builds/{number}",
    "/worlds/Tyria/members/Bob": "/worlds/{world}/members/{name}",
    "/worlds/Cantha/builds/4": "/worlds/{world}/builds/{number}",
    "/starlette/item/sword": "/starlette/item/{name}",
    "/starlette/deeper/still": "/starlette/deeper/still",
    "/opaque/thing": "/opaque",
    "/files/a.txt": "/files/{name}",
    "/stream": "/stream",
    "/slash/x/": "/slash/{name}/",
    "/docs": "/docs",
    "/guilds/openapi.json": "/guilds/openapi.json",
    "/nowhere": "none",
    "/guilds/nowhere": "none",
    "/starlette/nowhere": "none",
    "/builds/1": "none",
}
"""Path to the handler under which a GET of it counts."""


def traffic() -> Requests:
    """What clients send; all of it twice, since the second time it is remembered."""
    once: Requests = [("GET", path, {}) for path in PATHS]
    once += [
        ("POST", "/api/builds", {"content": b"x" * 100}),
        ("POST", "/v2/api/builds", {"content": b"x" * 7}),
        ("DELETE", "/guilds/builds/5", {}),
        ("DELETE", "/worlds/Elona/builds/6", {}),
        ("HEAD", "/files/a.txt", {}),
        ("GET", "/health", {}),
        ("GET", "/metrics", {}),
    ]
    return once * 2


async def send(app: Any, requests: Requests) -> list[httpx.Response]:
    """Send one request after the other, without a server."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return [await client.request(method, path, **more) for method, path, more in requests]


def samples(registry: CollectorRegistry) -> dict[str, float]:
    """What can be compared: no times, and nothing that nobody has asked for yet."""
    lines = (line.rpartition(" ") for line in generate_latest(registry).decode().splitlines() if line[:5] == "http_")
    found = {name: float(value) for name, _, value in lines}
    timed = re.compile(r"_created|_seconds_(sum|bucket)")
    return {name: value for name, value in found.items() if value and not timed.search(name)}


def declared(registry: CollectorRegistry) -> set[str]:
    """Names, types, help and bounds."""
    lines = generate_latest(registry).decode().splitlines()
    bounds = (re.sub(r"{.*(le=[^,}]*).*", r" \1", line) for line in lines if re.match(r"http_\w+_bucket", line))
    kinds = (line for line in lines if re.match("# [A-Z]+ http_", line) and "_created" not in line)
    return {*kinds, *bounds}


def measured(package: str) -> tuple[CollectorRegistry, CollectorRegistry]:
    """The registries of both ways after the same traffic."""
    web, metrics = (importlib.import_module(f"{package}.{name}") for name in ("web", "metrics"))
    one, other = CollectorRegistry(), CollectorRegistry()
    ours, theirs = build(FastAPI()), build(FastAPI())
    web.instrument(ours, one)
    metrics.Metrics(other).instrument_fastapi(theirs)
    for app in (ours, theirs):
        asyncio.run(send(app, traffic()))
    return one, other


def handlers(registry: CollectorRegistry) -> dict[str, float]:
    """Handler to the number of requests that it got by GET."""
    found: dict[str, float] = {}
    for family in registry.collect():
        for sample in family.samples:
            if sample.name == "http_requests_total" and sample.labels["method"] == "GET" and sample.value:
                handler = sample.labels["handler"]
                found[handler] = found.get(handler, 0) + sample.value
    return found


def complaints(package: str) -> Iterator[str]:
    """What is not as it should be."""
    ours, theirs = measured(package)
    wanted: dict[str, float] = {}
    for handler in PATHS.values():
        wanted[handler] = wanted.get(handler, 0) + 2
    if (found := handlers(ours)) != wanted:
        yield f"handlers: {sorted(found.items() ^ wanted.items())}"
    yield from (f"ours or theirs alone: {one}" for one in sorted(samples(ours).items() ^ samples(theirs).items()))
    yield from (f"declared by one alone: {one}" for one in sorted(declared(ours) ^ declared(theirs)))


def host_routes(package: str) -> Iterator[str]:
    """Applications by host keep the templates of their routes."""
    web, registry = importlib.import_module(f"{package}.web"), CollectorRegistry()
    app = Starlette(routes=[Host("test", Starlette(routes=[Route("/by-host/{x}", plain)]))])
    web.instrument(app, registry)
    asyncio.run(send(app, [("GET", "/by-host/1", {})]))
    if handlers(registry) != {"/by-host/{x}": 1}:
        yield f"by host: {handlers(registry)}"


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    sys.exit("\n".join([*complaints(sys.argv[2]), *host_routes(sys.argv[2])]) or None)
