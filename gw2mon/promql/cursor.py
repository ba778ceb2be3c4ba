"""A place in the token list that the parsing functions move forward, and the errors they raise there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql.errors import PromQLError
from gw2mon.promql.lexer import describe, tokenize

if TYPE_CHECKING:
    from gw2mon.promql.errors import Span

MAX_DEPTH = 100
"""Parentheses, calls and signs inside one another. Each costs up to five frames of Python's thousand."""

_NEVER = {
    '"': ("unterminated quoted string", ""),
    "'": ("unterminated quoted string", ""),
    "`": ("unterminated raw string", ""),
    "[": ("unclosed left bracket", ""),
    "]": ('unexpected right bracket "]"', ""),
    "$": ('unexpected character: "$"', "Grafana variables are only allowed in dashboards"),
}
"""Tokens that can stand nowhere, in Prometheus' words, and what to do about them."""

_NO_OPERATOR = {
    "=": ('unexpected "="', 'a comparison is written "=="'),
    "!": ("unexpected character after '!'", 'only "!=" starts with it'),
    "=~": ("unexpected character after '=': '~'", "a regular expression is only allowed in label matchers"),
    "!~": ("unexpected character after '!': '~'", "a regular expression is only allowed in label matchers"),
    "&": ('unexpected character: "&"', 'write "and"'),
    "|": ('unexpected character: "|"', 'write "or"'),
}
"""The same for what people write between operands."""


class Cursor:
    """The tokens of one expression and how far they have been read."""

    __slots__ = ("depth", "ends", "index", "may_be_empty", "text", "tokens", "variables")

    def __init__(self, text: str, *, variables: bool) -> None:
        self.text = text
        self.tokens, self.ends = tokenize(text)
        self.index = 0
        self.depth = 0
        self.may_be_empty = False
        self.variables = variables

    def peek(self) -> str:
        """The next token, not yet read."""
        return self.tokens[self.index]

    def word(self) -> str:
        """The next token in lower case: keywords are the same in any case."""
        return self.tokens[self.index].lower()

    def start(self) -> int:
        """Where the next token starts."""
        return self.ends[self.index] - len(self.tokens[self.index])

    def end(self) -> int:
        """Where the last token that was read ends."""
        return self.ends[self.index - 1]

    def span(self) -> Span:
        """The span of the next token."""
        return self.start(), self.ends[self.index]

    def take(self) -> str:
        """Read the next token."""
        self.index += 1
        return self.tokens[self.index - 1]

    def expect(self, token: str, context: str) -> None:
        """Read exactly this token or raise."""
        if self.tokens[self.index] != token:
            raise self.unexpected(context, f'"{token}"')
        self.index += 1

    def deeper(self) -> None:
        """Count one more level of nesting; the caller takes it off again."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PromQLError(f"the expression is nested more than {MAX_DEPTH} levels deep", self.span())

    def unexpected(self, context: str = "", expected: str = "") -> PromQLError:
        """The error for a next token that cannot stand here."""
        token = self.peek()
        refusal = _NEVER.get("$" if token.startswith("$") and not self.variables else token)
        if refusal is None and not context:
            refusal = _NO_OPERATOR.get(token)
        if refusal is not None:
            return PromQLError(refusal[0], self.span(), refusal[1])
        where = f" in {context}" if context else ""
        instead = f", expected {expected}" if expected else ""
        return PromQLError(f"unexpected {describe(token)}{where}{instead}", self.span())
