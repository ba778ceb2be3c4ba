r"""Reading regular expressions in RE2's dialect, and writing them again in Python's.

Prometheus compiles every pattern with Go's `regexp`, which refuses some of what other engines know
(lookaround, backreferences, possessive repeats) and accepts some of what Python does not (`\pL`,
`\Q..\E`, `\z`, flags in the middle). Reading is one pass without recursion.

Source: https://github.com/google/re2/wiki/Syntax; the messages are those of Go's regexp/syntax.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.promql.errors import RegexError
from gw2mon.promql.re2_characters import ANYTHING, read_class, read_code, read_set, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_REPEAT = 1000
"""RE2's limit for `{n,m}`, also for the product of repeats inside one another."""

MAX_NESTING = 100
"""Groups inside one another. Go allows 1000; Python's own compiler would not survive that."""

_REPEAT = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
_GROUP = re.compile(r"\?(?:P?<(?P<name>[^>]*)>|(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<end>[:)]))")
_PERL_PREFIX = re.compile(r"(\(\?(?:<[=!]?|P.?|.)?).*", re.DOTALL)
_NAME = re.compile(r"\w+", re.ASCII)

_ASSERTIONS = {"A": r"(?:\A)", "z": r"(?:\Z)", "b": r"(?a:\b)", "B": r"(?a:\B)"}
_HINTS = {
    "(?=": "RE2 has no lookahead",
    "(?!": "RE2 has no lookahead; match the label a second time with !~",
    "(?<=": "RE2 has no lookbehind",
    "(?<!": "RE2 has no lookbehind; match the label a second time with !~",
    "(?>": "RE2 has no atomic groups, and needs none",
    "(?#": "RE2 has no comments",
}


class Translation(NamedTuple):
    """A pattern in Python's dialect that matches the same whole texts."""

    pattern: str
    exact: bool
    """False where a Unicode class was widened to every character."""


class _Group(NamedTuple):
    """What was outside when a group opened."""

    flags: str
    widest: int
    out: list[str]


class _Reader:
    """The pattern, how far it has been read, and the translation so far."""

    __slots__ = ("atom", "flags", "groups", "index", "out", "pattern", "repeat_start", "widest")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.index = 0
        self.flags = ""
        self.out: list[str] = []
        self.groups: list[_Group] = []
        self.atom = 0
        """How often at most the last atom repeats something inside it; 0 if there is nothing to repeat."""
        self.widest = 1
        """The greatest `atom` of the group so far."""
        self.repeat_start = -1
        """Where the repetition operators right before this place begin; -1 if there are none."""

    def add(self, text: str, end: int) -> None:
        """Write one atom, which ends in the pattern at `end`."""
        self.out.append(f"(?i:{text})" if "i" in self.flags else text)
        self.index = end
        self.atom = 1
        self.repeat_start = -1


@lru_cache(maxsize=4096)
def translate(pattern: str) -> Translation:
    """The pattern for Python's `re`. Raises RegexError if RE2 would refuse it."""
    reader = _Reader(pattern)
    while reader.index < len(pattern):
        _READ.get(pattern[reader.index], _read_literal)(reader)
    if reader.groups:
        raise refusal("missing closing )", pattern)
    written = "".join(reader.out)
    return Translation(written, ANYTHING not in written)


def _read_literal(reader: _Reader) -> None:
    reader.add(re.escape(reader.pattern[reader.index]), reader.index + 1)


def _read_any(reader: _Reader) -> None:
    reader.add("(?s:.)" if "s" in reader.flags else r"[^\n]", reader.index + 1)


def _read_begin(reader: _Reader) -> None:
    reader.add("(?m:^)" if "m" in reader.flags else r"(?:\A)", reader.index + 1)


def _read_end(reader: _Reader) -> None:
    reader.add("(?m:$)" if "m" in reader.flags else r"(?:\Z)", reader.index + 1)


def _read_bar(reader: _Reader) -> None:
    reader.add("|", reader.index + 1)
    reader.out[-1] = "|"
    reader.atom = 0


