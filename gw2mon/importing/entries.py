"""The sections of a spec that follow from imported SLOs, as data: events, latencies, SLOs, metrics and jobs."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import promql as q
from gw2mon.importing.promise import Counted, Queried, Timed
from gw2mon.promql import format_duration
from gw2mon.scaffold import slug_of
from gw2mon.scaffold.amounts import amount, amounts
from gw2mon.slo import plain
from gw2mon.units import DEFAULT_BUCKETS, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.importing.declared import Declared
    from gw2mon.importing.promise import Alerts, Promise, Ratio
    from gw2mon.promql import Matcher

_PORT = 8000
_DIGITS = Decimal("0.0001")
"""What a factor that never ends is rounded to."""
_TAKEN_HOSTS = frozenset({"alertmanager", "blackbox-exporter", "grafana", "loki", "node-exporter", "prometheus"})
"""Names that the stack's own programs may have."""


class Signals(NamedTuple):
    """Named events and latencies, and which of them each SLO is of."""

    events: dict[str, dict[str, Any]]
    latencies: dict[str, dict[str, Any]]
    of: dict[str, str]
    """Name of an SLO to the name of its events or latency."""


def signals(promises: Mapping[str, Promise], metrics: Sequence[Declared], found: Signals | None = None) -> Signals:
    """What is counted and timed, each said once and named after its metric; after the SLO where that name is taken.

    `found` is what has names already, and gets those that are new.
    """
    jobs = {metric.name: metric.jobs for metric in metrics}
    found = found or Signals({}, {}, {})
    for name, promise in promises.items():
        indicator = promise.indicated.indicator
        if isinstance(indicator, Counted):
            metric = _family(indicator.series)
            only = filters(indicator.only, _narrowed(indicator.jobs, jobs[metric]))
            entry = {"count": metric, **only, indicator.split_is: terms(indicator.split)}
            found.of[name] = _named(found, found.events, entry, (_stem(metric), name))
        elif isinstance(indicator, Timed):
            only = filters(indicator.only, _narrowed(indicator.jobs, jobs[indicator.histogram]))
            entry = {"histogram": indicator.histogram, **only}
            found.of[name] = _named(found, found.latencies, entry, (f"{_stem(indicator.histogram)[:58]}-time", name))
    return found


def _narrowed(named: tuple[str, ...], jobs: tuple[str, ...]) -> dict[str, list[str]]:
    """A condition on jobs where a query reads only some of those that expose the metric."""
    return {"job": list(named)} if named and named != jobs else {}


def filters(matchers: Iterable[Matcher], more: Mapping[str, Any]) -> dict[str, Any]:
    """`only:` for matchers, and for more conditions that are said already."""
    narrowed = {**more, **terms(matchers)}
    return {"only": narrowed} if narrowed else {}


def terms(matchers: Iterable[Matcher]) -> dict[str, Any]:
    """Conditions on labels, one for each."""
    return {matcher.name: _term(matcher) for matcher in matchers}


def _term(matcher: Matcher) -> Any:  # noqa: ANN401 - values, or a record that negates or matches
    match matcher.op:
        case "=":
            return [matcher.value]
        case "!=":
            return {"not": [matcher.value]}
        case "=~":
            listed = q.literal_alternatives(matcher.value)
            distinct = list(dict.fromkeys(listed or ()))
            return distinct if distinct and all(distinct) else {"matches": matcher.value}
        case "!~":
            listed = q.literal_alternatives(matcher.value)
            distinct = list(dict.fromkeys(listed or ()))
            return {"not": distinct} if distinct and all(distinct) else {"not-matches": matcher.value}


def _named(found: Signals, section: dict[str, dict[str, Any]], entry: dict[str, Any], names: Sequence[str]) -> str:
    """The name under which an entry stands already, or the first that is free."""
    same = next((name for name, other in section.items() if other == entry), "")
    if same:
        return same
    taken = {**found.events, **found.latencies}
    numbered = (f"{names[0][:58]}-{number}" for number in range(2, len(taken) + 3))
    name = next(name for name in (*names, *numbered) if name not in taken)
    section[name] = entry
    return name


def _family(series: str) -> str:
    return series.removesuffix("_count")


