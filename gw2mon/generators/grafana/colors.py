"""The colour of each line. Red, orange and green always say how things are; what says nothing of the kind is blue.

So nobody has to wonder whether a red line is an error or the fourth of five routes. Lines whose names are not known
beforehand get Grafana's own palette, which knows no such rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary

if TYPE_CHECKING:
    from gw2mon.model import Panel

GOOD, NEUTRAL, BAD = "green", "blue", "red"

_TONES = {"good": GOOD, "bad": BAD}
_RAMP = ("light-blue", "blue", "purple", "dark-purple", "#37bbca", "#ff9dd2", "yellow", "#c8a78a")
"""From the line that many are below to the one that few are above."""

_TELLING_NOTHING = ("blue", "purple", "yellow", "#37bbca", "#ff9dd2", "light-blue", "light-purple", "#c8a78a",
                    "dark-blue", "super-light-purple", "#b0c4a4", "dark-purple")  # fmt: skip
_PLACES = re.compile(r"(\{\{(instance|job|mountpoint|device)\}\} ?)+")


def mode(panel: Panel) -> dict[str, Any]:
    """How Grafana finds the colour of what no override names."""
    if panel.kind != "graph":
        return {"mode": "thresholds"}
    if not has_many_lines(panel):
        return {"mode": "fixed", "fixedColor": _TONES.get(panel.tone, NEUTRAL)}
    if has_lines_by_place(panel):
        return {"mode": "shades", "fixedColor": _TONES.get(panel.tone, NEUTRAL)}
    return {"mode": "palette-classic"}


def has_many_lines(panel: Panel) -> bool:
    """Whether a query may draw several lines; one that leaves the legend to Grafana may."""
    return any("{{" in query.legend or not query.legend for query in panel.queries)


def has_lines_by_place(panel: Panel) -> bool:
    """Whether lines differ only in where they were measured: they are few, and of one kind."""
    return all(_PLACES.fullmatch(query.legend) for query in panel.queries)


def overrides(panel: Panel) -> list[dict[str, Any]]:
    """The colour of each line whose name is known: the same on every dashboard, whichever lines there are."""
    if panel.kind == "graph" and len(panel.queries) > 1 and not has_many_lines(panel) and not panel.values:
        return [_colored(query.legend, color) for query, color in zip(panel.queries, _RAMP, strict=False)]
    outcomes = {value: color for value in panel.values if (color := _outcome_color(value))}
    free = (color for color in _TELLING_NOTHING if color not in outcomes.values())
    others = (value for value in panel.values if value not in outcomes) if panel.kind == "graph" else ()
    chosen = outcomes | dict(zip(others, free, strict=False))
    return [_colored(value, chosen[value]) for value in panel.values if value in chosen]


def _outcome_color(value: str) -> str | None:
    colors: dict[str, str] = vocabulary.load()["value colors"]
    code = re.fullmatch(r"([1-5])\d\d", value)
    return colors.get(f"{code[1]}xx" if code else value)


def _colored(name: str, color: str) -> dict[str, Any]:
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
    }
