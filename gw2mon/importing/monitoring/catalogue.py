"""All that a spec knows to exist: metrics in groups, jobs that expose them, and the World that follows."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import catalogs
from gw2mon.auditing.knowledge import program_of
from gw2mon.auditing.programs import own_beginnings, recognised
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.jobs import applications
from gw2mon.importing.monitoring.metrics import (
    Own,
    Read,
    catalogues_read,
    entry_of,
    from_reads,
    from_source,
    instrumentator,
    named_jobs,
    series_names,
)
from gw2mon.importing.monitoring.naming import free
from gw2mon.model import Job, Metric
from gw2mon.scaffold import slug_of
from gw2mon.world import world

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.importing.monitoring.jobs import Scraped
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.importing.monitoring.metrics import Seen
    from gw2mon.world import World

_OF_APPLICATIONS = frozenset({"fastapi", "process", "python", "go"})
_PORTS = {**dict.fromkeys(("node", "node-exporter"), "node-exporter:9100"), "prometheus": "localhost:9090",
          "alertmanager": "alertmanager:9093", "blackbox": "host.docker.internal:9115"}  # fmt: skip
_TIMED = {"buckets": "http_request_duration_seconds", "highr-buckets": "http_request_duration_highr_seconds"}
"""Parameters of the catalogue to the histograms whose bounds they are."""
_GROUP_NAMES = {"fastapi": "http"}
_IN_PATTERNS = frozenset("*+?[]()|\\.{}")
_CHANGE = "CHANGE: host and port, as Prometheus sees them."
_FEW = 2
"""Metrics that make a group."""
_REST = "application"
"""The group of those that are alone."""
_FIRST = ("fastapi", "process", "python")
_SHARED_BY = 2
"""Metrics from which on a first word that all have in common is a prefix."""


class Catalogue(NamedTuple):
    """What exists."""

    scrape: dict[str, dict[str, Any]]
    scrape_notes: dict[str, list[str]]
    metrics: dict[str, dict[str, Any]]
    notes: dict[tuple[str, ...], list[str]]
    """Comments by group, or by group and metric."""
    world: World
    common: str
    """What the names of all metrics of the service begin with."""
    prefix: str
    """The same of those that Python source defines."""
    modules: tuple[str, ...] | None
    """Groups that a Python module can hold; None where nothing shows that the service is written in Python."""


class _Open(NamedTuple):
    """The catalogue while it grows."""

    jobs: dict[str, Job]
    entries: dict[str, dict[str, Any]]
    notes: dict[str, list[str]]
    exposes: dict[str, list[str]]
    shipped: dict[str, tuple[str, dict[str, Any]]]
    """Group to catalogue and parameters."""

    def add_job(self, name: str, target: str) -> None:
        self.jobs[name] = Job(
            name, (target,), {}, (), (), "/metrics", "http", None, None, (), None, honor_labels=False, probe=None,
            labels=(), exposes=(),
        )  # fmt: skip
        self.entries[name] = {"targets": [target]}
        self.notes[name] = [_CHANGE]
        self.exposes[name] = []

    def expose(self, group: str, jobs: Iterable[str]) -> None:
        for job in jobs:
            if group not in self.exposes[job]:
                self.exposes[job].append(group)


def catalogue(
    estate: Estate, seen: Seen, reads: Sequence[Read], jobs: Mapping[str, Scraped], service: str, ledger: Ledger
) -> Catalogue:
    """Assemble it."""
    grown = _Open(
        {name: each.job for name, each in jobs.items()}, {name: dict(each.entry) for name, each in jobs.items()},
        {name: list(each.notes) for name, each in jobs.items()}, {name: [] for name in jobs}, {},
    )  # fmt: skip
    for name, each in jobs.items():
        for catalog in each.groups:
            grown.shipped.setdefault(_GROUP_NAMES.get(catalog, catalog), (catalog, {}))
            grown.expose(catalog, [name])
    # Without a prometheus.yml there are the jobs that somebody names.
    for name in named_jobs(reads) if not jobs else ():
        _begun(grown, name)
    own = list(from_source(estate.source.metrics, seen, reads, ledger))
    application = _application(jobs, grown, service)
    if own or estate.source.metrics or not jobs or seen.groups:
        application = application or _begun(grown, service)
    _ship_for_application(grown, estate, seen, application, has_own=any(each.how == "source" for each in own))
    new = _ship_what_is_read(grown, reads, own, application, service)
    for catalog, job in new if jobs else ():
        said = f"no target was scraped that has the metrics of {catalog}, which are read: job {job} is new"
        ledger.lose(lost.CHANGED, next(iter(jobs.values())).job.origin, said)
    there = [*(each.metric for each in own), *_shipped_metrics(grown), *catalogs.load("scrape").metrics]
    known = series_names(there) | {metric.name for metric in there}
    placed: list[tuple[Own, tuple[str, ...]]] = [(metric, (application,)) for metric in own]
    for metric, named in from_reads(reads, known, application or service, ledger):
        scraping = tuple(job for job in named if job in grown.jobs) or _of_program(metric.metric.name, jobs)
        # Of several applications nobody says whose it is: asked of one alone, an alert might never fire again.
        at = scraping or tuple(applications(jobs)) or (application or _begun(grown, service),)
        placed.append((metric, at))
    return _assembled(grown, placed, estate, service)


def _of_program(name: str, jobs: Mapping[str, Scraped]) -> tuple[str, ...]:
    """The jobs of programs that everybody knows, and whose metrics are called like this: container_… of cadvisor."""
    programs = ((job, recognised(each.job)) for job, each in jobs.items())
    return tuple(job for job, found in programs if found and re.match(own_beginnings(found.program), name))


def _application(jobs: Mapping[str, Scraped], grown: _Open, service: str) -> str:
    """The job of the application: that of its name, else the first of no known program."""
    known = applications(jobs)
    strangers = known or [name for name in grown.jobs if name not in jobs and not program_of(grown.jobs[name])]
    named = [name for name in strangers if slug_of(name) == service]
    return next(iter((*named, *strangers)), "")


def _begun(grown: _Open, service: str) -> str:
    if service not in grown.jobs:
        grown.add_job(service, _PORTS.get(service, f"{slug_of(service)}:8000"))
    return service


def _ship_for_application(grown: _Open, estate: Estate, seen: Seen, job: str, *, has_own: bool) -> None:
    """Catalogues that source or an exposition show."""
    fast = instrumentator(estate.source.metrics)
    if fast:
        grown.shipped["http"] = ("fastapi", _parameters(fast, estate.texts))
    for group, (catalog, parameters) in seen.groups.items():
        grown.shipped.setdefault(group, (catalog, {**parameters}))
        grown.expose(group, [job])
    if fast:
        grown.expose("http", [job])
    if has_own or fast:
        grown.shipped.setdefault("process", ("process", {}))
        grown.expose("process", [job])


def _parameters(found: Sequence[Metric], texts: Mapping[str, str]) -> dict[str, Any]:
    """How the instrumentator was set up, as far as that differs from what the catalogue takes for granted."""
    from gw2mon.scaffold.amounts import amounts

    default = {parameter.name: parameter.default for parameter in catalogs.parameters("fastapi")}
    metrics = {metric.name: metric for metric in found}
    parameters: dict[str, Any] = {}
    excluded = _excluded(found, texts)
    if excluded != tuple(default["exclude"]):
        parameters["exclude"] = list(excluded)
    status = next(label for label in metrics["http_requests_total"].labels if label.name == "status")
    if any(value.isdigit() for value in status.values.values):
        parameters["status"] = "exact"
    if "http_requests_in_progress" not in metrics:
        parameters["in-progress"] = False
    for key, name in _TIMED.items():
        buckets = metrics[name].buckets if name in metrics else ()
        if buckets and buckets != tuple(default[key]):
            parameters[key] = amounts(buckets, "seconds")
    return parameters


def _excluded(found: Sequence[Metric], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Paths that the instrumentator leaves out; it takes patterns, of which plain paths can be said."""
    origin = next((metric.origin for metric in found if metric.origin), None)
    text = texts.get(origin.file, "") if origin else ""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.keyword("excluded_handlers", ast.List(elts) | ast.Tuple(elts)):
                written = [item.value for item in elts if isinstance(item, ast.Constant)]
                paths = [str(item).removeprefix("^").removesuffix("$") for item in written]
                return tuple(path for path in paths if path.startswith("/") and not set(path) & _IN_PATTERNS)
    return ()


