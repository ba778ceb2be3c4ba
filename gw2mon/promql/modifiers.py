"""Reading what may follow an expression: `[5m]`, `[1h:1m]`, `offset 5m`, `@ 0`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gw2mon.promql.ast import Duration, Expr, MatrixSelector, Subquery, ValueType, Variable, VectorSelector
from gw2mon.promql.duration_arithmetic import FUNCTIONS, compute
from gw2mon.promql.durations import MAX_MILLISECONDS, parse_duration
from gw2mon.promql.errors import PromQLError
from gw2mon.promql.numeric import is_number, number_value
from gw2mon.promql.quoting import is_variable, without_variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.promql.cursor import Cursor
    from gw2mon.promql.errors import Span
    from gw2mon.promql.typecheck import Typed

_NUMERIC = frozenset(".0123456789")
# A colon inside ${window:raw} does not end the window.
_BRACKETS = r"\[((?:[^:{]|\{[^{}]*\})*)(:((?:[^:{]|\{[^{}]*\})*))?\]"
_WORD_START = frozenset("oOaAsS")
_MAX_TIMESTAMP = float(2**63)


def read_modifiers(cursor: Cursor, expr: Expr, kind: ValueType) -> Typed:
    """Read any ranges, offsets and timestamps that follow an expression and put them around it."""
    while True:
        token = cursor.tokens[cursor.index]
        first = token[:1]
        if first == "[":
            expr = _read_range(cursor, expr, kind)
            kind = "range vector"
        elif first == "@":
            expr = _read_timestamp(cursor, expr)
        elif first in _WORD_START and token.lower() in _WORDS:
            expr = _WORDS[token.lower()](cursor, expr)
        else:
            return expr, kind


def _read_range(cursor: Cursor, expr: Expr, kind: ValueType) -> Expr:
    token, span = cursor.tokens[cursor.index], cursor.span()
    if len(token) == 1:
        raise cursor.unexpected()
    cursor.index += 1
    try:
        window, subquery, step = read_brackets(token, variables=cursor.variables)
    except PromQLError as error:
        raise error.shifted(span[0]) from None
    whole = (expr.span[0], span[1])
    if subquery:
        if kind != "instant vector":
            raise PromQLError(f"subquery is only allowed on instant vector, got {kind} instead", expr.span)
        return Subquery(expr, window, step, span=whole)
    if not isinstance(expr, VectorSelector):
        raise PromQLError(
            "ranges only allowed for vector selectors",
            span,
            "a window over an expression is a subquery and has a colon, such as [5m:]",
        )
    if expr.offset != 0 or expr.at is not None:
        what = "offset" if expr.offset != 0 else "@"
        raise PromQLError(f"no {what} modifiers allowed before range", span, "the range comes first")
    return MatrixSelector(expr, window, whole)


@lru_cache(maxsize=1024)
def read_brackets(token: str, *, variables: bool) -> tuple[Duration, bool, Duration | None]:
    """What `[1h:1m]` says: its window, whether it is a subquery, and the step of one that names it.

    Raises PromQLError with a span inside the token.
    """
    match = re.fullmatch(_BRACKETS, token)
    if match is None or not match[1].strip():
        raise PromQLError(
            f"unexpected {token} in subquery or range selector",
            (0, len(token)),
            "a window is written [5m], a subquery [1h:1m]",
        )
    window = _positive_duration(match[1], match.start(1), variables=variables)
    if match[2] is None:
        return window, False, None
    step = _positive_duration(match[3], match.start(3), variables=variables) if match[3].strip() else None
    return window, True, step


def _positive_duration(text: str, start: int, *, variables: bool) -> Duration:
    span = (start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
    duration = read_duration(text.strip(), span, variables=variables)
    if isinstance(duration, int) and duration <= 0:
        raise PromQLError("duration must be greater than 0", span)
    return duration


def read_duration(text: str, span: Span, *, variables: bool) -> Duration:
    """Milliseconds in `5m`, in a bare number of seconds, or in arithmetic of them; or a variable.

    Raises PromQLError with the given span.
    """
    if variables and is_variable(text):
        return Variable(text)
    try:
        if is_number(text):
            return from_seconds(number_value(text))
        if text.isascii() and text.isalnum():
            return parse_duration(text)
        seconds = compute(without_variables(text, "1s") if variables else text)
        if seconds is None or "$" in text:
            return Variable(text)
        return from_seconds(seconds)
    except PromQLError as error:
        raise PromQLError(error.message, span, error.help) from None


def from_seconds(seconds: float) -> int:
    """Whole milliseconds in a number of seconds, as Prometheus cuts them."""
    if not abs(seconds) * 1000 <= MAX_MILLISECONDS:  # the comparison is false for NaN, too
        raise PromQLError("duration out of range")
    return int(round(seconds * 1e9) / 1e6)


def _read_offset(cursor: Cursor, expr: Expr) -> Expr:
    cursor.index += 1
    sign = cursor.take() if cursor.peek() in ("+", "-") else ""
    start = cursor.start()
    _skip_duration(cursor)
    span = (start, cursor.end())
    offset = read_duration(cursor.text[start : cursor.end()], span, variables=cursor.variables)
    if sign == "-":
        offset = Variable(sign + offset.text) if isinstance(offset, Variable) else -offset
    target = _modified(expr, "offset modifier")
    if target.offset != 0:
        raise PromQLError("offset may not be set multiple times", expr.span)
    return _put(expr, target._replace(offset=offset), cursor.end())


def _skip_duration(cursor: Cursor) -> None:
    """Read over one duration: a number, a variable, or a computed one with all in its parentheses."""
    token = cursor.peek()
    computed = token.lower() in FUNCTIONS
    if computed:
        cursor.index += 1
    elif token[:1] in _NUMERIC or (cursor.variables and token[:1] == "$"):
        cursor.index += 1
        return
    if cursor.peek() != "(":
        raise cursor.unexpected("offset", "duration")
    opening = cursor.index
    depth = 1
    while depth:
        cursor.index += 1
        if not cursor.peek():
            raise PromQLError("unclosed left parenthesis", (cursor.ends[opening] - 1, cursor.ends[opening]))
        depth += {"(": 1, ")": -1}.get(cursor.peek(), 0)
    cursor.index += 1


def _read_extension(cursor: Cursor, expr: Expr) -> Expr:
    word = cursor.word()
    cursor.index += 1
    selector = expr.selector if isinstance(expr, MatrixSelector) else expr
    if not isinstance(selector, VectorSelector):
        raise PromQLError(f"{word} modifier must be preceded by a selector", expr.span)
    if selector.extension not in (None, word):
        raise PromQLError("anchored and smoothed modifiers cannot be used together", expr.span)
    return _put(expr, selector._replace(extension="anchored" if word == "anchored" else "smoothed"), cursor.end())


def _read_timestamp(cursor: Cursor, expr: Expr) -> Expr:
    cursor.index += 1
    at = _read_at(cursor)
    target = _modified(expr, "@ modifier")
    if target.at is not None:
        raise PromQLError("@ <timestamp> may not be set multiple times", expr.span)
    return _put(expr, target._replace(at=at), cursor.end())


def _read_at(cursor: Cursor) -> str:
    word = cursor.word()
    if word in ("start", "end"):
        cursor.index += 1
        cursor.expect("(", "@")
        cursor.expect(")", "@")
        return f"{word}()"
    sign = cursor.take() if word in ("+", "-") else ""
    token, span = cursor.peek(), cursor.span()
    if cursor.variables and token.startswith("$"):
        return sign + cursor.take()
    if token[:1] not in _NUMERIC and token.lower() not in ("inf", "nan"):
        raise cursor.unexpected("@", "timestamp")
    cursor.index += 1
    try:
        seconds = number_value(token)
    except PromQLError as error:
        raise PromQLError(error.message, span) from None
    if not abs(seconds) < _MAX_TIMESTAMP:
        raise PromQLError(f"timestamp out of bounds for @ modifier: {sign}{token}", span)
    digits = token if is_number(token) else f"{seconds:.3f}".rstrip("0").rstrip(".")
    return f"-{digits}" if sign == "-" else digits


def _modified(expr: Expr, what: str) -> VectorSelector | Subquery:
    target = expr.selector if isinstance(expr, MatrixSelector) else expr
    if isinstance(target, VectorSelector | Subquery):
        return target
    raise PromQLError(
        f"{what} must be preceded by an instant vector selector or range vector selector or a subquery", expr.span
    )


def _put(expr: Expr, target: VectorSelector | Subquery, end: int) -> Expr:
    span = (expr.span[0], end)
    if isinstance(expr, MatrixSelector) and isinstance(target, VectorSelector):
        return expr._replace(selector=target, span=span)
    return target._replace(span=span)


_WORDS: dict[str, Callable[[Cursor, Expr], Expr]] = {
    "offset": _read_offset,
    "anchored": _read_extension,
    "smoothed": _read_extension,
}
