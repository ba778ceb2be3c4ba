"""Selectors: which series of the closed world they can find, or why they find none."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal

from gw2mon import promql as q
from gw2mon.inference.inferred import UNKNOWN, Emptiness, Inferred, nameless, over_time
from gw2mon.inference.intervals import ANY, NOT_NEGATIVE, NOTHING, ONE, REAL, UNIT, ZERO, Interval, point, union
from gw2mon.inference.labels import NAME, Labels, combinations, either, with_label
from gw2mon.inference.units import PLAIN, SECONDS, Unit, unit_of
from gw2mon.inference.values import ABSENT, closed, is_variable, narrowed, satisfies
from gw2mon.inference.view import alerts_labels, families

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.inference.inferred import Meaning
    from gw2mon.inference.view import View
    from gw2mon.model import RecordingRule
    from gw2mon.world import Series

Found = tuple[Inferred, int]
"""What is inferred, and which matcher is to blame if it is nothing; -1 for the name."""

_ALERTS: dict[str, tuple[Meaning, Interval]] = {
    "ALERTS": ("presence", point(ONE)),
    "ALERTS_FOR_STATE": ("timestamp", NOT_NEGATIVE),
}
_OF_UNIT: dict[str, Interval] = {"bool": UNIT, "ratio": UNIT._replace(nan=True)}
_FROM_PROMETHEUS: dict[str, tuple[Meaning, Interval]] = {
    "up": ("boolean", UNIT),
    "scrape_body_size_bytes": ("gauge", REAL),
}
"""Of what Prometheus itself writes for each target; all else of that is never negative."""
_DEEPEST = 40
"""Records that may rest on one another before they count as unknown."""


def select(node: q.VectorSelector, view: View) -> Inferred:
    """The series that a selector finds."""
    key = (node.name, tuple((matcher.name, matcher.op, matcher.value) for matcher in node.matchers))
    found = view.selected.get(key)
    if found is None:
        found = _select(node, view)
        if node.name not in view.underway:
            view.selected[key] = found
    return found if found.empty is None else found._replace(empty=_placed(found.empty, node))


def _placed(empty: Emptiness, node: q.VectorSelector) -> Emptiness:
    """The reason with the place of the matcher that it is about, or of the selector."""
    spans = [item.span for item in node.matchers if item.name == empty.label and item.value == empty.value]
    return empty._replace(span=spans[-1] if spans and spans[-1] != q.NO_SPAN else node.span)


def window(node: q.MatrixSelector, view: View) -> Inferred:
    """The series that a selector finds during a window."""
    return over_time(select(node.selector, view))


def _select(node: q.VectorSelector, view: View) -> Inferred:
    names = _names(node)
    if names is None:
        return _unknown(node)
    found = [_named(name, node, view) for name in names]
    filled = [item for item in found if item.empty is None]
    if filled or not found:
        return reduce(_either, filled) if filled else _unknown(node)
    return found[0]


def _names(node: q.VectorSelector) -> tuple[str, ...] | None:
    """The names that a selector is restricted to; None where others may have it, too."""
    if node.name is not None:
        return None if is_variable(node.name) else (node.name,)
    for matcher in node.matchers:
        if matcher.name == NAME and matcher.op in ("=", "=~") and not is_variable(matcher.value):
            names = (matcher.value,) if matcher.op == "=" else q.literal_alternatives(matcher.value)
            if names:
                return tuple(
                    name
                    for name in dict.fromkeys(names)
                    if all(satisfies(name, item.op, item.value) for item in node.matchers if item.name == NAME)
                )
    return None


def _unknown(node: q.VectorSelector, **labels: str) -> Inferred:
    """Series of which nothing is known but what the matchers ask for."""
    found = Labels({name: closed((value,)) for name, value in labels.items()}, open=True)
    return _matched(UNKNOWN._replace(labels=found), node.matchers, "the series")


def _named(name: str, node: q.VectorSelector, view: View) -> Inferred:
    if name in view.records:
        return _together([_matched(found, node.matchers, name) for found in _record(name, view)], node)
    if name in _ALERTS:
        meaning, values = _ALERTS[name]
        found = UNKNOWN._replace(
            meaning=meaning, unit=SECONDS if meaning == "timestamp" else PLAIN, values=values,
            labels=alerts_labels(view, name), histograms=False,
        )  # fmt: skip
        return _matched(found, node.matchers, name)
    series = view.world.series.get(name)
    if series is not None:
        return _of_series(series, node, view)
    metric = view.world.metrics.get(name)
    if metric is not None and metric.type in ("histogram", "summary") and (metric.buckets or metric.type == "summary"):
        return _nothing("series", f"{name} is a {metric.type}, which has no series of that name")
    return _unknown(node, **{NAME: name})


def _of_series(series: Series, node: q.VectorSelector, view: View) -> Inferred:
    sets = families(view, series)
    if sets is None:
        return _unknown(node, **{NAME: series.name})
    if series.metric.idle and series.metric.labels:
        return _nothing("series", f"nothing ever counts, observes or sets {series.metric.name}")
    meaning, values = _values(series)
    observed = unit_of(series.metric.unit) if series.role == "bucket" else None
    bare = Inferred("instant vector", meaning, _unit(series), values, Labels({}), observed=observed)
    if not sets:
        return _nothing("series", f"no job exposes {series.name}")
    stored = (bare._replace(labels=labels, most=combinations(labels)) for labels in sets)
    return _together([_matched(found, node.matchers, series.name) for found in stored], node)


def _together(found: list[Inferred], node: q.VectorSelector) -> Inferred:
    """The series of one name that come from several places."""
    filled = [item for item in found if item.empty is None]
    # The one that got furthest shows best what is wrong: the others are ruled out by their job.
    return reduce(_either, filled) if filled else max(found, key=lambda item: _progress(item, node))


def _progress(found: Inferred, node: q.VectorSelector) -> tuple[bool, int]:
    label = found.empty.label if found.empty is not None else ""
    places = [number for number, matcher in enumerate(node.matchers) if matcher.name == label]
    return label != "job", places[0] if places else -1


def _matched(found: Inferred, matchers: Iterable[q.Matcher], name: str) -> Inferred:
    """What matchers leave of some series."""
    labels = found.labels
    for matcher in matchers:
        before = labels.of(matcher.name)
        after = narrowed(before, matcher.op, matcher.value)
        if after.is_nothing:
            return found._replace(
                values=NOTHING, most=0, always=False, empty=_reason(matcher, name, absent=before == ABSENT)
            )
        if after is not before and not (after == ABSENT and before == ABSENT):
            labels = with_label(labels, matcher.name, after)
    if labels is found.labels:
        return found
    return found._replace(labels=labels, most=_least(found.most, combinations(labels)))


def _least(one: int | None, other: int | None) -> int | None:
    return min((bound for bound in (one, other) if bound is not None), default=None)


def _reason(matcher: q.Matcher, name: str, *, absent: bool) -> Emptiness:
    if absent:
        text = f"{name} has no label {matcher.name}"
        return Emptiness("label", text, label=matcher.name, value=matcher.value)
    verb = {"=": "is never", "!=": "is always", "=~": "never matches", "!~": "always matches"}[matcher.op]
    text = f"label {matcher.name} of {name} {verb} {q.quote(matcher.value)}"
    return Emptiness("value", text, label=matcher.name, value=matcher.value)


def _nothing(cause: Literal["series"], text: str) -> Inferred:
    return Inferred("instant vector", "unknown", None, NOTHING, Labels({}), most=0, empty=Emptiness(cause, text))


def _values(series: Series) -> tuple[Meaning, Interval]:
    meaning, values = _possible(series)
    return meaning, point(ZERO) if series.metric.idle and meaning != "info" else values


def _possible(series: Series) -> tuple[Meaning, Interval]:
    metric = series.metric
    match series.role:
        case "counter" | "count":
            return "counter", NOT_NEGATIVE
        case "sum":
            # Observations below 0 make a sum fall; no time or size is.
            return "counter", NOT_NEGATIVE if metric.unit in ("seconds", "bytes") else REAL
        case "bucket":
            return "bucket", NOT_NEGATIVE
        case "quantile":
            return "quantile", ANY
        case "info":
            return "info", point(ONE)
    if metric.catalog == "scrape":
        return _FROM_PROMETHEUS.get(metric.name, ("gauge", NOT_NEGATIVE))
    meaning: Meaning = {"bool": "boolean", "ratio": "ratio", "timestamp": "timestamp"}.get(metric.unit, "gauge")  # type: ignore[assignment]
    return meaning, _OF_UNIT.get(metric.unit, ANY)


def _unit(series: Series) -> Unit:
    if series.role in ("bucket", "count", "info"):
        return PLAIN
    declared = unit_of(series.metric.unit)
    # What is observed without a unit still is no count of observations: their quotient is an average, not a share.
    return Unit((("observed", 1),)) if series.role == "sum" and declared == PLAIN else declared


def _either(one: Inferred, other: Inferred) -> Inferred:
    """The series of two names, or of one name from two places."""
    most = None if one.most is None or other.most is None else one.most + other.most
    return Inferred(
        "instant vector",
        one.meaning if one.meaning == other.meaning else "unknown",
        one.unit if one.unit == other.unit else None,
        union(one.values, other.values),
        either(one.labels, other.labels),
        most=most,
        histograms=one.histograms or other.histograms,
        observed=one.observed if one.observed == other.observed else None,
    )


def _record(name: str, view: View) -> tuple[Inferred, ...]:
    """The series of each rule of a record. They stay for as long as a window looks back, so only labels bound them."""
    if name in view.recorded:
        return view.recorded[name]
    if name in view.underway or len(view.underway) >= _DEEPEST:
        return (UNKNOWN._replace(labels=Labels({NAME: closed((name,))}, open=True)),)
    view.underway.add(name)
    try:
        view.recorded[name] = tuple(_recorded(rule, view) for rule in view.records[name])
    finally:
        view.underway.discard(name)
    return view.recorded[name]


def _recorded(rule: RecordingRule, view: View) -> Inferred:
    from gw2mon.inference.walking import infer_in

    found = nameless(infer_in(rule.expr, view))
    values = {label: closed((text,)) for label, text in rule.labels}
    labels = Labels({**found.labels.values, **values, NAME: closed((rule.record,))}, found.labels.open)
    return Inferred(
        "instant vector",
        found.meaning,
        found.unit or (unit_of(rule.unit) if rule.unit else None),
        found.values,
        labels,
        most=combinations(labels),
        empty=found.empty,
        histograms=found.histograms,
        observed=found.observed,
    )
