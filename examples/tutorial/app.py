"""The shop itself."""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from metrics import answered
from prometheus_client import make_asgi_app

app = FastAPI()
app.mount("/metrics", make_asgi_app())


@app.middleware("http")
async def count(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Count every request."""
    began = time.perf_counter()
    response = await call_next(request)
    answered(request.method, request.url.path, response.status_code, time.perf_counter() - began)
    return response


@app.get("/")
async def index() -> dict[str, str]:
    """Greet."""
    return {"hello": "world"}
