"""How values look: units, decimals, thresholds, colours. The words are Grafana's, from the vocabulary."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.generators.grafana.canonical import number
from gw2mon.generators.grafana.colors import GOOD, NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Panel
    from gw2mon.model.promises import AlertLine

_WORST_FIRST = ("critical", "warning", "info")
_DECIMALS = {"percentunit": 2, "bytes": 1, "Bps": 1}
_ROOM = Decimal("1.1")
"""How much more than the first threshold an axis shows."""

Step = tuple[str, "int | float | None"]
"""A colour and the value from which on it holds; None: from the beginning."""


def unit(panel: Panel) -> str:
    """Grafana's name of a panel's unit."""
    return unit_called(panel.unit)


def unit_called(name: str) -> str:
    """Grafana's name of a unit; one that neither knows is shown as it is written."""
    known: dict[str, str] = vocabulary.load()["base units"]
    if name in known or name in vocabulary.words("units"):
        return known.get(name, name)
    return f"suffix:{name}"


def decimals(panel: Panel) -> int | None:
    """Digits after the point, where Grafana's own choice is worse: it rounds 99.95% to 100%.

    Its own are better on axes, which would read 2.00% and 500.00 ms, and for what is far from 100%.
    """
    if panel.figure.decimals is not None:
        return panel.figure.decimals
    is_far = panel.kind == "graph" and (panel.tone in ("bad", "used") or unit(panel) != "percentunit")
    return None if is_far else _DECIMALS.get(unit(panel))


def soft_maximum(panel: Panel) -> int | float | None:
    """Up to where an axis reaches although the values do not: the first threshold is seen before it is reached."""
    if panel.tone == "used":
        return 1
    bounds = [line.threshold.value for line in panel.lines if line.threshold.op == ">"]
    return number(min(bounds) * _ROOM) if bounds and min(bounds) > 0 else None


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
