"""What is known of the metrics that there are, from where, and how closed that makes the world.

In a closed world an unknown metric is a mistake. The world of an audit is closed only where every target of a
prometheus.yml is accounted for: by a catalogue, by the source of the application, by what it exposes, by a spec, or by
a Prometheus that scrapes it. Elsewhere an unknown metric may come from a target that nobody has shown, and findings
about it are no more than warnings. Of programs that everybody knows and nobody has a catalogue of, at least the
beginnings of the names are known: these are not judged, and make nothing else uncertain.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs
from gw2mon import promql as q
from gw2mon.auditing.accounting import reasons
from gw2mon.auditing.observed import exposed_by, has_moved, of_no_type, stored_by, untyped_in
from gw2mon.auditing.programs import beginnings, recognised, unlike_programs
from gw2mon.auditing.together import in_dispute, merged
from gw2mon.model import AlertingRule, Job, Label, LabelValues, RecordingRule, Stack
from gw2mon.world import World, series_of, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gw2mon.auditing.accounting import Reason
    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.observed import Served
    from gw2mon.auditing.programs import Recognised
    from gw2mon.exposition import Exposition
    from gw2mon.finding import Finding
    from gw2mon.model import Metric, Model
    from gw2mon.verifying.answers import Target
    from gw2mon.world import Series

    Ask = Callable[[frozenset[str]], Served]

_APPLICATION = "application"
"""The group of all metrics of applications."""
_SEEN = "seen"
"""The group of metrics that somebody has shown without a word about the job: they may come from any."""
_OF_PYTHON = ("process", "python")
_OF_ANYTHING = ("process", "python", "go")
_SECOND = 1000
_ANYWHERE: tuple[Mapping[str, object], ...] = ({"action": "labelmap", "regex": "(.+)"},)
"""Relabelling after which a series may carry any labels: how targets are seen that nobody has shown."""
_LABELLING = frozenset({"file_sd_configs", "http_sd_configs"})
"""Discovery that gives targets whatever labels somebody has written, and not only some for relabelling."""
_CLOSE = 0.8
"""How much a slip in a name still is like it."""
_NODE_EXPORTER = re.compile(r"node[-_]exporter")
_UNKNOWN: Mapping[str, object] = {"unknown": []}
"""Discovery, of which it does not matter by what."""
_FOREVER = 2**53
_CREATED = r".+_created$"
"""What clients show beside counters, histograms and summaries: when they were made."""
_RECORDED = r"[^:]*:"
"""How names look that rules record."""


class Knowledge(NamedTuple):
    """The world of an audit, and what to tell of it."""

    world: World
    stack: Stack
    sources: tuple[str, ...]
    """Where it comes from, in words: 12 metrics in Python source, the catalogue node."""
    unaccounted: tuple[str, ...]
    """Why there may be metrics that nobody knows, in words: job worker scrapes nobody knows what. With one reason the
    world is open."""
    findings: tuple[Finding, ...] = ()
    """Why a Prometheus could not be asked, or not all."""

    @property
    def in_words(self) -> str:
        """All of it in a sentence."""
        from_where = ", ".join(self.sources) or "no metrics"
        if not self.unaccounted:
            return f"known: {from_where}; every target is accounted for: an unknown metric does not exist"
        return f"known: {from_where}; {'; '.join(self.unaccounted)}: findings about unknown metrics are warnings"


class _Witnesses(NamedTuple):
    """What is said of metrics, by whom."""

    declared: tuple[Metric, ...]
    """By a spec, each in a group that its jobs expose."""
    own: tuple[Metric, ...]
    """By Python source."""
    seen: tuple[Metric, ...]
    """By targets."""
    stored: tuple[Metric, ...]
    """By a Prometheus."""
    served: Served | None


def knowledge(
    estate: Estate, expositions: Sequence[Exposition] = (), prometheus: Ask | None = None, retention: int | None = None
) -> Knowledge:
    """Assemble what is known.

    `expositions` are what targets answer, `prometheus` tells what a server knows when it is given the names of series
    of which somebody wants to know the labels, `retention` is milliseconds for which samples are kept, or None.
    """
    asked = _asked_for(estate)
    told = _witnesses(estate, expositions, prometheus, asked)
    scraped = _scraped(estate, told.served)
    programs = {job.name: recognised(job) for job in scraped}
    by_spec = _exposed_by_spec(estate.specs)
    why = tuple(dict.fromkeys(reasons(estate, scraped, programs, expositions, told.served, by_spec.keys(), asked)))
    is_python = any(metric.name == "python_info" for metric in told.seen) or bool(told.own)
    jobs = [_exposing(job, programs[job.name], by_spec.get(job.name), why, is_python=is_python) for job in scraped]
    if any(not reason.job for reason in why):
        jobs.append(_elsewhere())
    groups = [name for name in dict.fromkeys(name for job in jobs for name in job.exposes) if name in catalogs.CATALOGS]
    shipped = [metric for name in groups for metric in catalogs.instantiate(name, name, {})]
    written = catalogs.instantiate("scrape", "", {})
    several = told.served is not None and sum(found is None for found in programs.values()) > 1
    # Applications that a Prometheus scrapes beside ours may have other labels on metrics of the same name.
    own = tuple(metric._replace(partial=True) for metric in told.own) if several else told.own
    applications = (*own, *told.seen, *told.stored)
    moved = frozenset(name for shown in expositions for name in has_moved(shown))
    found = world("", _once((*told.declared, *merged(applications, moved), *shipped, *written)), jobs)
    nameless = {*in_dispute(applications), *(name for shown in expositions for name in untyped_in(shown))}
    nameless |= of_no_type(told.served) if told.served else set()
    return Knowledge(
        _with_rules(found, estate)._replace(
            unsure=_unsure(estate, why, programs, asked, found.series), foreign=_foreign(nameless, programs)
        ),
        _stack(estate, _FOREVER if retention is None else retention),
        tuple(_sources(told, groups)),
        tuple(dict.fromkeys(reason.text for reason in why)),
        told.served.findings if told.served else (),
    )


# --- who says what ----------------------------------------------------------------------------------------------------


def _witnesses(
    estate: Estate, expositions: Sequence[Exposition], prometheus: Ask | None, asked: frozenset[str]
) -> _Witnesses:
    declared = tuple(_declared(estate.specs))
    own = tuple(_grouped(estate.source.metrics, _APPLICATION))
    seen = tuple(_grouped((metric for shown in expositions for metric in exposed_by(shown)), _SEEN))
    known = frozenset(item.name for metric in (*declared, *own, *seen) for item in series_of(metric))
    served = prometheus(asked - known) if prometheus else None
    return _Witnesses(declared, own, seen, tuple(_grouped(stored_by(served), _SEEN)) if served else (), served)


def _grouped(metrics: Iterable[Metric], group: str) -> Iterator[Metric]:
    return (metric._replace(group=group) for metric in metrics)


def _asked_for(estate: Estate) -> frozenset[str]:
    """The names of all series that rules and panels read."""
    rules = (rule.expr for item in estate.rules for group in item.groups for rule in group.rules)
    panels = (query.expr for board in estate.boards for query in board.queries)
    return frozenset(node.name for expr in (*rules, *panels) for node in q.selectors(expr) if node.name)


def _declared(model: Model | None) -> Iterator[Metric]:
    """The metrics of specs. Groups of two specs may have one name: each gets that of its service before it."""
    for service in model.services if model else ():
        counted = (service.python.counts_unknown_values,) if service.python.counts_unknown_values else ()
        for metric in (*service.metrics, *counted):
            yield metric._replace(group=_group(service.name, metric.group))
    for metric in model.stack.metrics if model else ():
        yield metric._replace(group=_group("", metric.group))


def _group(service: str, group: str) -> str:
    return f"{service}/{group}" if group else ""


def _exposed_by_spec(model: Model | None) -> dict[str, Job]:
    """Jobs of specs by name, with the groups of metrics that they expose."""
    if model is None:
        return {}
    found = {job.name: _of_spec(job, "") for job in model.stack.jobs}
    return found | {job.name: _of_spec(job, service.name) for service in model.services for job in service.jobs}


def _of_spec(job: Job, service: str) -> Job:
    return job._replace(exposes=tuple(_group(service, group) for group in job.exposes))


# --- what is scraped --------------------------------------------------------------------------------------------------


def _scraped(estate: Estate, served: Served | None) -> list[Job]:
    """The jobs of every prometheus.yml; without one those of specs, or those that a Prometheus has."""
    jobs = [job for item in estate.scraping for job in item.jobs]
    if not jobs:
        jobs = list(_exposed_by_spec(estate.specs).values())
    if not jobs and served:
        by_job: dict[str, list[Target]] = {}
        for target in served.targets:
            by_job.setdefault(target.job, []).append(target)
        jobs = [_as_scraped(name, found) for name, found in by_job.items()]
    return jobs


def _as_scraped(name: str, targets: Sequence[Target]) -> Job:
    """A job as a Prometheus has it: its targets and their labels are those of the moment, and others may come."""
    values: dict[str, dict[str, None]] = {}
    for target in targets:
        for label, value in target.labels:
            values.setdefault(label, {})[value] = None
    values.pop("instance", None)
    labels = tuple(Label(label, LabelValues(tuple(found), closed=label == "job")) for label, found in values.items())
    return _job(name, tuple(dict.fromkeys(target.address for target in targets)))._replace(labels=labels)


def _job(name: str, targets: tuple[str, ...] = ()) -> Job:
    return Job(
        name, targets, _UNKNOWN, (), (), "/metrics", "http", None, None, (), None, False, None, (), (),  # noqa: FBT003 - a record
    )  # fmt: skip


def _elsewhere() -> Job:
    """Stands for all targets that nobody has shown."""
    everything = (_APPLICATION, _SEEN, *(name for name in catalogs.CATALOGS if name not in ("scrape", "fastapi")))
    return _job("")._replace(relabel=_ANYWHERE, exposes=everything, honor_labels=True)


def _exposing(
    job: Job, found: Recognised | None, by_spec: Job | None, why: Iterable[Reason], *, is_python: bool
) -> Job:
    """A job with the groups of metrics that it exposes, and open labels where it may expose anything."""
    is_unknown = any(reason.job == job.name for reason in why)
    if by_spec is not None:
        return job._replace(exposes=(*by_spec.exposes, _SEEN), labels=_labels(job, by_spec))
    exposes = (*(found.program.catalogs if found else ()), _SEEN)
    if found is None or is_unknown or found.certainty == "likely":
        exposes = (*exposes, _APPLICATION, *(_OF_ANYTHING if is_unknown else _OF_PYTHON if is_python else ()))
    if not _LABELLING.isdisjoint(job.discovery):
        named = () if any(label.name == "job" for label in job.labels) else (_name_of(job),)
        return job._replace(exposes=exposes, relabel=(*_ANYWHERE, *job.relabel), labels=(*job.labels, *named))
    if not is_unknown or job.relabel or job.discovery:
        return job._replace(exposes=exposes)
    return job._replace(exposes=exposes, relabel=_ANYWHERE, labels=(*job.labels, _name_of(job)))


def _name_of(job: Job) -> Label:
    return Label("job", LabelValues((job.name,)))


def _labels(job: Job, by_spec: Job) -> tuple[Label, ...]:
    written = {label.name for label in job.labels}
    return (*job.labels, *(label for label in by_spec.labels if label.name not in written))


# --- how closed the world is ------------------------------------------------------------------------------------------


def _unsure(
    estate: Estate, why: Sequence[Reason], programs: Mapping[str, Recognised | None],
    asked: Iterable[str], known: Mapping[str, Series],
) -> str:  # fmt: skip
    """A pattern of names that may exist: all in an open world, else those that our catalogues may lack.

    Exporters have collectors that are off by default, and versions that no catalogue was made from. What scripts write
    for a node exporter is called like nothing else, or else every slip in a name would be taken for it.
    """
    if why:
        return ".*"
    listed = [found.program for found in programs.values() if found and found.program.catalogs]
    written = _exactly(_written(asked, known)) if _may_read_files(estate, programs) else ""
    parts = (beginnings(listed), "" if _has_all_rules(estate) else _RECORDED, written)
    return "|".join(filter(None, parts))


def _may_read_files(estate: Estate, programs: Mapping[str, Recognised | None]) -> bool:
    """Whether there are node exporters of which nobody has shown that they are told of no folder of text files."""
    is_there = any(found is not None and "node" in found.program.catalogs for found in programs.values())
    return is_there and not any(_NODE_EXPORTER.search(str(compose.node.value)) for compose in estate.composes)


def _written(asked: Iterable[str], known: Mapping[str, Series]) -> Iterator[str]:
    """The names that scripts may write to files: like those of nothing else that is known, and no slip in one."""
    own = [name for name, series in known.items() if series.metric.catalog == ""]
    unlike = re.compile(unlike_programs({name.partition("_")[0] for name in known}))
    for name in asked:
        if name not in known and ":" not in name and unlike.match(name) and not get_close_matches(name, own, 1, _CLOSE):
            yield name


def _has_all_rules(estate: Estate) -> bool:
    """Whether there is a rule file for each pattern by which a prometheus.yml loads some."""
    patterns = [pattern for item in estate.scraping for pattern, _ in item.rule_files]
    return all(any(_fits(pattern, file.path) for file in estate.rules) for pattern in patterns)


def _fits(pattern: str, path: str) -> bool:
    name = re.escape(pattern.rpartition("/")[2]).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(name, path.rpartition("/")[2]) is not None


def _foreign(names: Iterable[str], programs: Mapping[str, Recognised | None]) -> str:
    """A pattern of names that nobody can judge: of programs without a catalogue, and of what has no type."""
    unlisted = [found.program for found in programs.values() if found and not found.program.catalogs]
    return "|".join(filter(None, (_CREATED, beginnings(unlisted), _exactly(names))))


def _exactly(names: Iterable[str]) -> str:
    return "|".join(f"{re.escape(name)}$" for name in sorted(names))


def _with_rules(found: World, estate: Estate) -> World:
    model = estate.specs
    loaded = [group for item in estate.rules for group in item.groups]
    if model:
        loaded += [group for service in model.services for group in (*service.groups, *service.slo_groups)]
        loaded += model.stack.groups
    rules = [rule for group in loaded for rule in group.rules]
    several = model is not None and any(service.python.workers == "multi" for service in model.services)
    return found._replace(
        records=tuple(rule for rule in rules if isinstance(rule, RecordingRule)),
        alerts=tuple(dict.fromkeys(rule.alert for rule in rules if isinstance(rule, AlertingRule))),
        workers="multi" if several else "single",
    )


def _once(metrics: Iterable[Metric]) -> list[Metric]:
    """Of an application's metric that a catalogue has as well, both stay: it is on the targets of both."""
    found: dict[tuple[str, str], Metric] = {}
    for metric in metrics:
        found.setdefault((metric.name, metric.group), metric)
    return list(found.values())


