"""Reading PromQL: text in, tree out, types checked on the way.

A Pratt parser: an operand is read by what its first character says, then the operators after it by
how tightly they bind. Chains of operators are a loop, so only real nesting costs stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matching,
    NumberLiteral,
    Paren,
    StringLiteral,
    Unary,
    VariableName,
)
from gw2mon.promql.cursor import Cursor
from gw2mon.promql.errors import PromQLError
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS, similar_function
from gw2mon.promql.lexer import KEYWORDS
from gw2mon.promql.modifiers import read_modifiers
from gw2mon.promql.numeric import number_value
from gw2mon.promql.operators import POWER, PRECEDENCE
from gw2mon.promql.selectors import read_selector, read_string
from gw2mon.promql.typecheck import check_aggregation, check_binary, check_call, check_unary

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.promql.errors import Span
    from gw2mon.promql.typecheck import Typed

_NUMBER_WORDS = frozenset({"inf", "nan"})
_NO_METRIC = frozenset({"atan2", "bool", "group_left", "group_right", "ignoring", "on"})
_FILL = frozenset({"fill", "fill_left", "fill_right"})
_NO_LABEL = _NUMBER_WORDS | {"without"}


def parse(text: str, *, variables: bool = False) -> Expr:
    """Read one PromQL expression, in the grammar of Prometheus 2.42 or of 3.x.

    With `variables`, Grafana variables may stand for durations, numbers, metric names and grouping
    labels; inside strings they always may.
    Raises PromQLError for everything that Prometheus would refuse, at its first place.
    """
    cursor = Cursor(text, variables=variables)
    if not cursor.peek():
        raise PromQLError("no expression found in input", (0, len(text)))
    expr, _ = _read(cursor, 1)
    if cursor.peek() == ")":
        raise PromQLError('unexpected right parenthesis ")"', cursor.span())
    if cursor.peek():
        raise cursor.unexpected()
    return expr


def _read(cursor: Cursor, floor: int) -> Typed:
    """Read an operand and all operators after it that bind at least as tightly as `floor`."""
    cursor.deeper()
    tokens = cursor.tokens
    read_operand = _OPERANDS.get(tokens[cursor.index][:1])
    if read_operand is None:
        raise cursor.unexpected()
    expr, kind = read_modifiers(cursor, *read_operand(cursor))
    while True:
        token = tokens[cursor.index]
        precedence = PRECEDENCE.get(token) or PRECEDENCE.get(token.lower(), 0)
        if precedence < floor:
            cursor.depth -= 1
            return expr, kind
        start = cursor.start()
        cursor.index += 1
        op = token.lower()
        return_bool, matching = _read_matching(cursor)
        op_span = (start, cursor.end())
        rhs, rhs_kind = _read(cursor, precedence if op == "^" else precedence + 1)
        binary = Binary(op, expr, rhs, matching, return_bool, (expr.span[0], rhs.span[1]))
        kind = check_binary(binary, kind, rhs_kind, op_span)
        expr = binary


def _read_matching(cursor: Cursor) -> tuple[bool, Matching | None]:
    if cursor.tokens[cursor.index][:1] not in _MATCHING_START:
        return False, None
    return_bool = cursor.word() == "bool"
    if return_bool:
        cursor.index += 1
    clause = cursor.word()
    if clause not in ("on", "ignoring"):
        return return_bool, None
    cursor.index += 1
    labels = _read_labels(cursor)
    group = cursor.word()
    if group not in ("group_left", "group_right"):
        return return_bool, Matching(clause == "on", labels)
    cursor.index += 1
    include = _read_labels(cursor) if cursor.peek() == "(" else ()
    side: Literal["left", "right"] = "left" if group == "group_left" else "right"
    return return_bool, Matching(clause == "on", labels, side, include)


_MATCHING_START = frozenset("bBoOiI")


def _read_labels(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("(", "grouping opts")
    labels: list[str] = []
    while cursor.peek() != ")":
        labels.append(_read_label(cursor))
        if cursor.peek() == ",":
            cursor.index += 1
        elif cursor.peek() != ")":
            raise cursor.unexpected("grouping opts", '"," or ")"')
    cursor.index += 1
    return tuple(labels)


def _read_label(cursor: Cursor) -> str:
    token = cursor.peek()
    first = token[:1]
    if first in _LETTERS and token.lower() not in _NO_LABEL:
        return cursor.take()
    if first in _QUOTES:
        return read_string(cursor)
    if first == "$" and cursor.variables and len(token) > 1:
        return VariableName(cursor.take())
    raise cursor.unexpected("grouping opts", "label")


def _read_name(cursor: Cursor) -> Typed:
    """A name is a call, an aggregation, a number such as Inf, or a metric; what follows decides."""
    word = cursor.word()
    follower = cursor.tokens[cursor.index + 1]
    if word in AGGREGATORS and (follower == "(" or follower.lower() in ("by", "without")):
        return _read_aggregation(cursor, word)
    if follower == "(" and word not in KEYWORDS:
        return _read_call(cursor)
    if word in _NUMBER_WORDS:
        return _read_number(cursor)
    if word in _NO_METRIC or follower == "(":
        raise cursor.unexpected()
    return read_selector(cursor), "instant vector"


def _read_call(cursor: Cursor) -> Typed:
    start, span, name = cursor.start(), cursor.span(), cursor.take()
    if name not in FUNCTIONS:
        raise _unknown(name, span)
    arguments = _read_arguments(cursor, selectors_may_be_empty=name == "info")
    whole = (start, cursor.end())
    kind = check_call(name, arguments, whole)
    return Call(name, tuple(arg for arg, _ in arguments), whole), kind


def _unknown(name: str, span: Span) -> PromQLError:
    if name.lower() in _FILL:
        return PromQLError("binop fill modifiers are experimental and not enabled", span)
    similar = similar_function(name)
    return PromQLError(f'unknown function with name "{name}"', span, f'did you mean "{similar}"?' if similar else "")


def _read_aggregation(cursor: Cursor, op: str) -> Typed:
    start = cursor.start()
    cursor.index += 1
    without, grouping = _read_grouping(cursor)
    if cursor.peek() != "(":
        raise cursor.unexpected("aggregation", '"("')
    arguments = _read_arguments(cursor)
    if without is None:
        without, grouping = _read_grouping(cursor)
    whole = (start, cursor.end())
    check_aggregation(op, arguments, whole)
    param = arguments[0][0] if len(arguments) > 1 else None
    return Aggregation(op, arguments[-1][0], param, grouping, without, whole), "instant vector"


def _read_grouping(cursor: Cursor) -> tuple[bool | None, tuple[str, ...]]:
    word = cursor.word()
    if word not in ("by", "without"):
        return None, ()
    cursor.index += 1
    return word == "without", _read_labels(cursor)


def _read_arguments(cursor: Cursor, *, selectors_may_be_empty: bool = False) -> list[Typed]:
    opening = cursor.span()
    cursor.index += 1
    arguments: list[Typed] = []
    if cursor.peek() == ")":
        cursor.index += 1
        return arguments
    outer, cursor.may_be_empty = cursor.may_be_empty, selectors_may_be_empty
    while True:
        arguments.append(_read(cursor, 1))
        if cursor.peek() not in (",", ")"):
            raise cursor.unexpected("arguments", '"," or ")"') if cursor.peek() else _unclosed(opening)
        if cursor.take() == ")":
            cursor.may_be_empty = outer
            return arguments
        if cursor.peek() == ")":
            raise PromQLError("trailing commas not allowed in function call args", (cursor.end() - 1, cursor.end()))


def _read_paren(cursor: Cursor) -> Typed:
    opening = cursor.span()
    cursor.index += 1
    expr, kind = _read(cursor, 1)
    if not cursor.peek():
        raise _unclosed(opening)
    cursor.expect(")", "")
    return Paren(expr, (opening[0], cursor.end())), kind


def _unclosed(opening: Span) -> PromQLError:
    return PromQLError("unclosed left parenthesis", opening)


def _read_braces(cursor: Cursor) -> Typed:
    return read_selector(cursor, may_be_empty=cursor.may_be_empty), "instant vector"


def _read_number(cursor: Cursor) -> Typed:
    span, token = cursor.span(), cursor.take()
    try:
        number_value(token)
    except PromQLError as error:
        message = error.message if "range" in error.message else f'bad number or duration syntax: "{token}"'
        raise PromQLError(message, span) from None
    return NumberLiteral(token, span), "scalar"


def _read_sign(cursor: Cursor) -> Typed:
    start, sign = cursor.start(), cursor.take()
    expr, kind = _read(cursor, POWER)
    span = (start, expr.span[1])
    check_unary(kind, span)
    if isinstance(expr, NumberLiteral):
        text = expr.text
        if sign == "-":
            text = text[1:] if text.startswith("-") else f"-{text}"
        return NumberLiteral(text, span), "scalar"
    return Unary(cast("Literal['+', '-']", sign), expr, span), kind


def _read_text(cursor: Cursor) -> Typed:
    span = cursor.span()
    return StringLiteral(read_string(cursor), span), "string"


def _read_variable(cursor: Cursor) -> Typed:
    """A Grafana variable is a metric name if braces or brackets follow, otherwise a number."""
    if not cursor.variables or len(cursor.peek()) == 1:
        raise cursor.unexpected()
    if cursor.tokens[cursor.index + 1][:1] in ("{", "["):
        return read_selector(cursor), "instant vector"
    span = cursor.span()
    return NumberLiteral(cursor.take(), span), "scalar"


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:")
_QUOTES = frozenset("\"'`")

_OPERANDS: dict[str, Callable[[Cursor], Typed]] = {
    **dict.fromkeys(_LETTERS, _read_name),
    **dict.fromkeys("0123456789.", _read_number),
    **dict.fromkeys(_QUOTES, _read_text),
    **dict.fromkeys("+-", _read_sign),
    "(": _read_paren,
    "{": _read_braces,
    "$": _read_variable,
}
