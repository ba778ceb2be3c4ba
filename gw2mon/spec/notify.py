"""Who hears of an alert: receivers and routes. Secrets are named by file, never written."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.values import Duration, InNameOrder, Section, Severity, Slug, Text, Window


def _list(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


class PagerDuty(Section):
    """PagerDuty's Events API v2."""

    routing_key_file: Text = Field(description="File with the integration key.")


class Slack(Section):
    """A Slack incoming webhook."""

    channel: Text = Field(description='Channel, such as "#alerts".')
    api_url_file: Text = Field(description="File with the webhook's URL.")


class Email(Section):
    """Mail through a smarthost."""

    to: Text = Field(description="Address that gets the mail.")
    from_: Text = Field(description="Address it comes from.")
    smarthost: Text = Field(description="host:port of the mail server.")
    auth_username: Text = Field("", description="User at the mail server.")
    auth_password_file: Text = Field("", description="File with that user's password.")
    require_tls: bool = Field(default=True, description="Refuse to send without TLS.")


class Webhook(Section):
    """An HTTP endpoint that takes Alertmanager's JSON."""

    url: Text = Field(description="Where it is posted.")
    credentials_file: Text = Field("", description="File with a bearer token.")


class Receiver(Section):
    """A named place for notifications."""

    pagerduty: PagerDuty | None = None
    slack: Slack | None = None
    email: Email | None = None
    webhook: Webhook | None = None

    @model_validator(mode="after")
    def _reaches_someone(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("form", "a receiver has at least one of pagerduty, slack, email, webhook")
        return self


class Route(Section):
    """Which alerts go where; the first route that fits takes the alert."""

    severity: Severity | None = Field(None, description="Only alerts of this severity.")
    team: Slug | None = Field(None, description="Only alerts of this team.")
    service: Slug | None = Field(None, description="Only alerts of this service.")
    to: Annotated[tuple[Slug, ...], BeforeValidator(_list)] = Field(description="Receivers.", min_length=1)
    repeat: Window | None = Field(None, description="Time until an unresolved alert is told again.")

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if self.severity is None and self.team is None and self.service is None:
            raise PydanticCustomError("form", "a route names a severity, a team or a service; `default` takes the rest")
        return self


class Notify(Section):
    """Receivers and routes of the whole stack."""

    receivers: Annotated[dict[Slug, Receiver], InNameOrder] = Field(
        description="Places for notifications, by name.", min_length=1
    )
    routes: tuple[Route, ...] = Field((), description="Which alerts go where.")
    default: Annotated[tuple[Slug, ...] | None, BeforeValidator(_list)] = Field(
        None, description="Receivers of what no route takes; the last route's by default."
    )
    watchdog: Slug | None = Field(None, description="Receiver of the always-firing Watchdog: a dead man's switch.")
    group_wait: Duration | None = Field(None, description="Time in which alerts of one incident are gathered; 30s.")
    group_interval: Window | None = Field(None, description="Time between two notifications of a changed group; 5m.")
