"""The values that a label can have.

For Prometheus a label without value and an absent label are the same, so "" among the values says that the label may be
absent. What is open may have any other value besides those known, except where matchers have ruled some out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.promql.ast import MatchOp

_WIDEST = 512
"""Most values that are listed; larger sets count as open, so that a long query stays cheap."""
_MOST_FILTERS = 8
_VARIABLE = r"\$\{?[A-Za-z_]|\[\["


class Values(NamedTuple):
    """What a label can be."""

    known: frozenset[str]
    """The values known to be possible; "" stands for no label at all."""
    open: bool = False
    """Whether it may have other values, which are never "", as long as they satisfy the filters."""
    filters: tuple[tuple[MatchOp, str], ...] = ()

    @property
    def certain(self) -> bool:
        """The label is never absent."""
        return "" not in self.known

    @property
    def size(self) -> int | None:
        """How many values there are, absence among them; None where nothing bounds them."""
        return None if self.open else len(self.known)

    @property
    def is_nothing(self) -> bool:
        """No value is possible, so nothing with this label exists."""
        return not self.known and not self.open

    def admits(self, value: str) -> bool:
        """Whether the label can have a value; "" asks whether it can be absent."""
        if value in self.known:
            return True
        return self.open and value != "" and all(satisfies(value, op, text) for op, text in self.filters)


ABSENT = Values(frozenset(("",)))
ANYTHING = Values(frozenset(("",)), open=True)
PRESENT = Values(frozenset(), open=True)
"""There, with a value that is not known."""
_NO_VALUE = Values(frozenset())


def closed(values: Iterable[str]) -> Values:
    """These values and no others."""
    return Values(frozenset(values))


def satisfies(value: str, op: MatchOp, text: str) -> bool:
    """Whether a matcher selects a value, as far as that can be told: in doubt it does."""
    match op:
        case "=":
            return value == text
        case "!=":
            return value != text
        case "=~":
            return _matches(text, value) is not False
        case _:
            return _matches(text, value) is not True


def _matches(pattern: str, value: str) -> bool | None:
    try:
        return q.regex_matches(pattern, value)
    except q.RegexError:
        return None


def is_variable(text: str) -> bool:
    """Whether a text holds a variable of Grafana, so that only the running dashboard knows what it is."""
    return ("$" in text or "[[" in text) and re.search(_VARIABLE, text) is not None


def narrowed(values: Values, op: MatchOp, text: str) -> Values:
    """The values that a matcher leaves; a matcher with a variable leaves all of them."""
    if is_variable(text):
        return values
    if op == "=":
        return closed((text,)) if values.admits(text) else _NO_VALUE
    if op == "=~":
        if text == ".*":
            return values
        if (alternatives := q.literal_alternatives(text)) is not None:
            return closed(filter(values.admits, alternatives))
    known = frozenset(value for value in values.known if satisfies(value, op, text))
    if not values.open:
        return Values(known)
    return Values(known, open=True, filters=_joined(values.filters, ((op, text),)))


def _joined(
    one: tuple[tuple[MatchOp, str], ...], other: tuple[tuple[MatchOp, str], ...]
) -> tuple[tuple[MatchOp, str], ...]:
    return tuple(dict.fromkeys((*one, *other)))[:_MOST_FILTERS]


def union(one: Values, other: Values) -> Values:
    """The values of either."""
    if one is other or one == other:
        return one
    known = one.known | other.known
    if len(known) > _WIDEST:
        return Values(known & {""}, open=True)
    if one.open and other.open:
        return Values(known, open=True, filters=tuple(item for item in one.filters if item in other.filters))
    if one.open or other.open:
        return Values(known, open=True, filters=one.filters or other.filters)
    return Values(known)


def intersection(one: Values, other: Values) -> Values:
    """The values of both."""
    if one is other or one == other:
        return one
    if not (one.open or other.open):
        return Values(one.known & other.known)
    known = frozenset((*filter(other.admits, one.known), *filter(one.admits, other.known)))
    if one.open and other.open:
        return Values(known, open=True, filters=_joined(one.filters, other.filters))
    return Values(known)


def or_absent(values: Values) -> Values:
    """The same values, or no label."""
    return values if "" in values.known else values._replace(known=values.known | {""})


def openly(values: Values) -> Values:
    """The same values, or any others that are not empty."""
    return Values(values.known, open=True)
