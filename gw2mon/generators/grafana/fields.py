"""How values look: units, decimals, thresholds, colours. The words are Grafana's, from the vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.generators.grafana.canonical import number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from gw2mon.model import Panel
    from gw2mon.model.promises import AlertLine

GOOD, NEUTRAL = "green", "blue"
_WORST_FIRST = ("critical", "warning", "info")
_DECIMALS = {"percentunit": 2, "reqps": 2, "cps": 2, "s": 2, "bytes": 1, "Bps": 1}

Step = tuple[str, "int | float | None"]
"""A colour and the value from which on it holds; None: from the beginning."""


def unit(panel: Panel) -> str:
    """Grafana's name of a panel's unit; one that neither knows is shown as it is written."""
    known: dict[str, str] = vocabulary.load()["base units"]
    if panel.unit in known or panel.unit in vocabulary.words("units"):
        return known.get(panel.unit, panel.unit)
    return f"suffix: {panel.unit}"


def decimals(name: str) -> int | None:
    """Digits after the point that are worth showing, where Grafana's own choice would jump about."""
    return _DECIMALS.get(name)


def severity_color(severity: str) -> str:
    """The colour of a severity, the same on every panel."""
    colors: dict[str, str] = vocabulary.load()["severity colors"]
    return colors.get(severity, NEUTRAL)


def line_steps(lines: Iterable[AlertLine]) -> tuple[Step, ...]:
    """Steps of a graph. They colour nothing but the lines at thresholds, so each has the colour of its severity."""
    worst: dict[Decimal, str] = {}
    for severity in reversed(_WORST_FIRST):
        worst |= {line.threshold.value: severity for line in lines if line.severity == severity}
    return ((GOOD, None), *((severity_color(severity), number(value)) for value, severity in sorted(worst.items())))


def zone_steps(lines: Iterable[AlertLine]) -> tuple[Step, ...]:
    """Steps of a single number: the colour of the worst alert that would fire at it."""
    ordered = [line for line in lines if line.threshold.op != "=="]
    base = GOOD if tuple(lines) else NEUTRAL
    values = sorted({line.threshold.value for line in ordered})
    bounds = ((None, None), *((value, number(value)) for value in values))
    return tuple((_color_from(bound, ordered, base), shown) for bound, shown in bounds)


def _color_from(bound: Decimal | None, lines: Iterable[AlertLine], base: str) -> str:
    """The colour from a bound on: what fires there, between it and the next one."""
    firing = {line.severity for line in lines if _fires_from(line, bound)}
    worst = next((severity for severity in _WORST_FIRST if severity in firing), None)
    return severity_color(worst) if worst else base


def _fires_from(line: AlertLine, bound: Decimal | None) -> bool:
    if line.threshold.op == ">":
        return bound is not None and bound >= line.threshold.value
    return bound is None or bound < line.threshold.value


def mappings(lines: Iterable[AlertLine]) -> list[dict[str, Any]]:
    """An alert on one exact value colours that value and no other."""
    options = {
        str(number(line.threshold.value)): {"color": severity_color(line.severity), "index": index}
        for index, line in enumerate(line for line in lines if line.threshold.op == "==")
    }
    return [{"type": "value", "options": options}] if options else []


def value_overrides(panel: Panel) -> list[dict[str, Any]]:
    """Outcomes have the same colour on every dashboard: 2xx and success are green, 5xx and error are red."""
    colors = ((value, _outcome_color(value)) for value in panel.values)
    return [_colored("byName", value, color) for value, color in colors if color]


def _outcome_color(value: str) -> str | None:
    colors: dict[str, str] = vocabulary.load()["value colors"]
    code = re.fullmatch(r"([1-5])\d\d", value)
    return colors.get(f"{code[1]}xx" if code else value)


def _colored(matcher: str, options: str, color: str) -> dict[str, Any]:
    return {
        "matcher": {"id": matcher, "options": options},
        "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
    }
