"""Matchers of Alertmanager, in all the forms that it reads, and what follows from several together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.documents import Node
from gw2mon.parts import record
from gw2mon.promql.regex import literal_alternatives, regex_error, regex_matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ONE = re.compile(
    r"""\s*(?P<label>"(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)\s*(?P<op>=~|!~|!=|=)\s*"""
    r"""(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"]*?))\s*"""
)
_COMMA = re.compile(r""",(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)""")
_ESCAPED = re.compile(r"\\(.)")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Matcher(NamedTuple):
    """A condition on one label."""

    label: str
    op: str
    value: str

    def __str__(self) -> str:
        """As it is written."""
        return f'{self.label}{self.op}"{self.value}"'


class Matching(NamedTuple):
    """The matchers of a route, or of one side of an inhibition, and those that Alertmanager refuses."""

    matchers: tuple[Matcher, ...]
    refused: tuple[tuple[Node, str], ...]


def matching_in(node: Node, prefix: str = "") -> Matching:
    """What a record says under match, match_re and matchers; of an inhibition with the prefix source_ or target_."""
    found: list[Matcher] = []
    refused: list[tuple[Node, str]] = []
    for place, matcher, why in _each(node, prefix):
        if matcher is not None and not why and matcher.op in ("=~", "!~"):
            why = regex_error(matcher.value) or ""  # noqa: PLW2901 - the reason, now that there may be one
        if why or matcher is None:
            refused.append((place, why))
        else:
            found.append(matcher)
    return Matching(tuple(dict.fromkeys(found)), tuple(refused))


def _each(node: Node, prefix: str) -> Iterator[tuple[Node, Matcher | None, str]]:
    for key, op in (("match", "="), ("match_re", "=~")):
        whole = node.child(f"{prefix}{key}")
        for label, value in record(whole.value).items():
            why = "" if _LABEL.fullmatch(str(label)) else f"{label} is no name of a label"
            yield whole.child(str(label)), Matcher(str(label), op, _text(value)), why
    whole = node.child(f"{prefix}matchers")
    if isinstance(whole.value, dict | str):
        yield whole, None, 'matchers are a list of texts such as severity="critical"'
    for number, line in enumerate(whole.value if isinstance(whole.value, list) else ()):
        place = Node(line, whole.document, (*whole.path, number))
        if not isinstance(line, str):
            yield place, None, 'a matcher is a text such as severity="critical"'
            continue
        for part in _parts(line):
            matcher = _matcher(part)
            yield place, matcher, "" if matcher else f"{part.strip() or line} is no matcher"


def _parts(line: str) -> list[str]:
    inner = line.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    parts = _COMMA.split(inner)
    return parts[:-1] if len(parts) > 1 and not parts[-1].strip() else parts


def _matcher(text: str) -> Matcher | None:
    match = _ONE.fullmatch(text)
    if match is None:
        return None
    value = match["plain"] if match["quoted"] is None else _ESCAPED.sub(_unescaped, match["quoted"])
    return Matcher(match["label"].strip('"'), match["op"], value)


def _unescaped(match: re.Match[str]) -> str:
    # As Alertmanager reads it: of other escapes the backslash stays, so that \. needs no second one.
    return {"n": "\n", '"': '"', "\\": "\\"}.get(match[1], match[0])


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def takes(matcher: Matcher, value: str) -> bool | None:
    """Whether a value of the label is taken; None where nobody can tell. An empty one is a label that is missing."""
    if matcher.op in ("=", "!="):
        return (matcher.value == value) is (matcher.op == "=")
    matched = regex_matches(matcher.value, value)
    return None if matched is None else matched is (matcher.op == "=~")


def values_of(matchers: Sequence[Matcher], label: str) -> tuple[str, ...] | None:
    """All values that a label can have; None where there is no end of them."""
    for matcher in matchers:
        if matcher.label == label and matcher.op == "=":
            return (matcher.value,)
    for matcher in matchers:
        if matcher.label == label and matcher.op == "=~":
            listed = literal_alternatives(matcher.value)
            if listed is not None:
                return listed
    return None


def follows(matcher: Matcher, given: Sequence[Matcher]) -> bool:
    """Whether everything that the given ones take is surely taken by this one as well."""
    if matcher in given or (matcher.op, matcher.value) == ("=~", ".*"):
        return True
    values = values_of(given, matcher.label)
    return values is not None and all(takes(matcher, value) is True for value in values)


def is_impossible(matchers: Sequence[Matcher]) -> bool:
    """Whether surely nothing is taken by all of them."""
    for label in {matcher.label for matcher in matchers}:
        values = values_of(matchers, label)
        own = [matcher for matcher in matchers if matcher.label == label]
        if values is not None and all(any(takes(one, value) is False for one in own) for value in values):
            return True
    return False
