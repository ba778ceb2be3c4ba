"""The alerts of an SLO: its budget burns, is spent, everything fails, or nobody can tell.

Burn alerts have no `for`: their short windows do that job, sooner. They ask for a few bad events, so that in a quiet
night one lone failure, a large share of little traffic, wakes nobody. As that also blinds them while there are hardly
any events at all, a ticket tells when everything fails at any volume.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon import promql as q
from gw2mon.compiler.slos import said
from gw2mon.compiler.slos.records import LOW_VOLUME, identity
from gw2mon.compiler.wording import runbook_url, signal_of_slo
from gw2mon.model import AlertingRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compiler.scope import Scope
    from gw2mon.compiler.slos.sli import Shape
    from gw2mon.promql import Expr
    from gw2mon.slo import BurnPair, Level

_HOLD = 15 * slo.MINUTE
_LOST_SINCE = slo.HOUR
_HALF = Decimal("0.5")
"""Counts from rates are extrapolated, so whole numbers of events are told apart halfway between them."""

_EVERYTHING = Decimal("0.999")
_LEAST_COVERAGE = Decimal("0.1")
"""Share of the period with data, below which a spent budget says more about the start than about the service."""


def alerts_of(scope: Scope, shape: Shape) -> Iterator[AlertingRule]:
    """All alerting rules of an SLO, the most urgent first."""
    promise = shape.slo
    for level in ("page", "ticket"):
        # A pair that no error ratio can reach is reported, and never becomes an alert.
        pairs = [pair for pair in promise.pairs if pair.level == level and slo.can_fire(pair, promise.objective)]
        if pairs:
            terms = [_burns(shape, pair) for pair in pairs]
            yield _alert(scope, shape, names.BUDGET_BURN, level, q.or_(*terms), 0)
    if promise.counts_events and promise.pairs:
        yield _alert(scope, shape, names.ALL_FAILING, "ticket", _all_failing(shape), 0)
    if promise.exhausted:
        yield _alert(scope, shape, names.BUDGET_EXHAUSTED, "ticket", _exhausted(shape), _HOLD)
    if promise.no_data != "none":
        yield _alert(scope, shape, names.DATA_MISSING, promise.no_data, _data_missing(shape), _HOLD)


def _burns(shape: Shape, pair: BurnPair) -> Expr:
    """Both windows above the threshold, the long one first: its error ratio is the value of the alert."""
    limit = slo.threshold(pair, shape.slo.objective)
    conditions: list[Expr] = [q.gt(_ratio(shape, window), limit) for window in (pair.long, pair.short)]
    if shape.slo.counts_events and shape.slo.min_errors > 1:
        conditions.append(_at_least(shape, pair.long, shape.slo.min_errors))
    return q.and_(*conditions)


def _all_failing(shape: Shape) -> Expr:
    everything = q.gt(_ratio(shape, LOW_VOLUME), _EVERYTHING)
    return q.and_(everything, _at_least(shape, LOW_VOLUME, 2))


def _exhausted(shape: Shape) -> Expr:
    spent = q.le(_windowless(shape, names.SLO_REMAINING), 0)
    return q.and_(spent, q.gt(shape.record(names.SLO_COVERAGE), _LEAST_COVERAGE))


def _data_missing(shape: Shape) -> Expr:
    """By the bad events, not by their ratio: that is rightly absent while there is no traffic."""
    if not shape.slo.by:
        return q.absent(shape.errors)
    before = shape.total._replace(offset=_LOST_SINCE)
    return q.or_(q.absent(shape.total), q.unless(before, shape.total))


def _ratio(shape: Shape, window: int) -> Expr:
    return _windowless(shape, names.slo_error_ratio(q.format_duration(window)))


def _windowless(shape: Shape, name: str) -> Expr:
    """A record without Sloth's label of its window: records could not pair, and each pair would be another alert."""
    record = shape.record(name)
    return q.aggregate("max", record, without=("sloth_window",)) if shape.slo.compat else record


def _at_least(shape: Shape, window: int, events: int) -> Expr:
    """Whether so many events of a window were bad."""
    # The ratio is raw up to an hour, so it knows of an event at once; in the record of bad events each one counts whole
    # only after five minutes, and a page would come that much later. The step of its own makes the number right
    # whatever the interval of evaluation.
    everything = q.over_time("sum", shape.total, window, slo.MINUTE)
    return q.gt(q.mul(q.mul(_ratio(shape, window), everything), slo.MINUTE // 1000), events - _HALF)


def _alert(scope: Scope, shape: Shape, name: str, level: Level, expr: Expr, hold: int) -> AlertingRule:
    promise = shape.slo
    labels = (
        ("service", shape.service),
        ("team", promise.team),
        ("severity", slo.SEVERITIES[level]),
        ("signal", signal_of_slo(promise)),
        *identity(shape),
        ("slo_severity", level),
        *((("sloth_severity", level),) if promise.compat else ()),
    )
    runbook = promise.runbook or runbook_url(scope.spec.runbooks, name)
    annotations = (
        *said.annotations_of(promise, shape.service, name, level),
        *((("runbook_url", runbook),) if runbook else ()),
    )
    return AlertingRule(name, expr, None, None, hold, 0, labels, annotations, "ratio", promise.origin, slo=promise.id)
