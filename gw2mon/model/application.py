"""What the application side needs besides metrics: where its logs and its errors go, which libraries report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.model.rules import Pairs

Library = Literal["sqlalchemy", "httpx", "requests", "redis"]


class Adapter(NamedTuple):
    """A library that reports what it does by itself."""

    library: Library
    function: str
    """The function of the module that it calls; "": none."""
    arguments: Pairs
    """Arguments of the function, in the order of its signature, each with the fact that it is given."""
    connections: str = ""
    """The gauge of connections in use; "": none."""


class Logs(NamedTuple):
    """Where the logs of a service go."""

    ship_to: Literal["loki", "elk", "cloudwatch", "none"]
    retention: int | None
    """Milliseconds for which they are kept; None: as long as the store keeps them by itself."""
    collect: Literal["files", "docker", "driver"] = "files"
    """How its lines are collected: from files that it writes, through Docker's API, or by Docker's logging driver."""
    region: str = ""
    """Region of AWS, of CloudWatch alone."""
    group: str = ""
    """Log group, of CloudWatch alone."""
    redact: tuple[str, ...] = ()
    """Keys whose values are secrets, beside the usual ones."""
    keep: tuple[str, ...] = ()
    """Keys whose values are none, although they look so."""


class Sentry(NamedTuple):
    """How errors are reported to Sentry."""

    dsn_env: str
    """Environment variable that holds the DSN; errors are reported only where it is set and not empty."""
    environment_env: str
    """Environment variable that names the environment."""
    traces: Decimal
    """Share of requests that are traced, 0 to 1."""
