"""Walking through a dashboard: its panels and its variables, each with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gw2mon.parts import Part, Problem, Record, record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = (
    "Part",
    "Problem",
    "Record",
    "Walked",
    "all_panels",
    "is_loki",
    "is_own_mark",
    "is_row",
    "panels_of",
    "record",
    "sequence",
    "texts",
    "variables_of",
)


Found = TypeVar("Found")


class Walked(Record):
    """A dashboard that remembers what was looked up in it: every rule asks for its panels, and most for its queries."""

    def __init__(self, dashboard: Record) -> None:
        super().__init__(dashboard)
        self._found: dict[object, Any] = {}

    def remembered(self, lookup: Callable[[Record], Found]) -> Found:
        """What a function finds here, looked up once."""
        if lookup not in self._found:
            self._found[lookup] = lookup(self)
        found: Found = self._found[lookup]
        return found


def all_panels(dashboard: Record) -> Sequence[Part]:
    """Every panel and every row, those inside of collapsed rows too, in their order."""
    return dashboard.remembered(_all_panels) if isinstance(dashboard, Walked) else _all_panels(dashboard)


def panels_of(dashboard: Record) -> Sequence[Part]:
    """Every panel that shows something."""
    return dashboard.remembered(_panels_of) if isinstance(dashboard, Walked) else _panels_of(dashboard)


def _all_panels(dashboard: Record) -> tuple[Part, ...]:
    return tuple(_walked(dashboard))


def _walked(dashboard: Record) -> Iterator[Part]:
    for panel in Part("", dashboard).records("panels"):
        yield panel
        if is_row(panel):
            yield from panel.records("panels")


def _panels_of(dashboard: Record) -> tuple[Part, ...]:
    return tuple(panel for panel in all_panels(dashboard) if not is_row(panel))


def is_row(panel: Part) -> bool:
    """Whether it is a heading."""
    return panel.data.get("type") == "row"


def variables_of(dashboard: Record) -> Sequence[Part]:
    """The variables in their order."""
    return dashboard.remembered(_variables_of) if isinstance(dashboard, Walked) else _variables_of(dashboard)


def _variables_of(dashboard: Record) -> tuple[Part, ...]:
    return tuple(Part("", dashboard).records("templating", "list"))


def is_own_mark(annotation: Part) -> bool:
    """Whether an annotation shows what Grafana itself keeps, and so has no query."""
    return bool(record(annotation.data.get("datasource")).get("type") == "grafana")


def is_loki(target: Part) -> bool:
    """Whether a query asks Loki."""
    return bool(record(target.data.get("datasource")).get("type") == "loki")
