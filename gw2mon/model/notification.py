"""Who hears of an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gw2mon.finding import Position
    from gw2mon.model.rules import Pairs


class PagerDuty(NamedTuple):
    """PagerDuty's Events API v2."""

    routing_key_file: str


class Slack(NamedTuple):
    """A Slack incoming webhook."""

    channel: str
    api_url_file: str


class Email(NamedTuple):
    """Mail through a smarthost."""

    to: str
    sender: str
    smarthost: str
    auth_username: str
    auth_password_file: str
    require_tls: bool


class Webhook(NamedTuple):
    """An HTTP endpoint that takes Alertmanager's JSON."""

    url: str
    credentials_file: str
    """File with a bearer token; "" for none."""


Integration = PagerDuty | Slack | Email | Webhook


class Receiver(NamedTuple):
    """A named place for notifications, with one or more integrations."""

    name: str
    integrations: tuple[Integration, ...]
    origin: Position | None = None


class Route(NamedTuple):
    """Which alerts go to which receivers. The first route that matches takes the alert."""

    matchers: Pairs
    """Label/value pairs, all of which must be equal: severity, team, service …"""
    to: tuple[str, ...]
    repeat: int
    """Milliseconds between two notifications about the same unresolved group."""
    origin: Position | None = None


class Notify(NamedTuple):
    """Everything Alertmanager is told."""

    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    default: tuple[str, ...]
    """Receivers of whatever no route takes."""
    watchdog: str
    """Receiver of the always-firing Watchdog; "" when nobody listens."""
    group_wait: int
    group_interval: int
    origin: Position | None = None
