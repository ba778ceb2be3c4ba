"""What is to say of an SLO: its promise, and what its alerts make of it, in the numbers that the rules use."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon import slo as budgets
from gw2mon.model import EventsSli, LatencySli, ProbeSli, QuerySli
from gw2mon.promql import format_duration
from gw2mon.slo import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.model import Events, LabelFilter, Service, Slo
    from gw2mon.slo import BurnPair

_OUTAGES = (Decimal(1), Decimal("0.5"), Decimal("0.1"), Decimal("0.01"))
_MEANINGS = {
    (names.BUDGET_BURN, "page"): "the budget burns so fast that somebody must act now",
    (names.BUDGET_BURN, "ticket"): "the budget will not last; look at it in working hours",
    (names.ALL_FAILING, "ticket"): "nothing has worked for half an hour, with too little traffic to page",
    (names.BUDGET_EXHAUSTED, "ticket"): "the promise is broken for this window",
    (names.DATA_MISSING, "page"): "nobody can tell whether the promise is kept",
    (names.DATA_MISSING, "ticket"): "nobody can tell whether the promise is kept",
}


def lines(slo: Slo, service: Service) -> Iterator[tuple[str, str]]:
    """What is told, in the left column, and what is said of it."""
    window = format_duration(slo.window)
    yield "promises", f"{_percent(slo.objective)} over {window}"
    if slo.description:
        yield "means", slo.description
    yield "counts", _counted(slo)
    if slo.by:
        yield "kept apart", f"by {', '.join(slo.by)}"
    yield "budget", "\n".join(_budget(slo))
    yield "fires", "\n".join(_pair(slo, pair) for pair in slo.pairs) or "never: it has no burn alerts"
    if slo.pairs:
        yield "detects", "\n".join(_detection(slo, share) for share in _OUTAGES)
    yield "alerts", "\n".join(_alerts(slo, service)) or "none"
    yield "generated", names.slo_rules_path(service.name)
    if slo.origin:
        yield "written at", str(slo.origin)


def _budget(slo: Slo) -> Iterator[str]:
    window, share = format_duration(slo.window), budgets.budget(slo.objective)
    minutes = share * slo.window / budgets.MINUTE
    yield f"{_percent(share)} may be bad: as much as {_minutes(minutes)} of only bad ones in {window}"
    if slo.expected_per_day is not None:
        total = slo.expected_per_day * slo.window // budgets.DAY
        yield f"that is {int(total * share):,} of the {total:,} events to be expected"


def _pair(slo: Slo, pair: BurnPair) -> str:
    windows = f"{format_duration(pair.long)} and {format_duration(pair.short)}"
    spent = _percent((pair.factor * pair.long / slo.window).quantize(Decimal("0.0001")))
    limit = _percent(budgets.threshold(pair, slo.objective))
    return (
        f"{pair.level:<6} when over {windows} more than {limit} are bad: {plain(pair.factor)} times the budget, "
        f"{spent} of it in {format_duration(pair.long)}"
    )


def _detection(slo: Slo, share: Decimal) -> str:
    """How long an outage of a share of all events lasts before it is told."""
    told = []
    for level in ("page", "ticket"):
        pairs = [pair for pair in slo.pairs if pair.level == level]
        after = budgets.detection(pairs, slo.objective, share) if pairs else None
        told.append(f"{level} after {_rounded(after)}" if after is not None else f"no {level}")
    return f"{_percent(share) + ' bad':<9} {', '.join(told)}"


def _rounded(milliseconds: int) -> str:
    """Whole minutes, since the rules are evaluated every minute."""
    minutes = int(Decimal(milliseconds / budgets.MINUTE).to_integral_value(ROUND_CEILING))
    return format_duration(minutes * budgets.MINUTE)


def _alerts(slo: Slo, service: Service) -> Iterator[str]:
    for group in service.slo_groups:
        for rule in group.rules:
            if getattr(rule, "slo", "") == slo.id:
                level = dict(rule.labels)["slo_severity"]
                alert = getattr(rule, "alert", "")
                yield f"{alert} ({level}): {_MEANINGS[alert, level]}"


def _counted(slo: Slo) -> str:
    match slo.sli:
        case EventsSli(events):
            return f"{events.metric}; {_split(events)}"
        case LatencySli(latency, under, only, bad):
            failures = f", unless{_filters(bad)}" if bad else ""
            counted = f"{latency.metric}{_filters((*latency.only, *only))}"
            return f"{counted}; good is what takes less than {_seconds(under)}{failures}"
        case ProbeSli(probe):
            return f"{probe.metric}{_filters(probe.only)}; good is 1"
        case QuerySli():
            return "good and bad events in PromQL"
        case _:
            return "a share of bad events in PromQL, averaged over time"


def _split(events: Events) -> str:
    only = f"only {_filters(events.only).strip()}, " if events.only else ""
    return f"{only}{events.split_is} is{_filters(events.split)}"


def _filters(filters: Sequence[LabelFilter]) -> str:
    return " " + ", ".join(f"{each.label} {each.op} {' or '.join(each.values)}" for each in filters) if filters else ""


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _seconds(value: Decimal) -> str:
    return format_duration(int(value * 1000))


def _minutes(minutes: Decimal) -> str:
    return f"{round(minutes, 1).normalize():f} minutes"
