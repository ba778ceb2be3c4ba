"""Teams of players."""

from typing import Literal

from fastapi import APIRouter
from gw2optimizer.metrics import teams_created_total
from pydantic import BaseModel

from app import database
from app.builds import GameMode
from app.resources import Needs

router = APIRouter(prefix="/teams")


class Team(BaseModel):
    """How many players do what together."""

    game_mode: GameMode
    size: Literal[5, 10, 15, 25, 50]


@router.post("", status_code=201)
def create_team(needs: Needs, team: Team) -> Team:
    """Found a team."""
    with needs.session() as session, session.begin():
        session.add(database.Team(**team.model_dump()))
    teams_created_total.labels(team.game_mode, str(team.size)).inc()
    return team
