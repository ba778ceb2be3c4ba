"""Units on both sides of an operator: seconds beside bytes, milliseconds beside seconds, a rate beside an increase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.checks.written import Problem
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon import promql as q
    from gw2mon.checks.written import Written
    from gw2mon.inference import Unit

_ADDING = COMPARISONS | {"+", "-"}
_GROWTHS = {"rate": "a rate", "increase": "an increase"}


def unlike_growths(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW310: a growth over a window beside a growth in a second."""
    left, right = at.of(node.lhs), at.of(node.rhs)
    if node.op in _ADDING | {"/"} and {left.meaning, right.meaning} == set(_GROWTHS):
        one, other = _GROWTHS[left.meaning], _GROWTHS[right.meaning]
        said = f"{node.op} in {at.where} has {one} on its left and {other} on its right"
        yield Problem("GW310", "warning", said, node.span, "use the same function on both sides")


def unlike_units(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW326, GW327: what is added up or compared has different units, or the same in different sizes."""
    left, right = at.of(node.lhs), at.of(node.rhs)
    if (
        node.op not in _ADDING
        or "number" in (left.meaning, right.meaning)
        or {left.meaning, right.meaning} == set(_GROWTHS)
    ):
        return
    if left.unit is None or right.unit is None or left.empty or right.empty or left.unit == right.unit:
        return
    one, other = unit_name(left.unit), unit_name(right.unit)
    said = f"{node.op} in {at.where} has {one} on its left and {other} on its right"
    if left.unit.dimensions != right.unit.dimensions:
        # A plain number may have a unit that nobody wrote down.
        if left.unit.dimensions and right.unit.dimensions:
            yield Problem("GW326", "warning", said, node.span, "compare and add what has the same unit")
    elif left.unit.scale != right.unit.scale:
        said = (
            f"{node.op} in {at.where} has {unit_name(left.unit)} on its left and {unit_name(right.unit)} on its right"
        )
        yield Problem("GW327", "warning", said, node.span, "bring both sides to the same scale")


def unit_name(unit: Unit) -> str:
    """A unit in words, such as bytes per second, or 1000 times seconds."""
    above = " ".join(name for name, power in unit.dimensions if power > 0)
    below = " ".join(name.removesuffix("s") for name, power in unit.dimensions if power < 0)
    name = f"{above or 'a number'}{f' per {below}' if below else ''}"
    return name if unit.scale == 1 else f"{unit.scale.normalize():f} times {name}"
