"""Alerts: common conditions in words, and PromQL where words do not reach."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.metrics import LabelFilters
from gw2mon.spec.values import (
    Amount,
    Duration,
    Fraction,
    InNameOrder,
    LabelName,
    MetricName,
    Section,
    Severity,
    Slug,
    Text,
    Window,
    exactly_one,
    goes_with,
    needs,
)

FORMS = (
    "bad_share_of",
    "good_share_of",
    "quantile",
    "rate_of",
    "value",
    "absent",
    "stale",
    "forecast",
    "change_of",
    "expr",
)
_WINDOWED = ("bad_share_of", "good_share_of", "quantile", "rate_of", "forecast", "change_of")
_ON_METRIC = ("value", "absent", "stale", "forecast")
_COMPARED = tuple(form for form in FORMS if form != "absent")
_GOES_WITH: dict[str, tuple[str, ...]] = {
    "of": ("quantile",),
    "over": _WINDOWED,
    "only": _ON_METRIC,
    "aggregate": ("value",),
    "ahead": ("forecast",),
    "against": ("change_of",),
    "unit": ("expr",),
    "proof": ("expr",),
    "above": _COMPARED,
    "below": _COMPARED,
    "equals": ("value", "expr"),
    "at_least": ("bad_share_of", "good_share_of", "quantile"),
}
_NEEDS: dict[str, tuple[str, ...]] = {
    "quantile": ("of", "over"),
    "bad_share_of": ("over",),
    "good_share_of": ("over",),
    "rate_of": ("over",),
    "forecast": ("over", "ahead"),
    "change_of": ("over", "against"),
}
Comparison = Literal["above", "below", "equals"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)


class Proof(Section):
    """Inputs that prove a raw alert: a selector of each series, with its value or the rate at which it grows."""

    fires: Annotated[dict[str, Amount], InNameOrder] = Field(description="Input for which it must fire.", min_length=1)
    silent: Annotated[dict[str, Amount], InNameOrder] = Field(
        description="Input for which it must stay silent.", min_length=1
    )


class Alert(Section):
    """One alert, or two of the same name that differ in severity."""

    bad_share_of: Slug | None = Field(None, description="Share of bad among all events of this name.")
    good_share_of: Slug | None = Field(None, description="Share of good among all events of this name.")
    quantile: Fraction | None = Field(None, description="A quantile, such as 0.95, `of` a latency.")
    rate_of: Slug | None = Field(None, description="Events of this name per second.")
    value: MetricName | None = Field(None, description="The value of a gauge.")
    absent: MetricName | None = Field(None, description="A metric that should be there.")
    stale: MetricName | None = Field(None, description="Time since a success, from a gauge that holds when it was.")
    forecast: MetricName | None = Field(None, description="Where a gauge will be, `ahead` of now.")
    change_of: Slug | None = Field(None, description="Relative change of a rate, `against` the same time before.")
    expr: Text | None = Field(None, description="PromQL.")
    of: Slug | None = Field(None, description="The latency of a quantile.")
    over: Window | None = Field(None, description="The window over which is measured.")
    ahead: Window | None = Field(None, description="How far a forecast looks ahead.")
    against: Window | None = Field(None, description="How long ago the comparison lies, such as 7d.")
    only: Annotated[LabelFilters, InNameOrder] = Field({}, description="Narrows a metric to these label values.")
    aggregate: Literal["max", "min", "sum", "avg"] | None = Field(None, description="How several series are combined.")
    unit: Text | None = Field(None, description="Unit of a PromQL value: ratio, seconds, bytes …")
    above: Annotated[dict[Severity, Amount] | None, InNameOrder] = Field(
        None, description="Fires above this value, per severity."
    )
    below: Annotated[dict[Severity, Amount] | None, InNameOrder] = Field(
        None, description="Fires below this value, per severity."
    )
    equals: Annotated[dict[Severity, Amount] | None, InNameOrder] = Field(
        None, description="Fires at exactly this value, per severity."
    )
    at_least: int | None = Field(None, gt=0, description="Fewest events in the window for which it may fire.")
    severity: Severity | None = Field(None, description="For alerts without a threshold.")
    for_: Annotated[dict[Severity, Duration], InNameOrder] = Field(
        {}, description="How long it must last, for all severities or for each."
    )
    keep_firing_for: Duration | None = Field(None, description="How long it stays after the condition has passed.")
    summary: Text = Field("", description="One line for the person who is woken.")
    description: Text = Field("", description="What it means and what to do first; Prometheus' templates are checked.")
    runbook: Text | None = Field(None, description="Another runbook than `runbooks` gives.")
    signal: Slug | None = Field(
        None, description="What it is about; a critical alert mutes warnings on the same signal."
    )
    team: Slug | None = Field(None, description="Another team than the service's.")
    labels: dict[LabelName, Text] = Field({}, description="Further labels.")
    proof: Proof | None = Field(None, description="Inputs that prove a raw alert.")

    @model_validator(mode="before")
    @classmethod
    def _one_duration_for_all(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over raw data
        if isinstance(data, dict) and "for" in data and not isinstance(data["for"], dict):
            return {**data, "for": dict.fromkeys(("critical", "warning", "info"), data["for"])}
        return data

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        form = self.form
        goes_with(self, form, _GOES_WITH, "an alert")
        needs(self, form, _NEEDS, "an alert")
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) > 1:
            raise PydanticCustomError(
                "form", "give one of above, below and equals, not {given}", {"given": " and ".join(given)}
            )
        if not given and form not in ("absent", "expr"):
            raise PydanticCustomError("form", "say when it fires: above: {{critical: …}}, or below")
        if bool(given) == (self.severity is not None):
            raise PydanticCustomError(
                "form",
                "give severity beside the threshold only there: {example}"
                if given
                else "an alert without a threshold needs severity: critical, warning or info",
                {"example": f"{given[0]}: {{critical: …}}" if given else ""},
            )
        return self

    @property
    def form(self) -> str:
        """Which of the forms it has."""
        return exactly_one(self, FORMS, "an alert")

    @property
    def comparison(self) -> Comparison | None:
        """The key that holds its thresholds, or None."""
        return next((name for name in COMPARISONS if getattr(self, name) is not None), None)
