"""The labels that series can have, each with its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.inference.values import ABSENT, ANYTHING, Values, or_absent, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME = "__name__"


class Labels(NamedTuple):
    """The labels of all series of a result; a label that is not listed is on none of them, unless the set is open."""

    values: Mapping[str, Values]
    open: bool = False
    """Whether labels that are not listed may be there, too."""

    def of(self, name: str) -> Values:
        """The values of any label."""
        found = self.values.get(name)
        return found if found is not None else ANYTHING if self.open else ABSENT

    @property
    def possible(self) -> frozenset[str]:
        """The labels that a series can have, without its name; others may follow if the set is open."""
        return frozenset(name for name, values in self.values.items() if values != ABSENT and name != NAME)

    @property
    def guaranteed(self) -> frozenset[str]:
        """The labels that every series has, without its name."""
        return frozenset(name for name, values in self.values.items() if values.certain and name != NAME)


_MOST_LABELS = 64
"""Labels that are listed; of a result with more, the rest counts as unknown, so that a long query stays cheap."""
NO_LABELS = Labels({})
ANY_LABELS = Labels({}, open=True)


def only(labels: Labels, names: Iterable[str]) -> Labels:
    """What `by (names)` leaves."""
    kept = {name: labels.of(name) for name in names}
    return Labels({name: values for name, values in kept.items() if values != ABSENT})


def without(labels: Labels, names: Iterable[str]) -> Labels:
    """The labels less some of them."""
    if labels.open:
        return Labels({**labels.values, **dict.fromkeys(names, ABSENT)}, open=True)
    dropped = frozenset(names)
    if dropped.isdisjoint(labels.values):
        return labels
    return Labels({name: values for name, values in labels.values.items() if name not in dropped})


def with_label(labels: Labels, name: str, values: Values) -> Labels:
    """The labels with one of them set."""
    return _limited({**labels.values, name: values}, is_open=labels.open)


def _limited(values: dict[str, Values], *, is_open: bool) -> Labels:
    if len(values) <= _MOST_LABELS:
        return Labels(values, is_open)
    return Labels(dict(list(values.items())[:_MOST_LABELS]), open=True)


def either(one: Labels, other: Labels) -> Labels:
    """The labels of the series of two results together: what only one of them has is no longer certain."""
    if one is other:
        return one
    # In the order in which they come, so that what is said about them is the same in every run.
    names = dict.fromkeys((*one.values, *other.values))
    return _limited({name: union(one.of(name), other.of(name)) for name in names}, is_open=one.open or other.open)


def weakened(labels: Labels) -> Labels:
    """Any of the labels may be missing."""
    return Labels({name: or_absent(values) for name, values in labels.values.items()}, labels.open)


def combinations(labels: Labels, names: Iterable[str] | None = None) -> int | None:
    """In how many ways the values of some labels, or of all, combine; None where nothing bounds them."""
    if names is None and labels.open:
        return None
    product = 1
    for name in labels.values if names is None else names:
        size = labels.of(name).size
        if size is None:
            return None
        product *= size
    return product
