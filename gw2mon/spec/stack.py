"""What all services share, and what is not about metrics: platform, logs, errors."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gw2mon.spec.values import Duration, LabelName, LabelValue, Section, ShareOf, Text, Version, Window


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
