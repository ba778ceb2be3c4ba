"""Which labels an expression leaves on its result, for input series that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql import (
    Aggregation,
    Binary,
    Call,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    VectorSelector,
    regex_matches,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.model import RecordingRule
    from gw2mon.promql import Expr, Matcher

Labels = dict[str, str]
_SCALAR_CALLS = ("scalar", "time", "pi", "vector")


def kept(expr: Expr, inputs: Sequence[tuple[str, Labels]], records: Mapping[str, RecordingRule]) -> Labels | None:
    """Labels of the one result of an expression, without its name; None where this cannot be told.

    `inputs` are names and labels of the series that exist. Of several that one selector selects, the first counts.
    """
    match expr:
        case VectorSelector():
            return _selected(expr, inputs, records)
        case MatrixSelector():
            return _selected(expr.selector, inputs, records)
        case Paren() | Unary() | Subquery():
            return kept(expr.expr, inputs, records)
        case Aggregation():
            inner = kept(expr.expr, inputs, records)
            return None if inner is None or expr.without else {k: inner[k] for k in expr.grouping if k in inner}
        case Call():
            return _called(expr, inputs, records)
        case Binary():
            return _combined(expr, inputs, records)
        case _:
            return {}


def _selected(
    selector: VectorSelector, inputs: Sequence[tuple[str, Labels]], records: Mapping[str, RecordingRule]
) -> Labels | None:
    if selector.name is not None and selector.name in records:
        rule = records[selector.name]
        inner = kept(rule.expr, inputs, records)
        return None if inner is None else {**inner, **dict(rule.labels)}
    for name, labels in inputs:
        if name == selector.name and all(_matches(matcher, labels) for matcher in selector.matchers):
            return dict(labels)
    return None


def _matches(matcher: Matcher, labels: Labels) -> bool:
    value = labels.get(matcher.name, "")
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    return regex_matches(matcher.value, value) is (matcher.op == "=~")


def _called(call: Call, inputs: Sequence[tuple[str, Labels]], records: Mapping[str, RecordingRule]) -> Labels | None:
    if call.function in _SCALAR_CALLS:
        return {}
    if call.function == "absent" and isinstance(call.args[0], VectorSelector):
        return {matcher.name: matcher.value for matcher in call.args[0].matchers if matcher.op == "="}
    vectors = [arg for arg in call.args if not isinstance(arg, NumberLiteral | StringLiteral)]
    inner = kept(vectors[0], inputs, records) if vectors else {}
    if inner is not None and call.function == "label_replace":
        return _replaced(call, inner)
    if inner is not None and call.function == "histogram_quantile":
        inner.pop("le", None)
    return inner


def _replaced(call: Call, inner: Labels) -> Labels | None:
    """label_replace as we use it: a label with a fixed value, from nothing."""
    texts = [arg.value for arg in call.args if isinstance(arg, StringLiteral)]
    if len(texts) != 4 or texts[2:] != ["", ""]:  # noqa: PLR2004 - label, replacement, source, regular expression
        return None
    return {**inner, texts[0]: texts[1]}


def _combined(
    expr: Binary, inputs: Sequence[tuple[str, Labels]], records: Mapping[str, RecordingRule]
) -> Labels | None:
    if _is_scalar(expr.lhs):
        return kept(expr.rhs, inputs, records)
    left = kept(expr.lhs, inputs, records)
    if _is_scalar(expr.rhs) or expr.op in ("and", "unless"):
        return left
    if expr.op == "or":
        return left if left == kept(expr.rhs, inputs, records) else None
    if left is None or expr.matching is None:
        return left
    if expr.matching.group is not None:
        return None
    if expr.matching.on:
        return {name: left[name] for name in expr.matching.labels if name in left}
    return {name: value for name, value in left.items() if name not in expr.matching.labels}


def _is_scalar(expr: Expr) -> bool:
    match expr:
        case NumberLiteral():
            return True
        case Call():
            return expr.function in ("scalar", "time", "pi")
        case Paren() | Unary():
            return _is_scalar(expr.expr)
        case Binary():
            return _is_scalar(expr.lhs) and _is_scalar(expr.rhs)
        case _:
            return False
