"""The API of the game. Its requests are measured by `watch_httpx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from gw2optimizer.adapters import watch_httpx

if TYPE_CHECKING:
    from collections.abc import Mapping


class Gw2Api:
    """What we ask of the API."""

    def __init__(self, url: str) -> None:
        """Ask at this address."""
        self.client = httpx.AsyncClient(base_url=url, timeout=2)
        watch_httpx(self.client, service="gw2api")

    async def builds(self) -> Mapping[str, str]:
        """The build that the game itself recommends for each profession."""
        answer = await self.client.get("/v2/builds")
        answer.raise_for_status()
        found: Mapping[str, str] = answer.json()
        return found

    async def close(self) -> None:
        """Let go of all connections."""
        await self.client.aclose()
