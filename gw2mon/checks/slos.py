"""SLOs: promises that cannot be watched, or whose numbers would not mean what they say."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from gw2mon import slo as budgets
from gw2mon.finding import Finding
from gw2mon.model import EventsSli, LatencySli, ProbeSli, QuerySli
from gw2mon.promql import format_duration
from gw2mon.slo import MINUTE, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import LabelFilter, Metric, Model, Service, Slo, Stack
    from gw2mon.slo import BurnPair
    from gw2mon.world import World

_BASE = 5 * MINUTE
_FEWEST_SCRAPES = 4
_TWO_DIGITS = Decimal("0.01")
_FEWEST_BAD_EVENTS = 10
"""Bad events that a budget should allow in its period: below, a single one is a tenth of all that is promised."""


def burn_alert_never_fires(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW451: a burn rate that even a total outage does not reach, because the budget is so large."""
    for slo in service.slos:
        dead = [pair for pair in slo.pairs if not budgets.can_fire(pair, slo.objective)]
        if dead:
            worst = max(dead, key=lambda pair: pair.factor)
            yield Finding(
                "GW451",
                "error",
                f"the {worst.level} of SLO {slo.name} at {plain(worst.factor)} times the budget never fires: "
                f"a total outage burns {_short(budgets.highest_burn(slo.objective))} times",
                slo.origin,
                f"promise more than {_short(budgets.least_objective(worst) * 100)}%, or write\n{_replanned(slo)}",
            )


def _short(number: Decimal) -> str:
    return plain(number.quantize(_TWO_DIGITS, ROUND_CEILING))


def _replanned(slo: Slo) -> str:
    """The windows of an SLO with factors that an outage reaches, ready to be pasted."""
    pairs = [budgets.reachable(pair, slo.objective) for pair in slo.pairs]
    lines = ", ".join(_written(pair) for pair in pairs)
    return f"alerting: {{windows: [{lines}]}}"


def _written(pair: BurnPair) -> str:
    short, long = format_duration(pair.short), format_duration(pair.long)
    return f"{{level: {pair.level}, short: {short}, long: {long}, factor: {plain(pair.factor)}}}"


def base_window_too_short(service: Service, world: World, stack: Stack) -> Iterator[Finding]:
    """GW453: scrapes so far apart that the shortest window of an SLO may hold too few of them."""
    for slo in service.slos:
        metric = _metric(slo, world)
        if metric is None:
            continue
        pace = max((world.jobs[job].interval or stack.interval for job in _jobs(slo, metric, world)), default=0)
        if pace * _FEWEST_SCRAPES > _BASE:
            yield Finding(
                "GW453",
                "error",
                f"SLO {slo.name} counts over {format_duration(_BASE)}, but {metric.name} is scraped every "
                f"{format_duration(pace)}",
                slo.origin,
                f"scrape it every {format_duration(_BASE // _FEWEST_SCRAPES)} or more often",
            )


def duplicate_slo_id(model: Model) -> Iterator[Finding]:
    """GW454: two SLOs whose service and name, put together, are the same; their records would mix."""
    first: dict[str, Slo] = {}
    for slo in (slo for service in model.services for slo in service.slos):
        other = first.setdefault(slo.id, slo)
        if other is not slo:
            where = f", as at {other.origin}" if other.origin else ""
            yield Finding(
                "GW454", "error", f"SLO {slo.name} has the id {slo.id}{where}", slo.origin, "rename one of them"
            )


def bad_equals_total(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW455: all events are bad ones, so the SLO reads 0 whatever happens."""
    for slo in service.slos:
        if isinstance(slo.sli, QuerySli) and slo.sli.bad == slo.sli.total:
            yield Finding(
                "GW455",
                "error",
                f"bad and total of SLO {slo.name} are the same query: everything counts as bad",
                slo.origin,
                "let bad select only the bad events",
            )


def too_few_events(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW456: so few events that one bad one is a large part of the budget."""
    for slo in service.slos:
        if slo.expected_per_day is None:
            continue
        days = slo.window // budgets.DAY
        allowed = slo.expected_per_day * days * budgets.budget(slo.objective)
        if allowed < _FEWEST_BAD_EVENTS:
            share = plain(budgets.budget(slo.objective) * 100)
            yield Finding(
                "GW456",
                "warning",
                f"{slo.expected_per_day} events a day let SLO {slo.name} have {plain(allowed)} bad ones in "
                f"{format_duration(slo.window)}: its budget is {share}%",
                slo.origin,
                "promise less, over a longer window, or count more events as one promise",
            )


def fast_failures_count_as_good(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW457: a latency that also counts failures: a server that refuses everything at once looks fast."""
    failing = {item.label for events in service.events if events.split_is == "bad" for item in events.split}
    for slo in service.slos:
        if not isinstance(slo.sli, LatencySli):
            continue
        metric = world.metrics[slo.sli.latency.metric]
        said = _labels((*slo.sli.latency.only, *slo.sli.only, *slo.sli.bad))
        for label in sorted({label.name for label in metric.labels} & failing - said):
            yield Finding(
                "GW457",
                "warning",
                f"SLO {slo.name} counts fast failures as good: {metric.name} has the label {label}",
                slo.origin,
                f"count only successes, only: {{{label}: […]}}, or failures as bad, bad: {{{label}: […]}}",
            )


def former_name_in_use(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW458: an SLO that says it was renamed, while its former name is still there: both would be added up."""
    ids = {slo.id: slo.name for slo in service.slos}
    for slo in service.slos:
        if slo.formerly in ids:
            yield Finding(
                "GW458",
                "error",
                f"SLO {slo.name} was formerly {ids[slo.formerly]}, which is still an SLO",
                slo.origin,
                "drop formerly, or the old SLO",
            )


def unbounded_group(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW459: an SLO that is kept apart by a label whose values nothing limits: some twenty series for each."""
    for slo in service.slos:
        metric = _metric(slo, world)
        if metric is None:
            continue
        labels = {label.name: label for label in (*metric.labels, *world.target_labels(metric))}
        for name in slo.by:
            if labels[name].values.bound is None:
                yield Finding(
                    "GW459",
                    "warning",
                    f"SLO {slo.name} is kept apart by {name}, whose values nothing limits",
                    slo.origin,
                    "give the label a limit, or keep the SLO apart by another one",
                )


def _metric(slo: Slo, world: World) -> Metric | None:
    match slo.sli:
        case EventsSli(counted) | LatencySli(counted) | ProbeSli(counted):
            return world.metrics[counted.metric]
        case _:
            return None


def _jobs(slo: Slo, metric: Metric, world: World) -> tuple[str, ...]:
    """The jobs that an SLO reads: those that it names, or all that expose its metric."""
    only = slo.sli.probe.only if isinstance(slo.sli, ProbeSli) else ()
    named = {value for item in only if item.label == "job" and item.op == "=" for value in item.values}
    return tuple(job for job in world.jobs_of(metric) if not named or job in named)


def _labels(filters: tuple[LabelFilter, ...]) -> set[str]:
    return {item.label for item in filters}
