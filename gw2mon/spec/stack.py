"""What all services share, and what is not about metrics: platform, logs, errors."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.values import (
    Duration,
    InNameOrder,
    LabelName,
    LabelValue,
    Section,
    ShareOf,
    Text,
    Version,
    Window,
    shown,
)


class Stack(Section):
    """The monitoring stack itself."""

    platform: Literal["compose"] = Field("compose", description="Where it runs.")
    alertmanagers: tuple[Text, ...] = Field(("alertmanager:9093",), description="host:port of each Alertmanager.")
    external_labels: dict[LabelName, LabelValue] = Field(
        {}, description="Labels that this Prometheus adds when it sends."
    )
    prometheus_version: Version = Field("2.42", description="Oldest Prometheus that must understand the output.")
    alertmanager_version: Version = Field("0.25", description="Oldest Alertmanager that must understand the output.")
    retention: Window | None = Field(None, description="How long samples are kept; by default follows the longest SLO.")
    grafana_url: Text = Field(
        "", description="Where people reach Grafana: alerts then link to the panel they are about."
    )
    networks: tuple[Text, ...] = Field(
        (), description="Docker networks that Prometheus joins, to reach the services of other compose projects."
    )
    probe_modules: Annotated[dict[Text, dict[str, Any]], InNameOrder] = Field(
        {}, description="Modules of the blackbox exporter besides its own, as in its configuration."
    )

    @model_validator(mode="after")
    def _can_exist(self) -> Self:
        if self.grafana_url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", self.grafana_url):
            raise PydanticCustomError(
                "form",
                "{url} is no address; write it like https://grafana.example.org",
                {"url": shown(self.grafana_url)},
            )
        for name in self.networks:
            if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", name):
                raise PydanticCustomError("form", "{name} cannot be the name of a network", {"name": shown(name)})
        return self


class Logs(Section):
    """Where logs go."""

    ship_to: Literal["loki", "elk", "cloudwatch", "none"] = Field("none", description="The log store.")
    retention: Duration | None = Field(None, description="How long logs are kept.")


class Sentry(Section):
    """Error tracking with Sentry."""

    dsn_env: Text = Field("SENTRY_DSN", description="Environment variable that holds the DSN.")
    environment_env: Text = Field("ENVIRONMENT", description="Environment variable that names the environment.")
    traces: ShareOf | None = Field(None, description="Share of requests that are traced, such as 10%.")


class Errors(Section):
    """Where errors go."""

    sentry: Sentry | None = Field(None, description="Report to Sentry.")