def _stem(metric: str) -> str:
    return slug_of(re.sub(r"_(total|seconds|duration_seconds)$", "", metric))


def slo_entry(promise: Promise, of: str, team: str, *, keep_labels: bool) -> dict[str, Any]:
    """One SLO."""
    entry: dict[str, Any] = {**_indicator(promise.indicated.indicator, of)}
    entry["objective"] = f"{plain(promise.objective)}%"
    entry["window"] = f"{promise.days}d"
    by = getattr(promise.indicated.indicator, "by", ())
    if by:
        entry["by"] = list(by)
    alerting = _alerting(promise.alerts, promise.indicated.indicator)
    if alerting:
        entry["alerting"] = alerting
    if keep_labels:
        entry["compat"] = "sloth"
    said = {"description": promise.description, "runbook": promise.runbook}
    entry.update({key: value for key, value in said.items() if value})
    if promise.team and slug_of(promise.team) != team:
        entry["team"] = slug_of(promise.team)
    return entry


def _indicator(indicator: Counted | Timed | Queried | Ratio, of: str) -> dict[str, Any]:
    match indicator:
        case Counted():
            return {"of": of}
        case Timed():
            bad = {"bad": terms([indicator.bad])} if indicator.bad else {}
            return {"of": of, "under": amount(indicator.under, "seconds"), **bad}
        case Queried():
            return {"query": {"bad": q.to_text(indicator.bad), "total": q.to_text(indicator.total)}}
        case _:
            return {"error-ratio": q.to_text(indicator.expr)}


def _alerting(alerts: Alerts, indicator: object) -> dict[str, Any]:
    entry: dict[str, Any] = {level: False for level in ("page", "ticket") if not getattr(alerts, level)}
    if not alerts.others:
        entry.update({"exhausted": False, "no-data": "none"})
    if isinstance(indicator, Queried) and not indicator.per_second:
        entry["min-errors"] = 1
    if alerts.windows:
        entry["windows"] = [
            {"level": pair.level, "short": format_duration(pair.short), "long": format_duration(pair.long),
             "factor": pair.factor.quantize(_DIGITS).normalize()}
            for pair in alerts.windows
        ]  # fmt: skip
    return entry


def groups(metrics: Sequence[Declared]) -> dict[str, list[Declared]]:
    """Metrics by group: those of the same jobs belong together."""
    found: dict[tuple[str, ...], list[Declared]] = {}
    for metric in metrics:
        found.setdefault(metric.jobs, []).append(metric)
    names: dict[str, list[Declared]] = {}
    for jobs, members in sorted(found.items()):
        name = slug_of("-".join(jobs))
        while name in names:
            name = f"{name[:61]}-2"
        names[name] = members
    return names


def metric_entry(metric: Declared) -> dict[str, Any]:
    """The declaration of a metric."""
    words = re.sub(r"_total$", "", metric.name).replace("_", " ").strip().capitalize()
    entry: dict[str, Any] = {"type": metric.type, "help": words or metric.name}
    if metric.labels:
        entry["labels"] = {name: _values(values) for name, values in metric.labels.items()}
    if metric.type == "histogram" and metric.buckets and metric.buckets != DEFAULT_BUCKETS:
        entry["buckets"] = amounts(metric.buckets, unit_of(metric.name))
    return entry


def _values(values: Sequence[str]) -> dict[str, Any]:
    limit = max(10, -(-len(values) * 2 // 10) * 10)
    return {"known": list(values), "limit": limit} if values else {"limit": limit}


def jobs(grouped: Mapping[str, Sequence[Declared]], service: str) -> dict[str, dict[str, Any]]:
    """The scrape jobs that expose the groups; one at least, for the alerts of the stack."""
    exposed: dict[str, list[str]] = {}
    for group, members in grouped.items():
        for job in members[0].jobs:
            exposed.setdefault(job, []).append(group)
    return {
        job: {"targets": [f"{_host(job)}:{_PORT}"], **({"exposes": names} if names else {})}
        for job, names in sorted((exposed or {service: []}).items())
    }


def _host(job: str) -> str:
    name = slug_of(job)
    return f"{name}.example.org" if name in _TAKEN_HOSTS else name
