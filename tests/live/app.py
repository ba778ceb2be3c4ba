"""The application that is watched: FastAPI with the generated metrics module, and switches for what can go wrong.

    python app.py PORT METRICS_MODULE

`GET /builds` works; `?fail=1` makes it answer 500 and `?seconds=1.2` makes it slow. `POST /database?up=0` takes the
database away.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI, HTTPException

if TYPE_CHECKING:
    from types import ModuleType


def loaded(path: str) -> ModuleType:
    """The generated module, as an application would import it."""
    spec = importlib.util.spec_from_file_location("metrics", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["metrics"] = module
    spec.loader.exec_module(module)
    return module


def application(metrics: ModuleType) -> FastAPI:
    """A small backend that records what a real one would."""
    app = FastAPI()
    database = {"up": True}
    metrics.initialize_app_info(version="1.0.0", environment="staging")

    def ask_database() -> bool:
        if not database["up"]:
            raise ConnectionError("the database does not answer")
        return True

    metrics.bind_db_up(ask_database)

    @app.get("/builds")
    async def builds(*, fail: bool = False, seconds: float = 0) -> dict[str, str]:
        await asyncio.sleep(seconds)
        metrics.track_cache_operation(operation="get", result="hit")
        metrics.track_db_query(operation="select", table="builds", duration=0.002)
        metrics.track_ai_request(model="mistral", operation="optimize_build", duration=0.3, tokens_prompt=7)
        metrics.track_external_api(service="gw2api", endpoint="/v2/builds", duration=0.08)
        if fail:
            raise HTTPException(500, "on demand")
        return {"build": "Guardian"}

    @app.post("/database")
    async def switch(*, up: bool) -> dict[str, bool]:
        database["up"] = up
        return database

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    metrics.instrument_fastapi(app)
    return app


if __name__ == "__main__":
    port, module = sys.argv[1:]
    uvicorn.run(application(loaded(module)), host="127.0.0.1", port=int(port), log_level="warning")
