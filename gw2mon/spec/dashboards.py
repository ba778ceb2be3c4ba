"""Dashboards: rows of panels in the same words as alerts."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from gw2mon.spec.metrics import LabelFilters
from gw2mon.spec.values import (
    Fraction,
    InNameOrder,
    LabelName,
    MetricName,
    Section,
    Slug,
    Text,
    Window,
    exactly_one,
    goes_with,
    needs,
)

FORMS = (
    "rate_of",
    "bad_share_of",
    "good_share_of",
    "quantiles",
    "value",
    "heatmap_of",
    "average_of",
    "info",
    "top",
    "logs",
    "text",
    "expr",
)


class Panel(Section):
    """One panel; exactly one of its keys says what it shows."""

    rate_of: Text | None = Field(None, description="Events, or a counter, per second.")
    bad_share_of: Slug | None = Field(None, description="Share of bad events.")
    good_share_of: Slug | None = Field(None, description="Share of good events.")
    quantiles: tuple[Fraction, ...] | None = Field(
        None, description="Quantiles `of` a latency or histogram.", min_length=1
    )
    value: MetricName | None = Field(None, description="The value of a gauge.")
    heatmap_of: Text | None = Field(None, description="The distribution of a latency or histogram over time.")
    average_of: MetricName | None = Field(None, description="Average observation of a histogram or summary.")
    info: MetricName | None = Field(None, description="The labels of an info metric, as a table.")
    top: int | None = Field(None, gt=0, description="The N greatest rates `of` events or a counter.")
    logs: Text | None = Field(None, description="A LogQL query.")
    text: Text | None = Field(None, description="Markdown.")
    expr: Text | None = Field(None, description="PromQL.")
    of: Text | None = Field(None, description="What quantiles or a top list are taken of.")
    title: Text | None = Field(None, description="By default made from what it shows.")
    description: Text = Field("", description="Meaning, and what to do; shown behind the panel's i.")
    as_: Literal["graph", "stat", "bar", "table"] | None = Field(None, description="How it is drawn.")
    by: tuple[LabelName, ...] = Field((), description="Labels that get a line each.")
    only: Annotated[LabelFilters, InNameOrder] = Field({}, description="Narrows a metric to these label values.")
    aggregate: Literal["max", "min", "sum", "avg"] | None = Field(None, description="How several series are combined.")
    over: Window | None = Field(None, description="A fixed window instead of one that follows the zoom.")
    unit: Text | None = Field(
        None, description="Unit of a PromQL panel: ratio, seconds, bytes, per second, or one of Grafana's."
    )
    legend: Text | None = Field(None, description="Legend of a PromQL panel, such as {{handler}}.")
    width: Literal["quarter", "third", "half", "full"] | None = Field(None, description="Share of the row.")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        form = self.form
        goes_with(
            self,
            form,
            {"of": ("quantiles", "top"), "legend": ("expr",), "unit": ("expr",), "aggregate": ("value",)},
            "a panel",
        )
        needs(self, form, {"quantiles": ("of",), "top": ("of",), "expr": ("title",), "text": ("title",)}, "a panel")
        return self

    @property
    def form(self) -> str:
        """Which of the forms it has."""
        return exactly_one(self, FORMS, "a panel")


class Row(Section):
    """A row of panels, under a heading when it has a title."""

    title: Text = Field("", description="Heading of the row.")
    panels: tuple[Panel, ...] = Field(description="Panels from left to right.", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        return {"panels": data} if isinstance(data, list) else data


class Dashboard(Section):
    """One Grafana dashboard."""

    title: Text = Field(description="Title in Grafana.")
    description: Text = Field("", description="What it is for.")
    rows: tuple[Row, ...] = Field(description="Rows from top to bottom.", min_length=1)
