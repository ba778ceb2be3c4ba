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


WAYS: dict[str, tuple[Literal["files", "docker", "driver"], ...]] = {
    "loki": ("files", "docker"),
    "elk": ("files",),
    "cloudwatch": ("driver", "files"),
}
"""Log store to the ways in which lines may come to it, the one that is taken unasked first."""

_DAY = 86_400_000
_CLOUDWATCH_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
                    3653)  # fmt: skip
"""The only periods that CloudWatch knows."""


class Logs(Section):
    """Where logs go."""

    ship_to: Literal["loki", "elk", "cloudwatch", "none"] = Field("none", description="The log store.")
    retention: Duration | None = Field(None, description="How long logs are kept, in whole days; by default 30d.")
    collect: Literal["files", "docker", "driver"] | None = Field(
        None,
        description="How lines are collected: from files that the application writes, through Docker's API (its socket "
        "is then mounted, behind a proxy that only reads), or by Docker's logging driver for CloudWatch.",
    )
    region: Text = Field("", description="Region of CloudWatch, such as eu-west-1.")
    group: Text = Field("", description="Log group of CloudWatch; by default /gw2mon/ and the name of the service.")
    redact: tuple[Text, ...] = Field(
        (), description="Keys whose values no line and no error shows, beside password, token, cookie and the like."
    )
    keep: tuple[Text, ...] = Field((), description="Keys whose values are shown, although they look like secrets.")

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        ways = WAYS.get(self.ship_to, ())
        if self.ship_to == "none" and (self.retention or self.collect or self.region or self.group):
            raise PydanticCustomError(
                "form", "nothing is shipped, so nothing can be said of it; name a ship-to, or drop the rest"
            )
        if self.collect and self.collect not in ways:
            raise PydanticCustomError(
                "form",
                "logs for {store} cannot be collected by {way}; write {ways}",
                {"store": self.ship_to, "way": self.collect, "ways": " or ".join(ways)},
            )
        self._fits_cloudwatch()
        if self.retention:
            self._is_kept(self.retention.milliseconds)
        return self

    @model_validator(mode="after")
    def _name_keys(self) -> Self:
        for key in (*self.redact, *self.keep):
            if not re.fullmatch(r"[\w.-]{1,100}", key):
                raise PydanticCustomError(
                    "form",
                    "{key} is no key of a log line; letters, digits and _ . - can stand in it",
                    {"key": shown(key)},
                )
        if both := set(self.redact) & set(self.keep):
            raise PydanticCustomError("form", "{key} cannot be both hidden and shown", {"key": shown(min(both))})
        return self

    def _fits_cloudwatch(self) -> None:
        is_cloudwatch = self.ship_to == "cloudwatch"
        if not is_cloudwatch and (self.region or self.group):
            raise PydanticCustomError("form", "only CloudWatch has a region and a group; drop them")
        if is_cloudwatch and not self.region:
            raise PydanticCustomError("form", "CloudWatch needs a region, such as region: eu-west-1")
        if self.region and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", self.region):
            raise PydanticCustomError(
                "form", "{region} is no region of AWS; write one like eu-west-1", {"region": shown(self.region)}
            )
        if self.group and not re.fullmatch(r"[A-Za-z0-9_/.#-]{1,512}", self.group):
            raise PydanticCustomError(
                "form",
                "{group} cannot be the name of a log group; letters, digits and _ / . # - can stand in it",
                {"group": shown(self.group)},
            )

    def _is_kept(self, milliseconds: int) -> None:
        days, rest = divmod(milliseconds, _DAY)
        if rest or not days:
            raise PydanticCustomError("form", "logs are kept for whole days; write a retention such as 30d")
        if self.ship_to == "cloudwatch" and days not in _CLOUDWATCH_DAYS:
            nearest = min(_CLOUDWATCH_DAYS, key=lambda known: abs(known - days))
            raise PydanticCustomError(
                "form",
                "CloudWatch cannot keep logs for {days} days; the nearest that it can is {nearest}d",
                {"days": days, "nearest": nearest},
            )


class Sentry(Section):
    """Error tracking with Sentry."""

    dsn_env: Text = Field("SENTRY_DSN", description="Environment variable that holds the DSN.")
    environment_env: Text = Field("ENVIRONMENT", description="Environment variable that names the environment.")
    traces: ShareOf | None = Field(None, description="Share of requests that are traced, such as 10%.")


class Errors(Section):
    """Where errors go."""

    sentry: Sentry | None = Field(None, description="Report to Sentry.")
