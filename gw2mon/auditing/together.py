"""What several witnesses say of one metric: the source that makes it, a target that shows it, a Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.model import Label, LabelValues, Metric

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


def merged(metrics: Iterable[Metric], moved: Collection[str]) -> Iterator[Metric]:
    """Each metric once; `moved` are those of which a target shows that something moves them."""
    found: dict[str, list[Metric]] = {}
    for metric in metrics:
        found.setdefault(metric.name, []).append(metric)
    for name, told in found.items():
        # Of two types neither can be relied on.
        if len({metric.type for metric in told}) == 1:
            yield _one(told, is_moved=name in moved)


def in_dispute(metrics: Iterable[Metric]) -> frozenset[str]:
    """The names to which witnesses give several types."""
    types: dict[str, set[str]] = {}
    for metric in metrics:
        types.setdefault(metric.name, set()).add(metric.type)
    return frozenset(name for name, found in types.items() if len(found) > 1)


def _one(told: Sequence[Metric], *, is_moved: bool) -> Metric:
    """What a witness does not know another may; where those who know disagree, there may be more."""
    first = told[0]
    sure = [metric for metric in told if not metric.partial]
    agree = len({(frozenset(label.name for label in metric.labels), metric.buckets) for metric in sure}) == 1
    witnesses = sure or told
    doubts = [metric.doubt for metric in told if metric.doubt or not metric.idle]
    return first._replace(
        labels=tuple(_labels(witnesses if agree else told)),
        buckets=witnesses[0].buckets,
        quantiles=witnesses[0].quantiles,
        partial=not agree,
        idle=not is_moved and _never(told),
        doubt="" if is_moved or not doubts else doubts[0],
    )


def _never(told: Sequence[Metric]) -> bool:
    """Only source can say that nothing moves a metric, and all definitions have to."""
    of_source = [metric for metric in told if metric.origin is not None]
    return bool(of_source) and all(metric.idle for metric in of_source)


def _labels(told: Sequence[Metric]) -> Iterator[Label]:
    for name in dict.fromkeys(label.name for metric in told for label in metric.labels):
        values = [label.values for metric in told for label in metric.labels if label.name == name]
        known = tuple(dict.fromkeys(value for one in values for value in one.values))
        closed = all(one.closed for one in values)
        yield Label(name, LabelValues(known, values[0].limit, closed=closed))
