"""Walking through a dashboard: its panels and its variables, each with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.parts import Part, Problem, Record, record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = (
    "Part",
    "Problem",
    "Record",
    "all_panels",
    "is_loki",
    "is_row",
    "panels_of",
    "record",
    "sequence",
    "texts",
    "variables_of",
)


def all_panels(dashboard: Record) -> Iterator[Part]:
    """Every panel and every row, those inside of collapsed rows too, in their order."""
    for panel in Part("", dashboard).records("panels"):
        yield panel
        if is_row(panel):
            yield from panel.records("panels")


def panels_of(dashboard: Record) -> Iterator[Part]:
    """Every panel that shows something."""
    return (panel for panel in all_panels(dashboard) if not is_row(panel))


def is_row(panel: Part) -> bool:
    """Whether it is a heading."""
    return panel.data.get("type") == "row"


def variables_of(dashboard: Record) -> list[Part]:
    """The variables in their order."""
    return list(Part("", dashboard).records("templating", "list"))


def is_loki(target: Part) -> bool:
    """Whether a query asks Loki."""
    return bool(target.record("datasource").data.get("type") == "loki")
