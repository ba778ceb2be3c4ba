"""Service level objectives."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.metrics import LabelFilters
from gw2mon.spec.values import (
    Duration,
    InNameOrder,
    LabelName,
    MetricName,
    Objective,
    Section,
    Slug,
    Text,
    Window,
    exactly_one,
)


class EventsQuery(Section):
    """An SLI in PromQL; `$window` stands for the range."""

    total: Text = Field(description="Rate of all events, such as sum(rate(x_total[$window])).")
    bad: Text = Field(description="Rate of the bad events.")


class Slo(Section):
    """A promise about good events, and the window over which it is kept."""

    of: Slug | None = Field(None, description="Events or a latency, by name.")
    probe: MetricName | None = Field(None, description="A gauge that is 1 when all is well and 0 when not, such as up.")
    query: EventsQuery | None = Field(None, description="Good and bad events in PromQL.")
    only: Annotated[LabelFilters, InNameOrder] = Field({}, description="Narrows a probe to these label values.")
    under: Duration | None = Field(None, description="A latency counts as good under this duration.")
    objective: Objective = Field(description="Share of good events that is promised, such as 99.9%.")
    window: Window = Field(description="Days over which it is kept, such as 30d.")
    by: tuple[LabelName, ...] = Field((), description="Labels by which the objective is kept apart.")
    description: Text = Field("", description="What the promise means to a user.")
    formerly: Slug | None = Field(None, description="Name before a renaming, so that the budget goes on.")

    @model_validator(mode="after")
    def _one_sli(self) -> Self:
        form = exactly_one(self, ("of", "probe", "query"), "an SLO")
        if self.only and form != "probe":
            raise PydanticCustomError("form", "only goes with probe; events and latencies have their own")
        if self.window.value % 86400:
            raise PydanticCustomError("form", "the window of an SLO is whole days, such as 30d")
        return self
