"""The text of a first spec: compact, in the order in which people read, with a comment at every guess."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.scaffold.amounts import amounts
from gw2mon.units import DEFAULT_BUCKETS, unit_of
from gw2mon.yamltext import WIDTH, dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.scaffold import Target
    from gw2mon.scaffold.catalogued import Group
    from gw2mon.scaffold.own import Own, OwnMetric
    from gw2mon.scaffold.watching import Watched

_IN_FLOW = re.compile(r"[,\[\]{}:?#&*!|>'\"%@`]|^[eE]\d+$")
"""What is quoted: marks of YAML, and what looks like the end of a number."""
_QUANTITY = re.compile(r"\d+(?:\.\d+)?(?:%|ns|us|ms|[smhdw]|[KMGT]?i?B|xx)")
"""What needs no quotes although it begins with a digit: 5%, 200ms, 64KiB, 5xx."""
_NAMED_VALUES = 8
"""Values of a label that are named; from there on its limit says enough."""
_COMMENT_COLUMN = 48


class Parts(NamedTuple):
    """Everything that a first spec says."""

    service: str
    target: Target
    catalogs: Mapping[str, Group]
    own: Own
    watched: Watched
    shared: bool
    """Whether it says who is told, for all services."""
    python: bool
    """Whether the application can import a generated Python module."""
    own_modules: tuple[str, ...]
    """Groups that such a module may hold."""


def spec_text(parts: Parts) -> str:
    """The whole spec."""
    sections = (
        _head(parts), _scrape(parts), _label_values(parts), _metrics(parts), _signals(parts), _slos(parts),
        _alerts(parts), _outputs(parts), notify_lines(parts.service) if parts.shared else iter(()),
    )  # fmt: skip
    return "\n\n".join(filter(None, ("\n".join(section) for section in sections))) + "\n"


def flow(value: object) -> str:
    """A value in one line, as any YAML reader takes it."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case Decimal():
            return f"{value.normalize():f}"
        case str():
            return _text(value)
        case _:
            return dump(value).rstrip("\n")


def _text(value: str) -> str:
    if _QUANTITY.fullmatch(value):
        return value
    text = dump(value).rstrip("\n")
    if text.startswith('"') or not _IN_FLOW.search(text):
        return text
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def remarked(line: str, remark: str) -> str:
    """A line with a comment at its end."""
    return f"{line:<{_COMMENT_COLUMN}} # {remark}"


def _head(parts: Parts) -> Iterator[str]:
    yield f"# Monitoring of {parts.service}, begun by gw2mon init. `gw2mon explain CODE` helps with every finding."
    yield "version: 1"
    yield f"service: {flow(parts.service)}"
    yield remarked(f"team: {flow(parts.service)}", "CHANGE: the team that is woken")


def _scrape(parts: Parts) -> Iterator[str]:
    target = parts.target
    job: dict[str, Any] = {"targets": [target.address], "exposes": [*parts.catalogs, *parts.own.groups]}
    if target.path != "/metrics":
        job["path"] = target.path
    if target.scheme != "http":
        job["scheme"] = target.scheme
    if target.guessed:
        yield f"# CHANGE: host and port of {parts.service}, as Prometheus sees them."
    yield "scrape:"
    yield f"  {flow(parts.service)}: {flow(job)}"


def _label_values(parts: Parts) -> Iterator[str]:
    shared = _shared_labels(parts)
    if shared:
        yield "# Seen values, and the most there may be. Where these are all, write closed: [a, b] instead."
        yield "label-values:"
        yield from (f"  {flow(name)}: {flow(values)}" for name, values in shared.items())


def _shared_labels(parts: Parts) -> dict[str, dict[str, Any]]:
    """Labels of one name in several metrics, with the values of all of them."""
    users: dict[str, list[tuple[OwnMetric, str]]] = {}
    for metric in parts.own.metrics:
        for label in metric.labels:
            users.setdefault(_slug(label), []).append((metric, label))
    return {
        name: _values(
            [value for metric, label in found for value in _named(parts, metric, label)],
            max(metric.counts[label] for metric, label in found),
        )
        for name, found in users.items()
        if len(found) > 1
    }


