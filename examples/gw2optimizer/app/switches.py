"""Switches to break things by hand, for demonstrations and tests: only where SWITCHES=1 is in the environment.

Any request takes `?fail=1`, which makes it answer 500, and `?seconds=1.2`, which makes it slow. `POST
/switches/database?up=0` takes the database away, `?up=1` gives it back.
"""

import asyncio

from fastapi import APIRouter, HTTPException
from sqlalchemy import event

from app.resources import Needs

router = APIRouter(prefix="/switches")


async def obey(*, fail: bool = False, seconds: float = 0) -> None:
    """Do to a request what it asks for."""
    await asyncio.sleep(seconds)
    if fail:
        raise HTTPException(500, "on demand")


@router.post("/database", status_code=204)
def switch_database(needs: Needs, *, up: bool) -> None:
    """Take the database away from this worker, or give it back."""
    is_away = event.contains(needs.engine, "before_cursor_execute", _refuse)
    if up and is_away:
        event.remove(needs.engine, "before_cursor_execute", _refuse)
    elif not up and not is_away:
        event.listen(needs.engine, "before_cursor_execute", _refuse)


def _refuse(*_: object) -> None:
    raise ConnectionError("the database does not answer, on demand")
