"""Operators between vectors: do the series of both sides find each other, and one by one where they must?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.labels import OF_INSTALLATIONS, missing
from gw2mon.checks.one_by_one import Sides, not_one_by_one, operator_of
from gw2mon.checks.written import Problem, bare
from gw2mon.inference.labels import NAME
from gw2mon.inference.values import ABSENT, is_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.finding import Severity


def between_vectors(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW202, GW316, GW317, GW318, GW321: operands that do not find each other, or not one by one."""
    sides = Sides(node, at.of(node.lhs), at.of(node.rhs))
    if at.of(node).pairing is None or sides.left.empty or sides.right.empty:
        return
    if node.op == "or":
        yield from _fallback(sides, at)
        return
    strange = [name for name in sides.on if _is_nowhere(name, sides)]
    for name in strange:
        yield from missing(name, node, node.span, at, f"by which {node.op} in {at.where} matches")
    if not strange:
        unmatched = list(_unmatched(sides, at))
        yield from unmatched or not_one_by_one(sides, at)
    yield from _included(sides, at)


def _is_nowhere(name: str, sides: Sides) -> bool:
    return not is_variable(name) and sides.left.labels.of(name) == sides.right.labels.of(name) == ABSENT


def _unmatched(sides: Sides, at: Written) -> Iterator[Problem]:
    node, pairing = sides.node, at.of(sides.node).pairing
    name = pairing.disjoint if pairing is not None else ""
    lonely = "" if name else _lonely(sides, at)
    if not name and not lonely:
        return
    result = "removes nothing" if node.op == "unless" else "returns nothing"
    severity: Severity = "error" if name else "warning"
    said = f"{node.op} in {at.where} {result if name else 'may find no pair'}: {_difference(name or lonely, sides)}"
    yield Problem(
        "GW316", severity, said, operator_of(node, at), "keep the same labels on both sides, or match with on (…)"
    )


def _difference(name: str, sides: Sides) -> str:
    left, right = sides.left.labels.of(name), sides.right.labels.of(name)
    if right == ABSENT:
        return f"only its left side has label {name}"
    if left == ABSENT:
        return f"only its right side has label {name}"
    return f"label {name} is never the same on both sides"


def _lonely(sides: Sides, at: Written) -> str:
    """A label that must agree and that only one side can have, although it may be empty there."""
    for name in _matched(sides):
        one, other = sides.left.labels.of(name), sides.right.labels.of(name)
        is_one_sided = (one == ABSENT) != (other == ABSENT) and name not in OF_INSTALLATIONS
        if is_one_sided and (sides.on or _is_suspect(name, sides, at)):
            return name
    return ""


def _is_suspect(name: str, sides: Sides, at: Written) -> bool:
    """Whether metrics have a label themselves, and not all its values are known.

    A label of which all values are known is empty for a reason, such as that one job lacks it. And what targets add
    tells only that a metric may come from several of them.
    """
    operands = ((sides.left, sides.node.lhs), (sides.right, sides.node.rhs))
    selectors = [node for side, expr in operands if side.labels.of(name).open for node in q.selectors(expr)]
    series = (at.world.series.get(node.name or "") for node in selectors)
    return any(label.name == name for one in series if one is not None for label in one.labels)


def _matched(sides: Sides) -> tuple[str, ...]:
    """The labels that must agree, as far as they are known."""
    matching = sides.node.matching
    if matching is not None and matching.on:
        return tuple(name for name in matching.labels if not is_variable(name))
    ignored = {NAME, *(matching.labels if matching is not None else ())}
    return tuple(sorted({*sides.left.labels.values, *sides.right.labels.values} - ignored))


def _included(sides: Sides, at: Written) -> Iterator[Problem]:
    """Labels that group_left takes from a side that does not have them."""
    matching = sides.node.matching
    if matching is None or matching.group is None:
        return
    one, expr = (sides.right, sides.node.rhs) if matching.group == "left" else (sides.left, sides.node.lhs)
    for name in matching.include:
        if not is_variable(name) and one.labels.of(name) == ABSENT:
            yield from missing(
                name, expr, sides.node.span, at, f"which group_{matching.group} in {at.where} takes over"
            )


def _fallback(sides: Sides, at: Written) -> Iterator[Problem]:
    """`or vector(0)` beside series with labels: it stands beside them, and replaces none that is missing."""
    right, labels = bare(sides.node.rhs), sides.left.labels
    pairing = at.of(sides.node).pairing
    if isinstance(right, q.Call) and right.function == "vector" and labels.guaranteed and pairing and pairing.disjoint:
        names = ", ".join(sorted(labels.guaranteed))
        said = f"{at.shown(right)} in {at.where} stands beside the series by {names}, and replaces none of them"
        yield Problem(
            "GW321", "warning", said, right.span, "write the same labels at 0: or sum by (…) (…) * 0, or or on ()"
        )