def _named(parts: Parts, metric: OwnMetric, label: str) -> tuple[str, ...]:
    return (*metric.labels[label], *parts.watched.values.get(metric.name, {}).get(label, ()))


def _values(values: Sequence[str], seen: int) -> dict[str, Any]:
    known = list(dict.fromkeys(values))
    most = max(len(known), seen)
    limit = max(10, -(-most * 2 // 10) * 10)
    return {**({"known": known} if 0 < len(known) <= _NAMED_VALUES else {}), "limit": limit}


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "label"


def _metrics(parts: Parts) -> Iterator[str]:
    if not parts.catalogs and not parts.own.groups:
        yield "metrics: {}"
        return
    yield "metrics:"
    for name, group in parts.catalogs.items():
        yield f"  {name}: {flow({'catalog': group.catalog, **group.parameters})}"
    shared = _shared_labels(parts)
    for name, metrics in parts.own.groups.items():
        yield f"  {flow(name)}:"
        yield from (f"    {flow(metric.name)}: {flow(_metric(parts, metric, shared))}" for metric in metrics)


def _metric(parts: Parts, metric: OwnMetric, shared: Mapping[str, object]) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": metric.type, "help": metric.help}
    if metric.unit != unit_of(metric.name):
        entry["unit"] = metric.unit
    labels = {
        label: _slug(label) if _slug(label) in shared else _values(_named(parts, metric, label), metric.counts[label])
        for label in metric.labels
    }
    if labels:
        entry["labels"] = labels
    if metric.type == "histogram" and (metric.unit != "seconds" or metric.buckets != DEFAULT_BUCKETS):
        entry["buckets"] = amounts(metric.buckets, metric.unit)
    return entry


def _signals(parts: Parts) -> Iterator[str]:
    watched = parts.watched
    if watched.events:
        yield "# What is counted, and what is bad about it: used by SLOs, alerts and panels alike."
        yield "events:"
        yield from (f"  {flow(name)}: {flow(entry)}" for name, entry in watched.events.items())
    if watched.latencies:
        yield "latencies:"
        yield from (f"  {flow(name)}: {flow(entry)}" for name, entry in watched.latencies.items())


def _slos(parts: Parts) -> Iterator[str]:
    if parts.watched.slos:
        yield remarked("slos:", "CHANGE: what you promise")
        yield from (f"  {name}: {flow(entry)}" for name, entry in parts.watched.slos.items())


def _alerts(parts: Parts) -> Iterator[str]:
    watched = parts.watched
    if not watched.alerts:
        yield "# No metric shows which requests fail or how long they take. Until one does, there are the alerts that"
        yield "# come by default: a target that is down, and monitoring in trouble."
        return
    yield remarked("alerts:", "CHANGE: thresholds that fit your service")
    for name, alert in watched.alerts.items():
        remark = watched.remarks.get(name, "")
        if remark:
            yield f"  # {remark}"
        line = f"  {name}: {flow(alert)}"
        yield from [line] if len(line) <= WIDTH else [f"  {name}:", *(f"    {k}: {flow(v)}" for k, v in alert.items())]


def _outputs(parts: Parts) -> Iterator[str]:
    if not parts.python:
        yield from outputs_without_python("which this service cannot import")
    elif len(parts.own_modules) < len(parts.own.groups):
        yield "# The metrics module makes these and leaves alone what libraries bring."
        yield f"python: {flow({'metrics': list(parts.own_modules)})}"


def outputs_without_python(reason: str) -> Iterator[str]:
    """All outputs but the Python module, which would not help."""
    from gw2mon.generators import GENERATORS

    yield f"# Everything but the Python module, {reason}."
    yield f"outputs: {flow([name for name in GENERATORS if name != 'python'])}"


def notify_lines(service: str) -> Iterator[str]:
    """Who is told, for all services, until a person says more."""
    yield "# Who is told, for all services. The file holds the address of a Slack webhook; it never stands here."
    yield "notify:"
    yield "  receivers:"
    chat = {"channel": f"#{service}-alerts", "api-url-file": "/run/secrets/slack_webhook_url"}
    yield f"    chat: {flow({'slack': chat})}"
    yield "  routes: [{severity: critical, to: chat}]"
    yield "  default: chat"
