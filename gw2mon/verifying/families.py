"""One metric as it is exposed beside its declaration: type, labels, values, buckets, and which series are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.names import OTHER, UNKNOWN_LABEL_VALUES
from gw2mon.scaffold.amounts import amounts, bound_of
from gw2mon.verifying.foundations import rests
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from gw2mon.exposition import Sample
    from gw2mon.finding import Severity
    from gw2mon.model import Label, Metric, Service
    from gw2mon.verifying.foundations import Foundations

_NAMED = 5
"""Values that a message names; the others are counted."""
_LONGEST = 40
"""Characters of a value that a message repeats."""
_ALIKE = frozenset((("info", "gauge"), ("gauge", "info")))
"""Info is a gauge that is 1: only its name and its value tell them apart."""
_PARTS = {"histogram": ("le",), "summary": ("quantile",)}
_BY_CLIENT = ("pid",)
"""Labels that a client library adds for each of several workers."""


class Subject(NamedTuple):
    """A metric, what is shown of it, and who needs it."""

    metric: Metric
    kind: str
    """The type that the service announces; "untyped" for none."""
    samples: tuple[Sample, ...]
    below: Foundations
    service: Service

    @property
    def promises(self) -> tuple[str, ...]:
        """The alerts and SLOs that rest on it."""
        return self.below.metrics.get(self.metric.name, ())

    def found(self, code: str, severity: Severity, message: str, advice: str) -> Finding:
        """A finding at the metric's line of the spec."""
        return Finding(
            code, severity, f"{self.metric.name} {message}", self.metric.origin or self.service.origin, advice
        )


def is_own(metric: Metric) -> bool:
    """Whether the application itself makes a metric, so that it has to look as declared in every version."""
    return metric.catalog in ("", "fastapi")


def mistakes(it: Subject) -> Iterator[Finding]:
    """All that is wrong with a metric that is exposed; of another type nothing else can be said."""
    if it.kind not in ("untyped", it.metric.type) and (it.kind, it.metric.type) not in _ALIKE:
        advice = f"make it a {it.metric.type} in the application, or declare type: {it.kind}"
        yield it.found("GW643", "error", f"is exposed as a {it.kind}, and declared as a {it.metric.type}", advice)
        return
    labels = list(_other_labels(it))
    yield from labels
    yield from _other_values(it)
    if it.metric.type == "histogram" and it.samples:
        yield from _other_buckets(it)
    if not labels and is_own(it.metric):
        yield from _absent_series(it)


def _other_labels(it: Subject) -> Iterator[Finding]:
    """GW644: a label that is not declared, or one that is declared and not there."""
    declared = [label.name for label in it.metric.labels]
    implied = (*_PARTS.get(it.metric.type, ()), *(_BY_CLIENT if it.service.python.workers == "multi" else ()))
    seen = dict.fromkeys(name for sample in it.samples for name, value in sample.labels.items() if value)
    extra = [name for name in seen if name not in declared and name not in implied]
    missing = [name for name in declared if any(not sample.labels.get(name) for sample in it.samples)]
    if extra:
        advice = "declare it, with the values that can come, or drop it in the application"
        yield it.found(
            "GW644", "warning", f"is exposed with {_labels(extra)}, which {_are(extra)} not declared", advice
        )
    if missing and (is_own(it.metric) or _selected(it, missing)):
        message = f"is exposed without {_labels(missing)}, which {_are(missing)} declared"
        yield it.found("GW644", "error", message, _way_to_label(it, missing))


def _way_to_label(it: Subject, missing: list[str]) -> str:
    setters = recorders(it.service, it.metric)
    if it.metric.type == "info" and setters:
        return f"call {setters[0]} when {it.service.name} starts"
    return f"give {'it' if len(missing) == 1 else 'them'} a value wherever it is recorded, or take it out of the spec"


def recorders(service: Service, metric: Metric) -> list[str]:
    """The generated functions that record a metric, as they are called."""
    return [
        f"{item.name}()" for item in service.python.functions if any(one.metric == metric.name for one in item.records)
    ]


def _selected(it: Subject, labels: Iterable[str]) -> bool:
    """Whether an alert or SLO asks for one of some labels."""
    asked = {matcher.name for selector in _selectors(it) for matcher in selector.matchers}
    return bool(asked & set(labels))


def _selectors(it: Subject) -> list[q.VectorSelector]:
    names = {series.name for series in series_of(it.metric)}
    return [selector for selector in it.below.selectors if selector.name in names]


