"""What a reader is told: titles where the spec gives none, what a panel means, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from gw2mon.compiler.dashboards.shown import (
    Average,
    Formula,
    Gauge,
    Heatmap,
    Info,
    Logs,
    Prose,
    Quantiles,
    Rates,
    Shares,
)
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.dashboards.shown import Filters, Known, Labels, Shown
    from gw2mon.model import Metric
    from gw2mon.model.promises import AlertLine

_COMPARED = {">": "above", "<": "below", "==": "at"}
_PER_SECOND = {"": "per second", "bytes": "bytes per second", "seconds": "seconds per second"}


def title(shown: Shown) -> str:
    """What a panel without a title is called."""
    match shown:
        case Rates(events, by, top):
            return f"{sentence(events.name)}{_by(by)}{f', top {top}' if top else ''}"
        case Shares(events, of, by):
            return f"Share of {of} {words(events.name)}{_by(by)}"
        case Quantiles(latency, _, by):
            return f"{sentence(latency.name)}{_by(by)}"
        case Heatmap(latency):
            return f"{sentence(latency.name)}: distribution"
        case Average(metric, _, by):
            return f"{_short(metric)}: average{_by(by)}"
        case Gauge(metric) | Info(metric):
            return _short(metric)
        case Formula() | Prose():
            return ""
        case Logs():
            return "Logs"
        case _:
            assert_never(shown)


def meaning(known: Known, shown: Shown, over: int | None) -> str:
    """What is measured, and what to do about it."""
    match shown:
        case Rates() | Shares() | Quantiles() | Average():
            return _measured(known, shown, over)
        case Heatmap(latency):
            return f"{_counted(known, latency.metric)}: how many fall into each bucket. {_HEATMAP}"
        case Gauge(metric):
            return f"Time since: {_lower(metric)}. {_AGE}" if shown.is_age else f"{_help(metric)}. {_GAUGE}"
        case Info(metric):
            return f"{_help(metric)}. {_INFO}"
        case Formula(_, _, _, said):
            return said or f"A query that the spec of {known.service} writes in PromQL."
        case Logs():
            return f"Log lines of {known.service}. Narrow the time to the moment at which a graph bends."
        case Prose():
            return ""
        case _:
            assert_never(shown)


def _measured(known: Known, shown: Rates | Shares | Quantiles | Average, over: int | None) -> str:
    """The same for what is measured over a window."""
    window = f"over {format_duration(over)}" if over else "over a window that follows the zoom"
    match shown:
        case Rates(events, _, top):
            extent = "over the whole time that is shown" if top and not over else window
            return f"{_counted(known, events.metric)} per second, {extent}. {_RATE}"
        case Shares(events, of):
            return f"Share of {of} {words(events.name)} among all of them, {window}. {_SHARE[of]}"
        case Quantiles(latency, quantiles):
            below = ", ".join(f"{quantile * 100:f}".rstrip("0").rstrip(".") + "%" for quantile in quantiles)
            return f"{_counted(known, latency.metric)}: {below} stay below the lines, {window}. {_QUANTILE}"
        case Average(metric):
            return f"{_help(metric)}: the average, {window}. {_AVERAGE}"
        case _:
            assert_never(shown)


_RATE = "Look for steps and gaps: a sudden drop tells as much as a surge. Compare with the marks of deployments."
_SHARE = {
    "bad": "When it rises, look which kind fails, then at what was deployed last.",
    "good": "When it falls, look which kind fails, then at what was deployed last.",
}
_QUANTILE = "When only the highest line rises, few are slow: look for one route, query or neighbour. When all do: load."
_HEATMAP = "Two bands mean two kinds of work, such as cached and not; a band that moves up is a slowdown for all."
_AGE = "If it only grows, what it watches no longer happens."
_INFO = "Several rows of one job during a rollout are normal; afterwards they are not."
_GAUGE = "Compare with what is usual at this hour."
_AVERAGE = "An average hides the slow few; it is for what has no buckets."


def unit(known: Known, shown: Shown) -> str:
    """The base unit of what a panel shows."""
    match shown:
        case Rates(events):
            metric = known.world.metrics[events.metric]
            counted = metric.unit if metric.type == "counter" else ""
            if not counted and "request" in metric.name:
                return "requests per second"
            return _PER_SECOND.get(counted, "per second")
        case Shares():
            return "ratio"
        case Quantiles(latency) | Heatmap(latency):
            return known.world.metrics[latency.metric].unit
        case Gauge(metric):
            return "seconds" if shown.is_age else metric.unit
        case Average(metric):
            return metric.unit
        case Formula(_, _, said):
            return said
        case Info() | Logs() | Prose():
            return ""
        case _:
            assert_never(shown)


def key(shown: Shown, named: str) -> str:
    """What a panel is about: its identity, whatever it is called and wherever it stands."""
    match shown:
        case Rates(events, by, top):
            return "/".join((f"top-{top}" if top else "rate", events.name, *by))
        case Shares(events, of, by):
            return "/".join((f"{of}-share", events.name, *by))
        case Quantiles(latency, _, by):
            return "/".join(("quantiles", latency.name, *by))
        case Heatmap(latency):
            return f"heatmap/{latency.name}"
        case Gauge(metric, only, _, by) | Average(metric, only, by):
            return "/".join((type(shown).__name__.lower(), metric.name, *_narrowed(only), *by))
        case Info(metric, only):
            return "/".join(("info", metric.name, *_narrowed(only)))
        case Formula() | Logs() | Prose():
            return f"{type(shown).__name__.lower()}/{named}"
        case _:
            assert_never(shown)


def _narrowed(only: Filters) -> tuple[str, ...]:
    return tuple(f"{item.label}{item.op}{'|'.join(item.values)}" for item in only)


def alert_sentences(lines: Iterable[AlertLine]) -> tuple[str, ...]:
    """One sentence for each alert whose thresholds are drawn."""
    bounds: dict[str, list[str]] = {}
    for line in lines:
        said = f"{line.severity} {_COMPARED[line.threshold.op]} {line.threshold.text}"
        bounds.setdefault(line.alert, []).append(said)
    return tuple(f"Alert {alert}: {', '.join(said)}." for alert, said in bounds.items())


def sentence(name: str) -> str:
    """A name as the beginning of a sentence."""
    text = words(name)
    return text if text[:2].isupper() else text[:1].upper() + text[1:]


def words(name: str) -> str:
    """A name as people say it: without the suffix that says its unit, and with HTTP in capitals."""
    stem = re.sub(r"_(?:total|seconds|bytes|ratio|info)$|_(?:seconds|bytes)_total$", "", name)
    return " ".join(word.upper() if word in _ACRONYMS else word for word in re.split(r"[-_]+", stem))


_ACRONYMS = frozenset({"ai", "api", "cpu", "db", "dns", "http", "id", "sql", "ssl", "tcp", "tls", "url"})


def _by(by: Labels) -> str:
    return f" by {' and '.join(map(words, by))}" if by else ""


def _counted(known: Known, metric: str) -> str:
    return _help(known.world.metrics[metric])


def _help(metric: Metric) -> str:
    return metric.help.rstrip(".") or metric.name


def _lower(metric: Metric) -> str:
    text = _help(metric)
    return text[:1].lower() + text[1:]


def _short(metric: Metric) -> str:
    """A help text as a title, if it is short enough for one; else the name."""
    text = _help(metric)
    return text if len(text) <= _TITLE_LENGTH else sentence(metric.object or metric.name)


_TITLE_LENGTH = 48
