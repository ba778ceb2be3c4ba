"""A language model that is not there: it thinks for a moment and says what it always says."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

THINKS = 0.02
"""Seconds."""


class Answer(NamedTuple):
    """A text, and what it cost."""

    text: str
    tokens_prompt: int
    tokens_completion: int


async def ask(prompt: str) -> Answer:
    """Ask the model."""
    await asyncio.sleep(THINKS)
    text = f"Bring stability and a healer. {prompt}"
    return Answer(text, len(prompt.split()), len(text.split()))
