"""SLOs in a table, the worst first: of one service, or of all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler.dashboards.slos import numbers
from gw2mon.compiler.dashboards.slos.said import BURN_DIGITS, TIMES, ratio_digits
from gw2mon.model.figures import Figure, State, Zone
from gw2mon.model.promises import Panel, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.compiler.dashboards.slos.numbers import Asked
    from gw2mon.model import Slo
    from gw2mon.model.figures import Link

LEFT = "Budget left"
_NOTHING = "-"
BUDGET = Figure(1, (Zone(None, "critical"), Zone(Decimal(0), "warning"), Zone(Decimal("0.25"), "good")))
"""Colours of a budget: spent, nearly so, or fine."""

LASTS = Figure(1, (Zone(None, "critical"), Zone(Decimal(86_400), "warning"), Zone(Decimal(3 * 86_400), "good")),
               nothing="Nothing burns")  # fmt: skip

_VERDICTS = (
    State(0, "Quiet", "good"),
    State(numbers.NO_DATA, "No data", "info"),
    State(numbers.TICKET, "Ticket", "warning"),
    State(numbers.PAGE, "Page", "critical"),
)


def of_slos(asked: Asked, services: tuple[str, ...], link: Link) -> Panel:
    """A line for each SLO; with its service where `services` says that there may be several."""
    by = ("slo_id", "slo_name", "slo_period", "team", *(("slo_service", "dashboard") if services else ()))
    heads = (
        ("slo_name", "SLO"),
        *((("slo_service", "Service"),) if services else ()),
        ("team", "Team"),
        ("slo_period", "Period"),
    )
    known = _with_dashboard(asked.all(names.SLO_INFO), services) if services else asked.all(names.SLO_INFO)
    queries = (Query(q.aggregate("max", known, by=by), ""), *_columns(asked._replace(by=("slo_id",))))
    return Panel(
        "slos", "All SLOs, the worst first" if services else "SLOs of this service, the worst first", "table",
        queries, "", _OF_SLOS, by=by, figure=Figure(nothing=_NOTHING), heads=heads, sorted_by=LEFT, link=link,
        signed=True, most=len(asked.slos),
    )  # fmt: skip


def of_groups(apart: Asked) -> Panel:
    """A line for each group of an SLO that is kept apart by labels."""
    groups, named = apart.groups, " and ".join(apart.groups)
    columns = tuple(query for query in _columns(apart) if query.legend in ("SLI", LEFT, *_burns(apart)))
    return Panel(
        "/".join(("groups", *groups)), f"$slo by {named}, the worst first", "table", columns, "", _OF_GROUPS, by=groups,
        figure=Figure(nothing=_NOTHING), heads=tuple((label, label) for label in groups), sorted_by=LEFT, signed=True,
    )  # fmt: skip


def _columns(asked: Asked) -> Iterator[Query]:
    digits = ratio_digits(asked.slos)
    limits = burn_zones(asked.slos)
    if not asked.groups:
        yield Query(numbers.verdict(asked), "State", "", Figure(states=_VERDICTS))
    yield Query(numbers.sli(asked), "SLI", "ratio", Figure(digits))
    if not asked.groups:
        yield Query(numbers.objective(asked), "Objective", "ratio", Figure(digits))
    yield Query(numbers.left(asked), LEFT, "ratio", BUDGET)
    for title, window in _burns(asked).items():
        yield Query(numbers.burn(asked, window), title, TIMES, Figure(BURN_DIGITS, limits))
    if not asked.groups:
        yield Query(numbers.lasts(asked), "Budget lasts", "seconds", LASTS._replace(nothing=_NOTHING))


def _burns(_: Asked) -> dict[str, int]:
    return {f"Burn {q.format_duration(window)}": window for window in (numbers.NOW, numbers.SOON)}


def burn_zones(slos: Iterable[Slo]) -> tuple[Zone, ...]:
    """Colours of a burn rate: the lowest factors at which some alert of each level fires."""
    pairs = [pair for promise in slos for pair in promise.pairs]
    found = {level: min((pair.factor for pair in pairs if pair.level == level), default=None)
             for level in ("ticket", "page")}  # fmt: skip
    ticket, page = found["ticket"], found["page"]
    zones = [Zone(None, "good")]
    if ticket is not None and (page is None or ticket < page):
        zones.append(Zone(ticket, "warning"))
    return tuple(zones if page is None else [*zones, Zone(page, "critical")])


def _with_dashboard(series: q.Expr, services: tuple[str, ...]) -> q.Expr:
    """The series with the uid of the dashboard of their service; one that had to be cut follows no pattern."""
    usual = names.dashboard_uid("$1", names.SLO_DASHBOARD)
    found = _labelled(series, usual, "(.+)")
    for service in services:
        uid = names.dashboard_uid(service, names.SLO_DASHBOARD)
        if uid != usual.replace("$1", service):
            found = _labelled(found, uid, q.regex_escape(service))
    return found


def _labelled(series: q.Expr, uid: str, pattern: str) -> q.Expr:
    texts = ("dashboard", uid, "slo_service", pattern)
    return q.call("label_replace", series, *map(q.string, texts))


_OF_SLOS = (
    "What was promised, what was kept, and how fast the error budget goes. Red below 0%: the promise is broken, so "
    "reliability comes before features. A burn rate of 1 spends the budget exactly by the end of the period; colours "
    "change where alerts begin. An SLO that is kept apart by labels is shown by its worst group. Click a name for the "
    "whole story."
)
_OF_GROUPS = (
    "The promise holds for each group by itself; without lines, the chosen SLO has no such groups. Compare the first "
    "lines with the rest: what fails for one group alone is a cause of its own."
)
