"""An application that does all that can end up in a log, with secrets everywhere; run by a real server."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from gw2optimizer.logs import bind, configure_logging, log_requests, logger

configure_logging()


@asynccontextmanager
async def lifespan(_):
    logger.info("Application starts")
    yield
    logger.info("Application ends")


app = FastAPI(lifespan=lifespan)
log_requests(app)
router = APIRouter(prefix="/api")
library = logging.getLogger("some.library")
background = set()


@router.get("/builds/{build}")
async def build(build: int, request: Request):
    bind(user_id=build)
    library.info("Loaded %s", build, extra={"table": "builds", "authorization": request.headers["authorization"]})
    return {"id": request.state.request_id}


@router.get("/threads/{build}")
def in_a_thread(build: int):
    logger.info("Loaded in a thread", build=build)
    library.warning("Slow")


@router.get("/fails")
async def fails(request: Request):
    token = "planted-local"  # noqa: F841 - nobody may find it
    raise ValueError(f"no database at db://app:planted-password@db/?token=planted-token, {request.headers.raw}")


@router.get("/breaks")
async def breaks():
    warnings.warn("an old way\nover two lines", UserWarning, stacklevel=1)
    # A thread does not inherit the context, as everywhere in Python.
    thread = threading.Thread(target=lambda: 1 / 0, name="dies")
    thread.start()
    thread.join()
    background.add(asyncio.get_running_loop().create_task(nobody_waits()))
    await asyncio.sleep(0)
    background.clear()
    Ends()


async def nobody_waits():
    raise KeyError("nobody waits")


class Ends:
    def __del__(self):
        raise OSError("planted=no, secret=planted-secret")


@router.get("/stream")
async def stream():
    async def parts():
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.01)

    return StreamingResponse(parts())


app.include_router(router)
