"""What a person may write: one pydantic model for each section of a spec.

A validator here looks at one record only. Whatever needs two records, such as a name that refers to another, is found
by the compiler and the checks.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon import __version__
from gw2mon.spec.alerts import Alert
from gw2mon.spec.dashboards import Dashboard
from gw2mon.spec.functions import Function, Python, Runtime
from gw2mon.spec.metrics import Events, LabelValues, Latency, MetricGroup
from gw2mon.spec.notify import Notify
from gw2mon.spec.scrape import Job, ScrapeDefaults
from gw2mon.spec.slos import Slo
from gw2mon.spec.stack import Errors, Logs, Stack
from gw2mon.spec.suppressions import Suppression
from gw2mon.spec.values import AlertName, Identifier, InNameOrder, JobName, Section, Slug, Text, shown

SHARED = ("scrape_defaults", "notify", "stack")
"""Sections that stand in exactly one of the specs of a stack."""

DEFAULT_ALERTS = (
    "Watchdog",
    "TargetDown",
    "MetricMissing",
    "UnknownLabelValues",
    "PrometheusRuleFailures",
    "PrometheusNotificationFailures",
    "PrometheusConfigReloadFailed",
    "AlertmanagerNotificationFailures",
)


def _all_or_list(everything: tuple[str, ...] | None) -> BeforeValidator:
    def expand(raw: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        if raw == "all":
            return everything
        return () if raw == "none" else raw

    return BeforeValidator(expand)


def _known_version(raw: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
    if isinstance(raw, (str, bool)):
        raise PydanticCustomError("text", "expected the number 1, without quotes")
    if raw != 1:
        raise PydanticCustomError("version", "{asked} is no version of the language that this gw2mon knows; it knows 1",
                                  {"asked": shown(raw)})  # fmt: skip
    return raw


def _new_enough(raw: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
    if not isinstance(raw, str) or not re.fullmatch(r">=[0-9]{1,4}(\.[0-9]{1,4}){0,2}", raw):
        raise PydanticCustomError("form", 'write the oldest gw2mon that will do, such as ">=0.1"')
    if _parts(raw.removeprefix(">=")) > _parts(__version__):
        raise PydanticCustomError("version", "this spec asks for gw2mon {asked}, and this is {present}",
                                  {"asked": raw, "present": __version__})  # fmt: skip
    return raw


def _parts(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return (*numbers, *[0] * (3 - len(numbers)))


class Spec(Section):
    """One spec file: one service, and possibly the sections that all services share."""

    version: Annotated[Literal[1], BeforeValidator(_known_version)] = Field(description="Version of the language.")
    requires: Annotated[Text | None, BeforeValidator(_new_enough)] = Field(
        None, description='Oldest gw2mon that may compile it, such as ">=0.1".'
    )
    service: Slug = Field(description="Name of the service.")
    team: Slug = Field(description="Team that is woken.")
    runbooks: Text = Field("", description="URL of runbooks; {alert} stands for the name of the alert.")
    runtime: Runtime = Field(Runtime(), description="How the application runs.")
    scrape_defaults: ScrapeDefaults | None = Field(None, description="How often Prometheus scrapes and evaluates.")
    scrape: Annotated[dict[JobName, Job], InNameOrder] = Field({}, description="What Prometheus scrapes, by job.")
    label_values: Annotated[dict[Slug, LabelValues], InNameOrder] = Field(
        {}, description="Sets of label values that several metrics share."
    )
    metrics: Annotated[dict[Slug, MetricGroup], InNameOrder] = Field({}, description="What is measured, in groups.")
    events: Annotated[dict[Slug, Events], InNameOrder] = Field(
        {}, description="What is counted, and what is bad about it."
    )
    latencies: Annotated[dict[Slug, Latency], InNameOrder] = Field({}, description="What is timed.")
    python: Python = Field(Python(), description="The generated Python module.")
    functions: Annotated[dict[Identifier, Function], InNameOrder] = Field(
        {}, description="Functions of the generated Python module."
    )
    slos: Annotated[dict[Slug, Slo], InNameOrder] = Field({}, description="Service level objectives.")
    alerts: Annotated[dict[AlertName, Alert], InNameOrder] = Field({}, description="Who is woken by what.")
    default_alerts: Annotated[tuple[Text, ...], _all_or_list(DEFAULT_ALERTS)] = Field(
        DEFAULT_ALERTS, description="Alerts that come without being asked for: all, none, or a list."
    )
    dashboards: Annotated[dict[Slug, Dashboard], InNameOrder] = Field({}, description="Grafana dashboards.")
    notify: Notify | None = Field(None, description="Receivers and routes.")
    logs: Logs = Field(Logs(), description="Where logs go.")
    errors: Errors = Field(Errors(), description="Where errors go.")
    stack: Stack | None = Field(None, description="The monitoring stack.")
    series_budget: int | None = Field(None, gt=0, description="Most series that the labels of its metrics may allow.")
    suppress: tuple[Suppression, ...] = Field((), description="Findings that may stay, each with its reason.")
    outputs: Annotated[tuple[Text, ...], _all_or_list(())] = Field(
        (), description="What is generated: all, or folders."
    )

    @model_validator(mode="after")
    def _known_default_alerts(self) -> Self:
        for name in self.default_alerts:
            if name not in DEFAULT_ALERTS:
                raise PydanticCustomError(
                    "form",
                    "{name} is no default alert; there are {names}",
                    {"name": name, "names": ", ".join(DEFAULT_ALERTS)},
                )
        return self
