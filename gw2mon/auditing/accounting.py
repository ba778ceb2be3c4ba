"""Why there may be metrics that nobody knows: targets of which nobody has shown what they expose, and other ways in."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs
from gw2mon.auditing.programs import receives
from gw2mon.parts import record, sequence, texts
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.observed import Served
    from gw2mon.auditing.programs import Recognised
    from gw2mon.exposition import Exposition
    from gw2mon.model import Job

_FEW = 5
"""Unknown names that may all be mistakes."""
NO_SCRAPING = "no prometheus.yml tells what is scraped"


class Reason(NamedTuple):
    """Why an unknown metric may exist."""

    text: str
    job: str = ""
    """The job that may expose it; "" where it comes another way."""


def reasons(
    estate: Estate,
    jobs: Sequence[Job],
    programs: Mapping[str, Recognised | None],
    expositions: Sequence[Exposition],
    served: Served | None,
    by_spec: Collection[str],
    asked: Collection[str],
) -> Iterator[Reason]:
    """All there are; none in a closed world.

    `by_spec` are the jobs of which a spec says what they expose, `asked` the names that rules and panels read.
    """
    if not jobs:
        yield Reason(NO_SCRAPING)
    strangers: list[Job] = []
    for job in jobs:
        program = programs[job.name]
        if program is not None and program.program.relays:
            yield Reason(f"job {job.name} passes on what others send", job.name)
        elif program is None and job.name not in by_spec:
            strangers.append(job)
    if served is None:
        yield from _not_shown(estate, strangers, expositions, asked)
    else:
        yield from _not_announced(strangers, served)
    yield from (Reason(text) for text in (*estate.source.hidden, *_other_ways(estate)))


def _not_shown(
    estate: Estate, strangers: Sequence[Job], expositions: Sequence[Exposition], asked: Collection[str]
) -> Iterator[Reason]:
    """Jobs of which neither the source nor a target has shown the metrics. What is left of either accounts for one.

    Source of which nobody reads a metric, while many others are read, is rather that of another application.
    """
    left: list[Job] = []
    unused = list(expositions)
    for job in strangers:
        shown = next((item for item in unused if _is_of(item, job, strangers)), None)
        if shown is not None:
            unused.remove(shown)
            if not _announces(shown):
                yield Reason(f"job {job.name} may show metrics only when they have happened", job.name)
        elif job.discovery:
            yield Reason(f"job {job.name} discovers its targets", job.name)
        else:
            left.append(job)
    used = [item for item in expositions if item not in unused]
    own = {metric.name for metric in estate.source.metrics}
    is_apart = _is_of_these(estate, asked) and not any(own & {family.name for family in item.families} for item in used)
    if len(left) > max(sum(map(_announces, unused)), int(is_apart)):
        yield from (Reason(f"job {job.name} scrapes nobody knows what", job.name) for job in left)


def _announces(exposition: Exposition) -> bool:
    """Whether a target names all its metrics from the start, as the Python client does, and those of Go do not."""
    return any(family.name == "python_info" for family in exposition.families)


def _is_of_these(estate: Estate, asked: Collection[str]) -> bool:
    """Whether the source that was given seems to be that of what is scraped."""
    own = {series.name for metric in estate.source.metrics for series in series_of(metric)}
    if not own or not own.isdisjoint(asked):
        return bool(own)
    shipped = {series.name for name in catalogs.CATALOGS for metric in catalogs.load(name).metrics
               for series in series_of(metric)}  # fmt: skip
    return len([name for name in asked if name not in shipped and ":" not in name]) <= _FEW


def _is_of(exposition: Exposition, job: Job, jobs: Sequence[Job]) -> bool:
    """Whether an exposition was fetched from a target of a job: by its address, or by a port that only that job has."""
    address = re.sub(r"^\w+://", "", exposition.address).partition("/")[0]
    port = address.rpartition(":")[2]
    with_port = [other for other in jobs if any(target.endswith(f":{port}") for target in other.targets)]
    return bool(address) and (address in job.targets or (with_port == [job] and ":" in address))


def _not_announced(strangers: Sequence[Job], served: Served) -> Iterator[Reason]:
    """Jobs whose metrics a Prometheus may not know yet."""
    for job in strangers:
        states = [target.health for target in served.targets if target.job == job.name]
        if not states or "up" not in states or set(states) != {"up"}:
            yield Reason(f"not all targets of job {job.name} are up", job.name)
        elif job.name not in served.python:
            yield Reason(f"job {job.name} may show metrics only when they have happened", job.name)


def _is_there(pattern: str, path: str, estate: Estate) -> bool:
    """Whether there are files with jobs that a prometheus.yml includes by a pattern: those jobs are known."""
    whole = str(PurePosixPath(path).parent / pattern)
    return any(fnmatch(other.path, whole) for other in estate.scraping if other.path != path)


def _other_ways(estate: Estate) -> Iterator[str]:
    """Ways for metrics into a Prometheus that no job tells of."""
    for scraping in estate.scraping:
        held = record(scraping.node.value)
        if not all(_is_there(pattern, scraping.path, estate) for pattern in texts(held.get("scrape_config_files"))):
            yield f"{scraping.path} includes jobs of other files"
        if sequence(held.get("remote_read")):
            yield f"{scraping.path} reads from another store"
    for compose in estate.composes:
        told = receives(compose.node.value)
        if told:
            yield f"{compose.path} {told}"
