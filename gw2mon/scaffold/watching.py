"""What is worth waking someone for, as far as the metrics of a service show it: errors, latency, a full disk."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import catalogs
from gw2mon.scaffold.amounts import amount, bound_of, bounds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.exposition import Family, Sample
    from gw2mon.scaffold.catalogued import Recognised
    from gw2mon.scaffold.own import OwnMetric

_OUTCOMES = (
    "status", "code", "status_code", "http_status", "http_status_code", "http_response_status_code", "grpc_code",
    "result", "outcome",
)  # fmt: skip
"""Labels that say how something ended, the clearest first."""
_BAD = re.compile(
    r"(?i)err(or)?s?|fail(ed|ure|ures)?|time(d_?)?out|exception|server_error|rejected|abort(ed)?|crash(ed)?|unavailable"
    r"|internal|dataloss|unknown_error"
)
_CODE, _CLASS = re.compile(r"[1-5]\d\d"), re.compile(r"[1-5]xx")
_REQUEST_WORDS = frozenset(("http", "request", "requests", "response", "responses", "server", "rpc", "grpc", "api"))
_CLIENT_WORDS = frozenset(("client", "outgoing", "upstream", "external", "promhttp"))
_LEAST = Decimal("0.5")
"""Seconds below which no latency wakes anyone by default."""
_MOST_EVENTS = 5
"""Events besides requests that a first spec names."""
_DISK = {
    "forecast": "node_filesystem_avail_bytes",
    "only": {"fstype": {"not": ["tmpfs", "overlay"]}},
    "over": "6h",
    "ahead": "1d",
    "for": "1h",
    "below": {"warning": "0B"},
    "summary": "A disk is full within a day",
}


class Watched(NamedTuple):
    """Sections of a spec, as data."""

    events: Mapping[str, Any]
    latencies: Mapping[str, Any]
    slos: Mapping[str, Any]
    alerts: Mapping[str, Any]
    values: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Label values that an event names although they were not seen, by metric and label."""
    remarks: Mapping[str, str]
    """Name of an alert to what was measured when the exposition was read."""


class _Stream(NamedTuple):
    metric: str
    bad: dict[str, Any]
    labels: int
    share: Decimal | None
    """Share of bad ones so far."""


def watch(own: Sequence[OwnMetric], found: Recognised) -> Watched:
    """Events, latencies, objectives and alerts."""
    streams = [stream for metric in own if (stream := _stream(metric))]
    if "http" in found.groups and found.groups["http"].catalog == "fastapi":
        streams.insert(0, _fastapi_stream(found))
    events, alerts, remarks, values = _errors(sorted(streams, key=_by_relevance))
    latencies, slow, said = _latency(own, found)
    fast = {"requests-fast": {**_fast(slow), **_failures(latencies, own, events)}} if slow else {}
    reliable = {"requests-succeed": _promise("requests", "99%")} if "requests" in events else {}
    disk = {"DiskFillsUp": _DISK} if any(group.catalog == "node" for group in found.groups.values()) else {}
    return Watched(events, latencies, {**reliable, **fast}, {**alerts, **slow, **disk}, values, {**remarks, **said})


def _promise(of: str, objective: str) -> dict[str, str]:
    return {"of": of, "objective": objective, "window": "30d"}


def _fast(slow: Mapping[str, Any]) -> dict[str, str]:
    (alert,) = slow.values()
    return {**_promise(alert["of"], "95%"), "under": alert["above"]["warning"]}


def _failures(latencies: Mapping[str, Any], own: Sequence[OwnMetric], events: Mapping[str, Any]) -> dict[str, Any]:
    """Failures count as slow where the histogram tells them, by a label that tells them elsewhere too."""
    timed = {entry["histogram"] for entry in latencies.values()}
    labels = {label: values for metric in own if metric.name in timed for label, values in metric.labels.items()}
    for entry in events.values():
        for label, bad in entry["bad"].items():
            if label in labels:
                return {"bad": {label: _bad(labels[label]) or bad}}
    return {}


def _errors(streams: Sequence[_Stream]) -> tuple[dict[str, Any], dict[str, Any], dict[str, str], dict[str, Any]]:
    """Events of all streams, and an alert on the most important one."""
    events: dict[str, Any] = {}
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    for number, stream in enumerate(_distinct(streams)[: _MOST_EVENTS + 1]):
        name = "requests" if number == 0 and _is_request(stream.metric) else _slug(stream.metric)
        events.setdefault(name, {"count": stream.metric, "bad": stream.bad})
        values[stream.metric] = {label: tuple(bad) for label, bad in stream.bad.items() if isinstance(bad, list)}
    if not events:
        return {}, {}, {}, {}
    first = next(iter(events))
    name = "HighErrorRate" if first == "requests" else f"{_camel(first)}Failing"
    alert = {
        "bad-share-of": first,
        "over": "5m",
        "for": "5m",
        "above": {"critical": "5%", "warning": "1%"},
        "at-least": 20,
    }
    share = streams[0].share
    remarks = {} if share is None else {name: f"{_percent(share)} when this was read"}
    return events, {name: alert}, remarks, values


def _distinct(streams: Sequence[_Stream]) -> list[_Stream]:
    """Leave out what counts the same requests again, by other labels."""
    first = [stream.metric.partition("_")[0] for stream in streams[:1] if _is_request(stream.metric)]
    again = [item for item in streams[1:] if _is_request(item.metric) and item.metric.partition("_")[0] in first]
    return [stream for stream in streams if stream not in again]


