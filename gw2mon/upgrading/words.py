"""Old words for today's: reducers, colours, thresholds, mappings, and numbers that stand there as text."""

from __future__ import annotations

import math
import re
from typing import Any

from gw2mon.dashboard_lint.fields import is_color
from gw2mon.parts import record, sequence, texts

REDUCERS = {
    "avg": "mean", "current": "lastNotNull", "delta": "delta", "diff": "diff", "first": "firstNotNull", "last": "last",
    "lastNotNull": "lastNotNull", "max": "max", "mean": "mean", "min": "min", "range": "range", "sum": "sum",
    "total": "sum", "count": "count",
}  # fmt: skip
"""What old panels call a calculation, and what it is called today."""


_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str, "flag": bool, "list": list, "record": dict, "integer": int, "number": (int, float),
}  # fmt: skip


def number(value: Any) -> int | float | None:  # noqa: ANN401 - anything may stand there
    """A number, or a text that is one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else value


def fits(value: Any, wanted: str) -> bool:  # noqa: ANN401 - anything may stand there
    """Whether a value is of a type of the vocabulary; of `integer|null` and the like anything is."""
    if isinstance(value, bool):
        return _TYPES.get(wanted, bool) is bool
    return isinstance(value, _TYPES.get(wanted, object))


def color(value: Any, otherwise: str = "green") -> str:  # noqa: ANN401 - anything may stand there
    """A colour that Grafana knows."""
    return value if is_color(value) else otherwise


def steps(bounds: Any, colors: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - anything may stand there
    """Thresholds of `"80,90"` or `["80", "90"]` and one colour more than that; none if there are no colours."""
    listed = bounds.split(",") if isinstance(bounds, str) else sequence(bounds)
    values = [value for value in map(number, listed) if value is not None]
    shades = texts(colors)
    if not shades:
        return []
    pairs = zip((None, *values), shades, strict=False)
    return ascending([{"color": color(shade), "value": value} for value, shade in pairs])


def ascending(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps in their order, the last of those at the same value; the first begins at null."""
    by_value = {step["value"]: step for step in found}
    first = by_value.pop(None, None) or {"color": "green", "value": None}
    return [first, *(by_value[value] for value in sorted(by_value))]


def absolute(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Thresholds at values, and not at shares of a range."""
    return {"mode": "absolute", "steps": found}


def mappings(values: Any, ranges: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - anything may stand there
    """Texts in the place of values, and of ranges of them."""
    plain: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    for index, entry in enumerate(map(record, sequence(values))):
        shown = {"index": index, "text": str(entry.get("text", ""))}
        value = str(entry.get("value"))
        if value in ("null", "None"):
            found.append({"type": "special", "options": {"match": "null", "result": shown}})
        else:
            plain[value] = shown
    if plain:
        found.insert(0, {"type": "value", "options": plain})
    for index, entry in enumerate(map(record, sequence(ranges)), len(plain)):
        shown = {"index": index, "text": str(entry.get("text", ""))}
        ends = {end: number(entry.get(end)) for end in ("from", "to")}
        if entry.get("from") in ("null", None) and entry.get("to") in ("null", None):
            found.append({"type": "special", "options": {"match": "null", "result": shown}})
        else:
            known = {end: value for end, value in ends.items() if value is not None}
            found.append({"type": "range", "options": {**known, "result": shown}})
    return found


def matcher(pattern: str) -> dict[str, Any]:
    """Fields by the name of a series, or by /a pattern/ of it."""
    if re.fullmatch(r"/.*/[a-z]*", pattern, re.DOTALL):
        return {"id": "byRegexp", "options": pattern}
    return {"id": "byName", "options": pattern}


def override(pattern: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Other properties for what goes by a name or fits a pattern."""
    listed = [{"id": name, "value": value} for name, value in properties.items()]
    return {"matcher": matcher(pattern), "properties": listed}


def fixed(shade: Any) -> dict[str, Any]:  # noqa: ANN401 - anything may stand there
    """One colour, whatever the value is."""
    return {"fixedColor": color(shade), "mode": "fixed"}


def reduced(calculation: str, fields: str = "") -> dict[str, Any]:
    """How many values become one."""
    return {"calcs": [calculation], "fields": fields, "values": False}
