"""Comparisons whose answer is known before anybody asks, and on what that rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.checks.plausible import plausible
from gw2mon.checks.sameness import is_same
from gw2mon.inference.intervals import INFINITY, compared

if TYPE_CHECKING:
    from gw2mon.checks.written import Written
    from gw2mon.inference import Inferred, Interval, Verdict

_SWAPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


class Decided(NamedTuple):
    """A comparison whose answer does not depend on the data."""

    holds: Verdict
    values: Interval
    """What the value that is compared can be."""
    basis: Literal["proven", "targets", "plausible"] = "proven"
    """Whether that is proven, or holds only for the targets there are, or is what the value should be."""

    @property
    def certain(self) -> bool:
        """Whether it holds in any state of the world."""
        return self.basis == "proven"


def decided(node: q.Binary, at: Written) -> Decided | None:
    """Whether a comparison holds for all values or for none; NaN, which compares with nothing, aside."""
    if id(node) not in at.decided:
        at.decided[id(node)] = _decided(node, at)
    return at.decided[id(node)]


def _decided(node: q.Binary, at: Written) -> Decided | None:
    left, right = at.of(node.lhs), at.of(node.rhs)
    if left.empty or right.empty or left.kind == right.kind == "scalar":
        return None
    subject, other, expr, op = left, right, node.lhs, node.op
    if left.kind == "scalar":
        subject, other, expr, op = right, left, node.rhs, _SWAPPED.get(node.op, node.op)
    found = at.of(node).holds
    if not found and (subject.values.nan or other.values.nan) and not _is_anything(subject.values):
        found = verdict(subject.values, op, other.values)
    if found and (_of_other_times(node) or is_same(node.lhs, node.rhs)):
        return None
    if found:
        # How many series there are follows from the targets, of which there may be more tomorrow.
        any_number = verdict(uncounted(subject), op, other.values) == found
        return Decided(found, subject.values, "proven" if any_number else "targets")
    if other.values.point is None or subject.values.low >= 0:
        return None
    likely = plausible(expr, at)
    found = verdict(likely, op, other.values)
    return Decided(found, likely, "plausible") if found else None


def uncounted(subject: Inferred) -> Interval:
    """What a value can be with any number of targets."""
    counted = subject.meaning == "count" and subject.values.high > 0
    return subject.values._replace(high=INFINITY, high_open=True) if counted else subject.values


def _is_anything(values: Interval) -> bool:
    return values.low.is_infinite() and values.high.is_infinite()


def _of_other_times(node: q.Binary) -> bool:
    """Whether both sides count what is there, at different times: the past may have had other targets."""
    return any(selector.offset for selector in q.selectors(node.rhs)) and not isinstance(node.rhs, q.NumberLiteral)


def verdict(values: Interval, op: str, other: Interval) -> Verdict:
    """Whether a comparison holds for all numbers, or for none."""
    if values.is_nothing or other.is_nothing:
        return ""
    return compared(values._replace(nan=False), op, other._replace(nan=False))[1]
