"""What the language model is asked, and what people think of its answers."""

from typing import Literal

import httpx
from fastapi import APIRouter, HTTPException
from gw2optimizer.logs import logger
from gw2optimizer.metrics import ai_feedback_total, ai_training_triggers_total, time_ai_request
from pydantic import BaseModel

from app import model
from app.builds import GameMode, Profession
from app.resources import Needs

MODEL = "mistral"

router = APIRouter(prefix="/ai")


class Advice(BaseModel):
    """What the model says."""

    text: str


class Feedback(BaseModel):
    """What somebody thinks of it."""

    is_useful: bool


async def _asked(operation: Literal["compose_team", "optimize_build"], prompt: str) -> Advice:
    # The timer counts the request however it ends: success, error or timeout.
    with time_ai_request(MODEL, operation) as timed:
        answer = await model.ask(prompt)
        timed.tokens_prompt, timed.tokens_completion = answer.tokens_prompt, answer.tokens_completion
    return Advice(text=answer.text)


@router.post("/compose_team")
async def compose_team(game_mode: GameMode, size: int = 5) -> Advice:
    """Ask who should be in a team."""
    return await _asked("compose_team", f"A team of {size} for {game_mode}.")


@router.post("/optimize_build")
async def optimize_build(needs: Needs, profession: Profession) -> Advice:
    """Ask how a build gets better than the one that the game recommends."""
    try:
        builds = await needs.gw2api.builds()
    except httpx.HTTPError as error:
        logger.warning("The API of the game does not answer", error=repr(error))
        raise HTTPException(502, "the API of the game does not answer") from error
    return await _asked("optimize_build", f"Better than {builds.get(profession, profession)}.")


@router.post("/feedback", status_code=204)
async def feedback(told: Feedback) -> None:
    """Say whether an answer was useful; where it was not, the model will learn."""
    ai_feedback_total.labels("ok" if told.is_useful else "fallback").inc()
    if not told.is_useful:
        ai_training_triggers_total.labels("scheduled").inc()
