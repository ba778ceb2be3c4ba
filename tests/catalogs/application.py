"""A small FastAPI application that answers a few requests and prints what it then exposes.

Run as a program of its own: the instrumentator and the client both keep their metrics in the process.
"""

import asyncio
import json
import sys

import httpx
from fastapi import FastAPI, HTTPException
from prometheus_client import generate_latest
from prometheus_fastapi_instrumentator import Instrumentator


def application(settings):
    app = FastAPI()

    @app.get("/items/{item}")
    async def items(item: int):
        if item == 0:
            raise HTTPException(404)
        return {"item": item}

    @app.post("/broken")
    async def broken():
        raise RuntimeError

    instrumentator = Instrumentator(
        should_group_status_codes=settings["status"] == "grouped",
        should_instrument_requests_inprogress=settings["in-progress"],
        inprogress_name="http_requests_in_progress",
        excluded_handlers=[f"^{path}$" for path in settings["exclude"]],
    )
    bounds = {"latency_lowr_buckets": settings["buckets"], "latency_highr_buckets": settings["highr-buckets"]}
    instrumentator.instrument(app, **bounds).expose(app)
    return app


async def requests(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path in ("/items/1", "/items/0", "/items/x", "/nowhere", "/metrics", "/health"):
            await client.get(path)
        await client.post("/broken")


if __name__ == "__main__":
    asyncio.run(requests(application(json.loads(sys.argv[1]))))
    sys.stdout.write(generate_latest().decode())
