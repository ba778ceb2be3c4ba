"""Operators whose sides must match one by one, and where several series of one meet one of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.checks.written import Problem, is_filter, parts
from gw2mon.inference.labels import NAME
from gw2mon.inference.values import ABSENT
from gw2mon.promql.operators import SET_OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        found = repeated[side] or frozenset()
        # Only one version of a process runs at a time, whatever labels tell of it.
        if sides.group is not None and (inner.meaning == "info" or found <= set(_included(node))):
            continue
        listed = {name for name in found if name != NAME and inner.labels.values.get(name, ABSENT) != ABSENT}
        names = sorted(listed - _of_targets(sides, at))
        if not names and (NAME not in found or any(map(_is_set, parts(expr)))):
            continue  # in an open world any label may be there, which alone is no reason to suspect it
        fails = "fails" if _surely_several(inner, expr, names) else "may fail"
        by = ", ".join(names) or "name"
        said = f"{node.op} in {at.where} {fails}: several series of its {side} side, by {by}, meet one of the other"
        advice = _pairing_advice(sides, faulty, side)
        yield Problem("GW317", "error" if fails == "fails" else "warning", said, operator_of(node, at), advice)


def _included(node: q.Binary) -> tuple[str, ...]:
    """The labels that the many side takes over: whoever asks for them by name knows that there is one for each."""
    return node.matching.include if node.matching is not None else ()


def _pairing_advice(sides: Sides, faulty: list[str], side: str) -> str:
    if sides.group is None and len(faulty) == 1:
        return f"add group_{side} (), or add the {side} side up first"
    return f"add the {side} side up to the labels that match: sum by (…)"


def _of_targets(sides: Sides, at: Written) -> set[str]:
    """The labels that a target has besides its address, where that must agree: each address has them once."""
    matching = sides.node.matching
    if matching is None or ("instance" in matching.labels) != matching.on:
        return set()
    return {"job", *(label.name for job in at.world.jobs.values() for label in job.labels)}


def _surely_several(side: Inferred, expr: q.Expr, names: Iterable[str]) -> bool:
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
