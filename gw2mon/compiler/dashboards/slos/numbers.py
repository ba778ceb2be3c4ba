"""The numbers by which SLOs are judged, from their records, for whatever a reader has chosen.

An SLO that is kept apart by labels has a series for each group. Where a number is not asked for by group, it is that of
the worst one: the promise is broken for somebody, however well the others fare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names, slo
from gw2mon import promql as q
from gw2mon.compiler.slos.records import ratio_windows
from gw2mon.compiler.slos.sli import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Slo
    from gw2mon.promql import Expr, Matcher

NOW, SOON = slo.HOUR, 6 * slo.HOUR
"""The windows of the fast burn rates, which people compare first."""

NO_DATA, TICKET, PAGE = 1, 2, 3
"""What is worst about an SLO at the moment; 0: nothing."""

PENDING, FIRING = 1, 2

_SECONDS_PER_DAY = slo.DAY // 1000
_WINDOW_LABELS = ("sloth_window",)


class Asked(NamedTuple):
    """Whose numbers are asked for: the records that `chosen` selects, a number for each value of the labels."""

    slos: tuple[Slo, ...]
    """All that may be among them."""
    chosen: tuple[Matcher, ...]
    by: tuple[str, ...] = ()
    """Labels of identity; () where one SLO alone is chosen."""
    groups: tuple[str, ...] = ()
    """Labels by which SLOs are kept apart: then there is nothing of an SLO that is not."""

    def all(self, record: str) -> q.VectorSelector:
        """The series of a record."""
        return q.selector(record, (*self.chosen, *(q.label_is_not(label, "") for label in self.groups)))

    def over(self, op: str, expr: Expr) -> Expr:
        """One number for each SLO, or for each group of it."""
        return q.aggregate(op, expr, by=(*self.by, *self.groups) or None)

    def times(self, op: str, number: Expr, constant: str) -> Expr:
        """A number combined with a constant of its SLO, which has no groups."""
        right = q.aggregate("max", q.selector(constant, self.chosen), by=self.by or None)
        return q.binary(op, number, right, on=self.by, group_left=()) if self.groups else q.binary(op, number, right)


def sli(asked: Asked) -> Expr:
    """The share of good events over the period."""
    worst = asked.over("max", asked.all(names.SLO_PERIOD_BURN))
    return q.sub(1, asked.times("*", worst, names.SLO_BUDGET))


def objective(asked: Asked) -> Expr:
    """What is promised."""
    return asked.over("max", asked.all(names.SLO_OBJECTIVE))


def left(asked: Asked) -> Expr:
    """The share of the error budget that is left; below 0 the promise is broken."""
    return asked.over("min", asked.all(names.SLO_REMAINING))


def coverage(asked: Asked) -> Expr:
    """The share of the period for which there is data."""
    return asked.over("min", asked.all(names.SLO_COVERAGE))


def burn_now(asked: Asked) -> Expr:
    """The burn rate of the last minutes."""
    return asked.over("max", asked.all(names.SLO_BURN))


def burn(asked: Asked, window: int) -> Expr:
    """The burn rate over a window."""
    return asked.times("/", asked.over("max", _error_ratio(asked, window)), names.SLO_BUDGET)


def lasts(asked: Asked) -> Expr:
    """Seconds until the budget is spent if it goes on as in the last hours; nothing where nothing burns."""
    budget = q.call("clamp_min", asked.all(names.SLO_REMAINING), 0)
    share = _paired(asked, "/", budget, q.gt(_error_ratio(asked, SOON), 0))
    periods = asked.times("*", asked.over("min", share), names.SLO_BUDGET)
    return q.mul(asked.times("*", periods, names.SLO_PERIOD), _SECONDS_PER_DAY)


def _error_ratio(asked: Asked, window: int) -> Expr:
    """The share of bad events; added up from the shortest windows for SLOs whose alerts do not look at this one."""
    record = asked.all(names.slo_error_ratio(q.format_duration(window)))
    if all(window in ratio_windows(promise) for promise in asked.slos):
        return record
    bad, total = (q.over_time("sum", series, window) for series in (errors(asked), events(asked)))
    return _paired(asked, "or", record, q.div(bad, q.gt(total, 0)))


def _paired(asked: Asked, op: str, one: Expr, other: Expr) -> Expr:
    """Records of one SLO have the same labels, unless those of Sloth tell windows apart."""
    if any(promise.compat for promise in asked.slos):
        return q.binary(op, one, other, ignoring=_WINDOW_LABELS)
    return q.binary(op, one, other)


def events(asked: Asked) -> q.VectorSelector:
    """All events, or samples."""
    return asked.all(names.slo_total(q.format_duration(BASE)))


def errors(asked: Asked) -> q.VectorSelector:
    """The bad ones."""
    return asked.all(names.slo_errors(q.format_duration(BASE)))


def verdict(asked: Asked) -> Expr:
    """The worst that is said of an SLO at the moment, as one of the numbers above."""
    urgent, missing = q.label_is("slo_severity", "page"), q.label_is("alertname", names.DATA_MISSING)
    other = q.label_is_not("alertname", names.DATA_MISSING)
    tickets = q.mul(TICKET, firing(asked, q.label_is("slo_severity", "ticket"), other))
    unknown = q.mul(NO_DATA, firing(asked, q.label_is("slo_severity", "ticket"), missing))
    kept = q.mul(0, asked.all(names.SLO_INFO))
    return asked.over("max", q.or_(q.mul(PAGE, firing(asked, urgent)), tickets, unknown, kept))


def firing(asked: Asked, *more: Matcher) -> q.VectorSelector:
    """The alerts of SLOs that fire."""
    return q.selector("ALERTS", (*asked.chosen, *more), alertstate="firing")


def history(asked: Asked, labels: Iterable[str]) -> Expr:
    """Whether alerts wait for their time or fire."""
    pending = q.selector("ALERTS", asked.chosen, alertstate="pending")
    return q.aggregate("max", q.or_(q.mul(FIRING, firing(asked)), q.mul(PENDING, pending)), by=labels)


def firing_for(asked: Asked, labels: Iterable[str]) -> Expr:
    """Seconds since the condition of a firing alert came true."""
    since = q.selector("ALERTS_FOR_STATE", asked.chosen)
    fires = q.and_(since, firing(asked), ignoring=("alertstate",))
    return q.sub(q.time(), q.aggregate("min", fires, by=labels))
