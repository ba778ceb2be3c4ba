r"""The characters and character classes of RE2 patterns, written for Python's `re`.

Each function reads at one place of a pattern and returns what it found and where that ends.
"""

from __future__ import annotations

import re

from gw2mon.promql.errors import RegexError
from gw2mon.promql.unicode_classes import is_unicode_class

MAX_CODE = 0x10FFFF
"""The last character of Unicode."""

ANYTHING = r"\x00-\U0010ffff"
"""What stands for a Unicode class, which Python's `re` does not know."""

_HEX = re.compile(r"\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2})")
_OCTAL = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
_UNICODE = re.compile(r"([A-Z])|\{\^?(\w+)\}", re.ASCII)
_POSIX = re.compile(r"\[:(\^?)(\w*):\]", re.ASCII)

_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_PERL = {"d": "0-9", "s": r"\t\n\f\r ", "w": "0-9A-Za-z_"}
_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


def refusal(what: str, where: str, hint: str = "") -> RegexError:
    """The error for a part of a pattern, in Go's words."""
    return RegexError(f"{what}: `{where}`" + (f"; {hint}" if hint else ""))


def read_class(pattern: str, start: int) -> tuple[str, int]:
    """Read `[a-z]`, from its bracket on."""
    index = start + 1
    negation = "^" if pattern.startswith("^", index) else ""
    index += len(negation)
    content = ""
    while pattern[index : index + 1] != "]" or not content:
        found = _read_posix(pattern, index) or read_set(pattern, index) or _read_range(pattern, index, start)
        members, index = found
        content += members
    return f"[{negation}{content}]", index + 1


def _read_posix(pattern: str, start: int) -> tuple[str, int] | None:
    """Read `[:alpha:]` inside a class."""
    match = _POSIX.match(pattern, start)
    if match is None:
        return None
    members = _POSIX_CLASSES.get(match[2])
    if members is None:
        raise refusal("invalid character class range", match[0])
    return _complement(members) if match[1] else members, match.end()


def read_set(pattern: str, start: int) -> tuple[str, int] | None:
    r"""Read `\d`, `\pL` and their like, as what stands between brackets in Python; None if there is no set here."""
    letter = pattern[start + 1 : start + 2]
    if not letter or pattern[start] != "\\":
        return None
    if letter.lower() in _PERL:
        members = _PERL[letter.lower()]
        return members if letter.islower() else _complement(members), start + 2
    if letter not in "pP":
        return None
    match = _UNICODE.match(pattern, start + 2)
    if match is None or not is_unicode_class(match[1] or match[2]):
        raise refusal("invalid character class range", pattern[start : match.end() if match else None])
    return ANYTHING, match.end()


def _complement(members: str) -> str:
    """Everything but the ASCII characters of a class, written as the inside of a class."""
    inside = re.compile(f"[{members}]")
    outside = (chr(code) for code in range(128) if not inside.match(chr(code)))
    return "".join(map(re.escape, outside)) + r"\x80-\U0010ffff"


def _read_range(pattern: str, start: int, class_start: int) -> tuple[str, int]:
    """Read one character of a class, or two with a hyphen between them."""
    low, end = read_code(pattern, start, class_start)
    if not re.match(r"-[^\]]", pattern[end : end + 2]):
        return f"\\U{low:08x}", end
    high, end = read_code(pattern, end + 1, class_start)
    if high < low:
        raise refusal("invalid character class range", pattern[start:end])
    return f"\\U{low:08x}-\\U{high:08x}", end


def read_code(pattern: str, start: int, class_start: int) -> tuple[int, int]:
    """Read one character, escaped or not, as its code point."""
    character = pattern[start : start + 1]
    if not character:
        raise refusal("missing closing ]", pattern[class_start:])
    if character != "\\":
        return ord(character), start + 1
    escaped = pattern[start + 1 : start + 2]
    if not escaped:
        raise refusal("trailing backslash at end of expression", "")
    if escaped in _CONTROLS:
        return _CONTROLS[escaped], start + 2
    if escaped.isascii() and not escaped.isalnum():
        return ord(escaped), start + 2
    return _read_digits(pattern, start, escaped)


def _read_digits(pattern: str, start: int, escaped: str) -> tuple[int, int]:
    r"""Read a character by its number: `\x41`, `\x{1F600}` or `\101`."""
    octal = _OCTAL.match(pattern, start + 1)
    if octal:
        return int(octal[0], 8), octal.end()
    digits = _HEX.match(pattern, start + 2) if escaped == "x" else None
    code = int(digits[1] or digits[2], 16) if digits else MAX_CODE + 1
    if digits is None or code > MAX_CODE:
        hint = "RE2 has no backreferences" if escaped.isdigit() else ""
        raise refusal("invalid escape sequence", pattern[start : digits.end() if digits else start + 2], hint)
    return code, digits.end()
