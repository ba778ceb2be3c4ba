"""Metrics as they are seen from outside: in what targets answer, and in what a Prometheus has stored of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.model import Label, LabelValues, Metric
from gw2mon.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from gw2mon.exposition import Exposition, Family
    from gw2mon.finding import Finding
    from gw2mon.verifying.answers import Family as Announced
    from gw2mon.verifying.answers import Target

_TYPES = ("counter", "gauge", "histogram", "summary", "info")
_PARTS = ("le", "quantile")
_SUFFIXES = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("", "_sum", "_count"),
    "info": ("",),
    "counter": ("",),
    "gauge": ("",),
}
_TARGET = ("__name__", "job", "instance")


class Served(NamedTuple):
    """What a Prometheus knows; nothing of it is asked for twice."""

    address: str
    names: frozenset[str]
    """The names of all series that it has stored."""
    announced: Mapping[str, Announced]
    """What targets say of their families, also of those that have no series yet."""
    labels: Mapping[str, tuple[str, ...]]
    """Series to the labels that it has, of those that were asked for."""
    bounds: Mapping[str, tuple[str, ...]]
    """Series of buckets to the values of `le`."""
    targets: tuple[Target, ...]
    python: frozenset[str]
    """Jobs of which all targets are Python: those announce every metric from the start."""
    findings: tuple[Finding, ...] = ()
    """Why it could not be asked, or not all."""


def exposed_by(exposition: Exposition) -> Iterator[Metric]:
    """The metrics of an exposition, as far as it tells their types."""
    for family in exposition.families:
        if family.type in _TYPES:
            yield _of_family(family)


def untyped_in(exposition: Exposition) -> Iterator[str]:
    """The names of those of which it does not: nothing can be said about them."""
    return (family.name for family in exposition.families if family.type not in _TYPES)


def has_moved(exposition: Exposition) -> Iterator[str]:
    """The names of metrics of which a sample shows that something has moved them: with labels, or other than 0."""
    for family in exposition.families:
        if any(sample.value != 0 or sample.labels.keys() - {*_PARTS} for sample in family.samples):
            yield family.name


def _of_family(family: Family) -> Metric:
    """A metric as its samples show it. There may be more values; without samples nothing tells its labels."""
    values: dict[str, dict[str, None]] = {}
    for sample in family.samples:
        for name, value in sample.labels.items():
            values.setdefault(name, {})[value] = None
    bounds, quantiles = (_numbers(values.pop(part, ())) for part in _PARTS)
    labels = tuple(Label(name, LabelValues(tuple(found), closed=False)) for name, found in values.items())
    return Metric(
        family.name, family.type, family.help, labels, unit_of(family.name) or family.unit,  # type: ignore[arg-type]
        buckets=bounds, quantiles=quantiles, appears="first-use",
        partial=not family.samples or family.type == "info" or (family.type == "histogram" and not bounds),
    )  # fmt: skip


def _numbers(texts: Iterable[str]) -> tuple[Decimal, ...]:
    found: set[Decimal] = set()
    for text in texts:
        try:
            found.add(Decimal(text))
        except ArithmeticError:
            continue
    return tuple(sorted(number for number in found if number.is_finite()))


def stored_by(served: Served) -> Iterator[Metric]:
    """The metrics that a Prometheus knows by their types, whether or not they have a series yet."""
    for told, family in served.announced.items():
        name, kind = _as_stored(told, family.type, served.names)
        if kind not in _TYPES:
            continue
        series = [f"{name}{suffix}" for suffix in _SUFFIXES[kind]]
        asked = [served.labels[one] for one in series if one in served.labels]
        labels = tuple(
            Label(label, LabelValues((), closed=False))
            for label in dict.fromkeys(label for found in asked for label in found)
            if label not in (*_TARGET, *_PARTS)
        )
        bounds = _numbers(served.bounds.get(f"{name}_bucket", ()))
        has_quantiles = kind == "summary" and name in served.names
        yield Metric(
            name, kind, family.help, labels, unit_of(name) or family.unit,  # type: ignore[arg-type]
            buckets=bounds, quantiles=_SOME if has_quantiles else (), appears="first-use",
            partial=not asked or has_quantiles or kind == "info" or (kind == "histogram" and not bounds),
        )  # fmt: skip


_SOME = (Decimal("0.5"),)
"""Stands for the quantiles of a summary, of which only that there are some is known."""


def _as_stored(name: str, kind: str, names: Collection[str]) -> tuple[str, str]:
    """OpenMetrics announces a counter without `_total`, and an info without `_info`."""
    suffix = {"counter": "_total", "info": "_info"}.get(kind, "")
    if suffix and not name.endswith(suffix) and name not in names:
        return name + suffix, kind
    return name, kind


def of_no_type(served: Served) -> frozenset[str]:
    """The names of stored series of which no target tells the type, as of records and of what is no longer scraped."""
    known = {
        f"{name}{suffix}"
        for told, family in served.announced.items()
        for name, kind in [_as_stored(told, family.type, served.names)]
        for suffix in _SUFFIXES.get(kind, ())
    }
    return served.names - known
