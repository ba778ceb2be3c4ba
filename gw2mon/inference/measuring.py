"""What the result of an operator means, and its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.inference.units import PLAIN, SECONDS, over, scaled, times

if TYPE_CHECKING:
    from gw2mon.inference.inferred import Inferred, Meaning
    from gw2mon.inference.units import Unit

_ADDITIVE = ("gauge", "rate", "increase", "count", "bucket rate", "duration", "number", "ratio")


def measured(op: str, left: Inferred, right: Inferred) -> tuple[Meaning, Unit | None]:
    """Meaning and unit of arithmetic."""
    if left.meaning == right.meaning == "number":
        return "number", PLAIN
    match op:
        case "+" | "-":
            return _sum(op, left, right)
        case "*":
            return _product(left, right)
        case "/":
            return _quotient(left, right)
        case "%":
            return left.meaning, left.unit
        case _:
            return "gauge", None


def _sum(op: str, left: Inferred, right: Inferred) -> tuple[Meaning, Unit | None]:
    for one, other in ((left, right), (right, left)):
        if one.meaning == "number":
            return _SHIFTED.get(other.meaning, other.meaning), other.unit
    meanings = {left.meaning, right.meaning}
    if meanings == {"timestamp"}:
        return ("duration" if op == "-" else "unknown"), SECONDS
    unit = left.unit if left.unit == right.unit else None
    if "timestamp" in meanings and unit == SECONDS:
        return "timestamp", unit
    if len(meanings) == 1 and left.meaning in _ADDITIVE:
        return left.meaning, unit
    if op == "+" and meanings <= {"counter", "summed counter"}:
        return "summed counter", unit
    return ("count" if op == "+" and meanings == {"boolean"} else "gauge"), unit


_SHIFTED: dict[Meaning, Meaning] = {"info": "gauge", "presence": "gauge", "boolean": "gauge"}


def _product(left: Inferred, right: Inferred) -> tuple[Meaning, Unit | None]:
    for one, other in ((left, right), (right, left)):
        if one.meaning == "number":
            return other.meaning, scaled(other.unit, one.values.point)
    unit = times(left.unit, right.unit)
    for one, other in ((left, right), (right, left)):
        # A share of something, or something that counts only while a condition holds, stays what it is.
        if one.meaning in ("ratio", "boolean", "info", "presence"):
            return other.meaning, unit
    return "gauge", unit


def _quotient(left: Inferred, right: Inferred) -> tuple[Meaning, Unit | None]:
    if right.meaning == "number":
        divisor = right.values.point
        factor = None if divisor is None or divisor == 0 or divisor.is_infinite() else 1 / divisor
        return left.meaning, scaled(left.unit, factor)
    unit = over(left.unit, right.unit)
    if left.meaning != "number" and unit is not None and not unit.dimensions:
        return "ratio", unit
    return "gauge", unit


def either(left: Inferred, right: Inferred) -> tuple[Meaning, Unit | None]:
    """Meaning and unit of what is either of two things; a bare number, such as `or vector(0)`, fits all of them."""
    if right.meaning == "number":
        return left.meaning, left.unit
    if left.meaning == "number":
        return right.meaning, right.unit
    return (
        left.meaning if left.meaning == right.meaning else "unknown",
        left.unit if left.unit == right.unit else None,
    )
