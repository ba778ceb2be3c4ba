"""Functions that set labels: label_replace, label_join and absent."""

from __future__ import annotations

import re
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.inference.inferred import Emptiness, Inferred, alone, bounded, plain
from gw2mon.inference.intervals import NOTHING, ONE, point
from gw2mon.inference.labels import NAME, Labels, weakened, with_label
from gw2mon.inference.numbers import constant
from gw2mon.inference.units import PLAIN
from gw2mon.inference.values import (
    ABSENT,
    ANYTHING,
    Values,
    closed,
    is_variable,
    narrowed,
    openly,
    or_absent,
    satisfies,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = (".*", "(.*)")
"""Patterns that match everything."""
_COPIED = ("(.*)", "(.+)")
"""Patterns whose first group is all that they match."""
_WIDEST = 256


def replaced(node: q.Call, inner: Inferred) -> Inferred:
    """label_replace(v, target, replacement, source, regex)."""
    target, replacement, source, regex = (constant(arg) for arg in node.args[1:5])
    if target is None:
        return _anything_set(inner)
    old = inner.labels.of(target)
    before = ANYTHING if source is None else inner.labels.of(source)
    if regex is None:
        return _labelled(inner, target, union(old, _replacement(replacement, "", before)))
    matching = narrowed(before, "=~", regex)
    if matching.is_nothing:
        return _labelled(inner, target, old)
    new = _replacement(replacement, regex, matching)
    always = regex in _WHOLE or not (before.open or any(satisfies(value, "!~", regex) for value in before.known))
    return _labelled(inner, target, new if always else union(old, new))


def _replacement(text: str | None, regex: str, matching: Values) -> Values:
    """What becomes of the values that the pattern matches."""
    if text is None or "$" in text:
        return matching if text in ("$1", "${1}") and regex in _COPIED else ANYTHING
    return closed((text,))


def joined(node: q.Call, inner: Inferred) -> Inferred:
    """label_join(v, target, separator, sources...)."""
    target, separator, *sources = (constant(arg) for arg in node.args[1:])
    if target is None:
        return _anything_set(inner)
    parts = [ANYTHING if source is None else inner.labels.of(source) for source in sources]
    return _labelled(inner, target, ANYTHING if separator is None else _joined_values(parts, separator))


def _joined_values(parts: Sequence[Values], separator: str) -> Values:
    size = reduce(lambda total, part: _WIDEST + 1 if part.size is None else total * part.size, parts, 1)
    if size > _WIDEST or any(part.open for part in parts):
        return ANYTHING
    return closed(separator.join(texts) for texts in product(*(part.known for part in parts)))


def _anything_set(inner: Inferred) -> Inferred:
    labels = Labels({name: openly(or_absent(values)) for name, values in inner.labels.values.items()}, open=True)
    return plain(inner)._replace(labels=labels, key=None, may_fail=True)


def _labelled(inner: Inferred, target: str, values: Values) -> Inferred:
    """The series with a label set, which fails where that makes two of them the same."""
    before = inner.labels.of(target)
    valid = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", target) is not None
    told_apart_by_it = before.size != 1 and not inner.single and (inner.key is None or target in inner.key)
    key = None if inner.key is None or target in inner.key else inner.key
    labels = with_label(inner.labels, target, values) if values != ABSENT or before != ABSENT else inner.labels
    return plain(inner)._replace(
        labels=labels,
        key=key,
        most=bounded(inner.most, labels, key),
        may_fail=inner.may_fail or told_apart_by_it or not valid,
    )


def absent(node: q.Call, inner: Inferred) -> Inferred:
    """One series without a name, for as long as the argument has none."""
    labels = _labels_of_absence(node.args[0])
    found = alone("presence", PLAIN, point(ONE))._replace(labels=labels, always=inner.empty is not None)
    if not inner.always:
        return found
    reason = Emptiness("presence", "its argument always returns something", node.span)
    return found._replace(values=NOTHING, most=0, empty=reason)


def _labels_of_absence(node: q.Expr) -> Labels:
    """The labels that `=` matchers of a plain selector tell."""
    wrapped = isinstance(node, q.Paren)
    while isinstance(node, q.Paren):
        node = node.expr
    if isinstance(node, q.MatrixSelector):
        node = node.selector
    if not isinstance(node, q.VectorSelector):
        return Labels({})
    told: dict[str, str] = {}
    seen: set[str] = set()
    for matcher in node.matchers:
        if matcher.name == NAME:
            continue
        if matcher.op == "=" and matcher.name not in seen:
            told[matcher.name] = matcher.value
            seen.add(matcher.name)
        else:
            told.pop(matcher.name, None)
    labels = Labels({name: _told(text) for name, text in told.items() if text and not is_variable(name)})
    # Whether a selector in parentheses or at a fixed time counts as plain differs between versions.
    return weakened(labels) if wrapped or node.at is not None else labels


def _told(text: str) -> Values:
    return ANYTHING if is_variable(text) else closed((text,))
