"""An exposition beside the metrics that a spec says its job exposes: what is missing, what nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import catalogs
from gw2mon.finding import Finding, Position
from gw2mon.loader import nearest_name
from gw2mon.names import UNKNOWN_LABEL_VALUES
from gw2mon.scaffold.own import LIBRARIES
from gw2mon.verifying.families import Subject, is_own, mistakes
from gw2mon.verifying.foundations import foundations, rests
from gw2mon.verifying.moving import unmoved
from gw2mon.world import series_of, world_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from gw2mon.exposition import Exposition, Family, Sample
    from gw2mon.finding import Severity
    from gw2mon.model import Metric, Service, Stack
    from gw2mon.verifying.foundations import Foundations
    from gw2mon.world import World

_CLIENTS = ("go", "process", "python")
"""Catalogues of what client libraries tell of the process they run in; nobody need declare that."""
_FOREIGN = frozenset((*LIBRARIES, "prometheus", "promhttp", "scrape", "target"))
_MEDIA = ("text/plain", "application/openmetrics-text", "application/vnd.google.protobuf")
_SUFFIXES = ("", "_total", "_info")


class Asked(NamedTuple):
    """What was asked of a service, and where the answer came from."""

    exposition: Exposition
    source: str
    """The address, file or application, as a person named it."""
    lines: Mapping[str, int]
    """Metric to the line of a file where it is first shown; empty where there is no file."""
    media: str | None = None
    """The Content-Type with which it came, "" for none; None where that is not known."""


class Motion(NamedTuple):
    """Whether to tell what did not move, since when."""

    before: Exposition | None
    source: str
    """Where the earlier exposition came from; "" without one."""


class _Shown(NamedTuple):
    """An exposition by name."""

    families: dict[str, Family]
    series: dict[str, list[Sample]]


def differences(
    service: Service, stack: Stack, job: str, asked: Asked, motion: Motion | None = None
) -> Iterator[Finding]:
    """How an exposition differs from what a job of the service exposes by its spec."""
    world = world_of(service, stack)
    below = foundations(service, (*service.groups, *service.slo_groups, *stack.groups), world)
    shown = _shown(asked.exposition)
    expected = [metric for metric in world.metrics.values() if metric.group and job in world.jobs_of(metric)]
    unknown = _unknown(expected, shown)
    absent = _absent_groups(expected, shown)
    earlier = _shown(motion.before) if motion is not None and motion.before is not None else None
    for group in absent.values():
        yield from _missing_group(group, service, below)
    for metric in (metric for metric in expected if metric.group not in absent):
        found = list(_of_metric(metric, shown, below, service)) or list(
            _missing(metric, shown, below, service, unknown)
        )
        yield from found
        if not found and motion is not None and is_own(metric) and metric.name != UNKNOWN_LABEL_VALUES:
            then = None if earlier is None else _samples(metric, earlier)
            yield from unmoved(metric, _samples(metric, shown), then, motion.source, service)
    yield from _undeclared(unknown, world, service, job, asked)
    yield from _refused(asked)


def lines_of(text: str) -> dict[str, int]:
    """The line on which each name first begins a sample, or is announced."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split(maxsplit=3)
        name = words[2] if line.startswith("#") and len(words) > 2 else line.partition("{")[0].partition(" ")[0]  # noqa: PLR2004 - # TYPE name
        found.setdefault(name.strip(), number)
    return found


def _shown(exposition: Exposition) -> _Shown:
    families: dict[str, Family] = {}
    series: dict[str, list[Sample]] = {}
    for family in exposition.families:
        families.setdefault(family.name, family)
        for sample in family.samples:
            series.setdefault(sample.name, []).append(sample)
    return _Shown(families, series)


def _family(metric: Metric, shown: _Shown) -> Family | None:
    """The family of a metric. OpenMetrics announces a counter without the suffix that its samples carry."""
    for suffix in _SUFFIXES:
        if metric.name.endswith(suffix) and (found := shown.families.get(metric.name.removesuffix(suffix))):
            return found
    return None


def _samples(metric: Metric, shown: _Shown) -> list[Sample]:
    names = [series.name for series in series_of(metric)]
    return [sample for name in dict.fromkeys((*names, metric.name)) for sample in shown.series.get(name, ())]


def _of_metric(metric: Metric, shown: _Shown, below: Foundations, service: Service) -> Iterator[Finding]:
    """What is wrong with a metric that is shown."""
    family, samples = _family(metric, shown), _samples(metric, shown)
    if family is not None or samples:
        kind = family.type if family else "untyped"
        yield from mistakes(Subject(metric, kind, tuple(samples), below, service))


def _absent_groups(expected: Iterable[Metric], shown: _Shown) -> dict[str, list[Metric]]:
    """The groups of a catalogue of which nothing is shown at all: that is one mistake, and not one for each metric."""
    groups: dict[str, list[Metric]] = {}
    for metric in expected:
        if metric.catalog:
            groups.setdefault(metric.group, []).append(metric)
    return {
        name: group
        for name, group in groups.items()
        if not any(_family(metric, shown) or _samples(metric, shown) for metric in group)
    }


