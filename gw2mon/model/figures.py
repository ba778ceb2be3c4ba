"""How numbers on dashboards look beyond their unit, and where a click on them leads. No tool owns these words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.promql import Expr

Verdict = Literal["good", "warning", "critical", "info"]
"""How things are; info says nothing of the kind."""


class Zone(NamedTuple):
    """How things are from a value on."""

    start: Decimal | None
    """None: from the beginning, and only for the first zone."""
    verdict: Verdict


class State(NamedTuple):
    """What a value stands for, where values are no amounts."""

    value: int
    text: str
    verdict: Verdict


class Figure(NamedTuple):
    """How a number is written and coloured."""

    decimals: int | None = None
    """Digits after the point; None: what suits the unit."""
    zones: tuple[Zone, ...] = ()
    """Ascending. On a graph they are lines, each in the colour of the worse side."""
    states: tuple[State, ...] = ()
    nothing: str = "No data"
    """What stands there without a value."""
    is_constant: bool = False
    """Whether its course would say nothing."""


class Link(NamedTuple):
    """Leads to another dashboard, with the time that is shown."""

    title: str
    dashboard: str
    """Its uid; "" where each row of a table names one in its label `dashboard`."""
    choice: tuple[str, str] = ("", "")
    """A variable of that dashboard, and the label of the row whose value is chosen there; "" for no choice."""


class Choice(NamedTuple):
    """A variable of a dashboard, and what its reader may choose."""

    name: str
    title: str
    series: Expr
    """The series that have the values which are offered."""
    label: str
    first: str = ""
    """The one value that is chosen at first, and of which there is always one; "": all, and any number of them."""
