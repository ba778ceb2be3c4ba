"""Operators whose sides must match one by one, and where several series of one meet one of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.checks.written import Problem, is_filter, parts
from gw2mon.inference.labels import NAME
from gw2mon.promql.operators import SET_OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.inference import Inferred


class Sides(NamedTuple):
    """The operands of an operator between vectors."""

    node: q.Binary
    left: Inferred
    right: Inferred

    @property
    def on(self) -> tuple[str, ...]:
        """The labels that `on` names."""
        return self.node.matching.labels if self.node.matching is not None and self.node.matching.on else ()

    @property
    def group(self) -> str | None:
        """The side that may have many series for one."""
        return self.node.matching.group if self.node.matching is not None else None


def not_one_by_one(sides: Sides, at: Written) -> Iterator[Problem]:
    """GW317: several series of one side for one of the other, without a group modifier that allows it."""
    node, pairing = sides.node, at.of(sides.node).pairing
    if pairing is None or node.op in SET_OPERATORS:
        return
    repeated = {"left": pairing.left_repeats, "right": pairing.right_repeats}
    many = sides.group or ("left" if repeated["left"] and not repeated["right"] else "right")
    one = "right" if many == "left" else "left"
    faulty = [side for side in ("left", "right") if repeated[side] and (sides.group is None or side == one)]
    for side in faulty[:1]:
        inner, expr = (sides.left, node.lhs) if side == "left" else (sides.right, node.rhs)
        # Only one version of a process runs at a time, whatever labels tell of it.
        if inner.meaning == "info" and sides.group is not None:
            continue
        names = ", ".join(sorted(name for name in repeated[side] or () if name != NAME))
        fails = "fails" if _surely_several(inner, expr, repeated[side] or frozenset()) else "may fail"
        said = f"{node.op} in {at.where} {fails}: several series of its {side} side, by {names}, meet one of the other"
        advice = _pairing_advice(sides, faulty, side)
        yield Problem("GW317", "error" if fails == "fails" else "warning", said, operator_of(node, at), advice)


def _pairing_advice(sides: Sides, faulty: list[str], side: str) -> str:
    if sides.group is None and len(faulty) == 1:
        return f"add group_{side} (), or add the {side} side up first"
    return f"add the {side} side up to the labels that match: sum by (…)"


def _surely_several(side: Inferred, expr: q.Expr, names: frozenset[str]) -> bool:
    """Whether the spec says that there are several series, and nothing filters them."""
    several = any(not side.labels.of(name).open and len(side.labels.of(name).known) > 1 for name in names)
    return several and not any(is_filter(part) or _is_set(part) for part in parts(expr))


def _is_set(node: q.Expr) -> bool:
    return isinstance(node, q.Binary) and node.op in SET_OPERATORS


def operator_of(node: q.Binary, at: Written) -> tuple[int, int]:
    """The place of the operator with its clauses, between the operands."""
    start, end = node.lhs.span[1], node.rhs.span[0]
    if not start or end <= start:
        return node.span
    between = at.text[start:end]
    sign = between.find(node.op)
    return (start + sign, start + sign + len(node.op)) if sign >= 0 else node.span
