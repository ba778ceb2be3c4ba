"""Regular expressions that an application runs on whatever its callers pass: valid, and quick on every text.

Python's matcher goes back and tries again, so that some expressions take for ever on a text that nearly matches. Here
each place where it has a choice is counted: a repetition has one for every length, unless the character that follows
settles where it ends. A product of choices that is too large is refused, and so is the repetition of a group, which no
count bounds.
"""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from gw2mon.spec.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 200
"""Characters of the longest text that the application tries; what is longer is no label value that anybody reads."""
CHOICES = 10_000
"""The greatest product of choices: a few milliseconds, and for a text that is made to take long some ten."""

_TOKENS = re.compile(
    r"""
    (?P<character> \\[dDwWsS] | \\[^A-Za-z0-9] | \[\^?\]?(?:\\.|[^\]\\])*\] | [^\\\[(){}*+?|^$] )
    | (?P<open> \((?:\?:|(?!\?)) )
    | (?P<close> \) )
    | (?P<repeat> (?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})\?? )
    | (?P<or> \| )
    | (?P<anchor> [$^] )
    """,
    re.VERBOSE | re.DOTALL,
)
_SAMPLE = [*map(chr, range(128)), "é", "\u2028"]


class _Token(NamedTuple):
    kind: str
    text: str


def checked(pattern: str) -> str:
    """The pattern itself.

    Raises:
        PydanticCustomError: when it is no regular expression, or one that may take long.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise _refused(pattern, f"is no regular expression: {error}") from None
    tokens = tuple(_tokens(pattern))
    for number, token in enumerate(tokens[1:], 1):
        if token.kind == tokens[number - 1].kind == "repeat":
            raise _refused(pattern, f"repeats a repetition: {tokens[number - 1].text}{token.text}")
        if tokens[number - 1].kind == "close" and token.kind == "repeat" and token.text[0] != "?":
            raise _refused(pattern, "repeats a group, which may take for ever; repeat a class, as in [^/]+")
    if prod(_choices(tokens)) > CHOICES:
        raise _refused(pattern, "may take very long on some texts; name what may stand there, as in [^/]+ for .*")
    return pattern


Pattern = Annotated[Text, AfterValidator(checked)]
"""A regular expression that the generated module matches with whole values."""


def _refused(pattern: str, why: str) -> PydanticCustomError:
    return PydanticCustomError("pattern", "{pattern} {why}", {"pattern": pattern, "why": why})


def _tokens(pattern: str) -> Iterator[_Token]:
    end = 0
    while end < len(pattern):
        found = _TOKENS.match(pattern, end)
        if found is None:
            rest = pattern[end : end + 3]
            raise _refused(pattern, f"has {rest}; groups, classes, alternatives and repetitions are all there is")
        yield _Token(found.lastgroup or "", found[0])
        end = found.end()


def _choices(tokens: Sequence[_Token]) -> Iterator[int]:
    """How many ways each token may turn out, after which all that follows is tried."""
    depth = 0
    for number, token in enumerate(tokens):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.kind == "or":
            yield 2 if depth else 1
        elif token.kind == "repeat":
            before = tokens[number - 1]
            is_settled = before.kind == "character" and _ends(before.text, tokens[number + 1 :], depth)
            yield 1 if is_settled else _lengths(token.text)


def _ends(repeated: str, rest: Sequence[_Token], depth: int) -> bool:
    """Whether what follows a repeated character can only stand where the repetition ends."""
    following = list(rest)
    while following and following[0].kind in ("close", "anchor"):
        depth -= following[0].kind == "close"
        following.pop(0)
        if following and following[0].kind == "repeat":  # of a group, which may be there or not
            following.pop(0)
    if not following or (following[0].kind == "or" and not depth):
        return True
    may_lack = len(following) > 1 and following[1].kind == "repeat" and following[1].text[0] != "+"
    if following[0].kind != "character" or may_lack:
        return False
    one, other = (re.compile(text, re.ASCII | re.DOTALL) for text in (repeated, following[0].text))
    return not any(one.fullmatch(character) and other.fullmatch(character) for character in _SAMPLE)


def _lengths(repeat: str) -> int:
    if repeat[0] == "?":
        return 2
    least, _, most = repeat.strip("{}?*+").partition(",")
    if repeat[0] in "*+" or "," in repeat and not most:  # noqa: RUF021 - reads as it is meant
        return LONGEST
    return int(most or least) - int(least) + 1
