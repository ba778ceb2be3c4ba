"""What a service measures: metrics with typed labels, and catalogues of metrics that others expose."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.patterns import Pattern
from gw2mon.spec.values import (
    Amount,
    Identifier,
    InNameOrder,
    LabelName,
    LabelValue,
    MetricName,
    Section,
    Slug,
    Text,
    exactly_one,
)


class Replacement(Section):
    """One value for all that match: a template for paths with numbers in them, a family for many models."""

    match: Pattern = Field(description="A regular expression that the whole value matches.")
    with_: LabelValue = Field(description="What it becomes; one of the values of a closed list.")


class LabelValues(Section):
    """The values that a label may take: a closed list, an open one with known values and a limit, or ranges."""

    closed: tuple[LabelValue, ...] | None = Field(None, description="All values there can be.", min_length=1)
    known: tuple[LabelValue, ...] = Field((), description="Values of an open label that are known beforehand.")
    limit: int | None = Field(
        None, gt=0, description="Greatest number of values of an open label; more become `other`."
    )
    replace: tuple[Replacement, ...] = Field(
        (), description="What becomes of values that are not declared; the first that matches counts."
    )
    ranges: tuple[Amount, ...] | None = Field(
        None, min_length=1, description="Upper bounds: a number becomes the least that holds it, or `more`."
    )
    use: Slug | None = Field(None, description="Name of an entry under `label-values`.")

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        return {"use": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.ranges is not None:
            return self._are_ranges(self.ranges)
        if self.use is None and self.closed is None and self.limit is None:
            raise PydanticCustomError("form", "say which values there can be: closed: […], or known: […] with a limit")
        if self.closed is not None and (self.known or self.limit):
            raise PydanticCustomError("form", "a closed list has no known values and no limit")
        values = self.closed if self.closed is not None else self.known
        repeated = next((value for number, value in enumerate(values) if value in values[:number]), None)
        if repeated is not None:
            raise PydanticCustomError("form", "value {value} stands twice", {"value": repeated})
        if self.limit is not None and len({*self.known, *(item.with_ for item in self.replace)}) > self.limit:
            raise PydanticCustomError(
                "form", "limit {limit} is below the number of known values, which it includes", {"limit": self.limit}
            )
        return self._replaces_by_values()

    def _are_ranges(self, ranges: tuple[Amount, ...]) -> Self:
        if self.model_fields_set - {"ranges"}:
            raise PydanticCustomError("form", "ranges are all values there are; nothing goes with them")
        bounds = [bound.value for bound in ranges]
        if bounds != sorted(set(bounds)) or len({bound.unit for bound in ranges if bound.value}) > 1:
            raise PydanticCustomError("form", "write ranges as upper bounds in ascending order, all in one unit")
        return self

    def _replaces_by_values(self) -> Self:
        for item in self.replace:
            if self.closed is not None and item.with_ not in self.closed:
                raise PydanticCustomError("form", "replace makes {value}, which is not in the closed list",
                                          {"value": item.with_})  # fmt: skip
        if self.use is not None and self.replace:
            raise PydanticCustomError("form", "replace stands under label-values, with the values it makes")
        return self


class Metric(Section):
    """One metric family that the application exposes."""

    type: Literal["counter", "gauge", "histogram", "summary", "info"] = Field(description="The Prometheus type.")
    help: Text = Field(description="One sentence that says what is measured.")
    labels: dict[LabelName, LabelValues] = Field({}, description="Label names in their order, with their values.")
    unit: Text | None = Field(None, description="Base unit, where the name does not end in it: seconds, bytes, ratio …")
    buckets: tuple[Amount, ...] = Field((), description="Upper bounds of a histogram; thresholds of SLOs are added.")
    object: Identifier | None = Field(
        None, description="Name of the Python object; by default derived from the metric."
    )
    initialise: bool = Field(
        default=True, description="Create all known series at 0 on import, so that the first event is seen."
    )
    multiprocess: Literal["livesum", "liveall", "max", "min", "sum", "mostrecent"] | None = Field(
        None, description="How several workers combine a gauge: those that run, but for sum and mostrecent."
    )

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if self.buckets and self.type != "histogram":
            raise PydanticCustomError("form", "only a histogram has buckets")
        if self.multiprocess and self.type != "gauge":
            raise PydanticCustomError("form", "only a gauge has a multiprocess mode")
        return self


class MetricGroup(Section):
    """A named group of metrics: either a shipped catalogue with its parameters, or metrics of one's own."""

    catalog: Text | None = None
    parameters: dict[str, Any] = Field({})
    metrics: Annotated[dict[MetricName, Metric] | None, InNameOrder] = None

    @model_validator(mode="before")
    @classmethod
    def _catalogue_or_metrics(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        if not isinstance(data, dict):
            return data
        if isinstance(data.get("catalog"), str):
            rest = {name: value for name, value in data.items() if name != "catalog"}
            return {"catalog": data["catalog"], "parameters": rest}
        return {"metrics": data}


class LabelFilterTerms(Section):
    """Conditions on one label: these values, not these values, or a regular expression."""

    values: tuple[LabelValue, ...] | None = Field(None, alias="in", min_length=1, description="One of these values.")
    not_: tuple[LabelValue, ...] | None = Field(None, min_length=1, description="None of these values.")
    matches: Text | None = Field(None, description="A regular expression (RE2, anchored).")
    not_matches: Text | None = Field(None, description="A regular expression that must not match.")

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        if isinstance(data, list):
            return {"in": data}
        return data if isinstance(data, dict) else {"in": [data]}

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        exactly_one(self, ("values", "not_", "matches", "not_matches"), "a label filter")
        return self


LabelFilters = dict[LabelName, LabelFilterTerms]


class Events(Section):
    """A named stream of events: what is counted, and what is bad (or good) about some of them."""

    count: MetricName = Field(description="A counter, or a histogram or summary whose observations are counted.")
    only: Annotated[LabelFilters, InNameOrder] = Field(
        {}, description="Narrows all of it: the label values that take part."
    )
    bad: Annotated[LabelFilters | None, InNameOrder] = Field(None, description="Label values of the bad events.")
    good: Annotated[LabelFilters | None, InNameOrder] = Field(
        None, description="Label values of the good events, when those are easier to name."
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.bad is not None and self.good is not None:
            raise PydanticCustomError("form", "give bad or good, not both: the other side is the rest")
        return self


class Latency(Section):
    """A named distribution of durations."""

    histogram: MetricName = Field(description="The histogram that holds it.")
    only: Annotated[LabelFilters, InNameOrder] = Field({}, description="Narrows it to these label values.")
