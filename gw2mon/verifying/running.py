"""The scrape jobs of the specs beside the targets that Prometheus has: missing, down, at another pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.verifying.loaded import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.model import Job, Stack
    from gw2mon.verifying.answers import Target


def target_differences(jobs: Sequence[Job], stack: Stack, targets: Sequence[Target]) -> Iterator[Finding]:
    """What of some jobs is not scraped as their specs say."""
    for job in jobs:
        found = [target for target in targets if target.job == job.name]
        if not found:
            message = f"job {job.name} has no target"
            advice = "copy generated/prometheus/prometheus.yml there and reload Prometheus"
            if job.discovery:
                advice += "; what is discovered may be gone, too"
            yield Finding("GW656", "error", message, job.origin or stack.origin, advice)
            continue
        yield from _missing(job, stack, found)
        yield from _down(job, stack, found)
        yield from _paced(job, stack, found)


def silent_jobs(jobs: Sequence[Job], targets: Sequence[Target]) -> frozenset[str]:
    """The jobs without any target that is up: that their series are missing is no news."""
    speaking = {target.job for target in targets if target.health == "up"}
    return frozenset(job.name for job in jobs if job.name not in speaking)


def _missing(job: Job, stack: Stack, found: Sequence[Target]) -> Iterator[Finding]:
    there = {target.address for target in found}
    for address in job.targets:
        if address not in there:
            message = f"target {address} of job {job.name} is not scraped"
            advice = "copy generated/prometheus/prometheus.yml there and reload Prometheus"
            yield Finding("GW656", "error", message, job.origin or stack.origin, advice)


def _down(job: Job, stack: Stack, found: Sequence[Target]) -> Iterator[Finding]:
    for target in found:
        if target.health == "down":
            message = f"target {target.address} of job {job.name} is down: {one_line(target.error)}"
            advice = "nothing that rests on it is watched until it answers"
            yield Finding("GW657", "error", message, job.origin or stack.origin, advice)
        elif target.health != "up":
            message = f"target {target.address} of job {job.name} was not scraped yet"
            yield Finding("GW657", "warning", message, job.origin or stack.origin, "ask again in a minute")


def _paced(job: Job, stack: Stack, found: Sequence[Target]) -> Iterator[Finding]:
    """Windows of rules were chosen for the pace of the specs."""
    wanted = job.interval if job.interval is not None else stack.interval
    paces = {target.interval for target in found if target.interval and _milliseconds(target.interval) != wanted}
    for pace in sorted(paces):
        message = f"job {job.name} is scraped every {pace}, not every {q.format_duration(wanted)}"
        advice = "copy generated/prometheus/prometheus.yml there and reload Prometheus"
        yield Finding("GW659", "error", message, job.origin or stack.origin, advice)


def _milliseconds(text: str) -> int | None:
    try:
        return q.parse_duration(text)
    except q.PromQLError:
        return None
