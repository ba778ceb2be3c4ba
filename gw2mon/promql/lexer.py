"""From text to tokens, with one regular expression and no Python code per character.

A token is its text: the first character tells its kind. What stands in square brackets is one token,
because Prometheus reads it by rules of its own: `:` separates there and belongs to names elsewhere.
"""

from __future__ import annotations

import re
from itertools import accumulate

from gw2mon.promql.errors import PromQLError

MAX_LENGTH = 1_000_000
"""Characters in one expression. The largest in public rule sets has a few thousand."""

_TOKEN = re.compile(
    r"""[ \t\r\n]+
    | \#[^\r\n]*
    | [A-Za-z_:][\w:]*
    | \.?\d(?:[eE][+-]?\d|[\w.])*
    | "[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"
    | '[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'
    | `[^`]*`
    | \[[^\[\]]*\]
    | [=!<>]=|[=!]~|[<>]/
    | \$(?:\w+|\{[^{}]*\}\w*)
    | .""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
KEYWORDS = frozenset(
    {"and", "atan2", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"}
)
"""Words with a meaning of their own, in any case; aggregations and functions are not among them."""

_SKIPPED = frozenset(" \t\r\n#")


def tokenize(text: str) -> tuple[list[str], list[int]]:
    """The tokens of an expression and where each ends; the last token is empty and ends with the text.

    Blanks and comments are left out. Nothing is refused here: a character that belongs to nothing is
    a token of its own. Raises PromQLError for a text that is too long or cannot be written in UTF-8.
    """
    if len(text) > MAX_LENGTH:
        raise PromQLError(f"the expression has {len(text)} characters, more than {MAX_LENGTH}", (MAX_LENGTH, len(text)))
    if not text.isascii():
        _refuse_surrogates(text)
    pieces = _TOKEN.findall(text)
    ends = list(accumulate(map(len, pieces)))
    kept = [index for index, piece in enumerate(pieces) if piece[0] not in _SKIPPED]
    tokens = [pieces[index] for index in kept]
    tokens.append("")
    ends = [ends[index] for index in kept]
    ends.append(len(text))
    return tokens, ends


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PromQLError(
            "the expression holds half of a character and cannot be written in UTF-8", (error.start, error.end)
        ) from None


def describe(token: str) -> str:
    """A token in the words of an error message: `identifier "foo"`, `end of input`, `"("`."""
    if not token:
        return "end of input"
    first = token[0]
    if first.isalpha() or first in "_:":
        return f'{"keyword" if token.lower() in KEYWORDS else "identifier"} "{token}"'
    if first.isdigit() or (first == "." and len(token) > 1):
        return f'number "{token}"'
    if first in "\"'`" and len(token) > 1:
        return f"string {token}"
    return f'"{token}"'
