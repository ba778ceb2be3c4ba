"""The closed world of a service: every series that its jobs can expose, with labels, values and the jobs themselves.

Nothing else may be asked for. A name that is not here is a mistake in the spec, and the world knows what was meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import catalogs
from gw2mon.model import AlertingRule, Label, LabelValues, RecordingRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Job, Metric, Service, Stack

Role = Literal["counter", "gauge", "bucket", "sum", "count", "quantile", "info"]


class Series(NamedTuple):
    """One name that can be selected: a metric, or one of the series that a histogram or summary consists of."""

    name: str
    metric: Metric
    role: Role
    labels: tuple[Label, ...]
    """Its own labels, `le` or `quantile` included, without those of the target."""


class World(NamedTuple):
    """All series, metrics and jobs that one service may refer to."""

    service: str
    metrics: dict[str, Metric]
    series: dict[str, Series]
    jobs: dict[str, Job]
    exposed_by: dict[str, tuple[str, ...]]
    """Metric to the jobs whose targets expose it."""
    records: tuple[RecordingRule, ...] = ()
    """What the rules of the service and of the stack record."""
    alerts: tuple[str, ...] = ()
    """The alerts of the service and of the stack, which Prometheus shows as the series ALERTS."""
    workers: Literal["single", "multi"] = "single"
    """Whether several processes export the metrics of the Python module together."""
    unsure: str = ""
    """A pattern of how names begin that may exist although nobody has declared them, as where files of others are
    audited: to ask for one may be a mistake. "" matches none."""
    foreign: str = ""
    """The same of names that are not judged at all: programs expose them of which nobody knows more."""

    def jobs_of(self, metric: Metric) -> tuple[str, ...]:
        """The jobs on whose targets a metric is found; every job for what Prometheus itself writes per target."""
        return self.exposed_by.get(metric.name, ()) if metric.group else tuple(self.jobs)

    def judged(self, name: str) -> Literal["error", "warning", ""]:
        """How bad it is to ask for a name that is not among the series; "" where nobody can tell."""
        if self.foreign and re.match(self.foreign, name):
            return ""
        known = self.metrics.get(name)
        is_unsure = known.partial if known else self.unsure and re.match(self.unsure, name)
        return "warning" if is_unsure else "error"

    def target_labels(self, metric: Metric) -> tuple[Label, ...]:
        """job, instance, and what scrape configs and the platform add to the series of a metric."""
        jobs = self.jobs_of(metric)
        labels = [Label("job", LabelValues(jobs)), Label("instance", _instances([self.jobs[name] for name in jobs]))]
        extra: dict[str, Label] = {}
        for name in jobs:
            for label in self.jobs[name].labels:
                extra[label.name] = _joined(extra[label.name], label) if label.name in extra else label
        return (*labels, *extra.values())


def world_of(service: Service, stack: Stack) -> World:
    """The closed world of a service: its own metrics, the stack's, and what Prometheus writes for every target."""
    own = (*service.metrics, *catalogs.instantiate("scrape", "", {}))
    counted = (service.python.counts_unknown_values,) if service.python.counts_unknown_values else ()
    rules = [rule for group in (*service.groups, *service.slo_groups, *stack.groups) for rule in group.rules]
    exposed = world(service.name, (*own, *counted, *stack.metrics), (*service.jobs, *stack.jobs))
    return exposed._replace(
        records=tuple(rule for rule in rules if isinstance(rule, RecordingRule)),
        alerts=tuple(dict.fromkeys(rule.alert for rule in rules if isinstance(rule, AlertingRule))),
        workers=service.python.workers,
    )


def world(service: str, metrics: Iterable[Metric], jobs: Iterable[Job]) -> World:
    """Index what a service's jobs expose. The first of two metrics of one name wins."""
    jobs_by_name = {job.name: job for job in jobs}
    by_group: dict[str, tuple[str, ...]] = {}
    for job in jobs_by_name.values():
        for group in job.exposes:
            by_group[group] = (*by_group.get(group, ()), job.name)
    by_name: dict[str, Metric] = {}
    exposed: dict[str, tuple[str, ...]] = {}
    for metric in metrics:
        by_name.setdefault(metric.name, metric)
        exposed[metric.name] = tuple(dict.fromkeys((*exposed.get(metric.name, ()), *by_group.get(metric.group, ()))))
    series = {item.name: item for metric in by_name.values() for item in series_of(metric)}
    return World(service, by_name, series, jobs_by_name, exposed)


def series_of(metric: Metric) -> tuple[Series, ...]:
    """The series under which a metric can be selected; the base name of a histogram is not one of them."""
    match metric.type:
        case "histogram":
            bounds = LabelValues((*(bound_text(bound) for bound in metric.buckets), "+Inf"))
            return (
                Series(f"{metric.name}_bucket", metric, "bucket", (*metric.labels, Label("le", bounds))),
                Series(f"{metric.name}_sum", metric, "sum", metric.labels),
                Series(f"{metric.name}_count", metric, "count", metric.labels),
            )
        case "summary":
            quantiles = LabelValues(tuple(bound_text(quantile) for quantile in metric.quantiles))
            own = (Series(metric.name, metric, "quantile", (*metric.labels, Label("quantile", quantiles))),)
            return (
                *(own if metric.quantiles else ()),
                Series(f"{metric.name}_sum", metric, "sum", metric.labels),
                Series(f"{metric.name}_count", metric, "count", metric.labels),
            )
        case "counter" | "gauge" | "info":
            return (Series(metric.name, metric, metric.type, metric.labels),)


def bound_text(bound: object) -> str:
    """A bucket bound as the Python client and Prometheus 3 spell it in `le`: 0.2, 1.0, 2.5e+06."""
    number = float(str(bound))
    text = repr(number)
    if number >= 1e6:  # noqa: PLR2004 - from a million on the client writes exponents
        mantissa, _, exponent = f"{number:.15e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e+{int(exponent):02d}"
    return text


def _instances(jobs: list[Job]) -> LabelValues:
    static = all(job.targets and not job.discovery and not job.relabel for job in jobs)
    targets = tuple(dict.fromkeys(target for job in jobs for target in job.targets))
    return LabelValues(targets, closed=static)


def _joined(left: Label, right: Label) -> Label:
    values = tuple(dict.fromkeys((*left.values.values, *right.values.values)))
    return Label(left.name, LabelValues(values, None, left.values.closed and right.values.closed))