def _sources(told: _Witnesses, catalogues: Sequence[str]) -> Iterator[str]:
    counted = (
        (len(told.own), "in Python source"),
        (len(told.seen), "that targets expose"),
        (len(told.declared), "of specs"),
        (len(told.stored), f"that {told.served.address if told.served else ''} knows"),
    )
    yield from (f"{number} metric{'' if number == 1 else 's'} {where}" for number, where in counted if number)
    if catalogues:
        yield f"the catalogue{'' if len(catalogues) == 1 else 's'} {', '.join(catalogues)}"


def _stack(estate: Estate, retention: int) -> Stack:
    if estate.specs and not estate.scraping:
        return estate.specs.stack._replace(retention=retention)
    pace = estate.scraping[0] if estate.scraping else None
    interval = pace.interval if pace else 15 * _SECOND
    return Stack(
        interval, min(10 * _SECOND, interval), pace.evaluation if pace else interval,
        pace.external_labels if pace else (), pace.alertmanagers if pace else (),
        (0, 99), (2, 42), (), (), (), None, "", "", retention=retention,
    )  # fmt: skip


def program_of(job: Job) -> str:
    """The program of which a job scrapes the targets, as its catalogue is called; "" for any other."""
    found = recognised(job)
    return found.program.catalogs[0] if found and found.program.catalogs and found.certainty == "sure" else ""
