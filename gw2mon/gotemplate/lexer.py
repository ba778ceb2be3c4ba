"""The pieces of a template: text, and the words between {{ and }}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.gotemplate.errors import Span, TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "text", "open", "close", "space", "name", "keyword", "field", "variable", "dot", "number", "string", "raw", "char",
    "bool", "nil", "(", ")", "|", ",", ":=", "=", "other", "end",
]  # fmt: skip

_KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with", "nil", "true", "false")
)
_TRIMMED_OPEN = re.compile(r"-(?=[ \t\r\n])")
_SPACES = re.compile(r"[ \t\r\n]*")
_CLOSE = re.compile(r"(?:[ \t\r\n]-)?\}\}")
_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+)"""
    r"""|(?P<string>"(?:\\[^\n]|[^"\\\n])*")|(?P<raw>`[^`]*`)|(?P<char>'(?:\\[^\n]|[^'\\\n])*')"""
    r"""|(?P<number>[+-]?(?:0[xXbBoO][0-9a-fA-F_]*|[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eEpP][+-]?[0-9_]+)?i?)"""
    r"""|(?P<variable>\$\w*)|(?P<field>\.\w+)|(?P<dot>\.)|(?P<name>\w+)|(?P<mark>:=|[=|(),])"""
)
_TERMINATORS = " \t\r\n.,|:()"


class Token(NamedTuple):
    """One piece."""

    kind: Kind
    text: str
    span: Span


def tokens(text: str) -> Iterator[Token]:
    """All pieces, and one of kind `end`. Raises TemplateError where Go's lexer fails."""
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            yield Token("text", text[position:start], (position, start))
        inside = start + 2
        if trimmed := _TRIMMED_OPEN.match(text, inside):
            inside = trimmed.end()
        comment = _comment_at(text, inside)
        if comment is not None:
            position = comment
            continue
        yield Token("open", "{{", (start, inside))
        for token in _action(text, start, inside):
            yield token
            position = token.span[1]
    if position < len(text):
        yield Token("text", text[position:], (position, len(text)))
    yield Token("end", "", (len(text), len(text)))


def _comment_at(text: str, position: int) -> int | None:
    """Where the text goes on after a comment; None where there is none."""
    spaces = _SPACES.match(text, position) if text[position - 1] == "-" else None
    begin = spaces.end() if spaces else position
    if not text.startswith("/*", begin):
        return None
    end = text.find("*/", begin)
    if end < 0:
        raise TemplateError("a comment /* … */ is not closed", (begin, begin + 2))
    close = _CLOSE.match(text, end + 2)
    if close is None:
        raise TemplateError("a comment must be all that stands between {{ and }}", (begin, end + 2))
    return close.end()


def _action(text: str, start: int, position: int) -> Iterator[Token]:
    """The pieces of one action, its }} included."""
    depth = 0
    while True:
        close = _CLOSE.match(text, position)
        if close is not None:
            if depth:
                raise TemplateError("a parenthesis is not closed", (start, close.end()))
            yield Token("close", close.group(), close.span())
            return
        token = _next(text, start, position)
        depth += (token.kind == "(") - (token.kind == ")")
        if depth < 0:
            raise TemplateError("a ) too many", token.span)
        yield token
        position = token.span[1]


def _next(text: str, start: int, position: int) -> Token:
    match = _TOKENS.match(text, position)
    if match is None:
        raise _unreadable(text, start, position)
    word, span = match.group(), match.span()
    kind = match.lastgroup or ""
    after = text[span[1] : span[1] + 1]
    if kind == "number" and (after.isalnum() or after == "_"):
        raise TemplateError(f"{word}{after} is no number", (span[0], span[1] + 1))
    if kind in ("name", "field", "variable") and after and after not in _TERMINATORS and not _closes(text, span[1]):
        raise TemplateError(f"{word} is followed by {after}", (span[0], span[1] + 1))
    if kind == "name":
        kind = "bool" if word in ("true", "false") else "nil" if word == "nil" else kind
        kind = "keyword" if word in _KEYWORDS and kind == "name" else kind
    if kind == "field" and word[1].isdigit():
        raise TemplateError(f"{word} is no number", span)
    return Token(word if kind == "mark" else kind, word, span)  # type: ignore[arg-type]


def _closes(text: str, position: int) -> bool:
    return text.startswith("}}", position)


def _unreadable(text: str, start: int, position: int) -> TemplateError:
    """Why no piece begins here."""
    character = text[position : position + 1]
    rest = text[position:].split("\n", 1)[0]
    if not character or (character == "}" and "}}" not in rest):
        return TemplateError("braces {{ … }} are not closed", (start, max(position, start + 2)))
    if character in "\"'":
        return TemplateError(f"the text that begins with {character} is not closed", (position, position + 1))
    if character == "`":
        return TemplateError("the text that begins with ` is not closed", (position, position + 1))
    if text.startswith("{{", position):
        return TemplateError("braces {{ … }} are not closed", (start, position))
    return TemplateError(f"unexpected {character} between {{{{ and }}}}", (position, position + 1))
