"""The metrics and jobs that imported queries read, as far as the queries tell what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs
from gw2mon import promql as q
from gw2mon.importing.promise import Counted, Timed
from gw2mon.importing.shapes import bound_of, bounds_in, is_label, is_metric, jobs_of
from gw2mon.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from gw2mon.documents import Report
    from gw2mon.importing.promise import Indicated, Promise
    from gw2mon.promql import Expr, Matcher, VectorSelector

_PARTS = ("_bucket", "_sum", "_count")
_GROWING = frozenset({"rate", "increase", "irate", "resets"})
_PER_TARGET = "scrape"


class Declared(NamedTuple):
    """A metric as the spec will declare it."""

    name: str
    type: str
    labels: dict[str, tuple[str, ...]]
    """Labels with the values that queries name."""
    buckets: tuple[Decimal, ...]
    jobs: tuple[str, ...]


class Use(NamedTuple):
    """One selector, and the function around it."""

    selector: VectorSelector
    function: str
    by: tuple[str, ...] = ()
    """Labels by which an SLO is kept apart."""

    @property
    def name(self) -> str:
        """The metric that is selected; "" where that cannot be told."""
        return q.metric_name(self.selector) or ""


def declare(promises: Sequence[Promise], service: str, report: Report) -> tuple[Declared, ...]:
    """The metrics that can be declared, by name; the others are reported, once each.

    A metric of which no query names the job is exposed by a job with the name of the service.
    """
    families: dict[str, list[Use]] = {}
    told = {metric.name for metric in catalogs.load(_PER_TARGET).metrics}
    for promise in promises:
        for use in _uses_of(promise.indicated):
            family = family_of(use)
            if family:
                families.setdefault(family, []).append(use)
            elif use.name not in told:
                told.add(use.name)
                shown = use.name or "a metric without name"
                advice = "its queries are carried over as they are; what they select is not checked"
                report.warn("GW808", promise.node, f"{shown} cannot be declared by its name", advice)
    return tuple(declared(name, uses, service) for name, uses in sorted(families.items()) if name not in told)


def _uses_of(indicated: Indicated) -> Iterator[Use]:
    by = indicated.indicator.by if isinstance(indicated.indicator, (Counted, Timed)) else ()
    for expr in indicated.reads:
        yield from (use._replace(by=by) for use in uses_in(expr))


def uses_in(expr: Expr, function: str = "") -> Iterator[Use]:
    """Every selector of an expression, with the function around it."""
    match expr:
        case q.VectorSelector():
            yield Use(expr, function)
        case q.MatrixSelector(selector):
            yield Use(selector, function)
        case _:
            inside = expr.function if isinstance(expr, q.Call) else ""
            for child in q.children(expr):
                yield from uses_in(child, inside)


def family_of(use: Use) -> str:
    """The metric that a series belongs to; "" where no spec can declare it."""
    name = use.name
    for part in _PARTS:
        if name.endswith(part):
            family = name.removesuffix(part)
            return family if is_metric(family, "histogram") else ""
    if name.endswith("_total"):
        return name if is_metric(name, "counter") else ""
    return name if is_metric(name, "gauge") and use.function not in _GROWING else ""


def declared(name: str, uses: Sequence[Use], service: str) -> Declared:
    """A metric as far as those who read it tell; exposed by a job of the name of the service where they name none."""
    matchers = [matcher for use in uses for matcher in use.selector.matchers]
    labels: dict[str, dict[str, None]] = {}
    for matcher in matchers:
        if is_label(matcher.name):
            labels.setdefault(matcher.name, {}).update(dict.fromkeys(_values(matcher)))
    for label in (label for use in uses for label in use.by):
        labels.setdefault(label, {})
    bounds = {bound for matcher in matchers if matcher.name == "le" for bound in map(bound_of, bounds_in(matcher))}
    buckets = tuple(sorted(bound for bound in bounds if bound is not None))
    jobs = sorted({job for use in uses for job in jobs_of(use.selector.matchers) or ()}) or [service]
    return Declared(
        name, _type(name, uses, buckets), {key: tuple(sorted(values)) for key, values in sorted(labels.items())},
        buckets, tuple(jobs),
    )  # fmt: skip


def _type(name: str, uses: Sequence[Use], buckets: tuple[Decimal, ...]) -> str:
    if name.endswith("_total"):
        return "counter"
    if any(use.name != name for use in uses):
        # A count alone may be that of a summary; without bounds there is no saying which buckets a histogram has.
        return "histogram" if buckets or unit_of(name) == "seconds" else "summary"
    return "gauge"


def _values(matcher: Matcher) -> tuple[str, ...]:
    """The values that a condition names, as far as they stand there one by one."""
    values = (matcher.value,) if matcher.op in ("=", "!=") else q.literal_alternatives(matcher.value) or ()
    return tuple(value for value in values if value)
