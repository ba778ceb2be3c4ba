"""Python source from values: the only places where a text of the spec becomes code.

Everything is ASCII, and laid out as `ruff format` would, so that a generated file passes the linters of whoever adopts
it. What these functions return is `Code`; the templates refuse to print anything else.
"""

from __future__ import annotations

import re
import textwrap
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 120
"""Greatest length of a line."""

_DIGITS = 16
_PLANE = 0xFFFF
"""The last character that a short escape can write."""


class Code(str):
    """A piece of Python source that is safe to print: made by this module, never by a spec."""

    __slots__ = ()


def literal(text: str) -> Code:
    """Return a string literal, in double quotes unless that takes more backslashes."""
    # With both quotes in a text, ascii() encloses it in single quotes and escapes those: undone for our own choice.
    body = ascii(f"\"'{text}")[4:-1].replace("\\'", "'")
    quote = "'" if text.count('"') > text.count("'") else '"'
    return Code(quote + body.replace(quote, "\\" + quote) + quote)


def raw_literal(text: str) -> Code:
    """Return a string literal of a regular expression: a raw one where it can be written so, which reads better."""
    if "\\" not in text or '"' in text or text.endswith("\\") or not (text.isascii() and text.isprintable()):
        return literal(text)
    return Code(f'r"{text}"')


def long_literal(text: str, indent: int) -> Code:
    """Return a string literal, over several lines where one would be too long."""
    whole = literal(text)
    room = WIDTH - indent - len('"",')
    if len(whole) <= room:
        return whole
    # Escapes lengthen a piece at most by the factor of an astral character; three quarters of a line suit prose.
    pieces = textwrap.wrap(text, room * 3 // 4, drop_whitespace=False, replace_whitespace=False, expand_tabs=False)
    return Code(("\n" + " " * indent).join(literal(piece) for piece in pieces))


def docstring(text: str, indent: int, fallback: str = "") -> Code:
    """Return a docstring of one paragraph, wrapped; its words are those of the text, a full stop is added."""
    words = " ".join(text.split()) or fallback
    sentence = words[:1].upper() + words[1:]
    if not sentence.endswith((".", "!", "?")):
        sentence += "."
    escaped = prose(sentence)
    if len(escaped) + indent + len('""""""') <= WIDTH:
        return Code(f'"""{escaped}"""')
    return Code(_long_docstring(escaped, indent))


def _long_docstring(escaped: str, indent: int) -> str:
    # A first line that stops in mid-sentence needs an ellipsis, else linters ask for a summary.
    lines = textwrap.wrap(escaped, WIDTH - indent - len('"""...'), break_long_words=False, break_on_hyphens=False)
    margin = "\n" + " " * indent
    return f'"""{lines[0]}...{margin[0]}{margin}' + margin.join(lines[1:]) + f'{margin}"""'


def prose(text: str) -> Code:
    """Return text that may stand inside a docstring; a class takes none that cannot be encoded."""
    encodable = text.encode(errors="replace").decode()
    # Quotes stay, but for those that would close the docstring or make the formatter put a blank before them.
    return Code(re.sub(r'[^ -~]|\\|^"|(?<=")"', lambda match: _escape(match[0]), encodable))


def comment(text: str, indent: int = 0) -> Code:
    """Return a comment, wrapped."""
    # Python takes "coding:" in a comment of the first two lines for the encoding of the file.
    shown = re.sub("coding(?=[:=])", r"\g<0> ", ascii(text)[1:-1])
    lines = textwrap.wrap(shown, WIDTH - indent - len("# "), break_long_words=False, break_on_hyphens=False)
    return Code(("\n" + " " * indent).join(f"# {line}" for line in lines or [""]).rstrip())


def number(value: Decimal) -> Code:
    """Return an exact decimal as a literal: 0.1, 1, 60; with an exponent where the digits would fill the file."""
    return Code(format(value.normalize(), "f" if abs(value.adjusted()) < _DIGITS else "e"))


def amount(text: str) -> Code:
    """Return the default of an amount as a literal; what is not a finite number counts as 0."""
    try:
        value = Decimal(text)
        return number(value) if value.is_finite() else Code("0")
    except ArithmeticError:
        return Code("0")


def spread(opening: str, items: Sequence[str], closing: str, indent: int = 0) -> Code:
    """Return a bracketed list: on one line where it fits, else inside on one line, else one item a line."""
    inside = ", ".join(items)
    margin = "\n" + " " * indent
    if "\n" not in inside:
        if indent + len(f"{opening}{inside}{closing}") <= WIDTH:
            return Code(f"{opening}{inside}{closing}")
        if indent + 4 + len(inside) <= WIDTH:
            return Code(f"{opening}{margin}    {inside}{margin}{closing}")
    return _exploded(opening, items, closing, margin)


def tuple_of(opening: str, items: Sequence[str], closing: str = ")", indent: int = 0) -> Code:
    """Return `opening` with a tuple: on one line where it fits, else one item a line."""
    line = f"{opening}{', '.join(items)}{',' if len(items) == 1 else ''}{closing}"
    return Code(line) if indent + len(line) <= WIDTH else _exploded(opening, items, closing, "\n" + " " * indent)


def numbers(opening: str, values: Iterable[Decimal]) -> Code:
    """Return `opening` with a tuple of numbers, which reads better in a few full lines than with one number a line."""
    items = [number(value) for value in values]
    line = tuple_of(opening, items)
    if "\n" not in line:
        return line
    return Code(opening + "".join(f"\n    {row}," for row in filled(items, WIDTH - 5)) + "\n)  # fmt: skip")


def filled(items: Iterable[str], room: int) -> list[str]:
    """Return the items, separated by commas, in as few lines of this length as hold them."""
    lines = [""]
    for item in items:
        longer = f"{lines[-1]}, {item}" if lines[-1] else item
        if len(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(item)
    return lines


def assignment(name: str, value: str) -> Code:
    """Return an assignment, with the value in parentheses where the line would be too long."""
    line = f"{name} = {value}"
    return Code(line if len(line) <= WIDTH else f"{name} = (\n    {value}\n)")


def _exploded(opening: str, items: Iterable[str], closing: str, margin: str) -> Code:
    return Code(opening + "".join(f"{margin}    {item}," for item in items) + margin + closing)


def _escape(character: str) -> str:
    # \u rather than \x or \\: linters take any other backslash in a docstring for a mistake.
    code = ord(character)
    return f"\\u{code:04x}" if code <= _PLANE else f"\\U{code:08x}"
