"""Service level objectives."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.metrics import LabelFilters
from gw2mon.spec.values import (
    Duration,
    InNameOrder,
    LabelName,
    MetricName,
    Objective,
    Section,
    ShareOf,
    Slug,
    Text,
    Window,
    exactly_one,
    goes_with,
    shown,
)


def _factor(raw: object) -> object:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)) or raw <= 0:
        raise PydanticCustomError("quantity", "a factor is a number such as 14.4; got {got}", {"got": shown(raw)})
    return Decimal(raw)


Factor = Annotated[Decimal, BeforeValidator(_factor)]


_LONGEST_WINDOW = 366 * 86400


class EventsQuery(Section):
    """An SLI in PromQL; `$window` stands for the range."""

    total: Text = Field(description="Rate of all events, such as sum(rate(x_total[$window])).")
    bad: Text = Field(description="Rate of the bad events.")


class BurnWindow(Section):
    """Two windows that must both spend the budget faster than a factor."""

    level: Literal["page", "ticket"] = Field(description="How urgent it is: page is critical, ticket is warning.")
    short: Window = Field(description="Tells whether it still goes on, such as 5m.")
    long: Window = Field(description="Tells whether it matters, such as 1h.")
    budget: ShareOf | None = Field(None, description="Share of the budget that the long window may spend, such as 2%.")
    factor: Factor | None = Field(None, description="How many times faster than evenly the budget may be spent.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        exactly_one(self, ("budget", "factor"), "a burn window")
        if self.short.value >= self.long.value:
            raise PydanticCustomError("form", "short must be shorter than long")
        if any(window.value % 60 for window in (self.short, self.long)):
            raise PydanticCustomError("form", "the windows of a burn alert are whole minutes")
        return self


class Alerting(Section):
    """Which alerts an SLO has."""

    page: bool = Field(default=True, description="Whether fast burning wakes someone.")
    ticket: bool = Field(default=True, description="Whether slow burning tells someone.")
    exhausted: bool = Field(default=True, description="Whether a spent budget tells someone.")
    no_data: Literal["page", "ticket", "none"] = Field("ticket", description="What happens when its data is missing.")
    min_errors: int = Field(
        3, ge=1, le=1_000_000, description="Fewest bad events in the long window for which a burn alert fires."
    )
    windows: tuple[BurnWindow, ...] = Field((), description="Other windows and factors than those of the period.")


class Slo(Section):
    """A promise about good events, and the window over which it is kept."""

    of: Slug | None = Field(None, description="Events or a latency, by name.")
    probe: MetricName | None = Field(None, description="A gauge that is 1 when all is well and 0 when not, such as up.")
    query: EventsQuery | None = Field(None, description="Good and bad events in PromQL.")
    error_ratio: Text | None = Field(
        None, description="PromQL that already is a share of bad events; weighted by time, since it counts nothing."
    )
    only: Annotated[LabelFilters, InNameOrder] = Field(
        {}, description="Narrows a probe or a latency to these label values: only successes, say."
    )
    bad: Annotated[LabelFilters, InNameOrder] = Field(
        {}, description="Events of a latency that are bad however fast they are, such as failures."
    )
    under: Duration | None = Field(None, description="A latency counts as good under this duration.")
    objective: Objective = Field(description="Share of good events that is promised, such as 99.9%.")
    window: Window = Field(description="Days over which it is kept, such as 30d.")
    by: tuple[LabelName, ...] = Field((), description="Labels by which the objective is kept apart.")
    alerting: Alerting = Field(Alerting(), description="Which alerts it has.")
    accuracy: Literal["hybrid", "raw"] = Field(
        "hybrid", description="Whether windows above an hour are derived from records, or read every sample again."
    )
    compat: Literal["sloth"] | None = Field(None, description="Also the labels of Sloth, for dashboards made for it.")
    expected_per_day: int | None = Field(None, gt=0, description="Events to be expected, to judge the objective by.")
    description: Text = Field("", description="What the promise means to a user.")
    runbook: Text | None = Field(None, description="Another runbook than `runbooks` gives.")
    team: Slug | None = Field(None, description="Another team than the service's.")
    formerly: Slug | None = Field(None, description="Name before a renaming, so that the budget goes on.")

    @model_validator(mode="after")
    def _one_sli(self) -> Self:
        form = exactly_one(self, ("of", "probe", "query", "error_ratio"), "an SLO")
        goes_with(self, form, {"only": ("of", "probe"), "bad": ("of",), "under": ("of",)}, "an SLO")
        if self.window.value % 86400:
            raise PydanticCustomError("form", "the window of an SLO is whole days, such as 30d")
        if self.window.value > _LONGEST_WINDOW:
            raise PydanticCustomError("form", "the window of an SLO is a year at most")
        longest: Any = max((pair.long.value for pair in self.alerting.windows), default=0)
        if longest > self.window.value:
            raise PydanticCustomError("form", "a burn window is longer than the window of the SLO")
        return self
