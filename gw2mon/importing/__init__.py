"""`gw2mon import`: what others wrote about a service, as a spec.

Here are documents of SLOs; rules, dashboards and the rest are `monitoring`, and `choosing` tells them apart. Each kind
of source is one module with two functions, `recognises` and `read`, and one line in the table. Whatever of a source no
spec can say is a finding at its place; nothing is dropped without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.documents import Node, Report, listed, nodes_of
from gw2mon.importing import openslo, sloth
from gw2mon.importing.declared import declare
from gw2mon.importing.promise import Counted, Promise, Settings, Timed
from gw2mon.importing.writing import Draft, spec_text
from gw2mon.scaffold import slug_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gw2mon.finding import Finding
    from gw2mon.importing.promise import Read

__all__ = ["Imported", "Settings", "convert", "is_about_slos", "promised"]


class _Kind(NamedTuple):
    """A kind of source."""

    recognises: Callable[[Node], bool]
    read: Callable[[Sequence[Node], Settings, Report], Read]


_KINDS = {
    "Sloth": _Kind(sloth.recognises, sloth.read),
    "OpenSLO": _Kind(openslo.recognises, openslo.read),
}
"""Every kind, by the name that messages use; the first that recognises a record reads it."""

_STACK = "stack"


class Imported(NamedTuple):
    """What came of files: the text of a spec, "" if there is nothing to write, and all that could not be kept."""

    text: str
    service: str
    slos: int
    """SLOs in the spec."""
    left: tuple[str, ...]
    """Services that another import is to take."""
    findings: tuple[Finding, ...]
    holds: str = ""
    """What is in the spec, in words, where that is not SLOs."""


def promised(
    sources: Iterable[tuple[str, bytes]], settings: Settings, service: str = ""
) -> tuple[dict[str, Promise], tuple[Finding, ...]]:
    """SLOs that go into a spec with what else there is, by name, and all that could not be kept of them."""
    report = Report([])
    promises = [promise for read in _read(sources, settings, report) for promise in read.promises]
    services = sorted({promise.service for promise in promises})
    chosen = [name for name in services if service in (name, slug_of(name))] or services
    if len(chosen) > 1:
        _report_services(services, service, promises, report)
        return {}, tuple(report.findings)
    own = _by_name([promise for promise in promises if promise.service in chosen], report)
    _report_renamed_teams(own, report)
    _report_unnamed_jobs(own, report)
    return own, tuple(report.findings)


def is_about_slos(node: Node) -> bool:
    """Whether a document is of a kind that holds SLOs."""
    return any(kind.recognises(node) for kind in _KINDS.values())


def convert(
    sources: Iterable[tuple[str, bytes]], settings: Settings, service: str = "", *, keep_labels: bool, shared: bool
) -> Imported:
    """Read files, given as names and bytes, into the spec of one service: the named one, or the only one there is.

    `keep_labels` keeps Sloth's labels beside gw2mon's, and `shared` says whether the spec holds who is told.
    """
    report = Report([])
    reads = _read(sources, settings, report)
    promises = [promise for read in reads for promise in read.promises]
    services = sorted({promise.service for promise in promises})
    chosen = [name for name in services if service in (name, slug_of(name))] if service else services
    if len(chosen) != 1:
        _report_services(services, service, promises, report)
        return Imported("", "", 0, (), tuple(report.findings))
    (name,) = chosen
    slug = _service_slug(name, next(promise for promise in promises if promise.service == name), report)
    own = _by_name([promise for promise in promises if promise.service == name], report)
    _report_renamed_teams(own, report)
    metrics = declare(tuple(own.values()), slug, report)
    _report_unnamed_jobs(own, report)
    remarks = [remark for read in reads for remark in read.remarks]
    text = spec_text(Draft(slug, own, metrics, remarks, keep_labels, shared))
    left = tuple(other for other in services if other != name)
    return Imported(text, slug, len(own), left, tuple(report.findings))


def _read(sources: Iterable[tuple[str, bytes]], settings: Settings, report: Report) -> list[Read]:
    nodes: dict[str, list[Node]] = {}
    for file, data in sources:
        found = list(nodes_of(data, file, report))
        for node in found:
            kind = next((name for name, kind in _KINDS.items() if kind.recognises(node)), "")
            nodes.setdefault(kind, []).append(node)
    for node in nodes.pop("", ()):
        advice = f"known are documents of {listed(list(_KINDS))}; is it the right file?"
        report.error("GW801", node, "nobody's format that is known", advice)
    return [kind.read(nodes[name], settings, report) for name, kind in _KINDS.items() if name in nodes]


def _report_services(services: Sequence[str], asked: str, promises: Sequence[Promise], report: Report) -> None:
    if not promises:
        return  # each that is missing was reported
    advice = "\n".join(f"gw2mon import … --service {slug_of(name)}" for name in services)
    message = f"no SLO is of service {asked}" if asked else f"SLOs of several services: {listed(services)}"
    report.error("GW802", promises[0].node, message, f"a spec is about one service; take them one by one\n{advice}")


def _service_slug(name: str, promise: Promise, report: Report) -> str:
    slug = slug_of(name)
    slug = f"{slug}-service" if slug == _STACK else slug
    if slug != name:
        report.warn("GW804", promise.node, f"service {name} is called {slug} in the spec", "its slo_service changes")
    return slug


def _by_name(promises: Sequence[Promise], report: Report) -> dict[str, Promise]:
    """SLOs under names that a spec can have."""
    found: dict[str, Promise] = {}
    for promise in promises:
        slug = slug_of(promise.name)
        if slug in found:
            advice = f"the first is at {found[slug].origin}; rename one"
            report.error("GW812", promise.node, f"two SLOs are called {slug}", advice)
            continue
        if slug != promise.name:
            report.warn("GW804", promise.node, f"SLO {promise.name} is called {slug} in the spec", "its slo_id changes")
        found[slug] = promise
    return found


def _report_renamed_teams(promises: dict[str, Promise], report: Report) -> None:
    teams = {promise.team: promise for promise in reversed(promises.values()) if promise.team}
    for team, promise in sorted(teams.items()):
        if slug_of(team) != team:
            advice = "routes that look for the team look for this name"
            report.warn("GW804", promise.node, f"team {team} is called {slug_of(team)} in the spec", advice)


def _report_unnamed_jobs(promises: dict[str, Promise], report: Report) -> None:
    """A form of the language reads only the jobs of the spec; a query that names none reads all there are."""
    for name, promise in promises.items():
        indicator = promise.indicated.indicator
        if isinstance(indicator, (Counted, Timed)) and not indicator.jobs:
            metric = indicator.series if isinstance(indicator, Counted) else indicator.histogram
            report.warn(
                "GW809", promise.node, f"the queries of {name} name no job; the spec reads {metric} of its own",
                "let the job in scrape have the name that it has in Prometheus",
            )  # fmt: skip