def _stream(metric: OwnMetric) -> _Stream | None:
    """What a metric counts and how it shows which of that went wrong; None where it does not."""
    if metric.type not in ("counter", "histogram", "summary"):
        return None
    for label in _OUTCOMES:
        bad = _bad(metric.labels.get(label, ()))
        if bad is not None:
            return _Stream(metric.name, {label: bad}, len(metric.labels), _share(metric.family, label, bad))
    return None


def _bad(values: Sequence[str]) -> Any:  # noqa: ANN401 - a list of values, or a pattern
    if any(_CODE.fullmatch(value) for value in values):
        return {"matches": "5.."}
    if any(_CLASS.fullmatch(value) for value in values):
        return ["5xx"]
    return [value for value in values if _BAD.fullmatch(value)] or None


def _fastapi_stream(found: Recognised) -> _Stream:
    exact = found.groups["http"].parameters.get("status") == "exact"
    bad: Any = {"matches": "5.."} if exact else ["5xx"]
    family = found.families.get("http_requests_total")
    return _Stream("http_requests_total", {"status": bad}, 0, _share(family, "status", bad) if family else None)


def _share(family: Family, label: str, bad: Any) -> Decimal | None:  # noqa: ANN401 - as _bad gives it
    counted = [each for each in filter(_is_finite, family.samples) if each.name.endswith(("_total", "_count"))]
    total = sum((sample.value for sample in counted), Decimal(0))
    if total <= 0:
        return None
    pattern = bad["matches"] if isinstance(bad, dict) else "|".join(map(re.escape, bad))
    wrong = (sample.value for sample in counted if re.fullmatch(pattern, sample.labels.get(label, "")))
    return sum(wrong, Decimal(0)) / total


def _is_finite(sample: Sample) -> bool:
    return sample.value.is_finite()


def _by_relevance(stream: _Stream) -> tuple[int, int]:
    return -_weight(stream.metric), stream.labels


def _weight(metric: str) -> int:
    """How much a name speaks of requests that a service answers."""
    words = set(metric.split("_"))
    return -1 if words & _CLIENT_WORDS else len(words & _REQUEST_WORDS)


def _is_request(metric: str) -> bool:
    return _weight(metric) > 0


def _latency(own: Sequence[OwnMetric], found: Recognised) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """The latency that matters most, an alert on it, and what it was."""
    timed = sorted(
        (metric for metric in own if metric.type == "histogram" and metric.unit == "seconds"),
        key=lambda metric: (-_weight(metric.name), len(metric.labels)),
    )
    metric, bounds, family = "http_request_duration_seconds", _fastapi_bounds(found), None
    if bounds:
        family = found.families.get(metric)
    elif timed:
        metric, bounds, family = timed[0].name, timed[0].buckets, timed[0].family
    thresholds = _thresholds(bounds, _reached(family) if family else Decimal(0), open_ended=family is None)
    if not thresholds:
        return {}, {}, {}
    name = "response-time" if _is_request(metric) else f"{_slug(metric)[:58]}-time"
    title = "SlowResponses" if name == "response-time" else f"{_camel(name)}Slow"
    alert = {"quantile": Decimal("0.95"), "of": name, "over": "5m", "for": "5m", "above": thresholds, "at-least": 20}
    reached = _reached(family) if family else None
    said = {title: f"95% took less than {amount(reached, 'seconds')} when this was read"} if reached else {}
    return {name: {"histogram": metric}}, {title: alert}, said


def _fastapi_bounds(found: Recognised) -> tuple[Decimal, ...]:
    group = found.groups.get("http")
    if group is None or group.catalog != "fastapi":
        return ()
    return tuple(catalogs.complete_parameters("fastapi", group.parameters)["buckets"])


def _reached(family: Family) -> Decimal:
    """The bound that 95 % of all observations so far stayed below; 0 where nothing was observed."""
    totals = {bound: Decimal(0) for bound in bounds_of(family)}
    count = Decimal(0)
    for sample in filter(_is_finite, family.samples):
        bound = bound_of(sample.labels.get("le", ""))
        if bound in totals:
            totals[bound] += sample.value
        elif sample.name.endswith("_count"):
            count += sample.value
    below = (bound for bound, total in totals.items() if total >= count * Decimal("0.95"))
    return next(below, max(totals, default=Decimal(0))) if count > 0 else Decimal(0)


def _thresholds(bounds: Sequence[Decimal], reached: Decimal, *, open_ended: bool) -> dict[str, Any]:
    """Bounds above what is usual; never the last one, which no quantile exceeds, unless the module may add another."""
    usable = list(bounds if open_ended else bounds[:-1])
    above = [bound for bound in usable if bound > reached and bound >= _LEAST] or usable[-1:]
    named = zip(("warning", "critical"), _far_apart(above), strict=False)
    return {severity: amount(bound, "seconds") for severity, bound in reversed(tuple(named))}


def _far_apart(bounds: Iterable[Decimal]) -> Iterable[Decimal]:
    """The first bound, and the first that is at least twice as high."""
    first: Decimal | None = None
    for bound in bounds:
        if first is None:
            first = bound
            yield bound
        elif bound >= 2 * first:
            yield bound
            return


def _slug(metric: str) -> str:
    stem = re.sub(r"_(total|seconds|duration_seconds)$", "", metric)
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:63].strip("-") or "events"


def _camel(slug: str) -> str:
    words = "".join(word.capitalize() for word in slug.split("-"))
    return words if words[:1].isalpha() else f"Service{words}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.01')).normalize():f}%"