def _other_values(it: Subject) -> Iterator[Finding]:
    """GW645: a value outside a closed list, or more values than an open one allows."""
    severity: Severity = "error" if is_own(it.metric) else "warning"
    for label in it.metric.labels:
        seen = _seen(it, label.name)
        allowed = {*label.values.values, *((OTHER,) if it.metric.object else ())}
        strange = [value for value in seen if value not in allowed]
        limit = label.values.limit
        if label.values.closed and strange:
            message = f"has label {label.name} with {_listed(strange)}, outside the declared values"
            advice = f"add what is right to the declared values, or map it to one of {_listed(label.values.values)}"
            yield it.found("GW645", severity, message, advice)
        elif limit is not None and len(set(seen) - {OTHER}) > limit:
            message = f"has {len(seen)} values of label {label.name}, more than the limit of {limit}"
            yield it.found(
                "GW645", "warning", message, "raise the limit, or make fewer values of it in the application"
            )


def _seen(it: Subject, label: str) -> list[str]:
    return [value for value in dict.fromkeys(sample.labels.get(label, "") for sample in it.samples) if value]


def _other_buckets(it: Subject) -> Iterator[Finding]:
    """GW646: bounds that are not those declared; an error where an alert or SLO compares with one that is missing."""
    bounds = [bound_of(sample.labels["le"]) for sample in it.samples if "le" in sample.labels]
    shown = {bound for bound in bounds if bound.is_finite()}
    needed = _needed_bounds(it)
    lost = sorted(bound for bound in needed if bound not in shown)
    declared = {bound.normalize() for bound in it.metric.buckets} if is_own(it.metric) else set()
    absent, extra = sorted(declared - shown - set(lost)), sorted(shown - declared) if declared else []
    if lost:
        who = tuple(dict.fromkeys(one for bound in lost for one in needed[bound]))
        message = f"has no bucket {_amounts(lost, it)}{rests(who)}"
        yield it.found(
            "GW646", "error", message, f"give the histogram the declared buckets: {_amounts(it.metric.buckets, it)}"
        )
    if absent or extra:
        parts = [f"lacks {_amounts(absent, it)}"] if absent else []
        parts += [f"has {_amounts(extra, it)} besides"] if extra else []
        message = f"has other buckets than declared: it {' and '.join(parts)}"
        yield it.found(
            "GW646", "warning", message, "make both alike: bounds that differ cannot be added up over versions"
        )


def _needed_bounds(it: Subject) -> dict[Decimal, tuple[str, ...]]:
    needed = {bound.normalize(): who for bound, who in it.below.bounds.get(it.metric.name, {}).items()}
    for selector in _selectors(it):
        for matcher in selector.matchers:
            if matcher.name == "le" and matcher.op == "=" and (bound := bound_of(matcher.value)).is_finite():
                needed[bound] = tuple(dict.fromkeys((*needed.get(bound, ()), *it.below.selectors[selector])))
    return needed


def _absent_series(it: Subject) -> Iterator[Finding]:
    """GW649: series that should exist before their first event, without which nothing sees that event."""
    if it.metric.appears != "always" or not it.metric.initialise or it.metric.name == UNKNOWN_LABEL_VALUES:
        return
    severity: Severity = "error" if it.promises else "warning"
    if not it.samples:
        advice = "create its label sets when the application starts: what begins at 1 has no increase"
        yield it.found("GW649", severity, f"has no series yet{rests(it.promises)}", advice)
        return
    for label in it.metric.labels if it.promises else ():
        unseen = _unseen(it, label)
        if unseen:
            message = f"has no series with {label.name} {_listed(unseen)}{rests(it.promises)}"
            advice = "create them at 0 when the application starts: what begins at 1 has no increase"
            yield it.found("GW649", "warning", message, advice)


def _unseen(it: Subject, label: Label) -> list[str]:
    seen = _seen(it, label.name)
    return [value for value in label.values.values if value not in seen]


def _amounts(values: Iterable[Decimal], it: Subject) -> str:
    return ", ".join(map(str, amounts(values, it.metric.unit)))


def _labels(names: list[str]) -> str:
    return f"label{'' if len(names) == 1 else 's'} {', '.join(names)}"


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _listed(values: Iterable[str]) -> str:
    listed = list(values)
    more = len(listed) - _NAMED
    shown = ", ".join(q.quote(_cut(value)) for value in listed[:_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
