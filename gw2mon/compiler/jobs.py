"""Scrape jobs, with the labels that their targets carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.compiler.metrics import label_values
from gw2mon.model import Job, Label, LabelValues, Probe

if TYPE_CHECKING:
    from gw2mon.compiler.scope import Scope
    from gw2mon.spec.scrape import Job as JobSpec
    from gw2mon.spec.values import Quantity


def jobs_of(scope: Scope) -> tuple[Job, ...]:
    """The scrape jobs of a spec, in its order."""
    return tuple(_job(scope, name, entry) for name, entry in scope.spec.scrape.items())


def self_monitoring(interval_jobs: tuple[str, ...], alertmanagers: tuple[str, ...]) -> tuple[Job, ...]:
    """Jobs by which a stack watches itself, less those that a spec already has."""
    own = (
        _plain_job("prometheus", ("localhost:9090",), ("prometheus",)),
        _plain_job("alertmanager", alertmanagers, ("alertmanager",)),
    )
    return tuple(job for job in own if job.name not in interval_jobs and job.targets)


def _job(scope: Scope, name: str, entry: JobSpec) -> Job:
    path = ("scrape", name)
    for index, group in enumerate(entry.exposes):
        if group not in scope.spec.metrics:
            scope.unknown("group of metrics", group, scope.spec.metrics, (*path, "exposes", index))
    _check_timeout(scope, entry, path)
    fixed = [Label(label, LabelValues((value,))) for label, value in entry.labels.items()]
    added = [
        Label(label, label_values(scope, values, (*path, "platform-labels", label)))
        for label, values in entry.platform_labels.items()
    ]
    return Job(
        name,
        entry.targets,
        entry.discovery,
        entry.relabel,
        entry.metric_relabel,
        entry.path,
        entry.scheme,
        interval=_milliseconds(entry.interval),
        timeout=_milliseconds(entry.timeout),
        params=tuple(entry.params.items()),
        authorization=(entry.authorization.type, entry.authorization.credentials_file) if entry.authorization else None,
        honor_labels=entry.honor_labels,
        probe=Probe(entry.probe.module, entry.probe.through) if entry.probe else None,
        labels=(*fixed, *added),
        exposes=tuple(group for group in entry.exposes if group in scope.spec.metrics),
        fixed=tuple(entry.labels.items()),
        origin=scope.at(*path),
    )


def _check_timeout(scope: Scope, entry: JobSpec, path: tuple[str | int, ...]) -> None:
    if entry.interval and entry.timeout and entry.timeout.value > entry.interval.value:
        scope.error(
            "GW226",
            f"timeout {entry.timeout.text} is longer than interval {entry.interval.text}",
            (*path, "timeout"),
            "Prometheus refuses this; shorten the timeout",
        )


def _milliseconds(duration: Quantity | None) -> int | None:
    return duration.milliseconds if duration is not None else None


def _plain_job(name: str, targets: tuple[str, ...], exposes: tuple[str, ...]) -> Job:
    return Job(
        name,
        targets,
        {},
        (),
        (),
        "/metrics",
        "http",
        None,
        None,
        (),
        None,
        honor_labels=False,
        probe=None,
        labels=(),
        exposes=exposes,
    )
