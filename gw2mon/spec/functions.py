"""The generated Python module: its functions, and names that callers already use."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gw2mon.spec.adapters import Adapters
from gw2mon.spec.values import (
    Identifier,
    InNameOrder,
    LabelName,
    LabelValue,
    MetricName,
    Section,
    Slug,
    Text,
    exactly_one,
    goes_with,
)


class Argument(Section):
    """An argument: the value of a label, or an amount in a unit."""

    label: LabelName | None = Field(None, description="The label whose value it gives.")
    unit: Literal["seconds", "bytes", "count", "ratio", "celsius"] | None = Field(
        None, description="Unit of an amount."
    )
    default: LabelValue | None = Field(None, description="Value when the caller leaves it out.")
    optional: bool = Field(default=False, description="May be None; what needs it is then not recorded.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        exactly_one(self, ("label", "unit"), "an argument")
        if self.optional and self.default is not None:
            raise PydanticCustomError("form", "an optional argument is None by default; drop default or optional")
        return self


class Record(Section):
    """One thing that a function does to one metric."""

    increment: MetricName | None = Field(None, description="A counter to increment, by 1 or `by` an argument.")
    observe: MetricName | None = Field(None, description="A histogram or summary that gets an observation.")
    set_: MetricName | None = Field(None, description="A gauge to set.")
    info: MetricName | None = Field(None, description="An info metric whose labels are set.")
    by: Identifier | None = Field(None, description="The argument that says by how much to increment.")
    value: Identifier | None = Field(None, description="The argument that holds the value.")
    labels: dict[LabelName, LabelValue] = Field({}, description="Labels with a constant value.")

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        action = exactly_one(self, ("increment", "observe", "set_", "info"), "a record")
        goes_with(self, action, {"by": ("increment",), "value": ("observe", "set_")}, "a record")
        if action in ("observe", "set_") and self.value is None:
            raise PydanticCustomError("form", "say which argument holds the value: value: duration")
        return self


class Function(Section):
    """A function of the generated module."""

    help: Text = Field("", description="First line of its docstring.")
    arguments: dict[Identifier, Argument] = Field({}, description="Arguments in the order of the signature.")
    records: tuple[Record, ...] = Field(description="What it records.", min_length=1)


class RetiredObject(Section):
    """A Python object that callers still touch, and that no longer exports anything."""

    type: Literal["counter", "gauge", "histogram"] = Field(description="What it used to be.")
    labels: tuple[LabelName, ...] = Field((), description="The labels that callers pass.")
    instead: Text = Field(description="What took its place; shown in the warning.")


class Python(Section):
    """Settings of the generated Python module."""

    strip_prefix: Text = Field("", description="Prefix of metric names that Python objects do not carry.")
    metrics: tuple[Slug, ...] | None = Field(
        None, description="Groups that the module holds; all but catalogues by default."
    )
    retired: Annotated[dict[Identifier, RetiredObject], InNameOrder] = Field(
        {}, description="Objects kept as shims for callers."
    )
    token_file: Text = Field("", description="File with the bearer token that a scrape of the endpoint must bring.")
    adapters: Adapters = Field(Adapters(), description="Libraries that report by themselves.")

    @model_validator(mode="after")
    def _is_found_from_anywhere(self) -> Self:
        if self.token_file and not self.token_file.startswith("/"):
            raise PydanticCustomError("form", "token-file is an absolute path, such as /run/secrets/metrics_token")
        return self


class Runtime(Section):
    """How the application runs."""

    workers: Literal["single", "multi"] = Field("single", description="One process, or several behind one port.")
