"""PromQL in one spelling: what means the same is written the same, as far as that can be told from the text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import promql as q

if TYPE_CHECKING:
    from gw2mon.promql import Expr, Matcher

_FLIPPED = {"<": ">", ">": "<", "==": "==", "<=": ">=", ">=": "<=", "!=": "!="}
_KEYS = {">": "above", "<": "below", "==": "equals"}
_MOST_DIGITS = 30


def plainly(expr: Expr) -> Expr:
    """Without parentheses, sums of numbers worked out, matchers in order, lists of values as such."""
    return q.transform(expr, _plain)


def _plain(node: Expr) -> Expr:
    match node:
        case q.Paren(inner):
            return inner
        case q.NumberLiteral():
            value = number_in(node)
            return node if value is None else q.number(value)
        case q.Binary(op=op, lhs=q.NumberLiteral() as left, rhs=q.NumberLiteral() as right):
            value = _worked_out(op, number_in(left), number_in(right))
            return node if value is None else q.number(value)
        case q.VectorSelector():
            return node._replace(matchers=tuple(sorted(map(_matcher, node.matchers), key=_by_label)))
        case q.Aggregation(grouping=grouping, without=without):
            return node._replace(grouping=tuple(sorted(grouping)), without=without if grouping or without else None)
        case _:
            return node


def number_in(expr: Expr) -> Decimal | None:
    """The finite number that an expression is; None where it is something else, or endless."""
    if not isinstance(expr, q.NumberLiteral):
        return None
    try:
        value = Decimal(expr.text)
    except ArithmeticError:
        value = Decimal(repr(expr.value))
    return value if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS else None


def _worked_out(op: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    try:
        value = {
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
            "/": lambda: left / right, "^": lambda: left**right,
        }[op]()  # fmt: skip
    except (KeyError, ArithmeticError):
        return None
    return value if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS else None


def _matcher(matcher: Matcher) -> Matcher:
    listed = q.literal_alternatives(matcher.value) if matcher.op in ("=~", "!~") else None
    if listed and all(listed):
        values = sorted(set(listed))
        matcher = q.one_of(matcher.name, values) if matcher.op == "=~" else q.none_of(matcher.name, values)
    return matcher._replace(span=q.NO_SPAN)


def _by_label(matcher: Matcher) -> tuple[str, str, str]:
    return matcher.name, matcher.op, matcher.value


def split_off(expr: Expr) -> tuple[Expr, str, Decimal] | None:
    """What is compared, the key of a spec that says how, and the number: `x > 5`, or `5 < x`."""
    if not isinstance(expr, q.Binary) or expr.op not in _FLIPPED or expr.return_bool or expr.matching:
        return None
    value, op, bound = expr.lhs, expr.op, number_in(expr.rhs)
    if bound is None:
        value, op, bound = expr.rhs, _FLIPPED[expr.op], number_in(expr.lhs)
    if bound is None or op not in _KEYS or isinstance(value, q.NumberLiteral):
        return None
    return value, _KEYS[op], bound
