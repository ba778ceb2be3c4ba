"""How the series of two vectors find each other: by which labels, whether at all, and whether one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.inference.inferred import Inferred, Pairing
from gw2mon.inference.labels import NAME, Labels, with_label, without
from gw2mon.inference.values import Values, intersection, is_variable, or_absent

if TYPE_CHECKING:
    from gw2mon import promql as q


class Match(NamedTuple):
    """The labels by which an operator matches."""

    on: bool
    names: frozenset[str]
    """Those that must agree, or those that need not."""
    known: bool
    """False where a variable of Grafana stands for one of them."""

    def agrees(self, name: str) -> bool:
        """Whether both sides must have the same value of a label."""
        return (name in self.names) == self.on and (self.on or name != NAME)


def match_of(node: q.Binary) -> Match:
    """By which labels the sides of an operator are matched: by all but the name, unless it says otherwise."""
    if node.matching is None:
        return Match(on=False, names=frozenset(), known=True)
    names = frozenset(node.matching.labels)
    return Match(node.matching.on, names, known=not any(map(is_variable, names)))


def pair(match: Match, left: Inferred, right: Inferred) -> Pairing:
    """How two vectors are matched."""
    if not match.known:
        return Pairing(None, "", None, None)
    names = _matched_names(match, left.labels, right.labels)
    disjoint = ""
    for name in names:
        one, other = left.labels.of(name), right.labels.of(name)
        if one is not other and intersection(one, other).is_nothing:
            disjoint = name
            break
    is_open = not match.on and (left.labels.open or right.labels.open)
    on = None if is_open else frozenset(names)
    return Pairing(on, disjoint, _repeats(match, left), _repeats(match, right))


def _matched_names(match: Match, left: Labels, right: Labels) -> list[str]:
    if match.on:
        return sorted(match.names)
    return [name for name in dict.fromkeys((*left.values, *right.values)) if match.agrees(name)]


def _repeats(match: Match, side: Inferred) -> frozenset[str] | None:
    """The labels that tell several series of one match apart; none if there never are several."""
    if side.single:
        return frozenset()
    labels = side.labels
    if side.key is not None:
        names: frozenset[str] = side.key
    elif not match.on:
        # Series that differ in nothing but what is ignored differ in one of these.
        names = match.names | {NAME}
    elif labels.open:
        return None
    else:
        names = frozenset(labels.values)
    return frozenset(name for name in names if not match.agrees(name) and labels.of(name).size != 1)


def surely_pairs(match: Match, left: Inferred, right: Inferred) -> bool:
    """Whether all series of both sides belong to the same match, since no label that must agree can vary."""
    if not match.known or (not match.on and (left.labels.open or right.labels.open)):
        return False
    names = _matched_names(match, left.labels, right.labels)
    return all(left.labels.of(name).size == 1 and left.labels.of(name) == right.labels.of(name) for name in names)


def agreed(match: Match, labels: Labels, other: Labels) -> Labels:
    """The labels of one side, narrowed to what the other side can agree with."""
    if not match.known:
        return labels
    changed: dict[str, Values] = {}
    for name in _matched_names(match, labels, other):
        mine, theirs = labels.of(name), other.of(name)
        if mine is not theirs:
            both = intersection(mine, theirs)
            if both is not mine and both != mine:
                changed[name] = both
    return Labels({**labels.values, **changed}, labels.open) if changed else labels


def one_to_one(match: Match, left: Inferred, labels: Labels) -> tuple[Labels, frozenset[str] | None]:
    """Labels and key of a result whose sides are matched one by one; `labels` are those of the left that agree."""
    if not match.known:
        return Labels({name: or_absent(values) for name, values in labels.values.items()}, labels.open), None
    if match.on:
        return Labels({name: values for name in sorted(match.names) if (values := labels.of(name)).known != {""}
                       or values.open}), match.names  # fmt: skip
    key = left.key if left.key is not None and not left.key & match.names and NAME not in left.key else None
    return without(labels, match.names), key


def many_to_one(
    include: tuple[str, ...], many: Inferred, labels: Labels, one: Labels
) -> tuple[Labels, frozenset[str] | None, bool]:
    """Labels and key of a result that has the series of the many side, and whether some may become the same."""
    key, clash = many.key, False
    for name in include:
        if is_variable(name):
            return Labels({name: or_absent(values) for name, values in labels.values.items()}, open=True), None, True
        if labels.of(name).size != 1 and not many.single and (key is None or name in key):
            clash = True
        if key is not None and name in key:
            key = None
        labels = with_label(labels, name, one.of(name))
    return labels, key, clash
