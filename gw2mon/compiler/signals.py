"""Named events and latencies, and the label filters that narrow and split them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.loader import did_you_mean
from gw2mon.model import Events, Label, LabelFilter, Latency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Metric
    from gw2mon.spec.metrics import Events as EventsSpec
    from gw2mon.spec.metrics import LabelFilterTerms
    from gw2mon.spec.metrics import Latency as LatencySpec
    from gw2mon.world import World

Path = tuple[str | int, ...]
_COUNTED = ("counter", "histogram", "summary")


def events_of(scope: Scope, world: World) -> dict[str, Events]:
    """The usable events of a spec, by name."""
    compiled = {name: _events(scope, world, name, entry) for name, entry in scope.spec.events.items()}
    return {name: events for name, events in compiled.items() if events is not None}


def latencies_of(scope: Scope, world: World) -> dict[str, Latency]:
    """The usable latencies of a spec, by name."""
    for name in scope.spec.latencies:
        if name in scope.spec.events:
            scope.error(
                "GW207",
                f"{name} names events and a latency",
                ("latencies", name),
                "an SLO `of` it could be either; rename one",
            )
    compiled = {name: _latency(scope, world, name, entry) for name, entry in scope.spec.latencies.items()}
    return {name: latency for name, latency in compiled.items() if latency is not None}


def find_metric(scope: Scope, world: World, name: str, types: tuple[str, ...], path: Path) -> Metric | None:
    """The metric of a name, if it exists, is of one of the types, and is on a target that is scraped."""
    metric = world.metrics.get(name)
    if metric is None:
        series = world.series.get(name)
        advice = f"name the {series.metric.type}: {series.metric.name}" if series else did_you_mean(name, world.metrics)
        scope.report("GW201", "error", f"unknown metric {name}", scope.source.value_at(*path), advice)
        return None
    if metric.type not in types:
        scope.report(
            "GW205",
            "error",
            f"{name} is a {metric.type}, not a {' or '.join(types)}",
            scope.source.value_at(*path),
            did_you_mean(name, [other for other, item in world.metrics.items() if item.type in types]),
        )
        return None
    if not world.jobs_of(metric):
        scope.report(
            "GW221",
            "error",
            f"no job exposes {name}",
            scope.source.value_at(*path),
            f"add {metric.group} to `exposes` of the job whose targets have it",
        )
        return None
    return metric


def ask_for_split(scope: Scope, name: str, path: Path) -> None:
    """Report that events are used by their share, and do not say what it is the share of."""
    entry = scope.spec.events[name]
    if not (entry.bad or entry.good):  # else what stands there is wrong, and was reported
        scope.error(
            "GW204",
            f"events {name} do not say which are bad",
            path,
            f"add bad: {{label: [values]}} to events.{name}",
        )


def filters(
    scope: Scope, world: World, metric: Metric, terms: Mapping[str, LabelFilterTerms], path: Path
) -> tuple[LabelFilter, ...]:
    """Label filters of a metric, each checked against the labels and values that exist."""
    labels = {label.name: label for label in (*metric.labels, *world.target_labels(metric))}
    found = []
    for name, term in terms.items():
        label = labels.get(name)
        if label is None:
            scope.error(
                "GW202", f"{metric.name} has no label {name}", (*path, name), did_you_mean(name, labels, "labels")
            )
            continue
        usable = _filter(scope, label, term, (*path, name))
        if usable is not None:
            found.append(usable)
    return tuple(found)


def _filter(scope: Scope, label: Label, term: LabelFilterTerms, path: Path) -> LabelFilter | None:
    if term.values is not None or term.not_ is not None:
        values = term.values or term.not_ or ()
        for value in values:
            _check_value(scope, label, value, path)
        return LabelFilter(label.name, "=" if term.values is not None else "!=", values)
    pattern = term.matches or term.not_matches or ""
    if not _check_pattern(scope, label, pattern, path):
        return None
    return LabelFilter(label.name, "=~" if term.matches is not None else "!~", (pattern,))


def _check_value(scope: Scope, label: Label, value: str, path: Path) -> None:
    if value in label.values.values:
        return
    advice = did_you_mean(value, label.values.values, "values")
    if label.values.closed:
        scope.error("GW203", f"label {label.name} is never {value}", path, advice)
    elif "did you mean" in advice:
        scope.warn("GW203", f"{value} is not among the known values of {label.name}", path, advice)


def _check_pattern(scope: Scope, label: Label, pattern: str, path: Path) -> bool:
    """Whether a pattern can be used, even if nothing matches it."""
    from gw2mon.promql import regex_error, regex_matches

    problem = regex_error(pattern)
    if problem is not None:
        scope.error(
            "GW301", f"{pattern} is no regular expression: {problem}", path, "RE2 syntax, anchored at both ends"
        )
        return False
    if label.values.closed and all(regex_matches(pattern, value) is False for value in label.values.values):
        scope.error(
            "GW203",
            f"no value of {label.name} matches {pattern}",
            path,
            did_you_mean(pattern, label.values.values, "values"),
        )
    return True


def _events(scope: Scope, world: World, name: str, entry: EventsSpec) -> Events | None:
    path = ("events", name)
    metric = find_metric(scope, world, entry.count, _COUNTED, (*path, "count"))
    if metric is None:
        return None
    split_is = "good" if entry.good is not None else "bad"
    return Events(
        name,
        metric.name,
        filters(scope, world, metric, entry.only, (*path, "only")),
        filters(scope, world, metric, entry.good or entry.bad or {}, (*path, split_is)),
        split_is,  # type: ignore[arg-type]
        scope.at(*path),
    )


def _latency(scope: Scope, world: World, name: str, entry: LatencySpec) -> Latency | None:
    path = ("latencies", name)
    metric = find_metric(scope, world, entry.histogram, ("histogram",), (*path, "histogram"))
    if metric is None:
        return None
    return Latency(name, metric.name, filters(scope, world, metric, entry.only, (*path, "only")), scope.at(*path))
