"""What differs between two places where the application runs: all of it comes from the environment."""

from __future__ import annotations

import os
from typing import NamedTuple


class Settings(NamedTuple):
    """Where things are, and what is switched on."""

    database_url: str = "sqlite:///gw2optimizer.db"
    gw2_api_url: str = ""
    """The API of the game; "": a stand-in that the application starts by itself."""
    environment: str = "development"
    has_switches: bool = False
    """Whether requests may ask to fail or to be slow; for demonstrations and tests only."""


def from_environment() -> Settings:
    """Read the settings."""
    default = Settings()
    return Settings(
        os.environ.get("DATABASE_URL", default.database_url),
        os.environ.get("GW2_API_URL", default.gw2_api_url),
        os.environ.get("ENVIRONMENT", default.environment),
        os.environ.get("SWITCHES") == "1",
    )
