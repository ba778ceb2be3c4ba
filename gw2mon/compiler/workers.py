"""What several workers expose together: not quite what one process does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Job, Metric

_PROCESS = ("process", "python")
"""Catalogues of what prometheus_client tells of its own process, and of that alone."""
_OF_ONE = "python_gc_"
"""Garbage collection has no numbers that would mean anything for several processes."""


def exposed(scope: Scope, metrics: tuple[Metric, ...], jobs: Iterable[Job]) -> tuple[Metric, ...]:
    """The declared metrics less those that several workers do not expose.

    The generated module adds up what processes say of themselves; without it nothing of that is exposed.
    """
    if scope.spec.runtime.workers == "single":
        return metrics
    _check_modes(scope, metrics)
    adds_up = names.is_wanted(names.python_path(scope.spec.service, "workers"), scope.spec.outputs)
    theirs = _groups_beside(metrics, jobs)
    ours = {metric.group: metric for metric in metrics if metric.catalog in _PROCESS and metric.group in theirs}
    if not adds_up:
        for group in ours:
            _report_hidden(scope, group)
    return tuple(
        metric
        for metric in metrics
        if metric.group not in ours or (adds_up and not metric.name.startswith(_OF_ONE))
    )  # fmt: skip


def _groups_beside(metrics: tuple[Metric, ...], jobs: Iterable[Job]) -> set[str]:
    """Groups that a job exposes together with what the application counts itself."""
    own = {metric.group for metric in metrics if metric.catalog in ("", "fastapi")}
    return {group for job in jobs if own & set(job.exposes) for group in job.exposes}


def _check_modes(scope: Scope, metrics: Iterable[Metric]) -> None:
    for metric in metrics:
        if metric.object and metric.type == "gauge" and not metric.multiprocess:
            scope.error(
                "GW228",
                f"nothing says what the values of {metric.name} in several workers are together",
                ("metrics", metric.group, metric.name),
                "add multiprocess: livesum where they add up, else max, min or mostrecent",
            )


def _report_hidden(scope: Scope, group: str) -> None:
    scope.error(
        "GW229",
        f"several workers expose nothing of group {group}",
        ("metrics", group),
        "let gw2mon generate workers.py, which adds up what each process says of itself, or drop the group",
    )
