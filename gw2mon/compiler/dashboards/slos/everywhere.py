"""The dashboard of all SLOs of all services: which promise needs somebody first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler.dashboards.slos import numbers, table
from gw2mon.compiler.dashboards.slos.details import PACE, firing_alerts, groups_of
from gw2mon.compiler.dashboards.slos.numbers import Asked
from gw2mon.model import Dashboard, Panel, Row
from gw2mon.model.figures import Choice, Figure, Link, Zone
from gw2mon.model.promises import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.model import Service
    from gw2mon.model.figures import Verdict

_LOWEST = 10


def dashboards_of_all(services: Iterable[Service]) -> tuple[Dashboard, ...]:
    """The dashboard of the SLOs of all services; none without any SLO."""
    promising = tuple(service for service in services if service.slos)
    if not promising:
        return ()
    slos = tuple(promise for service in promising for promise in service.slos)
    asked = Asked(slos, (q.label_matches("slo_service", "$service"),))
    owners = tuple(service.name for service in promising)
    link = Link("Show this SLO", "", ("slo", "slo_id"))
    rows = (
        Row("Now", tuple(_status(asked))),
        Row("SLOs", (table.of_slos(asked, owners, link),)),
        Row("Alerts", (firing_alerts(asked, groups_of(slos), owners),)),
        Row("Error budgets", (_lowest(asked, promising),)),
    )
    choice = Choice("service", "Service", q.selector(names.SLO_INFO), "slo_service")
    return (
        Dashboard(
            names.SLO_DASHBOARD,
            "SLOs of all services",
            "Every promise of every service, the worst first.",
            rows,
            choices=(choice,),
            pace=PACE,
        ),
    )


def _status(asked: Asked) -> Iterator[Panel]:
    """How many promises need somebody, by what is worst about each."""
    each = asked._replace(by=("slo_id",))
    spent = q.le(numbers.left(each), 0)
    page, ticket = (q.label_is("slo_severity", level) for level in ("page", "ticket"))
    missing, other = (compared("alertname", names.DATA_MISSING) for compared in (q.label_is, q.label_is_not))
    counts: tuple[tuple[str, str, q.Expr, Verdict | None, str], ...] = (
        ("slos", "SLOs", q.aggregate("count", numbers.objective(each)), None, _ALL),
        ("spent", "Budgets spent", _number(spent), "critical", _SPENT),
        ("pages", "SLOs that page", _alerting(each, page), "critical", _PAGES),
        ("tickets", "SLOs with a ticket", _alerting(each, ticket, other), "warning", _TICKETS),
        ("unknown", "SLOs without data", _alerting(each, missing), "warning", _UNKNOWN),
    )
    for key, title, expr, worse, said in counts:
        zones = (Zone(None, "good"), Zone(Decimal(1), worse)) if worse else ()
        yield Panel(key, title, "stat", (Query(expr, title.lower()),), "", said, figure=Figure(0, zones))


def _alerting(each: Asked, *matchers: q.Matcher) -> q.Expr:
    return _number(each.over("max", numbers.firing(each, *matchers)))


def _number(expr: q.Expr) -> q.Expr:
    return q.or_(q.aggregate("count", expr), q.vector(0))


def _lowest(asked: Asked, services: Iterable[Service]) -> Panel:
    by = ("slo_service", "slo_name")
    lines = tuple(f"{service.name} {promise.name}" for service in services for promise in service.slos)
    expr = q.aggregate("bottomk", numbers.left(asked._replace(by=by)), param=_LOWEST)
    return Panel(
        "lowest", f"The {_LOWEST} lowest error budgets", "graph", (Query(expr, "{{slo_service}} {{slo_name}}"),),
        "ratio", _LOWEST_SAID, by=by, signed=True, width="full", tone="used",
        values=lines if len(lines) <= _LOWEST else (),
        figure=Figure(1, (Zone(None, "critical"), Zone(Decimal(0), "good"))),
        span=max(promise.window for promise in asked.slos),
    )  # fmt: skip


_ALL = "SLOs with records. Fewer than the specs declare: some rules are not loaded, or not evaluated yet."
_SPENT = "SLOs whose error budget is spent: these promises are broken. Reliability comes before features there."
_PAGES = "SLOs with a page that fires: somebody should be at work on each. Ask who, before you begin as well."
_TICKETS = "SLOs with a ticket that fires: they need work in the next days, and no one has to get up for them."
_UNKNOWN = "SLOs whose data is missing: nobody can tell whether they are kept. Is the service scraped, and exposed?"
_LOWEST_SAID = (
    "The budgets of which least is left, over the whole period. Below the line at 0% the promise is broken. Several "
    "that fall at once have a cause in common: look for what these services share."
)
