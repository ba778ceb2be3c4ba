"""Figures of the Model in Grafana's words: colours by value, texts for states, and columns that look like no other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gw2mon.generators.grafana import fields
from gw2mon.generators.grafana.canonical import number
from gw2mon.generators.grafana.colors import GOOD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.generators.grafana.fields import Step
    from gw2mon.model import Panel
    from gw2mon.model.figures import Figure, Verdict, Zone
    from gw2mon.model.promises import Query

_WORST_FIRST = ("critical", "warning", "info", "good")


def steps(panel: Panel) -> tuple[Step, ...]:
    """Thresholds of a panel whose zones are not left to alerts; none for others."""
    return line_steps(panel.figure.zones) if panel.kind == "graph" else zone_steps(panel.figure.zones)


def zone_steps(zones: Sequence[Zone]) -> tuple[Step, ...]:
    """Colours of a number."""
    return tuple((_color(zone.verdict), None if zone.start is None else number(zone.start)) for zone in zones)


def line_steps(zones: Sequence[Zone]) -> tuple[Step, ...]:
    """Lines between zones, each in the colour of the worse one."""
    lines = [
        (_color(min((below.verdict, above.verdict), key=_WORST_FIRST.index)), number(above.start))
        for below, above in pairwise(zones)
        if above.start is not None
    ]
    return ((GOOD, None), *lines) if lines else ()


def _color(verdict: Verdict) -> str:
    return GOOD if verdict == "good" else fields.severity_color(verdict)


def mappings(figure: Figure) -> list[dict[str, Any]]:
    """Texts and colours in the place of values."""
    options = {
        str(state.value): {"color": _color(state.verdict), "index": index, "text": state.text}
        for index, state in enumerate(figure.states)
    }
    if options:
        return [{"type": "value", "options": options}]
    # Without a value there is nothing to be judged; Grafana would take it for the least, which may be the worst.
    nothing = {"color": "text", "index": 0, "text": figure.nothing}
    return [{"type": "special", "options": {"match": "null+nan", "result": nothing}}] if figure.zones else []


def overrides(panel: Panel) -> list[dict[str, Any]]:
    """What the values of single queries have instead of what the panel says."""
    found = ((query.legend, list(_properties(panel, query))) for query in panel.queries if query.legend)
    return [override(name, properties) for name, properties in found if properties]


def override(name: str, properties: list[dict[str, Any]]) -> dict[str, Any]:
    """Other properties for what goes by a name."""
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def _properties(panel: Panel, query: Query) -> list[dict[str, Any]]:
    found: dict[str, Any] = {}
    if query.unit is not None and query.unit != panel.unit:
        found["unit"] = fields.unit_called(query.unit)
    if query.figure is not None:
        found |= _of_figure(panel, query.figure)
    return [{"id": name, "value": value} for name, value in found.items()]


def _of_figure(panel: Panel, figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if figure.decimals is not None:
        found["decimals"] = figure.decimals
    if figure.nothing != panel.figure.nothing:
        found["noValue"] = figure.nothing
    if figure.zones:
        steps = [{"color": color, "value": value} for color, value in zone_steps(figure.zones)]
        found["thresholds"] = {"mode": "absolute", "steps": steps}
    if figure.states or figure.zones:
        found["mappings"] = mappings(figure)
    if figure.zones or figure.states:
        found["custom.cellOptions"] = {"type": "color-text"}
    return found
