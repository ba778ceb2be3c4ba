"""Builds: listed from the cache, written to the database."""

import json
from typing import Literal

from fastapi import APIRouter, HTTPException
from gw2optimizer.logs import logger
from gw2optimizer.metrics import builds_created_total
from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import database
from app.resources import Needs

Profession = Literal[
    "Guardian", "Warrior", "Revenant", "Ranger", "Thief", "Engineer", "Necromancer", "Elementalist", "Mesmer"
]
GameMode = Literal["PvE", "WvW", "PvP", "Fractals", "Raids", "Strikes"]

router = APIRouter(prefix="/builds")


class Build(BaseModel):
    """A build, as its author describes it."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    author: str
    profession: Profession
    game_mode: GameMode


@router.get("")
def list_builds(needs: Needs, profession: Profession = "Guardian") -> list[Build]:
    """Builds of a profession."""
    cached = needs.cache.get(f"builds:{profession}")
    if cached is not None:
        return [Build.model_validate(item) for item in json.loads(cached)]
    with needs.session() as session:
        found = session.scalars(select(database.Build).where(database.Build.profession == profession).limit(100)).all()
    builds = [Build.model_validate(item) for item in found]
    needs.cache.set(f"builds:{profession}", json.dumps([build.model_dump() for build in builds]))
    return builds


@router.post("", status_code=201)
def create_build(needs: Needs, build: Build) -> Build:
    """Publish a build. An author has one of each name."""
    try:
        with needs.session() as session, session.begin():
            database.see(session, build.author)
            session.add(database.Build(**build.model_dump()))
    except IntegrityError as error:
        raise HTTPException(409, f"{build.author} already has a build called {build.name}") from error
    needs.cache.delete(f"builds:{build.profession}")
    builds_created_total.labels(build.profession, build.game_mode).inc()
    logger.info("Build created", name=build.name, profession=build.profession, game_mode=build.game_mode)
    return build


@router.delete("/{author}/{name}", status_code=204)
def delete_build(needs: Needs, author: str, name: str) -> None:
    """Take a build back."""
    mine = delete(database.Build).where(database.Build.author == author, database.Build.name == name)
    with needs.session() as session, session.begin():
        profession = session.scalar(mine.returning(database.Build.profession))
    if profession is None:
        raise HTTPException(404, f"{author} has no build called {name}")
    needs.cache.delete(f"builds:{profession}")
