"""How texts write the value of an alert: humanizeDuration wants seconds, humanizePercentage a ratio, and so on.

What the catalogue declares decides, and never the name of a metric. Where it leaves open what a number stands for, a
finding is a warning.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon.checks.rendered import rendered, told
from gw2mon.gotemplate.printing import last_verb
from gw2mon.inference import infer
from gw2mon.inference.units import PLAIN, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gw2mon.checks.rendered import Rendered
    from gw2mon.finding import Finding, Severity
    from gw2mon.gotemplate import Use
    from gw2mon.inference import Inferred, Unit
    from gw2mon.model import AlertingRule, Service, Stack
    from gw2mon.world import World

Misfit = tuple["Severity", str]
"""How certain it is that a function does not fit a value, and what the value is instead."""

_PERCENT = re.compile(r"\s*(?:%|per ?cent\b)")
_SECONDS = re.compile(r"s\b|\s*seconds?\b")
_TIMES = {
    Decimal(1000): "milliseconds",
    Decimal("1e6"): "microseconds",
    Decimal("1e9"): "nanoseconds",
    (1 / Decimal(60)).normalize(): "minutes",
    (1 / Decimal(3600)).normalize(): "hours",
    (1 / Decimal(86400)).normalize(): "days",
}
_PERCENTAGE = Decimal(100)
_COUNTED = ("count", "boolean", "presence", "info")


def wrong_format(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW410: a value that is written as what it is not."""
    for text in rendered(service):
        for use in text.reading.uses if text.reading else ():
            found = _known(text.rule, world)
            if found is not None and found.unit is not None:
                unit = None if _is_bare(found) and not service.name else found.unit
                yield from _use(text, use, found, unit)


def _is_bare(found: Inferred) -> bool:
    """Whether only a unit would tell what a value is; files of others, without a spec, declare none."""
    return found.unit == PLAIN and found.meaning in ("gauge", "unknown")


def _known(rule: AlertingRule, world: World) -> Inferred | None:
    """What the value of an alert is; what cannot be inferred is as its author says."""
    found = infer(rule.expr, world)
    if found.empty is not None:
        return None
    if found.unit is None and rule.unit in ("ratio", "seconds", "bytes", "timestamp"):
        meaning = {"ratio": "ratio", "timestamp": "timestamp"}.get(rule.unit, "gauge")
        return found._replace(unit=unit_of(rule.unit), meaning=meaning)  # type: ignore[arg-type]
    return found


def _use(text: Rendered, use: Use, found: Inferred, unit: Unit | None) -> Iterator[Finding]:
    function = next((name for name in use.through if name in _MISFITS), "")
    misfit = _MISFITS[function](found, unit) if function and unit is not None else None
    if misfit is not None:
        severity, what = misfit
        wanted, instead = _WANTED[function]
        message = f": {function} is for {wanted}, and the value is {what}"
        yield told(text, "GW410", severity, message, use.span, instead)
    after = (last_verb(use.format) if use.format else "") + use.after
    if _PERCENT.match(after):
        yield from _before_percent(text, use, found, function)
    elif function == "humanizeDuration" and _SECONDS.match(use.after):
        yield told(text, "GW410", "warning", ": humanizeDuration writes the unit itself", use.span, "drop the unit")


def _before_percent(text: Rendered, use: Use, found: Inferred, function: str) -> Iterator[Finding]:
    if function == "humanizePercentage":
        yield told(
            text, "GW410", "warning", ": humanizePercentage writes the % itself", use.span, "drop the second one"
        )
    elif found.meaning == "ratio" and found.unit is not None and found.unit.scale == 1:
        message = ": a ratio stands before a percent sign, so that 0.5% is read where 50% is meant"
        yield told(text, "GW410", "warning", message, use.span, "write {{ $value | humanizePercentage }}")


# --- what fits which function ----------------------------------------------------------------------------------------


def _no_ratio(found: Inferred, unit: Unit) -> Misfit | None:
    if unit.dimensions:
        # Something a second may be the share of a second, as in the time that a processor is busy.
        is_rate = unit.dimensions == (("seconds", -1),)
        return "warning" if is_rate else "error", f"in {words(unit)}"
    if unit.scale == _PERCENTAGE:
        return "error", "in percent already"
    if found.meaning in _COUNTED:
        return "error", "a count"
    if found.meaning != "ratio" and found.values.low >= 1:
        return "warning", f"always above {found.values.low.normalize():f}"
    return None


def _no_duration(found: Inferred, unit: Unit) -> Misfit | None:
    if unit.dimensions == (("seconds", 1),):
        if found.meaning == "timestamp":
            return "error", "a point in time"
        return None if unit.scale == 1 else ("error", f"in {words(unit)}")
    return _no(found, unit)


def _no_timestamp(found: Inferred, unit: Unit) -> Misfit | None:
    if found.meaning == "timestamp":
        return None if unit.scale == 1 else ("error", f"in {words(unit)}")
    if unit.dimensions == (("seconds", 1),):
        certain = found.meaning in ("duration", "quantile") or unit.scale != 1
        return "error" if certain else "warning", f"a time in {words(unit)}"
    return _no(found, unit)


def _no_bytes(found: Inferred, unit: Unit) -> Misfit | None:
    if dict(unit.dimensions).get("bytes") == 1:
        return None
    return _no(found, unit)


def _no(found: Inferred, unit: Unit) -> Misfit:
    """What a value is that has another unit, or none."""
    if unit.dimensions:
        return "error", f"in {words(unit)}"
    if found.meaning == "ratio":
        return "error", "in percent" if unit.scale == _PERCENTAGE else "a ratio"
    if found.meaning in _COUNTED:
        return "error", "a count"
    return "warning", "without a unit"


_MISFITS: dict[str, Callable[[Inferred, Unit], Misfit | None]] = {
    "humanizePercentage": _no_ratio,
    "humanizeDuration": _no_duration,
    "humanizeTimestamp": _no_timestamp,
    "toTime": _no_timestamp,
    "humanize1024": _no_bytes,
}
_WANTED = {
    "humanizePercentage": ("ratios", "write {{ $value | humanize }}, and the unit behind it"),
    "humanizeDuration": ("seconds", "write {{ $value | humanize }}, and the unit behind it"),
    "humanizeTimestamp": ("points in time", "write {{ $value | humanizeDuration }} for a time that has passed"),
    "toTime": ("points in time", "write {{ $value | humanizeDuration }} for a time that has passed"),
    "humanize1024": ("bytes", "write {{ $value | humanize }}, and the unit behind it"),
}


def words(unit: Unit) -> str:
    """A unit as people say it: milliseconds, bytes per second."""
    above = [_power(name, power) for name, power in unit.dimensions if power > 0]
    below = [_power(name.removesuffix("s"), -power) for name, power in unit.dimensions if power < 0]
    said = f"{' '.join(above) or 'events'}{''.join(f' per {name}' for name in below)}"
    if unit.scale == 1:
        return said
    if unit.dimensions == (("seconds", 1),) and unit.scale in _TIMES:
        return _TIMES[unit.scale]
    return f"{said} times {unit.scale.normalize():.6g}"


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"
