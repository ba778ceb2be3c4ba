"""Findings that a team has decided to live with."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from gw2mon.spec.values import Section, Text, shown

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def _date(raw: object) -> object:
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        message = "expected a date such as 2027-01-31, got {got}"
        raise PydanticCustomError("text", message, {"got": shown(raw)})
    return raw


class Suppression(Section):
    """A finding that is not told, and why."""

    code: Text = Field(description="Code of the finding, such as GW303.")
    at: Text = Field(description="The part of the spec that it is about, such as alerts.DiskUsage.")
    reason: Annotated[str, Field(min_length=1)] = Field(description="Why it may stay.")
    until: Annotated[Text | None, BeforeValidator(_date)] = Field(
        None, description="The last day on which it is not told, such as 2027-01-31."
    )
