"""What can be said of an expression before it ever runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.inference.intervals import ANY, Interval, Verdict
from gw2mon.inference.labels import ANY_LABELS, NAME, NO_LABELS, Labels, combinations, without
from gw2mon.promql import NO_SPAN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.inference.units import Unit
    from gw2mon.promql import Span, ValueType

Meaning = Literal[
    "number", "counter", "summed counter", "gauge", "rate", "increase", "ratio", "bucket", "bucket rate", "quantile",
    "count", "boolean", "timestamp", "duration", "info", "presence", "unknown",
]  # fmt: skip
"""What a value stands for.

A `number` is written in the query and takes the unit of what it meets. A `counter` grows until its process restarts;
a `summed counter` falls whenever any of them does, so no rate can be taken of it. A `bucket` is a counter of a
histogram with its `le`, and a `bucket rate` how fast such counters grow. A `ratio` is a quotient whose units cancel
out, a `count` a number of series, a `boolean` 0 or 1, an `info` or a `presence` always 1.
"""
Cause = Literal["series", "label", "value", "comparison", "matching", "parameter", "kind", "presence"]


class Emptiness(NamedTuple):
    """Why an expression can never return anything."""

    cause: Cause
    """`series`: none has this name; `label`: the series have no such label; `value`: the label never has that value;
    `comparison`: it holds for no possible value; `matching`: the labels of both sides never agree; `parameter`: of none
    that are asked for; `kind`: a function that needs histograms is given numbers, or one without `le`; `presence`:
    absent() of what is always there, or `unless` it."""
    text: str
    """A clause that says it, such as `label region of orders_total is never "EU"`."""
    span: Span = NO_SPAN
    label: str = ""
    value: str = ""
    """The label at fault and the value or pattern asked for, where there is one."""


class Pairing(NamedTuple):
    """How the two sides of an operator between vectors find each other."""

    on: frozenset[str] | None
    """The labels that must agree; None where that are all labels of series that are not known."""
    disjoint: str
    """A label whose values on both sides have nothing in common, so that no two series ever match; "" if none is."""
    left_repeats: frozenset[str] | None
    """Labels by which several series of the left side can belong to one match. Empty: there is never more than one.
    None: it cannot be told."""
    right_repeats: frozenset[str] | None


class Inferred(NamedTuple):
    """All claims about one expression. Each holds for every state of the world in which the spec is right."""

    kind: ValueType
    meaning: Meaning
    unit: Unit | None
    """None where it is not known."""
    values: Interval
    """The numbers its samples can be. Native histograms are no numbers."""
    labels: Labels
    key: frozenset[str] | None = None
    """Labels by whose values alone its series differ; None for all of their labels."""
    most: int | None = None
    """The greatest number of series at a time; None where nothing bounds it."""
    empty: Emptiness | None = None
    """Why it never returns anything; None if it may."""
    always: bool = False
    """It returns a sample at each evaluation, whatever happens."""
    may_fail: bool = False
    """Evaluation may end in an error that only the data decide: several series where there may be one."""
    histograms: bool = False
    """Whether samples can be native histograms."""
    holds: Verdict = ""
    """Of a comparison: true for all values, for none, or "" if it depends (or if this is no comparison)."""
    pairing: Pairing | None = None
    """Of an operator between vectors; None for everything else."""
    observed: Unit | None = None
    """Of buckets: the unit of what is sorted into them, and so of their quantiles."""

    @property
    def single(self) -> bool:
        """There is never more than one series."""
        return self.most is not None and self.most <= 1


UNKNOWN = Inferred("instant vector", "unknown", None, ANY, ANY_LABELS, histograms=True)
"""A vector of which nothing is known."""


def scalar(meaning: Meaning, unit: Unit | None, values: Interval) -> Inferred:
    """A number without labels."""
    return Inferred("scalar", meaning, unit, values, NO_LABELS, frozenset(), 1, always=True)


def alone(meaning: Meaning, unit: Unit | None, values: Interval) -> Inferred:
    """A vector with one series without labels, at all times."""
    return Inferred("instant vector", meaning, unit, values, NO_LABELS, frozenset(), 1, always=True)


def bounded(most: int | None, labels: Labels, key: Iterable[str] | None) -> int | None:
    """The smaller of a bound on the number of series and that which their labels set."""
    by_labels = combinations(labels, key)
    if most is None or by_labels is None:
        return by_labels if most is None else most
    return min(most, by_labels)


def plain(found: Inferred) -> Inferred:
    """The claims about values and labels, without those that are about one operator."""
    if found.pairing is None and not found.holds:
        return found
    return found._replace(holds="", pairing=None)


def nameless(found: Inferred) -> Inferred:
    """The series without their name, as most functions and operators return them.

    Those that differ in nothing but the name become one label set, which is an error.
    """
    names = found.labels.values.get(NAME)
    if names is None and not found.labels.open:
        return plain(found)
    named = found.labels.of(NAME)
    clash = named.size != 1 and not found.single and (found.key is None or NAME in found.key)
    key = None if found.key is not None and NAME in found.key else found.key
    return found._replace(
        labels=without(found.labels, (NAME,)), key=key, may_fail=found.may_fail or clash, holds="", pairing=None
    )


def over_time(found: Inferred) -> Inferred:
    """The series that a vector has at any time of a window, each with its samples there."""
    # What holds at each moment, such as that topk(1) has one series, does not hold for a window of them.
    most = 0 if found.empty is not None else combinations(found.labels)
    return found._replace(kind="range vector", key=None, most=most, always=False, holds="", pairing=None)
