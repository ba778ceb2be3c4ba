"""Building PromQL from Python: small functions that read like the query they make.

    sum_by(["job"], rate(selector("http_requests_total", [label_matches("code", "5..")]), 300_000))

Text is never pasted together, so no label value can break out of its quotes. Windows are milliseconds.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Matcher,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    VectorSelector,
)
from gw2mon.promql.regex import regex_escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from typing import TypeAlias

    from gw2mon.promql.ast import Duration, Expr, MatchOp

    Operand: TypeAlias = Expr | int | Decimal


class Clauses(TypedDict, total=False):
    """How the series of both sides are paired, as in `on (job) group_left (version)`; see `Matching`."""

    on: Iterable[str]
    ignoring: Iterable[str]
    group_left: Iterable[str]
    group_right: Iterable[str]


# Matchers and selectors.


def label_is(label: str, value: str) -> Matcher:
    """`label="value"`."""
    return Matcher(label, "=", value)


def label_is_not(label: str, value: str) -> Matcher:
    """`label!="value"`."""
    return Matcher(label, "!=", value)


def label_matches(label: str, pattern: str) -> Matcher:
    """`label=~"pattern"`; the pattern is RE2 and matches the whole value."""
    return Matcher(label, "=~", pattern)


def label_matches_not(label: str, pattern: str) -> Matcher:
    """`label!~"pattern"`."""
    return Matcher(label, "!~", pattern)


def one_of(label: str, values: Iterable[str]) -> Matcher:
    """`label="a"` for one value, `label=~"a|b"` for several, each escaped so that it matches only itself."""
    texts = tuple(values)
    if len(texts) == 1:
        return label_is(label, texts[0])
    return label_matches(label, "|".join(map(regex_escape, texts)))


def none_of(label: str, values: Iterable[str]) -> Matcher:
    """The opposite of `one_of`."""
    positive = one_of(label, values)
    op: MatchOp = "!=" if positive.op == "=" else "!~"
    return positive._replace(op=op)


def selector(name: str | None, matchers: Iterable[Matcher] = (), **equal: str) -> VectorSelector:
    """`name{...}`: the matchers as given, then one of equality for each keyword."""
    return VectorSelector(name, (*matchers, *(label_is(label, value) for label, value in equal.items())))


# Literals.


def number(value: int | str | Decimal) -> NumberLiteral:
    """A number literal without any digit more or less: a Decimal never becomes a float on the way."""
    if isinstance(value, int | str):
        return NumberLiteral(str(value))
    if not value.is_finite():
        return NumberLiteral(str(value).replace("Infinity", "Inf"))
    text = f"{value:f}"
    return NumberLiteral(text.rstrip("0").rstrip(".") if "." in text else text)


def string(value: str) -> StringLiteral:
    """A string argument."""
    return StringLiteral(value)


def paren(expr: Expr) -> Paren:
    """Parentheses for the reader's sake; those that the meaning needs are written anyway."""
    return Paren(expr)


def _expr(operand: Operand) -> Expr:
    return operand if isinstance(operand, tuple) else number(operand)


# Windows and what is computed over them.


def window(expr: Expr, milliseconds: Duration, step: Duration | None = None) -> MatrixSelector | Subquery:
    """`expr[5m]` for a selector, `(expr)[1h:1m]` for anything else or where a step is given."""
    if isinstance(expr, VectorSelector) and step is None and expr.offset == 0 and expr.at is None:
        return MatrixSelector(expr, milliseconds)
    return Subquery(expr, milliseconds, step)


def offset(expr: VectorSelector | MatrixSelector | Subquery, milliseconds: Duration) -> Expr:
    """The same series as they were some time ago; negative looks ahead."""
    if isinstance(expr, MatrixSelector):
        return expr._replace(selector=expr.selector._replace(offset=milliseconds))
    return expr._replace(offset=milliseconds)


def rate(expr: VectorSelector, milliseconds: Duration) -> Call:
    """Increase of a counter per second."""
    return call("rate", window(expr, milliseconds))


def increase(expr: VectorSelector, milliseconds: Duration) -> Call:
    """Increase of a counter over the window."""
    return call("increase", window(expr, milliseconds))


def over_time(what: str, expr: Expr, milliseconds: Duration, step: Duration | None = None) -> Call:
    """`max_over_time(...)` for `what` = `max`, and so on."""
    return call(f"{what}_over_time", window(expr, milliseconds, step))


