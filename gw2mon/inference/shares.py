"""Quotients of a part and its whole, which lie between 0 and 1 whatever the data are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.inference.inferred import Inferred

_GROWTHS = ("rate", "increase", "irate")
_COMBINING = ("sum", "avg", "min", "max", "count")
_DEEPEST = 20
"""Operators inside one another that are looked through; a longer chain is left alone."""


def is_itself(node: q.Binary) -> bool:
    """Whether every series is divided by itself: the left side selects some of the series of the right."""
    if node.matching is not None:
        return False
    part, whole = _bare(node.lhs), _bare(node.rhs)
    match part, whole:
        case q.VectorSelector(), q.VectorSelector():
            return _selects_part(part, whole)
        case q.Call(), q.Call():
            return _same_growth(part, whole)
        case q.Aggregation(), q.Aggregation():
            return _same_groups(part, whole)
        case _:
            return False


def _same_groups(part: q.Aggregation, whole: q.Aggregation) -> bool:
    """Whether each group is divided by itself, as all that tells both sides apart are labels of the groups."""
    if part.op not in _COMBINING:
        return False
    same = (part.op, part.param) == (whole.op, whole.param) and set(part.grouping) == set(whole.grouping)
    if not same or part.without is not False or whole.without is not False:
        return False
    one, other = _bare(part.expr), _bare(whole.expr)
    if isinstance(one, q.Call) and isinstance(other, q.Call):
        windows = _windows(one, other)
        if windows is None:
            return False
        one, other = windows
    if not isinstance(one, q.VectorSelector) or not isinstance(other, q.VectorSelector):
        return False
    told = {matcher[:3] for matcher in one.matchers} - {matcher[:3] for matcher in other.matchers}
    return _selects_part(one, other) and all(name in part.grouping for name, _, _ in told)


def is_part(node: q.Binary, known: Mapping[int, Inferred]) -> bool:
    """Whether the left side adds up some of what the right side adds up, group by group."""
    whole = _filtered(node.rhs)
    if isinstance(whole, q.Call) and whole.function == "clamp_min":
        # A greater divisor makes a share smaller, and so does one instead of 0.
        whole = _filtered(whole.args[0])
    return isinstance(whole, q.Aggregation) and _is_part(node, node.lhs, whole, known, _DEEPEST)


def _is_part(node: q.Binary, lhs: q.Expr, whole: q.Aggregation, known: Mapping[int, Inferred], depth: int) -> bool:
    part = _filtered(lhs)
    if depth == 0:
        return False
    match part:
        case q.Binary(op="or"):
            return all(_is_part(node, side, whole, known, depth - 1) for side in (part.lhs, part.rhs))
        case q.Binary(op="and" | "unless"):
            return _is_part(node, part.lhs, whole, known, depth - 1)
        case q.Binary(op="*"):
            return any(_is_zero(side) for side in (part.lhs, part.rhs))
        case q.Aggregation() if part.op == whole.op and part.op in ("sum", "count"):
            return _groups_fit(node, part, whole) and _terms_fit(part, whole, known)
        case q.Aggregation(op="sum") if whole.op == "count":
            return _groups_fit(node, part, whole) and _counts_some(part, whole, known)
        case _:
            return False


def _terms_fit(part: q.Aggregation, whole: q.Aggregation, known: Mapping[int, Inferred]) -> bool:
    """Whether the terms of one sum are among those of the other, and none of the others takes anything away."""
    if whole.op == "sum" and known[id(whole.expr)].values.low < 0:
        return False
    return _is_subset(_filtered(part.expr), _bare(whole.expr), known)


def _counts_some(part: q.Aggregation, whole: q.Aggregation, known: Mapping[int, Inferred]) -> bool:
    """Whether a sum adds 0 to 1 for each of the series that are counted, such as 1 where something holds."""
    values = known[id(part.expr)].values
    judged = _bare(part.expr)
    if isinstance(judged, q.Binary) and judged.op in COMPARISONS and isinstance(_bare(judged.rhs), q.NumberLiteral):
        judged = judged.lhs
    return values.low >= 0 and values.high <= 1 and _is_subset(_filtered(judged), _bare(whole.expr), known)


def _groups_fit(node: q.Binary, part: q.Aggregation, whole: q.Aggregation) -> bool:
    """Whether each group of the part is divided by the group that contains it."""
    inner, outer = set(part.grouping), set(whole.grouping)
    if bool(part.without) == bool(whole.without) and inner == outer:
        return True
    if part.without or whole.without or not outer <= inner:
        return False
    if node.matching is None:
        return False
    labels = set(node.matching.labels)
    return outer <= labels if node.matching.on else outer.isdisjoint(labels)


def _is_subset(part: q.Expr, whole: q.Expr, known: Mapping[int, Inferred]) -> bool:
    match part, whole:
        case q.VectorSelector(), q.VectorSelector():
            return _selects_part(part, whole) or _is_bucket_of(part, whole, known)
        case q.Call(), q.Call():
            return _same_growth(part, whole) or _growing_bucket(part, whole, known)
        case _, q.Binary(op="and"):
            # Everything has its bucket in the part, or else it is not counted in the whole.
            return _keeps_bounds(whole) and part == _bare(whole.rhs) and _is_subset(part, _bare(whole.lhs), known)
        case _:
            return False


def _keeps_bounds(node: q.Binary) -> bool:
    """Whether series with `le` and without it can match."""
    if node.matching is None:
        return False
    return ("le" in node.matching.labels) != node.matching.on


def _same_growth(part: q.Call, whole: q.Call) -> bool:
    windows = _windows(part, whole)
    return windows is not None and _selects_part(*windows)


def _growing_bucket(part: q.Call, whole: q.Call, known: Mapping[int, Inferred]) -> bool:
    windows = _windows(part, whole)
    return windows is not None and _is_bucket_of(*windows, known)


def _windows(part: q.Call, whole: q.Call) -> tuple[q.VectorSelector, q.VectorSelector] | None:
    """The selectors of two calls of one function over equal windows."""
    if part.function != whole.function or part.function not in _GROWTHS:
        return None
    one, other = _bare(part.args[0]), _bare(whole.args[0])
    if not isinstance(one, q.MatrixSelector) or not isinstance(other, q.MatrixSelector) or one.range != other.range:
        return None
    return one.selector, other.selector


def _selects_part(part: q.VectorSelector, whole: q.VectorSelector) -> bool:
    return part.name is not None and part.name == whole.name and _narrower(part, whole)


def _narrower(part: q.VectorSelector, whole: q.VectorSelector) -> bool:
    if (part.offset, part.at, part.extension) != (whole.offset, whole.at, whole.extension):
        return False
    return {matcher[:3] for matcher in whole.matchers} <= {matcher[:3] for matcher in part.matchers}


def _is_bucket_of(part: q.VectorSelector, whole: q.VectorSelector, known: Mapping[int, Inferred]) -> bool:
    """Whether one is a bucket, by its `le`, of the histogram of which the other is the count."""
    found = known.get(id(part))
    if found is None or found.meaning != "bucket" or part.name is None:
        return False
    is_one = any(matcher.name == "le" and matcher.op == "=" for matcher in part.matchers)
    return is_one and whole.name == f"{part.name.removesuffix('_bucket')}_count" and _narrower(part, whole)


def _is_zero(node: q.Expr) -> bool:
    bare = _bare(node)
    return isinstance(bare, q.NumberLiteral) and bare.value == 0


def _bare(node: q.Expr) -> q.Expr:
    """Without parentheses."""
    while isinstance(node, q.Paren):
        node = node.expr
    return node


def _filtered(node: q.Expr) -> q.Expr:
    """Without parentheses, and without comparisons with a number, which leave values as they are."""
    while True:
        node = _bare(node)
        if not isinstance(node, q.Binary) or node.op not in COMPARISONS or node.return_bool:
            return node
        if not isinstance(_bare(node.rhs), q.NumberLiteral):
            return node
        node = node.lhs
