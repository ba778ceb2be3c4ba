"""What the application side needs besides metrics: where its logs and its errors go, which libraries report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal


class Logs(NamedTuple):
    """Where the logs of a service go."""

    ship_to: Literal["loki", "elk", "cloudwatch", "none"]
    retention: int | None
    """Milliseconds for which they are kept; None: as the store's generator sees fit."""


class Sentry(NamedTuple):
    """How errors are reported to Sentry."""

    dsn_env: str
    """Environment variable that holds the DSN; errors are reported only where it is set and not empty."""
    environment_env: str
    """Environment variable that names the environment."""
    traces: Decimal
    """Share of requests that are traced, 0 to 1."""
