"""Label sets that satisfy filters: the series which scenarios feed to an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.model import LabelFilter
from gw2mon.promql import literal_alternatives, regex_matches
from gw2mon.proofs.scenario import Unprovable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Events, Label, Metric
    from gw2mon.promql import VectorSelector
    from gw2mon.world import World

_ANYTHING = ("other", "example", "500", "200", "1", "")
"""Values to try where no known one fits: what an open label may still hold."""

_OPPOSITE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


def labels_of(world: World, metric: Metric, filters: Iterable[LabelFilter]) -> dict[str, str]:
    """Labels of a series of the metric that every filter lets through. Raises Unprovable where there is none."""
    conditions = tuple(filters)
    return {
        label.name: _value(label, [item for item in conditions if item.label == label.name])
        for label in (*world.target_labels(metric), *metric.labels)
    }


def split_labels(world: World, events: Events) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of a bad and of a good series of the events."""
    metric = world.metrics[events.metric]
    inside = labels_of(world, metric, (*events.only, *events.split))
    outside = _outside(world, metric, events)
    return (inside, outside) if events.split_is == "bad" else (outside, inside)


def _outside(world: World, metric: Metric, events: Events) -> dict[str, str]:
    """Labels that the events count but their split does not: it is enough that one of its filters fails."""
    for item in events.split:
        opposite = LabelFilter(item.label, _OPPOSITE[item.op], item.values)  # type: ignore[arg-type]
        try:
            return labels_of(world, metric, (*events.only, opposite))
        except Unprovable:
            continue
    raise Unprovable(f"all {events.name} are {events.split_is}")


def counter_name(metric: Metric) -> str:
    """The series whose increase is the number of events."""
    return metric.name if metric.type == "counter" else f"{metric.name}_count"


def labels_of_selector(selector: VectorSelector) -> dict[str, str]:
    """Labels of a series that a selector of ours selects, from its matchers alone."""
    found = {}
    for matcher in selector.matchers:
        alternatives = literal_alternatives(matcher.value) if matcher.op == "=~" else None
        if matcher.op == "=" or alternatives:
            found[matcher.name] = alternatives[0] if alternatives else matcher.value
    return found


def _value(label: Label, conditions: list[LabelFilter]) -> str:
    known = label.values.values or (f"{label.name}-1",)
    named = [value for item in conditions if item.op == "=" for value in item.values]
    spelt = [value for item in conditions if item.op == "=~" for value in literal_alternatives(item.values[0]) or ()]
    for value in (*known, *named, *spelt, *_ANYTHING):
        if all(lets_through(item, value) for item in conditions):
            return value
    wanted = " and ".join(f"{item.op} {', '.join(item.values)}" for item in conditions)
    raise Unprovable(f"no known value of {label.name} is {wanted}")


def lets_through(item: LabelFilter, value: str) -> bool:
    """Whether a filter lets series with this value of its label through."""
    match item.op:
        case "=":
            return value in item.values
        case "!=":
            return value not in item.values
        case "=~":
            return regex_matches(item.values[0], value) is True
        case "!~":
            return regex_matches(item.values[0], value) is False