def _ship_what_is_read(
    grown: _Open, reads: Sequence[Read], own: Sequence[Own], application: str, service: str
) -> list[tuple[str, str]]:
    """Add the catalogues that are read, and tell which jobs are new for that: catalogue and job."""
    new: list[tuple[str, str]] = []
    known = series_names([*(each.metric for each in own), *_shipped_metrics(grown), *catalogs.load("scrape").metrics])
    for catalog, named in catalogues_read(reads, known):
        group = _GROUP_NAMES.get(catalog, catalog)
        at = [job for job in named if job in grown.jobs]
        if not at and catalog in _OF_APPLICATIONS:
            at = [application or _begun(grown, named[0] if named and not grown.jobs else service)]
        elif not at:
            job = named[0] if named else catalog
            if job not in grown.jobs:
                grown.add_job(job, _PORTS[catalog])
                new.append((catalog, job))
            at = [job]
        grown.shipped.setdefault(group, (catalog, {}))
        grown.expose(group, at)
    return new


def _shipped_metrics(grown: _Open) -> list[Metric]:
    return [
        metric for group, (catalog, parameters) in grown.shipped.items()
        for metric in catalogs.instantiate(catalog, group, parameters)
    ]  # fmt: skip


def _assembled(grown: _Open, placed: Sequence[tuple[Own, tuple[str, ...]]], estate: Estate, service: str) -> Catalogue:
    common = _prefix([each.metric.name for each, _ in placed])
    prefix = _prefix([each.metric.name for each, _ in placed if each.how == "source"])
    groups = _grouped(placed, common, grown)
    entries: dict[str, dict[str, Any]] = {
        group: {"catalog": catalog, **parameters}
        for group, (catalog, parameters) in sorted(grown.shipped.items(), key=lambda item: item[1][0] not in _FIRST)
    }
    notes: dict[tuple[str, ...], list[str]] = {}
    for group, members in groups.items():
        entries[group] = {each.metric.name: entry_of(each.metric, prefix) for each in members}
        _note(group, members, notes)
    jobs = {name: job._replace(exposes=tuple(grown.exposes[name])) for name, job in grown.jobs.items()}
    own = [each.metric._replace(group=group) for group, members in groups.items() for each in members]
    scrape = catalogs.instantiate("scrape", "", {})
    exists = world(service, (*own, *_shipped_metrics(grown), *scrape), jobs.values())
    exposed = {
        name: {**entry, **({"exposes": grown.exposes[name]} if grown.exposes[name] else {})}
        for name, entry in grown.entries.items()
    }
    modules = tuple(group for group, members in groups.items() if members[0].how == "source")
    is_python = bool(estate.source.metrics) or "http" in grown.shipped
    return Catalogue(exposed, grown.notes, entries, notes, exists, common, prefix, modules if is_python else None)