def _missing_group(group: list[Metric], service: Service, below: Foundations) -> Iterator[Finding]:
    promises = tuple(dict.fromkeys(who for metric in group for who in below.metrics.get(metric.name, ())))
    panels = tuple(dict.fromkeys(who for metric in group for who in below.panels.get(metric.name, ())))
    if promises or panels or is_own(group[0]):
        severity: Severity = "error" if promises or is_own(group[0]) else "warning"
        message = f"nothing of the {group[0].catalog} metrics is exposed{rests((*promises, *panels))}"
        advice = _way_to_expose(group[0], service, ())
        yield Finding("GW641", severity, message, group[0].origin or service.origin, advice)


def _missing(
    metric: Metric, shown: _Shown, below: Foundations, service: Service, unknown: Collection[str]
) -> Iterator[Finding]:
    """GW641: nothing of the metric is shown, not even that it exists."""
    if metric.name == UNKNOWN_LABEL_VALUES or _family(metric, shown) or _samples(metric, shown):
        return
    promises, panels = below.metrics.get(metric.name, ()), below.panels.get(metric.name, ())
    if metric.appears == "first-use":
        severity: Severity = "warning"
        who = promises
    else:
        # A metric of another program may depend on its version; one of ours does not.
        severity = "error" if promises or (panels and is_own(metric)) else "warning"
        who = (*promises, *panels)
    if who or (is_own(metric) and metric.appears == "always"):
        message = f"{metric.name} is not exposed{rests(who)}"
        yield Finding(
            "GW641", severity, message, metric.origin or service.origin, _way_to_expose(metric, service, unknown)
        )


def _way_to_expose(metric: Metric, service: Service, unknown: Collection[str]) -> str:
    near = nearest_name(metric.name, sorted(unknown))
    if near:
        return f"{near} is exposed, which nobody declares: give both the same name"
    if metric.catalog == "fastapi":
        return "instrument the application with the generated package, or drop the group"
    if metric.catalog:
        return f"does another job expose it, or is {metric.catalog} another version here?"
    if metric.object and metric.appears == "first-use":
        return f"it appears when it is first set: set it, or bind it, when {service.name} starts"
    return "create it in the application, with the generated metrics module, or drop it from the spec"


def _unknown(expected: Iterable[Metric], shown: _Shown) -> dict[str, None]:
    """Metrics that are shown and that no job is said to expose, in their order."""
    known = {name for metric in expected for name in (metric.name, *(series.name for series in series_of(metric)))}
    known |= {name.removesuffix(suffix) for name in known for suffix in _SUFFIXES}
    known |= {metric.name for name in _CLIENTS for metric in catalogs.load(name).metrics}
    return {_stem(family, shown): None for family in shown.families.values() if not _is_known(family, known)}


def _undeclared(unknown: Iterable[str], world: World, service: Service, job: str, asked: Asked) -> Iterator[Finding]:
    """GW642: what the spec does not say of this job."""
    for name in unknown:
        line = asked.lines.get(name) or asked.lines.get(f"{name}_bucket")
        place = Position(asked.source, line, 1) if line else service.origin
        elsewhere = world.metrics.get(name)
        advice = (
            f"add {elsewhere.group} to what job {job} exposes"
            if elsewhere is not None and elsewhere.group
            else "declare it under metrics:, or drop it from the application: nobody looks at it"
        )
        yield Finding("GW642", "warning", f"{name} is exposed and not declared", place, advice)


def _is_known(family: Family, known: set[str]) -> bool:
    name = family.name
    if name in known or any(sample.name in known for sample in family.samples):
        return True
    if name.endswith("_created") and {name.removesuffix("_created") + suffix for suffix in _SUFFIXES} & known:
        return True
    return name.partition("_")[0] in _FOREIGN


def _stem(family: Family, shown: _Shown) -> str:
    """The name of the whole: clients tell when a metric was created, and parts of untyped histograms stand alone."""
    for suffix in ("_created", "_bucket", "_sum", "_count"):
        stem = family.name.removesuffix(suffix)
        if stem != family.name and (stem in shown.families or f"{stem}_total" in shown.families):
            return stem if stem in shown.families else f"{stem}_total"
        if stem != family.name and f"{stem}_bucket" in shown.series:
            return stem
    return family.name


def _refused(asked: Asked) -> Iterator[Finding]:
    """GW648: for what Prometheus would refuse the whole scrape."""
    number = asked.exposition.unreadable
    if number:
        lines = "1 line" if number == 1 else f"{number} lines"
        message = f"{lines} of {asked.source} cannot be read, and Prometheus refuses a scrape for one of them"
        yield Finding("GW648", "error", message, None, "look at it with `promtool check metrics`")
    if asked.media is not None and not asked.media.lower().startswith(_MEDIA):
        told = f"sends its metrics as {asked.media}" if asked.media else "sends its metrics without Content-Type"
        message = f"{asked.source} {told}, which Prometheus 3 refuses"
        yield Finding("GW648", "error", message, None, "send CONTENT_TYPE_LATEST of prometheus_client along")
