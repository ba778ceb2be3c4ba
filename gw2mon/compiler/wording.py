"""What a woken person reads: summaries, descriptions, runbook links, and what an alert is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from gw2mon.model import (
    Absence,
    Change,
    EventsSli,
    Forecast,
    LatencySli,
    ProbeSli,
    Quantile,
    QuerySli,
    Rate,
    RatioSli,
    Raw,
    Share,
    Staleness,
    Value,
)
from gw2mon.names import quantile_digits
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from gw2mon.model import Condition, Pairs, Slo, Threshold
    from gw2mon.spec import Spec
    from gw2mon.spec.alerts import Alert

_FORMATS = {"ratio": "humanizePercentage", "seconds": "humanizeDuration", "bytes": "humanize1024"}
_SYMBOLS = {"bytes": "B", "per second": "/s"}
_COMPARED = {">": "above", "<": "below", "==": "at"}


def annotations_of(
    spec: Spec, name: str, alert: Alert, condition: Condition, threshold: Threshold | None, unit: str
) -> Pairs:
    """summary, description and runbook_url of an alert; what the spec leaves out is said from the condition."""
    summary = alert.summary or f"{subject(condition).capitalize()} {_bound(threshold)}".strip()
    description = alert.description or _description(condition, threshold, unit)
    runbook = alert.runbook or runbook_url(spec.runbooks, name)
    return (("summary", summary), ("description", description), *((("runbook_url", runbook),) if runbook else ()))


def runbook_url(pattern: str, alert: str) -> str:
    """The runbook of an alert: the pattern with the alert's name in place of {alert}."""
    return pattern.replace("{alert}", alert)


def signal_of(name: str, condition: Condition) -> str:
    """What an alert is about, so that a page about the same thing mutes the warning."""
    match condition:
        case Share(events) | Rate(events) | Change(events):
            return events.name
        case Quantile(latency):
            return latency.name
        case Value(metric) | Absence(metric) | Staleness(metric) | Forecast(metric):
            return slug(metric)
        case Raw():
            return slug(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name))
        case _:
            assert_never(condition)


def signal_of_slo(slo: Slo) -> str:
    """What an SLO is about, in the same word as the alerts about the same events."""
    match slo.sli:
        case EventsSli(counted) | LatencySli(counted):
            return counted.name
        case ProbeSli(probe):
            return slug(probe.metric)
        case QuerySli() | RatioSli():
            return slo.name
        case _:
            assert_never(slo.sli)


def slug(text: str) -> str:
    """Lower case, with a dash for whatever is neither letter nor digit."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def subject(condition: Condition) -> str:
    """What is measured, as the beginning of a sentence."""
    match condition:
        case Share(events, of, over):
            return f"share of {of} {_words(events.name)} over {format_duration(over)}"
        case Quantile(latency, quantile, over):
            return f"p{quantile_digits(str(quantile))} of {_words(latency.name)} over {format_duration(over)}"
        case Rate(events, over):
            return f"rate of {_words(events.name)} over {format_duration(over)}"
        case Value(metric):
            return metric
        case Absence(metric):
            return f"{metric} is absent"
        case Staleness(metric):
            return f"time since {metric}"
        case Forecast(metric, _, _, ahead):
            return f"{metric} in {format_duration(ahead)}"
        case Change(events, over, against):
            before = format_duration(against)
            return f"change of {_words(events.name)} over {format_duration(over)} against {before} before"
        case Raw():
            return "value"
        case _:
            assert_never(condition)


def _words(name: str) -> str:
    return name.replace("-", " ")


def _bound(threshold: Threshold | None) -> str:
    return f"{_COMPARED[threshold.op]} {threshold.text}" if threshold else ""


def _description(condition: Condition, threshold: Threshold | None, unit: str) -> str:
    if threshold is None:
        return f"{subject(condition).capitalize()}."
    value = f"{{{{ $value | {_FORMATS.get(unit, 'humanize')} }}}}{_SYMBOLS.get(unit, '')}"
    return f"{subject(condition).capitalize()} is {value} ({_bound(threshold)})."