def _grouped(placed: Sequence[tuple[Own, tuple[str, ...]]], prefix: str, grown: _Open) -> dict[str, list[Own]]:
    """Metrics in groups by the first word of their names, those of their own word together; and who exposes them."""
    words = [each.metric.name.removeprefix(prefix).split("_")[0] for each, _ in placed]
    groups: dict[str, list[Own]] = {}
    keys: dict[tuple[str, str, tuple[str, ...]], str] = {}
    for (each, jobs), word in zip(placed, words, strict=True):
        several = words.count(word) >= _FEW
        key = (slug_of(word) if several else _REST, each.how, jobs)
        if key not in keys:
            keys[key] = free(key[0], (*grown.shipped, *groups))
            grown.expose(keys[key], jobs)
        groups.setdefault(keys[key], []).append(each)
    return dict(sorted(groups.items(), key=lambda item: item[0] == _REST))


def _note(group: str, members: Sequence[Own], notes: dict[tuple[str, ...], list[str]]) -> None:
    """Where metrics come from, said once where all of a group come from one file."""
    files = {each.metric.origin.file for each in members if each.metric.origin}
    if members[0].how == "read":
        notes[group,] = ["As far as its readers tell. CHANGE: name all values of labels, and all buckets."]
    elif members[0].how == "seen":
        notes[group,] = ["As the service exposes it."]
    elif len(files) == 1:
        lines = sorted(each.metric.origin.line for each in members if each.metric.origin)
        where = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} to {lines[-1]}"
        notes[group,] = [f"From {next(iter(files))}, {where}."]
    for each in members:
        said = [f"From {lost.spelt(each.metric.origin)}."] if len(files) > 1 else []
        doubt = "nothing in the source ever moves it" if each.metric.idle else each.metric.doubt
        if doubt:
            said.append(f"{doubt[:1].upper()}{doubt[1:]}.")
        if said:
            notes[group, each.metric.name] = said


def _prefix(names: Sequence[str]) -> str:
    """The first word of all names, where they have it in common."""
    words = {name.split("_")[0] for name in names}
    return f"{words.pop()}_" if len(names) >= _SHARED_BY and len(words) == 1 else ""
