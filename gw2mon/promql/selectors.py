"""Reading selectors: a metric name, matchers in braces, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gw2mon.promql.ast import Matcher, VariableName, VectorSelector
from gw2mon.promql.errors import PromQLError
from gw2mon.promql.quoting import unquote, without_variables
from gw2mon.promql.typecheck import check_not_empty, check_regex

if TYPE_CHECKING:
    from gw2mon.promql.ast import MatchOp
    from gw2mon.promql.cursor import Cursor
    from gw2mon.promql.errors import Span

_QUOTES = frozenset("\"'`")
_MATCH_OPS = frozenset({"=", "!=", "=~", "!~"})


def read_selector(cursor: Cursor, *, may_be_empty: bool = False) -> VectorSelector:
    """Read a metric name, matchers in braces, or both."""
    start = cursor.start()
    name = None if cursor.peek() == "{" else cursor.take()
    if name is not None and name.startswith("$"):
        name = VariableName(name)
    matchers: tuple[Matcher, ...] = ()
    if cursor.tokens[cursor.index] == "{":
        name, matchers = _read_matchers(cursor, name)
    selector = VectorSelector(name, matchers, span=(start, cursor.end()))
    if name is None and not may_be_empty:
        check_not_empty(selector)
    return selector


def _read_matchers(cursor: Cursor, name: str | None) -> tuple[str | None, tuple[Matcher, ...]]:
    cursor.index += 1
    matchers: list[Matcher] = []
    tokens = cursor.tokens
    while tokens[cursor.index] != "}":
        if tokens[cursor.index][:1] in _QUOTES and tokens[cursor.index + 1] not in _MATCH_OPS:
            name = _read_quoted_name(cursor, name)
        else:
            matchers.append(_read_matcher(cursor))
        if tokens[cursor.index] == ",":
            cursor.index += 1
        elif tokens[cursor.index] != "}":
            raise cursor.unexpected("label matching", '"," or "}"')
    cursor.index += 1
    if name is not None:
        for matcher in matchers:
            if matcher.name == "__name__":
                raise _named_twice(name, matcher.value, matcher.span)
    return name, tuple(matchers)


def _read_quoted_name(cursor: Cursor, name: str | None) -> str:
    span = cursor.span()
    quoted = read_string(cursor)
    if name is not None:
        raise _named_twice(name, quoted, span)
    return quoted


def _named_twice(first: str, second: str, span: Span) -> PromQLError:
    return PromQLError(f'metric name must not be set twice: "{first}" or "{second}"', span)


def _read_matcher(cursor: Cursor) -> Matcher:
    start = cursor.start()
    token = cursor.tokens[cursor.index]
    if token[:1] in _QUOTES:
        label = read_string(cursor)
    elif token.isidentifier():
        label = cursor.take()
    else:
        raise cursor.unexpected("label matching", 'identifier or "}"')
    op = cursor.tokens[cursor.index]
    if op not in _MATCH_OPS:
        raise cursor.unexpected("label matching", "label matching operator")
    cursor.index += 1
    value_span = cursor.span()
    if cursor.tokens[cursor.index][:1] not in _QUOTES:
        raise cursor.unexpected("label matching", "string")
    value = read_string(cursor)
    if op in ("=~", "!~"):
        check_regex(without_variables(value, "x") if cursor.variables else value, value_span)
    return Matcher(label, cast("MatchOp", op), value, (start, value_span[1]))


def read_string(cursor: Cursor) -> str:
    """Read a string literal and return its text."""
    start = cursor.start()
    token = cursor.tokens[cursor.index]
    if len(token) == 1:
        raise cursor.unexpected()
    cursor.index += 1
    try:
        return unquote(token)
    except PromQLError as error:
        raise error.shifted(start) from None
