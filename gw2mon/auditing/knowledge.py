"""What is known of the metrics that there are, from where, and how closed that makes the world.

In a closed world an unknown metric is a mistake. The world of an audit is closed only where every target of a
prometheus.yml is accounted for: by a catalogue, by the source of the application, or by what it exposes. Elsewhere an
unknown metric may come from a target that nobody has shown, and findings about it are no more than warnings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs
from gw2mon.model import AlertingRule, Job, Label, LabelValues, Metric, RecordingRule, Stack
from gw2mon.world import World, world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from gw2mon.auditing.estate import Estate
    from gw2mon.exposition import Exposition, Family

_APPLICATION = "application"
"""The group of all metrics of applications."""
_OF_PROGRAMS = {
    "node": ("node",),
    "prometheus": ("prometheus", "go", "process"),
    "alertmanager": ("alertmanager", "go", "process"),
    "blackbox": ("blackbox",),
}
"""Program to the catalogues of what it exposes."""
_PORTS = {"9100": "node", "9090": "prometheus", "9093": "alertmanager", "9115": "blackbox"}
_OF_PYTHON = ("process", "python")
_SECOND = 1000
_ANYWHERE: tuple[dict[str, object], ...] = ({"action": "labelmap", "regex": "(.+)"},)
"""Relabelling after which a series may carry any labels: how targets are seen that nobody has shown."""
_FOREVER = 2**53
_TYPES = ("counter", "gauge", "histogram", "summary", "info")


class Knowledge(NamedTuple):
    """The world of an audit, and what to tell of it."""

    world: World
    stack: Stack
    sources: tuple[str, ...]
    """Where it comes from, in words: 12 metrics in Python source, the catalogue node."""
    unaccounted: tuple[str, ...]
    """Jobs of which nobody knows what they expose; with one of them the world is open."""


def knowledge(
    estate: Estate, expositions: Sequence[Exposition] = (), declared: Iterable[Metric] = (), retention: int = _FOREVER
) -> Knowledge:
    """Assemble what is known.

    `expositions` are what targets answer, `declared` the metrics of a spec, `retention` milliseconds for which samples
    are kept.
    """
    own = [
        use.metric._replace(group=_APPLICATION, idle=not use.moved and use.certain) for use in estate.source.uses
    ]  # fmt: skip
    seen = [metric for exposition in expositions for metric in map(_observed, exposition.families) if metric]
    given = (*own, *seen, *(metric._replace(group=_APPLICATION) for metric in declared))
    scraped = [job for item in estate.scraping for job in item.jobs]
    programs = {job.name: program_of(job) for job in scraped}
    is_python = bool(own) or any(metric.name == "python_info" for metric in seen)
    jobs = [
        job._replace(exposes=_exposed(job, programs[job.name], python=is_python)) for job in scraped
    ] or [_elsewhere()]  # fmt: skip
    unaccounted = tuple(_unaccounted(scraped, programs, known=bool(given))) if scraped else ("all",)
    groups = dict.fromkeys(group for job in jobs for group in job.exposes if group in catalogs.CATALOGS)
    shipped = [metric for group in groups for metric in catalogs.instantiate(group, group, {})]
    written = catalogs.instantiate("scrape", "", {})
    rules = [rule for item in estate.rules for group in item.groups for rule in group.rules]
    found = world("", _once((*given, *shipped, *written)), jobs)._replace(
        records=tuple(rule for rule in rules if isinstance(rule, RecordingRule)),
        alerts=tuple(dict.fromkeys(rule.alert for rule in rules if isinstance(rule, AlertingRule))),
        is_open=bool(unaccounted),
    )
    told = tuple(_told(len(own), len(seen), tuple(groups)))
    return Knowledge(found, _stack(estate, retention), told, unaccounted)


def program_of(job: Job) -> str:
    """The program of which a job scrapes the targets, told by its port and its name; "" for an application."""
    if job.probe is not None:
        return "blackbox"
    found = {_program_at(target) for target in job.targets}
    if len(found) == 1 and "" not in found:
        return found.pop()
    words = set(re.split(r"[^a-z]+", job.name.lower()))
    named = [program for program in _OF_PROGRAMS if program in words]
    return named[0] if len(named) == 1 and (not job.targets or words <= {*named, "exporter"}) else ""


def _program_at(target: str) -> str:
    host, _, port = target.rpartition(":")
    return _PORTS.get(port, "") or next((name for name in _OF_PROGRAMS if host == name), "")


def _exposed(job: Job, program: str, *, python: bool) -> tuple[str, ...]:
    if program:
        return _OF_PROGRAMS[program]
    if job.discovery:
        return tuple(_everything())
    return (_APPLICATION, *(_OF_PYTHON if python else ()))


def _everything() -> Iterator[str]:
    yield from dict.fromkeys((_APPLICATION, *(name for names in _OF_PROGRAMS.values() for name in names), *_OF_PYTHON))


def _unaccounted(jobs: Iterable[Job], programs: dict[str, str], *, known: bool) -> Iterator[str]:
    """Jobs of which nobody knows what they expose. What is known of applications accounts for one of them."""
    strangers = [job for job in jobs if not programs[job.name]]
    for job in strangers:
        if job.discovery or not known or len(strangers) > 1:
            yield job.name


def _elsewhere() -> Job:
    """Stands for all targets where no prometheus.yml tells which there are."""
    return Job("", (), {"unknown": []}, _ANYWHERE, (), "/metrics", "http", None, None, (), None, True, None, (),  # noqa: FBT003 - a record
               tuple(_everything()))  # fmt: skip


def _observed(family: Family) -> Metric | None:
    """A metric as its samples show it. There may be more values than those; one without samples tells no labels."""
    if family.type not in _TYPES or not family.samples:
        return None
    values: dict[str, dict[str, None]] = {}
    bounds: set[Decimal] = set()
    for sample in family.samples:
        for name, value in sample.labels.items():
            if name not in ("le", "quantile"):
                values.setdefault(name, {})[value] = None
    if family.type == "histogram":
        bounds = {bound for sample in family.samples if (bound := _bound(sample.labels.get("le"))) is not None}
    labels = tuple(Label(name, LabelValues(tuple(found), closed=False)) for name, found in values.items())
    return Metric(
        family.name, family.type, family.help, labels, family.unit,  # type: ignore[arg-type]
        buckets=tuple(sorted(bounds)), group=_APPLICATION, appears="first-use",
    )  # fmt: skip


def _bound(text: str | None) -> Decimal | None:
    from decimal import Decimal

    try:
        bound = Decimal(text) if text is not None else None
    except ArithmeticError:
        return None
    return bound if bound is not None and bound.is_finite() else None


def _once(metrics: Iterable[Metric]) -> list[Metric]:
    """Of an application's metric that a catalogue has as well, both stay: it is on the targets of both."""
    found: dict[tuple[str, str], Metric] = {}
    for metric in metrics:
        found.setdefault((metric.name, metric.group), metric)
    return list(found.values())


def _told(own: int, seen: int, groups: Sequence[str]) -> Iterator[str]:
    if own:
        yield f"{own} metrics in Python source"
    if seen:
        yield f"{seen} metrics that targets expose"
    if groups:
        yield f"the catalogues {', '.join(groups)}"


def _stack(estate: Estate, retention: int) -> Stack:
    pace = estate.scraping[0] if estate.scraping else None
    interval = pace.interval if pace else 15 * _SECOND
    return Stack(
        interval, min(10 * _SECOND, interval), pace.evaluation if pace else interval,
        pace.external_labels if pace else (), pace.alertmanagers if pace else (),
        (0, 99), (2, 42), (), (), (), None, "", "", retention=retention,
    )  # fmt: skip
