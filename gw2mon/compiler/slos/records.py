"""The records of an SLO, in the order in which they need one another.

Windows of up to an hour read raw samples: a page must be quick, and must see what happened while Prometheus itself
was down. Longer ones are sums of the recorded pair, which weighs each minute by its traffic and reads hundreds of
times less than raw samples would. All records carry the same three labels, so they pair without any matching clause.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon import promql as q
from gw2mon.compiler.expressions import summed
from gw2mon.compiler.slos.sli import BASE, Shape, error_ratio, errors, total
from gw2mon.model import EventsSli, LatencySli, ProbeSli, QuerySli, RecordingRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Pairs, Sli, Slo
    from gw2mon.promql import Expr

LOW_VOLUME = 30 * slo.MINUTE
"""The window of the alert that everything fails."""

_LONGEST_RAW = slo.HOUR
_STEP = 5 * slo.MINUTE
"""Step of sums over a whole period: five times fewer samples, and within 4e-5 of the exact ratio."""


def records_of(shape: Shape) -> Iterator[RecordingRule]:
    """All recording rules of an SLO."""
    base = q.format_duration(BASE)
    yield _record(shape, names.slo_total(base), total(shape), "per second")
    yield _record(shape, names.slo_errors(base), errors(shape), "per second")
    yield from (_ratio_record(shape, window) for window in ratio_windows(shape.slo))
    yield from _constants(shape)
    yield from _budget(shape)
    yield _information(shape)


def ratio_windows(promise: Slo) -> tuple[int, ...]:
    """The windows whose error ratio is recorded, ascending; the period is the last."""
    return tuple(sorted({BASE, LOW_VOLUME, *slo.windows_of(promise.pairs), promise.window}))


def identity(shape: Shape) -> Pairs:
    """The labels of every record."""
    own = (("slo_id", shape.slo.id), ("slo_service", shape.service), ("slo_name", shape.slo.name))
    if not shape.slo.compat:
        return own
    return (*own, ("sloth_id", shape.slo.id), ("sloth_service", shape.service), ("sloth_slo", shape.slo.name))


def _record(shape: Shape, name: str, expr: Expr, unit: str, labels: Pairs = ()) -> RecordingRule:
    return RecordingRule(name, expr, (*identity(shape), *labels), unit, shape.slo.origin)


def _ratio_record(shape: Shape, window: int) -> RecordingRule:
    text = q.format_duration(window)
    labels = (("sloth_window", text),) if shape.slo.compat else ()
    return _record(shape, names.slo_error_ratio(text), _ratio(shape, window), "ratio", labels)


def _ratio(shape: Shape, window: int) -> Expr:
    if window == BASE:
        return q.div(shape.errors, q.gt(shape.total, 0))
    if window <= _LONGEST_RAW or shape.slo.accuracy == "raw":
        return error_ratio(shape, window)
    return q.div(_added_up(shape, shape.errors, window), q.gt(_added_up(shape, shape.total, window), 0))


def _added_up(shape: Shape, record: q.VectorSelector, window: int) -> Expr:
    """A record summed over a window, with what was recorded under a former name."""
    step = _STEP if window == shape.slo.window else None
    if not shape.slo.formerly:
        return q.over_time("sum", record, window, step)
    return summed(shape.slo.by, q.over_time("sum", _with_former(shape, record), window, step))


def _with_former(shape: Shape, record: q.VectorSelector) -> q.VectorSelector:
    return record._replace(matchers=(q.one_of("slo_id", (shape.slo.id, shape.slo.formerly)),))


def _constants(shape: Shape) -> Iterator[RecordingRule]:
    days = Decimal(shape.slo.window // slo.DAY)
    yield _record(shape, names.SLO_OBJECTIVE, q.vector(shape.slo.objective), "ratio")
    yield _record(shape, names.SLO_BUDGET, q.vector(slo.budget(shape.slo.objective)), "ratio")
    yield _record(shape, names.SLO_PERIOD, q.vector(days), "")


def _budget(shape: Shape) -> Iterator[RecordingRule]:
    budget = slo.budget(shape.slo.objective)
    now = shape.record(names.slo_error_ratio(q.format_duration(BASE)))
    period = shape.record(names.slo_error_ratio(q.format_duration(shape.slo.window)))
    yield _record(shape, names.SLO_BURN, q.div(now, budget), "")
    yield _record(shape, names.SLO_PERIOD_BURN, q.div(period, budget), "")
    yield _record(shape, names.SLO_REMAINING, q.sub(1, shape.record(names.SLO_PERIOD_BURN)), "ratio")
    yield _record(shape, names.SLO_COVERAGE, _coverage(shape), "ratio")


def _coverage(shape: Shape) -> Expr:
    window = shape.slo.window
    if shape.slo.formerly:
        record = _with_former(shape, shape.total)
        seen: Expr = summed(shape.slo.by, q.over_time("count", record, window, _STEP))
    else:
        seen = q.over_time("count", shape.total, window, _STEP)
    return q.call("clamp_max", q.div(seen, window // _STEP), 1)


def _information(shape: Shape) -> RecordingRule:
    promise = shape.slo
    said = (
        ("slo_objective", slo.plain(promise.objective * 100)),
        ("slo_period", q.format_duration(promise.window)),
        ("slo_type", _kind(promise.sli)),
        ("team", promise.team),
    )
    return _record(shape, names.SLO_INFO, q.vector(1), "", said)


def _kind(sli: Sli) -> str:
    match sli:
        case EventsSli():
            return "events"
        case LatencySli():
            return "latency"
        case ProbeSli():
            return "probe"
        case QuerySli():
            return "query"
        case _:
            return "error-ratio"
