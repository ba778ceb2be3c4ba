"""The text of an imported spec: as a person would write it, with the place that each SLO comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.finding import visible
from gw2mon.importing import entries
from gw2mon.scaffold import slug_of
from gw2mon.scaffold.layout import flow, notify_lines, outputs_without_python, remarked
from gw2mon.yamltext import WIDTH, dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.importing.declared import Declared
    from gw2mon.importing.promise import Promise

_BLOCK = frozenset({"query", "error-ratio"})
"""Keys that hold PromQL, which reads best on a line of its own."""


class Draft(NamedTuple):
    """All that an imported spec says."""

    service: str
    promises: Mapping[str, Promise]
    metrics: Sequence[Declared]
    remarks: Sequence[str]
    keep_labels: bool
    shared: bool
    """Whether it says who is told, for all services."""


def spec_text(draft: Draft) -> str:
    """The whole spec."""
    grouped = entries.groups(draft.metrics)
    signals = entries.signals(draft.promises, draft.metrics)
    team = _team(draft)
    sections = (
        _head(draft, team),
        _scrape(draft, grouped),
        _metrics(grouped),
        _signals(signals),
        _slos(draft, signals.of, team),
        outputs_without_python("for the metrics exist already"),
        notify_lines(draft.service) if draft.shared else (),
    )
    return "\n\n".join(filter(None, ("\n".join(section) for section in sections))) + "\n"


def _team(draft: Draft) -> str:
    named = next((promise.team for promise in draft.promises.values() if promise.team), "")
    return slug_of(named) if named else ""


def _head(draft: Draft, team: str) -> Iterator[str]:
    yield f"# Monitoring of {draft.service}, imported by gw2mon import. `gw2mon explain CODE` helps with every finding."
    yield from (f"# {visible(remark)}" for remark in draft.remarks)
    yield "version: 1"
    yield f"service: {flow(draft.service)}"
    yield f"team: {flow(team)}" if team else remarked(f"team: {flow(draft.service)}", "CHANGE: the team that is woken")


def _scrape(draft: Draft, grouped: Mapping[str, Sequence[Declared]]) -> Iterator[str]:
    yield "# CHANGE: hosts and ports, as Prometheus sees them; jobs by the names that they have there."
    yield "scrape:"
    for job, entry in entries.jobs(grouped, draft.service).items():
        yield from _lines("  ", job, entry)


def _metrics(grouped: Mapping[str, Sequence[Declared]]) -> Iterator[str]:
    if not grouped:
        return
    yield "# What the queries tell of their metrics. CHANGE: where a label has no other values, write closed: […]; and"
    yield "# name all buckets."
    yield "metrics:"
    for group, members in grouped.items():
        yield f"  {flow(group)}:"
        for metric in members:
            yield from _lines("    ", metric.name, entries.metric_entry(metric))


def _signals(signals: entries.Signals) -> Iterator[str]:
    if signals.events:
        yield "# What is counted, and what is bad about it: used by SLOs, alerts and panels alike."
    for title, section in (("events", signals.events), ("latencies", signals.latencies)):
        if section:
            yield f"{title}:"
            for name, entry in section.items():
                yield from _lines("  ", name, entry)


def _slos(draft: Draft, of: Mapping[str, str], team: str) -> Iterator[str]:
    yield "slos:"
    for name, promise in draft.promises.items():
        title = f"{visible(promise.title)}, from" if promise.title else "From"
        yield f"  # {title} {visible(f'{promise.origin.file}:{promise.origin.line}')}"
        entry = entries.slo_entry(promise, of.get(name, ""), team or draft.service, keep_labels=draft.keep_labels)
        yield from _lines("  ", name, entry)


def _lines(indent: str, key: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any value of a spec
    """A key with its value: in one line where it fits, and queries on lines of their own."""
    if isinstance(value, str) and key in ("bad", "total", *_BLOCK):
        yield f"{indent}{flow(key)}: {dump(value).rstrip()}"
        return
    line = f"{indent}{flow(key)}: {flow(value)}"
    in_one = len(line) <= WIDTH and not (isinstance(value, dict) and _BLOCK & value.keys()) and key not in _BLOCK
    if in_one or not isinstance(value, dict | list) or not value:
        yield line
        return
    yield f"{indent}{flow(key)}:"
    if isinstance(value, list):
        yield from (f"{indent}  - {flow(item)}" for item in value)
        return
    for inner, item in value.items():
        yield from _lines(f"{indent}  ", inner, item)
