"""Strings and names: from quoted source to text and back, exactly, and what needs no quotes."""

from __future__ import annotations

import re

from gw2mon.promql.errors import PromQLError

# Compiled when first used: most strings have no escape.
_ESCAPE = r"""(?xs)\\(?:
    (?P<simple>[abfnrtv\\'"])
    | (?P<octal>[0-7]{3})
    | x(?P<byte>[0-9a-fA-F]{2})
    | u(?P<short>[0-9a-fA-F]{4})
    | U(?P<long>[0-9a-fA-F]{8})
    | (?P<bad>.)
)"""
_RESERVED = frozenset({"atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"})
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WRITTEN = {"\\": "\\\\", '"': '\\"', "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_BYTES = range(0x100)
_FOUR_DIGITS = range(0x10000)
_UNICODE = range(0x110000)
_SURROGATES = range(0xD800, 0xE000)
# Bytes that are no UTF-8, which `\xff` can write, live in Python strings as these code points.
_RAW_BYTE = range(0xDC80, 0xDD00)


def unquote(source: str) -> str:
    """The text of a quoted string, which comes with its quotes; backticks are raw.

    Bytes outside UTF-8 become surrogate escapes. Raises PromQLError, with a span inside `source`, for
    an escape that Prometheus does not know.
    """
    quote, body = source[0], source[1:-1]
    if "\ufffd" in body:
        raise PromQLError("invalid UTF-8 rune", (0, len(source)))
    if quote == "`" or "\\" not in body:
        return body
    pieces: list[bytes] = []
    end = 0
    for match in re.finditer(_ESCAPE, body):
        pieces += body[end : match.start()].encode(), _unescape(match, quote)
        end = match.end()
    pieces.append(body[end:].encode())
    return b"".join(pieces).decode(errors="surrogateescape")


def _unescape(match: re.Match[str], quote: str) -> bytes:
    kind, digits = match.lastgroup, match[match.lastgroup or 0]
    if kind == "simple" and (digits not in "'\"" or digits == quote):
        return _SIMPLE.get(digits, digits).encode()
    if kind in ("octal", "byte"):
        value = int(digits, 8 if kind == "octal" else 16)
        if value in _BYTES:
            return bytes((value,))
    if kind in ("short", "long"):
        value = int(digits, 16)
        if value in _UNICODE and value not in _SURROGATES:
            return chr(value).encode()
    span = (match.start() + 1, match.end() + 1)
    if kind in ("octal", "byte", "short", "long"):
        raise PromQLError(f"{match[0]} is no Unicode code point", span)
    if digits in "xuU01234567":
        raise PromQLError(f"incomplete escape sequence {match[0]}", span)
    hint = "in a regular expression write the backslash twice, or the string in backticks" if kind == "bad" else ""
    raise PromQLError(f"unknown escape sequence {match[0]}", span, hint)


def quote(text: str) -> str:
    """The text as a string literal in double quotes; `unquote` gives back exactly the same text.

    Raises ValueError for a lone surrogate that stands for no byte: it cannot be written in UTF-8.
    """
    if text.isprintable() and '"' not in text and "\\" not in text and "\ufffd" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_written, text)) + '"'


def _written(character: str) -> str:
    if character in _WRITTEN:
        return _WRITTEN[character]
    code = ord(character)
    if code in _RAW_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    if code in _SURROGATES:
        raise ValueError(f"{character!r} is half of a character and cannot be written")
    if character.isprintable() and character != "\ufffd":
        return character
    return f"\\u{code:04x}" if code in _FOUR_DIGITS else f"\\U{code:08x}"


def is_plain_metric(name: str) -> bool:
    """Whether a metric name needs no quotes: a legacy name that is no keyword."""
    return is_plain_label(name.replace(":", "_")) and name.lower() not in _RESERVED


def is_plain_label(name: str) -> bool:
    """Whether a label name needs no quotes in a matcher: it is a legacy name."""
    return name.isascii() and name.isidentifier()


_VARIABLE = r"(?a)\$(?:\w+|\{[^{}]*\}\w*)"


def is_variable(text: str) -> bool:
    """Whether a text is one Grafana variable: `$name`, `${name}` or `${name:format}`."""
    return text.startswith("$") and re.fullmatch(_VARIABLE, text) is not None


def without_variables(text: str, instead: str) -> str:
    """The text with something harmless in the place of each Grafana variable, so that the rest can be checked."""
    return re.sub(_VARIABLE, instead, text) if "$" in text else text