def predict_linear(expr: VectorSelector, milliseconds: Duration, seconds: Operand) -> Call:
    """Where a gauge will be in so many seconds, from its slope over the window."""
    return call("predict_linear", window(expr, milliseconds), seconds)


# Functions and aggregations.


def call(function: str, *args: Operand) -> Call:
    """Any function by its name."""
    return Call(function, tuple(map(_expr, args)))


def histogram_quantile(quantile: Operand, expr: Expr) -> Call:
    """A quantile between 0 and 1 from the buckets of a histogram."""
    return call("histogram_quantile", quantile, expr)


def absent(expr: Expr) -> Call:
    """1 if the expression returns nothing."""
    return call("absent", expr)


def time() -> Call:
    """Seconds since the epoch at the moment of evaluation."""
    return call("time")


def vector(value: Operand) -> Call:
    """One series without labels."""
    return call("vector", value)


def scalar(expr: Expr) -> Call:
    """The value of the only series; NaN if there are none or several."""
    return call("scalar", expr)


def aggregate(
    op: str,
    expr: Expr,
    by: Iterable[str] | None = None,
    without: Iterable[str] | None = None,
    param: Operand | None = None,
) -> Aggregation:
    """Any aggregation by its name, with at most one of `by` and `without`."""
    labels = by if without is None else without
    clause = None if labels is None else without is not None
    return Aggregation(op, expr, None if param is None else _expr(param), tuple(labels or ()), clause)


def sum_(expr: Expr) -> Aggregation:
    """One sum over everything."""
    return aggregate("sum", expr)


def sum_by(labels: Iterable[str], expr: Expr) -> Aggregation:
    """One sum for each combination of these labels, which are kept."""
    return aggregate("sum", expr, by=labels)


def sum_without(labels: Iterable[str], expr: Expr) -> Aggregation:
    """One sum for each combination of the other labels, which are kept."""
    return aggregate("sum", expr, without=labels)


# Operators.


def matching(clauses: Clauses) -> Matching | None:
    """The pairing that the clauses ask for; None without any."""
    if not clauses:
        return None
    include = clauses.get("group_left", clauses.get("group_right", ()))
    side: Literal["left", "right"] | None = (
        "left" if "group_left" in clauses else "right" if "group_right" in clauses else None
    )
    labels = clauses["on"] if "on" in clauses else clauses.get("ignoring", ())
    return Matching("on" in clauses, tuple(labels), side, tuple(include))


def binary(op: str, lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """Any operator by its sign."""
    return Binary(op, _expr(lhs), _expr(rhs), matching(clauses))


def compare(lhs: Operand, op: str, rhs: Operand, *, return_bool: bool = False, **clauses: Unpack[Clauses]) -> Binary:
    """Any comparison by its sign; with `return_bool` it gives 0 or 1 and drops nothing."""
    return Binary(op, _expr(lhs), _expr(rhs), matching(clauses), return_bool)


def add(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """`lhs + rhs`."""
    return binary("+", lhs, rhs, **clauses)


def sub(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """`lhs - rhs`."""
    return binary("-", lhs, rhs, **clauses)


def mul(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """`lhs * rhs`."""
    return binary("*", lhs, rhs, **clauses)


def div(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """`lhs / rhs`."""
    return binary("/", lhs, rhs, **clauses)


def gt(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that are greater."""
    return binary(">", lhs, rhs, **clauses)


def ge(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that are not smaller."""
    return binary(">=", lhs, rhs, **clauses)


def lt(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that are smaller."""
    return binary("<", lhs, rhs, **clauses)


def le(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that are not greater."""
    return binary("<=", lhs, rhs, **clauses)


def eq(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that are equal."""
    return binary("==", lhs, rhs, **clauses)


def ne(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that differ."""
    return binary("!=", lhs, rhs, **clauses)


def unless(lhs: Operand, rhs: Operand, **clauses: Unpack[Clauses]) -> Binary:
    """The series of the left that the right does not have."""
    return binary("unless", lhs, rhs, **clauses)


def and_(lhs: Expr, *others: Expr, **clauses: Unpack[Clauses]) -> Expr:
    """The series of the first that all others have too."""
    return reduce(lambda left, right: binary("and", left, right, **clauses), others, lhs)


def or_(lhs: Expr, *others: Expr, **clauses: Unpack[Clauses]) -> Expr:
    """The series of the first, and those of each other that none before it has."""
    return reduce(lambda left, right: binary("or", left, right, **clauses), others, lhs)
