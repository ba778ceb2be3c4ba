"""Matchers that do nothing, or that ask for a value in vain."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.selections import everything, listed
from gw2mon.checks.written import Problem
from gw2mon.inference.values import ABSENT, is_variable
from gw2mon.inference.view import OTHER
from gw2mon.loader import did_you_mean, nearest_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.inference import Values
    from gw2mon.promql import Matcher

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")
_ALIKE = 0.85
"""Of 1: how alike two values are of which one is more likely a slip of the keyboard."""


def idle_matchers(node: q.VectorSelector, at: Written) -> Iterator[Problem]:
    """GW203, GW322, GW323: a value that is nearly one of those known, and what a matcher asks for in vain."""
    if node.name not in at.world.series or at.of(node).empty:
        return
    whole = everything(node, at).labels
    for matcher in node.matchers:
        values = whole.of(matcher.name)
        # Had the label no value that is asked for, the selector would find nothing.
        told = matcher.op == "=" and not values.open
        if matcher.value and not told and values != ABSENT and not is_variable(matcher.value):
            yield from _idle(node, matcher, values, at)


def _idle(node: q.VectorSelector, matcher: Matcher, values: Values, at: Written) -> Iterator[Problem]:
    asked = _asked(matcher)
    known = listed(values)
    dead = [value for value in asked if value not in values.known and not _is_same_bound(matcher, value, known)]
    if values.open:
        # Others may come; one that looks like a value that is known is more likely to be misspelt.
        for value, meant in ((value, _misspelt(value, known)) for value in dead):
            if meant:
                said = f"label {matcher.name} of {node.name} is not known to be {q.quote(value)} in {at.where}"
                yield Problem("GW203", "warning", said, matcher.span, f"did you mean {meant}?")
    elif dead:
        said = f"label {matcher.name} of {node.name} is never {' or '.join(map(q.quote, dead))} in {at.where}"
        yield Problem("GW323", "warning", said, matcher.span, did_you_mean(dead[0], known, "values"))
    elif matcher.op in ("!=", "!~"):
        yield from _leftovers(node, matcher, values, at)


def _misspelt(value: str, known: list[str]) -> str:
    """The known value of which another is most likely a slip of the keyboard; "" if none."""
    meant = nearest_name(value, known)
    if not meant or value.translate(_WITHOUT_DIGITS) == meant.translate(_WITHOUT_DIGITS):
        return ""
    folded = (value.lower().replace("_", "-"), meant.lower().replace("_", "-"))
    return meant if folded[0] == folded[1] or SequenceMatcher(None, *folded).ratio() > _ALIKE else ""


def _leftovers(node: q.VectorSelector, matcher: Matcher, values: Values, at: Written) -> Iterator[Problem]:
    left = at.of(node).labels.of(matcher.name).known
    known = listed(values)
    if left <= {OTHER} and OTHER not in known:
        said = f"{matcher.name}{matcher.op}{q.quote(matcher.value)} in {at.where} leaves no value of {node.name}"
        yield Problem("GW322", "warning", said, matcher.span, did_you_mean("", known, "values"))
    elif matcher.op == "!~" and left == values.known:
        said = f"{matcher.name}!~{q.quote(matcher.value)} in {at.where} excludes no value of {node.name}"
        yield Problem("GW323", "warning", said, matcher.span, did_you_mean(matcher.value, known, "values"))


def _asked(matcher: Matcher) -> tuple[str, ...]:
    """The values that a matcher names; none for a pattern that is more than a list of them."""
    if matcher.op in ("=", "!="):
        return (matcher.value,)
    return tuple(value for value in q.literal_alternatives(matcher.value) or () if value)


def _is_same_bound(matcher: Matcher, value: str, known: list[str]) -> bool:
    """Whether it is another spelling of a bound: clients differ in how they write whole numbers."""
    if matcher.name not in ("le", "quantile"):
        return False
    try:
        return any(Decimal(value) == Decimal(bound) for bound in known)
    except InvalidOperation:
        return False
