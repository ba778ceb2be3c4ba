"""The dashboard of a service's SLOs: all in a table, and below it the one that is chosen, from its state to its causes.

One SLO is shown at a time, so that a link from an alert opens the whole story of this one: add var-slo=<slo_id> to the
address of the dashboard `names.SLO_DASHBOARD` of its service. Lines at thresholds cannot follow what is chosen, so
there is a graph of burn rates for each set of burn alerts, nearly always just one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon import promql as q
from gw2mon.compiler.dashboards import words
from gw2mon.compiler.dashboards.marks import beginning, started
from gw2mon.compiler.dashboards.queries import ZOOM, legend
from gw2mon.compiler.dashboards.slos import numbers, table
from gw2mon.compiler.dashboards.slos.numbers import Asked
from gw2mon.compiler.dashboards.slos.said import BURN_DIGITS, TIMES, ratio_digits
from gw2mon.model import Dashboard, Panel, Row, Threshold
from gw2mon.model.figures import Choice, Figure, Link, State, Zone
from gw2mon.model.promises import AlertLine, Mark, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compiler.dashboards.shown import Known
    from gw2mon.model import Slo
    from gw2mon.slo import BurnPair

PACE = slo.MINUTE
"""How often the rules of SLOs are evaluated."""

CHOSEN = "$slo"
_WHOLE = "budget left"
RULES_MISSED, _RULES_FAILED = (
    "prometheus_rule_group_iterations_missed_total",
    "prometheus_rule_evaluation_failures_total",
)
_SINCE = (State(numbers.PENDING, "Pending", "warning"), State(numbers.FIRING, "Firing", "critical"))


def details_of(known: Known) -> Dashboard:
    """The dashboard of all SLOs of a service that has some."""
    every = Asked(known.slos, (q.label_is("slo_service", known.service),))
    chosen = Asked(known.slos, (q.label_is("slo_id", CHOSEN),))
    rows = (
        Row("SLOs", (table.of_slos(every, (), _here(known)),)),
        Row(CHOSEN, tuple(_status(chosen))),
        Row("Error budget", (_budget(chosen),)),
        Row("What spends it", tuple(_spending(known, chosen))),
        Row("Alerts", tuple(_alerts(every, chosen))),
        Row("Can these numbers be trusted?", tuple(_trust(known, chosen)), collapsed=True),
    )
    choice = Choice("slo", "SLO", q.selector(names.SLO_INFO, slo_service=known.service), "slo_id", known.slos[0].id)
    return Dashboard(
        names.SLO_DASHBOARD,
        f"{known.service}: SLOs",
        f"What {known.service} promises, how much of its error budgets is left, and what spends them.",
        rows,
        marks=(*_marks(), *started(known)),
        origin=known.scope.at("slos"),
        choices=(choice,),
        pace=PACE,
    )


def _here(known: Known) -> Link:
    uid = names.dashboard_uid(known.service, names.SLO_DASHBOARD)
    return Link("Show this SLO below", uid, ("slo", "slo_id"))


def _marks() -> Iterator[Mark]:
    page, ticket = (
        q.selector("ALERTS", alertstate="firing", slo_id=CHOSEN, slo_severity=level) for level in ("page", "ticket")
    )
    yield Mark("Pages", "critical", page, "{{alertname}}")
    yield Mark("Tickets", "warning", beginning(ticket), "{{alertname}}")


def _status(asked: Asked) -> Iterator[Panel]:
    """One number for each question, in the order in which they are asked."""
    digits = ratio_digits(asked.slos)
    burning = Figure(BURN_DIGITS, table.burn_zones(asked.slos))
    yield _stat("sli", "Good over the period", numbers.sli(asked), "ratio", Figure(digits), _SLI)
    yield _stat("objective", "Promised", numbers.objective(asked), "ratio", Figure(digits, is_constant=True), _PROMISED)
    yield _stat("left", "Error budget left", numbers.left(asked), "ratio", table.BUDGET, _LEFT)
    yield _stat("now", "Burn rate now", numbers.burn_now(asked), TIMES, burning, _NOW)
    yield _stat("lasts", "Budget lasts", numbers.lasts(asked), "seconds", table.LASTS, _LASTS)
    yield _stat("coverage", "Period with data", numbers.coverage(asked), "ratio", _COVERED, _COVERAGE)


def _stat(key: str, title: str, expr: q.Expr, unit: str, figure: Figure, said: str) -> Panel:
    return Panel(key, title, "stat", (Query(expr, title.lower()),), unit, said, signed=key == "left", figure=figure)


def groups_of(slos: tuple[Slo, ...]) -> tuple[str, ...]:
    """The labels by which some SLO is kept apart."""
    return tuple(sorted({label for promise in slos for label in promise.by}))


def _ways_apart(asked: Asked) -> tuple[Asked, ...]:
    """The groups of the chosen SLO, in each way in which some SLO is kept apart; only its own finds anything."""
    return tuple(asked._replace(groups=by) for by in sorted({promise.by for promise in asked.slos if promise.by}))


def _budget(asked: Asked) -> Panel:
    """How the budget went down, over the whole period, whatever is chosen for the rest."""
    groups = tuple(Query(numbers.left(apart), legend(apart.groups, "")) for apart in _ways_apart(asked))
    queries = (Query(numbers.left(asked), _WHOLE), *groups)
    return Panel(
        "budget", "Error budget over the period", "graph", queries, "ratio",
        _BURN_DOWN, by=groups_of(asked.slos), values=(_WHOLE,), signed=True, width="full", tone="used",
        figure=Figure(1, (Zone(None, "critical"), Zone(Decimal(0), "good"))),
        span=max(promise.window for promise in asked.slos),
    )  # fmt: skip


def _spending(known: Known, asked: Asked) -> Iterator[Panel]:
    sets: dict[tuple[BurnPair, ...], list[Slo]] = {}
    for promise in asked.slos:
        sets.setdefault(promise.pairs, []).append(promise)
    for pairs, promises in sets.items():
        if pairs:
            yield _burn_rates(known, _narrowed(asked, promises), pairs, "" if len(sets) == 1 else _whose(promises))
    yield _events(asked)
    yield from map(table.of_groups, _ways_apart(asked))


def _whose(slos: list[Slo]) -> str:
    return f": {', '.join(promise.name for promise in slos)}"


def _narrowed(asked: Asked, slos: list[Slo]) -> Asked:
    """The chosen SLO if it is one of these, else none."""
    if len(slos) == len(asked.slos):
        return asked
    among = q.one_of("slo_name", [promise.name for promise in slos])
    return Asked(tuple(slos), (*asked.chosen, among))


def _burn_rates(known: Known, asked: Asked, pairs: tuple[BurnPair, ...], whose: str) -> Panel:
    """All windows of the burn alerts, with their factors as lines."""
    lines = tuple(_line(known, pair) for pair in pairs)
    windows = slo.windows_of(pairs)
    queries = tuple(Query(numbers.burn(asked, window), q.format_duration(window)) for window in windows)
    pair_names = (f"{q.format_duration(pair.long)} and {q.format_duration(pair.short)} both above "
                  f"{slo.plain(pair.factor)}x" for pair in pairs)  # fmt: skip
    said = f"{_BURN_RATES} Alerts fire with {', or '.join(pair_names)}."
    return Panel(
        "burn/" + "/".join(f"{pair.level}-{pair.short}-{pair.long}-{slo.plain(pair.factor)}" for pair in pairs),
        f"Burn rates{whose}", "graph", queries, TIMES, "\n\n".join((said, *words.alert_sentences(lines))),
        lines=lines, width="half" if whose else "full",
        figure=Figure(BURN_DIGITS, nothing="The chosen SLO has other alerts" if whose else Figure().nothing),
    )  # fmt: skip


def _line(known: Known, pair: BurnPair) -> AlertLine:
    severity = slo.SEVERITIES[pair.level]
    runbooks = [dict(rule.annotations).get("runbook_url", "") for rule in known.alerts
                if rule.alert == names.BUDGET_BURN and rule.severity == severity]  # fmt: skip
    # SLOs may name runbooks of their own, and a graph of several knows none that is right for all.
    runbook = runbooks[0] if len(set(runbooks)) == 1 else ""
    return AlertLine(names.BUDGET_BURN, severity, Threshold(">", pair.factor, f"{slo.plain(pair.factor)}x"), runbook)


def _events(asked: Asked) -> Panel:
    """Good and bad events per second; samples where an SLO rests on a gauge or a ratio."""
    counting = [promise for promise in asked.slos if promise.counts_events]
    sampling = [promise for promise in asked.slos if not promise.counts_events]
    queries: list[Query] = []
    for promises, what, unit in ((counting, "events", "per second"), (sampling, "samples", "")):
        if promises:
            among = _narrowed(asked, promises)
            good = q.sub(q.sum_(numbers.events(among)), q.sum_(numbers.errors(among)))
            queries += [Query(good, f"good {what}", unit), Query(q.sum_(numbers.errors(among)), f"bad {what}", unit)]
    title, said = _EVENTS[bool(counting), bool(sampling)]
    values = tuple(query.legend for query in queries)
    unit = "per second" if counting else ""
    return Panel("events", title, "graph", tuple(queries), unit, said, values=values, width="full")


def _alerts(every: Asked, asked: Asked) -> Iterator[Panel]:
    groups = groups_of(asked.slos)
    told_by = ("alertname", "slo_severity", *groups)
    drawn = Query(numbers.history(asked, told_by), " ".join(f"{{{{{label}}}}}" for label in told_by))
    yield Panel(
        "history", "Alerts of $slo", "states", (drawn,), "", _HISTORY, by=told_by, width="half",
        figure=Figure(states=_SINCE, nothing="No alert in this time"),
    )  # fmt: skip
    yield firing_alerts(every, groups, ())


def firing_alerts(asked: Asked, groups: tuple[str, ...], services: tuple[str, ...]) -> Panel:
    """The alerts of SLOs that fire, the latest first."""
    heads = (
        ("alertname", "Alert"),
        ("slo_severity", "Level"),
        *((("slo_service", "Service"),) if services else ()),
        ("slo_name", "SLO"),
        *((label, label) for label in groups),
    )
    by = tuple(label for label, _ in heads)
    query = Query(numbers.firing_for(asked, by), "Firing for", "seconds", Figure(1))
    return Panel(
        "firing", "Firing now", "table", (query,), "", _FIRING, by=by, width=None if services else "half",
        figure=Figure(nothing="Nothing fires"), heads=heads, sorted_by="Firing for",
    )  # fmt: skip


def _trust(known: Known, asked: Asked) -> Iterator[Panel]:
    query = Query(numbers.coverage(asked), "period with data")
    yield Panel("covered", "Period with data", "graph", (query,), "ratio", _COVERAGE, tone="used")
    if known.watches_rules:
        chosen = q.label_matches("rule_group", f".+;{names.slo_group(CHOSEN)}")
        counted = (q.sum_(q.increase(q.selector(name, (chosen,)), ZOOM)) for name in (RULES_MISSED, _RULES_FAILED))
        queries = tuple(Query(expr, name) for expr, name in zip(counted, ("left out", "failed"), strict=True))
        yield Panel("rules", "Evaluations left out or failed", "graph", queries, "", _RULES)


_COVERED = Figure(1, (Zone(None, "warning"), Zone(Decimal("0.1"), "info"), Zone(Decimal("0.9"), "good")))
_EVENTS = {
    (True, False): (
        "Good and bad events",
        "Events per second. Bad ones spend the budget: look when they began, then at what was deployed or failed then.",
    ),
    (False, True): (
        "Good and bad samples",
        "Samples in five minutes: this SLO counts time, not events. Look when the bad ones began, and at the target.",
    ),
    (True, True): (
        "Good and bad events, or samples of a probe",
        "Events per second, or samples in five minutes where an SLO counts time. Look when the bad ones began.",
    ),
}
_SLI = (
    "Share of good events over the period of the promise. Below what is promised the budget is spent; then reliability "
    "comes before features."
)
_PROMISED = "The objective. Change it in the spec, together with those who rely on it, and not while it is broken."
_LEFT = (
    "Share of the error budget that is left in the period. Below 25% deploy with care; below 0% the promise is broken, "
    "and stays so until the bad events leave the period."
)
_NOW = (
    "How many times faster than evenly the budget was spent in the last five minutes. Above 1 it does not last for the "
    "period. Colours change where alerts begin."
)
_LASTS = (
    "Time until the budget is spent if things go on as in the last six hours. Nothing burns: no bad event in that "
    "time, or no data, which the last number of this row tells."
)
_COVERAGE = (
    "Share of the period for which there is data. It rises to 100% during the first period of a new SLO; until then "
    "the budget judges a shorter time. Below 10% no alert says that it is spent."
)
_BURN_DOWN = (
    "How the budget went over the whole period, whatever time is chosen above. Steps are incidents: zoom in on one "
    "and see what it cost. Below the line at 0% the promise is broken. It rises when bad events leave the period."
)
_BURN_RATES = (
    "How many times faster than evenly the budget is spent, over the windows of the alerts. A short window above a "
    "line says that it goes on, a long one that it matters. When the short ones have fallen, the worst is over."
)
_HISTORY = (
    "When alerts of this SLO waited and fired. Many short stretches mean that it recovers by itself, and comes back: "
    "look for what repeats."
)
_FIRING = "The alerts of SLOs that fire now, and for how long their condition has held. Pages come before tickets."
_RULES = (
    "Evaluations of the rules of this SLO that were left out, since one before took too long, or failed. Above 0 its "
    "records have gaps, and its alerts come late: look at the load and the log of Prometheus."
)