def _read_open(reader: _Reader) -> None:
    match = _GROUP.match(reader.pattern, reader.index + 1)
    if match is None and reader.pattern.startswith("(?", reader.index):
        start = _PERL_PREFIX.sub(r"\1", reader.pattern[reader.index :])
        raise refusal("invalid or unsupported Perl syntax", start, _HINTS.get(start, ""))
    if match is not None and match["end"] == ")":
        reader.flags = _flags(reader.flags, match["flags"])
        reader.index = match.end()
        reader.repeat_start = -1
        return
    if len(reader.groups) >= MAX_NESTING:
        raise RegexError("expression nests too deeply")
    reader.groups.append(_Group(reader.flags, reader.widest, reader.out))
    reader.out, reader.widest, reader.atom, reader.repeat_start = [], 1, 0, -1
    reader.index = reader.index + 1 if match is None else match.end()
    if match is not None and match["flags"] is not None:
        reader.flags = _flags(reader.flags, match["flags"])
    elif match is not None and _NAME.fullmatch(match["name"]) is None:
        raise refusal("invalid named capture", match["name"])


def _flags(before: str, change: str) -> str:
    on, _, off = change.partition("-")
    return "".join(flag for flag in "ims" if flag in before + on and flag not in off)


def _read_close(reader: _Reader) -> None:
    if not reader.groups:
        raise refusal("unexpected )", reader.pattern)
    group = reader.groups.pop()
    inside, size = "".join(reader.out), reader.widest
    reader.flags, reader.out = group.flags, group.out
    reader.out.append(f"(?:{inside})")
    reader.index += 1
    reader.atom, reader.widest, reader.repeat_start = size, max(group.widest, size), -1


def _read_repeat(reader: _Reader) -> None:
    """Read `*`, `+`, `?` or `{n,m}`, with a `?` after it that only changes what is found first."""
    counted = _REPEAT.match(reader.pattern, reader.index)
    start, operator = reader.index, reader.pattern[reader.index]
    if operator == "{" and counted is None:
        _read_literal(reader)
        return
    end = counted.end() if counted else start + 1
    if reader.pattern.startswith("?", end):
        end += 1
    written = reader.pattern[start:end]
    if reader.repeat_start >= 0:
        raise refusal("invalid nested repetition operator", reader.pattern[reader.repeat_start : end])
    if not reader.atom:
        raise refusal("missing argument to repetition operator", written)
    if counted:
        reader.atom = _repeat_size(counted, reader.atom, written)
        reader.widest = max(reader.widest, reader.atom)
    reader.out[-1] = f"(?:{reader.out[-1]}{written})"
    reader.index, reader.repeat_start = end, start


def _repeat_size(counted: re.Match[str], inside: int, written: str) -> int:
    least = int(counted[1])
    most = int(counted[3]) if counted[3] else least
    size = max(most, 1) * inside
    if max(least, most) > MAX_REPEAT or least > most or size > MAX_REPEAT:
        raise refusal("invalid repeat count", written, f"RE2 repeats at most {MAX_REPEAT} times")
    return size


def _read_escape(reader: _Reader) -> None:
    pattern, start = reader.pattern, reader.index
    letter = pattern[start + 1 : start + 2]
    if letter in _ASSERTIONS:
        reader.add(_ASSERTIONS[letter], start + 2)
    elif letter == "Q":
        text = pattern[start + 2 :].partition(r"\E")[0]
        reader.repeat_start = -1
        for character in text:
            reader.add(re.escape(character), start)
        reader.index = start + 2 + len(text) + 2
    elif found := read_set(pattern, start):
        reader.add(f"[{found[0]}]", found[1])
    else:
        code, end = read_code(pattern, start, start)
        reader.add(re.escape(chr(code)), end)


def _read_class(reader: _Reader) -> None:
    reader.add(*read_class(reader.pattern, reader.index))


_READ: dict[str, Callable[[_Reader], None]] = {
    ".": _read_any,
    "^": _read_begin,
    "$": _read_end,
    "|": _read_bar,
    "(": _read_open,
    ")": _read_close,
    "[": _read_class,
    "\\": _read_escape,
    **dict.fromkeys("*+?{", _read_repeat),
}
