"""Names that a person would give: to events and latencies after their metrics, to alerts, to dashboards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.importing import entries
from gw2mon.scaffold import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.importing.monitoring.forms import Chosen
    from gw2mon.promql import Matcher

_HTTP = {"http_requests_total": "requests", "http_request_duration_seconds": "response-time"}


class Signals(NamedTuple):
    """Events and latencies under names, as the spec says them, each once."""

    events: dict[str, dict[str, Any]]
    latencies: dict[str, dict[str, Any]]
    prefix: str
    """What all metrics of the service begin with; no name repeats it."""


def only_of(chosen: Chosen, jobs: Iterable[str]) -> dict[str, Any]:
    """`only:` of a form: conditions on labels, and on jobs where not all of the metric's are meant."""
    narrowed = {"job": list(chosen.jobs)} if chosen.jobs and set(chosen.jobs) != set(jobs) else {}
    return entries.filters(chosen.only, narrowed)


def events_of(
    signals: Signals, metric: str, only: Mapping[str, Any], split: tuple[Matcher, ...], side: str, hint: str
) -> str:
    """The name of events; `side` says what the split is: bad or good."""
    entry = {"count": metric, **only, **({side: entries.terms(split)} if split else {})}
    return _named(signals, signals.events, entry, metric, hint)


def latency_of(signals: Signals, metric: str, only: Mapping[str, Any], hint: str) -> str:
    """The name of a latency."""
    return _named(signals, signals.latencies, {"histogram": metric, **only}, metric, hint)


def known_events(signals: Signals, metric: str, only: Mapping[str, Any]) -> str:
    """Events that count just this, whatever is bad about them; "" if there are none."""
    return next(
        (
            name for name, entry in signals.events.items()
            if entry["count"] == metric and entry.get("only", {}) == only.get("only", {})
        ), "",
    )  # fmt: skip


def _named(signals: Signals, section: dict[str, dict[str, Any]], entry: dict[str, Any], metric: str, hint: str) -> str:
    same = next((name for name, other in section.items() if other == entry), "")
    if same:
        return same
    taken = {**signals.events, **signals.latencies}
    stem = _HTTP.get(metric) or slug_of(re.sub(r"_(total|seconds)$", "", metric.removeprefix(signals.prefix)))
    numbered = (f"{stem[:58]}-{number}" for number in range(2, len(taken) + 3))
    narrowed = slug_of(f"{stem[:40]}-{'-'.join(_values_in(entry))}") if _values_in(entry) else ""
    name = next(name for name in (stem, narrowed, hint, *numbered) if name and name not in taken)
    section[name] = entry
    return name


def _values_in(entry: Mapping[str, Any]) -> list[str]:
    """The values that narrow events, where they are few and plain: requests of POST are requests-post."""
    terms = list(entry.get("only", {}).values())
    return [str(value) for value in terms[0]][:2] if len(terms) == 1 and isinstance(terms[0], list) else []


def slug_of_alert(name: str) -> str:
    """An alert's name in small letters: HighErrorRate is high-error-rate."""
    return slug_of(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name))


def alert_name(name: str) -> str:
    """A name that a spec can have for an alert: words run together."""
    if re.fullmatch(r"[a-zA-Z_]\w{0,99}", name, re.ASCII):
        return name
    words = re.findall(r"[a-zA-Z0-9]+", name)
    joined = "".join(word[:1].upper() + word[1:] for word in words)[:99]
    return joined if joined[:1].isalpha() else f"Alert{joined}"


def free(name: str, taken: Iterable[str]) -> str:
    """The name, or the first with a number that is not taken."""
    used = set(taken)
    dash = "-" if name.islower() else ""
    numbered = (f"{name[:55]}{dash}{number}" for number in range(2, len(used) + 3))
    return next(each for each in (name, *numbered) if each not in used)
