"""What stays open while the application runs, and how routes get at it."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.cache import Cache
from app.gw2api import Gw2Api


class Resources(NamedTuple):
    """Opened when the application starts, closed when it ends."""

    engine: Engine
    cache: Cache
    gw2api: Gw2Api

    def session(self) -> Session:
        """Begin to work with the database; objects stay readable when the work is done."""
        return Session(self.engine, expire_on_commit=False)


def of_request(request: Request) -> Resources:
    """Return what the application of a request has opened."""
    found: Resources = request.app.state.resources
    return found


Needs = Annotated[Resources, Depends(of_request)]
