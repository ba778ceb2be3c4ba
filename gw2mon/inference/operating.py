"""Operators between two operands: arithmetic, comparisons, and those that work on sets of series."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.inference import measuring
from gw2mon.inference.inferred import Emptiness, Inferred, Pairing, bounded, nameless, plain, scalar
from gw2mon.inference.intervals import (
    ANY,
    NOTHING,
    ONE,
    UNIT,
    ZERO,
    Interval,
    Verdict,
    added,
    compared,
    divided,
    multiplied,
    point,
    power,
    remainder,
    subtracted,
    union,
)
from gw2mon.inference.labels import NAME, Labels, either, with_label, without
from gw2mon.inference.pairing import agreed, many_to_one, match_of, one_to_one, pair, surely_pairs
from gw2mon.inference.shares import is_itself, is_part
from gw2mon.inference.units import PLAIN
from gw2mon.inference.values import ABSENT, or_absent
from gw2mon.promql.operators import COMPARISONS, SET_OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gw2mon import promql as q
    from gw2mon.inference.inferred import Meaning
    from gw2mon.inference.pairing import Match
    from gw2mon.inference.units import Unit

_PI = Decimal("3.1415926535897932")
_SWAPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}

_ARITHMETIC: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": added,
    "-": subtracted,
    "*": multiplied,
    "/": divided,
    "%": remainder,
    "^": power,
    "atan2": lambda one, other: Interval(-_PI, _PI, nan=one.nan or other.nan),
}


class _Computed(NamedTuple):
    """What an operator makes of two values."""

    values: Interval
    meaning: Meaning
    unit: Unit | None
    holds: Verdict = ""


def operate(node: q.Binary, left: Inferred, right: Inferred, known: Mapping[int, Inferred]) -> Inferred:
    """What an operator returns."""
    if node.op in SET_OPERATORS:
        return _of_sets(node, left, right)
    if left.kind == right.kind == "scalar":
        found = _computed(node, left, right, known)
        return scalar(found.meaning, found.unit, found.values)._replace(
            holds=found.holds, may_fail=left.may_fail or right.may_fail
        )
    if left.kind == "scalar" or right.kind == "scalar":
        return _with_scalar(node, left, right, known)
    return _of_vectors(node, left, right, known)


def _computed(node: q.Binary, left: Inferred, right: Inferred, known: Mapping[int, Inferred]) -> _Computed:
    if node.op in COMPARISONS:
        return _comparison(node, left, right)
    operation = _ARITHMETIC.get(node.op)
    meaning, unit = measuring.measured(node.op, left, right)
    if operation is None:
        return _Computed(ANY, meaning, unit)
    values = operation(left.values, right.values)
    if node.op == "/":
        values = _shared(node, values, known)
    return _Computed(values, meaning, unit)


def _shared(node: q.Binary, values: Interval, known: Mapping[int, Inferred]) -> Interval:
    """A quotient, when what is divided is known to be part of the whole, or the whole itself."""
    if is_itself(node):
        return point(ONE)._replace(nan=values.nan)
    # How few of all there can be follows from the number of targets, which is no matter of values.
    return UNIT._replace(nan=values.nan) if values.high > 0 and is_part(node, known) else values


def _comparison(node: q.Binary, left: Inferred, right: Inferred) -> _Computed:
    # A vector keeps its values, on whichever side of the number it stands.
    if left.kind == "scalar" and right.kind != "scalar":
        kept, holds = compared(right.values, _SWAPPED.get(node.op, node.op), left.values)
        subject = right
    else:
        kept, holds = compared(left.values, node.op, right.values)
        subject = left
    if node.return_bool:
        return _Computed(_TRUTH[holds], "boolean", PLAIN, holds)
    return _Computed(kept, subject.meaning, subject.unit, holds)


_TRUTH: dict[Verdict, Interval] = {"always": point(ONE), "never": point(ZERO), "": UNIT}


def _is_filter(node: q.Binary) -> bool:
    return node.op in COMPARISONS and not node.return_bool


def _with_scalar(node: q.Binary, left: Inferred, right: Inferred, known: Mapping[int, Inferred]) -> Inferred:
    vector = right if left.kind == "scalar" else left
    found = _computed(node, left, right, known)
    series = plain(vector) if _is_filter(node) else _computed_series(node, vector)
    series = series._replace(
        values=found.values, meaning=found.meaning, unit=found.unit, holds=found.holds,
        may_fail=series.may_fail or left.may_fail or right.may_fail,
        observed=vector.observed if _is_filter(node) or node.op in ("*", "/") else None,
    )  # fmt: skip
    if vector.empty:
        return series._replace(values=NOTHING)
    if _is_filter(node):
        return _filtered(node, series, vector)
    return series


def _computed_series(node: q.Binary, vector: Inferred) -> Inferred:
    return nameless(vector)._replace(labels=_named_labels(node, vector.labels))


def _named_labels(node: q.Binary, labels: Labels) -> Labels:
    """The labels of a computed value: without the name, except that Prometheus 2 forgot this for atan2."""
    name = labels.of(NAME)
    if node.op == "atan2" and name != ABSENT:
        return with_label(labels, NAME, or_absent(name))
    return without(labels, (NAME,))


def _filtered(node: q.Binary, series: Inferred, vector: Inferred) -> Inferred:
    """What a comparison leaves; native histograms compare with nothing, so that only numbers count."""
    if series.holds == "never":
        reason = Emptiness("comparison", f"{node.op} holds for no value that is possible", node.span)
        return series._replace(values=NOTHING, most=0, empty=reason, always=False, histograms=False)
    return series._replace(always=vector.always and series.holds == "always", histograms=vector.histograms)


def _of_vectors(node: q.Binary, left: Inferred, right: Inferred, known: Mapping[int, Inferred]) -> Inferred:
    match = match_of(node)
    paired = pair(match, left, right)
    found = _computed(node, left, right, known)
    labels, key, may_fail = _result_labels(node, match, left, right)
    may_fail = may_fail or _repeats(node, paired)
    most = _most(node, left, right)
    empty = _empty_pair(node, paired, left, right)
    native = left.histograms and right.histograms
    if empty is None and _is_filter(node) and found.holds == "never" and not native:
        empty = Emptiness("comparison", f"{node.op} holds for no two values that are possible", node.span)
    always = left.always and right.always and surely_pairs(match, left, right)
    return Inferred(
        "instant vector",
        found.meaning,
        found.unit,
        NOTHING if empty else found.values,
        labels,
        key,
        0 if empty else bounded(most, labels, key),
        empty,
        always and not empty and (not _is_filter(node) or found.holds == "always"),
        may_fail or left.may_fail or right.may_fail,
        left.histograms or right.histograms,
        found.holds,
        paired,
    )


def _result_labels(
    node: q.Binary, match: Match, left: Inferred, right: Inferred
) -> tuple[Labels, frozenset[str] | None, bool]:
    group = node.matching.group if node.matching is not None else None
    if group is None:
        labels, key = one_to_one(match, left, agreed(match, left.labels, right.labels))
        clash = False
    else:
        many, one = (left, right) if group == "left" else (right, left)
        include = node.matching.include if node.matching is not None else ()
        labels = agreed(match, many.labels, one.labels)
        labels, key, clash = many_to_one(include, many, labels, one.labels)
    if _is_filter(node):
        return labels, key, clash
    if key is not None and NAME in key:
        clash = clash or (group is not None and labels.of(NAME).size != 1)
        key = None
    elif key is None and group is not None:
        clash = clash or labels.of(NAME).size != 1
    return _named_labels(node, labels), key, clash


def _repeats(node: q.Binary, paired: Pairing) -> bool:
    """Whether a match may have several series on a side that must have one."""
    group = node.matching.group if node.matching is not None else None
    one_sides = (
        (paired.left_repeats, paired.right_repeats)
        if group is None
        else (paired.right_repeats if group == "left" else paired.left_repeats,)
    )
    return any(repeats is None or repeats for repeats in one_sides)


def _most(node: q.Binary, left: Inferred, right: Inferred) -> int | None:
    group = node.matching.group if node.matching is not None else None
    if group is not None:
        return left.most if group == "left" else right.most
    bounds = [bound for bound in (left.most, right.most) if bound is not None]
    return min(bounds, default=None)


def _empty_pair(node: q.Binary, paired: Pairing, left: Inferred, right: Inferred) -> Emptiness | None:
    if left.empty or right.empty:
        return left.empty or right.empty
    return _never_match(node, paired)


def _never_match(node: q.Binary, paired: Pairing) -> Emptiness | None:
    if not paired.disjoint:
        return None
    text = f"label {paired.disjoint} never has the same value on both sides of {node.op}"
    return Emptiness("matching", text, node.span, paired.disjoint)


def _of_sets(node: q.Binary, left: Inferred, right: Inferred) -> Inferred:
    match = match_of(node)
    paired = pair(match, left, right)
    may_fail = left.may_fail or right.may_fail
    if node.op == "or":
        return _or(match, left, right)._replace(pairing=paired, may_fail=may_fail)
    found = left._replace(holds="", pairing=paired, may_fail=may_fail)
    if left.empty:
        return found
    sure = surely_pairs(match, left, right) or (match.on and not match.names)
    if node.op == "unless":
        return _unless(node, found, paired, right, sure=sure)
    empty = right.empty or _never_match(node, paired)
    if empty:
        return found._replace(values=NOTHING, most=0, empty=empty, always=False)
    labels = agreed(match, left.labels, right.labels)
    return found._replace(
        labels=labels, most=bounded(left.most, labels, left.key), always=left.always and right.always and sure
    )


def _unless(node: q.Binary, found: Inferred, paired: Pairing, right: Inferred, *, sure: bool) -> Inferred:
    if right.always and sure:
        reason = Emptiness("presence", "what follows `unless` always returns something", node.span)
        return found._replace(values=NOTHING, most=0, empty=reason, always=False)
    untouched = right.empty is not None or bool(paired.disjoint)
    return found if untouched else found._replace(always=False)


def _differs_by_labels(side: Inferred) -> bool:
    """Whether no two series of a vector differ in nothing but their name."""
    if side.single or side.labels.of(NAME).size == 1:
        return True
    return side.key is not None and NAME not in side.key


def _or(match: Match, left: Inferred, right: Inferred) -> Inferred:
    """The left series and those of the right that match none of them."""
    if left.empty:
        return plain(right)
    if right.empty:
        return plain(left)
    labels = either(left.labels, right.labels)
    # By default no two are left that differ in their name only.
    key = None
    by_labels = _differs_by_labels(left) and _differs_by_labels(right)
    if by_labels and not (match.on or match.names or labels.open):
        key = frozenset(name for name in labels.values if name != NAME)
    most = None if left.most is None or right.most is None else left.most + right.most
    if most is not None and match.known and surely_pairs(match, left, right):
        most = max(left.most or 0, right.most or 0)
    meaning, unit = measuring.either(left, right)
    return Inferred(
        "instant vector",
        meaning,
        unit,
        union(left.values, right.values),
        labels,
        key,
        bounded(most, labels, key),
        None,
        left.always or right.always,
        histograms=left.histograms or right.histograms,
        observed=left.observed if left.observed == right.observed else None,
    )
