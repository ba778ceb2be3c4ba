"""Each kind of SLI as one pair, all events and a part of them, and the share of bad events that follows.

Everything else about an SLO rests on this pair and is the same for all kinds. A part without any series counts as 0,
but only where the record of all events says that there is something to count: a target that is gone is no perfect one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler.expressions import counted_selector, matchers, summed
from gw2mon.model import EventsSli, LatencySli, ProbeSli, QuerySli, RatioSli
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from gw2mon.model import LabelFilter, Slo
    from gw2mon.promql import Duration, Expr, Matcher, VectorSelector
    from gw2mon.world import World

_MINUTE = 60_000
BASE = 5 * _MINUTE
"""The window of the pair, from which long windows are derived."""


class Shape(NamedTuple):
    """An SLO, and the world that its selectors belong to."""

    slo: Slo
    service: str
    world: World

    def record(self, name: str) -> VectorSelector:
        """One of its own records."""
        return q.selector(name, slo_id=self.slo.id)

    @property
    def total(self) -> VectorSelector:
        """The record of all events."""
        return self.record(names.slo_total(q.format_duration(BASE)))

    @property
    def errors(self) -> VectorSelector:
        """The record of the bad events."""
        return self.record(names.slo_errors(q.format_duration(BASE)))


class _Pair(NamedTuple):
    """Sums over one window, for each group: events per second, or samples."""

    total: Expr
    part: Expr
    part_is_bad: bool
    part_may_be_missing: bool
    """Whether the part has no series before the first such event."""


def total(shape: Shape) -> Expr:
    """All events over the base window."""
    return _pair(shape, BASE).total


def errors(shape: Shape) -> Expr:
    """The bad events over the base window, by way of the record of all events, which is evaluated before."""
    by, pair = shape.slo.by, _pair(shape, BASE)
    part = _or_none(shape, pair.part) if pair.part_may_be_missing else pair.part
    return part if pair.part_is_bad else q.call("clamp_min", q.sub(shape.total, part, on=by), 0)


def error_ratio(shape: Shape, over: Duration) -> Expr:
    """The share of bad events over a window of raw samples; nothing without traffic, never NaN."""
    by, pair = shape.slo.by, _pair(shape, over)
    part = pair.part
    if pair.part_may_be_missing:
        # Without groups a constant will do: what it is divided by is absent where nothing is there at all.
        part = _or_none(shape, part) if by else q.or_(part, q.vector(0))
    share = q.div(part, q.gt(pair.total, 0), on=by) if by else q.div(part, q.gt(pair.total, 0))
    return share if pair.part_is_bad else q.call("clamp_min", q.sub(1, share), 0)


def _or_none(shape: Shape, part: Expr) -> Expr:
    """0 for each group that has events and no series of the part."""
    return q.or_(part, q.mul(0, shape.total), on=shape.slo.by)


def _pair(shape: Shape, over: Duration) -> _Pair:
    by, world = shape.slo.by, shape.world
    match shape.slo.sli:
        case EventsSli(events):
            everything = summed(by, q.rate(counted_selector(events, world), over))
            part = summed(by, q.rate(counted_selector(events, world, split=True), over))
            return _Pair(everything, part, events.split_is == "bad", part_may_be_missing=True)
        case LatencySli() as sli:
            return _latency_pair(sli, by, world, over)
        case ProbeSli(probe):
            metric = world.metrics[probe.metric]
            series = q.selector(metric.name, matchers(world, metric, probe.only))
            up, samples = (summed(by, q.over_time(what, series, over)) for what in ("sum", "count"))
            return _Pair(samples, up, part_is_bad=False, part_may_be_missing=False)
        case QuerySli(bad, everything):
            everything, part = (_in_groups(by, _filled_in(expr, over)) for expr in (everything, bad))
            return _Pair(everything, part, part_is_bad=True, part_may_be_missing=True)
        case RatioSli(ratio):
            # A division by no traffic is NaN, and one NaN would be the sum of all; a comparison drops it.
            real = q.ge(ratio, 0)
            part, samples = (_in_groups(by, q.over_time(what, real, over, _MINUTE)) for what in ("sum", "count"))
            return _Pair(samples, part, part_is_bad=True, part_may_be_missing=False)
        case unknown:
            assert_never(unknown)


def _latency_pair(sli: LatencySli, by: tuple[str, ...], world: World, over: Duration) -> _Pair:
    metric = world.metrics[sli.latency.metric]
    chosen = matchers(world, metric, (*sli.latency.only, *sli.only))
    counts = q.selector(f"{metric.name}_count", chosen)
    buckets = q.selector(f"{metric.name}_bucket", (*chosen, _bound(sli)))
    # A pod of an older version lacks a new bucket: what it counts cannot be judged, so it is left out. The buckets are
    # read over the same window, so that the last requests of a pod which ended within it are left in.
    judged = q.and_(q.rate(counts, over), q.rate(buckets, over), ignoring=("le",))
    succeeded = [one for one in matchers(world, metric, _opposite(sli.bad)) if one.name != "job"]
    fast = buckets._replace(matchers=(*chosen, *succeeded, _bound(sli)))
    # Only where failures are taken out may there be no series of the rest, although there are events.
    return _Pair(
        summed(by, judged), summed(by, q.rate(fast, over)), part_is_bad=False, part_may_be_missing=bool(sli.bad)
    )


def _opposite(filters: tuple[LabelFilter, ...]) -> tuple[LabelFilter, ...]:
    turned = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
    return tuple(item._replace(op=turned[item.op]) for item in filters)  # type: ignore[arg-type]


def _bound(sli: LatencySli) -> Matcher:
    """The bucket of the threshold: older Prometheus and Go write whole seconds as 1, others as 1.0."""
    text = bound_text(sli.under)
    whole = text.removesuffix(".0")
    return q.label_is("le", text) if whole == text else q.label_matches("le", rf"{whole}(\.0)?")


def _in_groups(by: tuple[str, ...], expr: Expr) -> Expr:
    """A sum for each group, unless that is what a person wrote: other labels would keep records from pairing."""
    match expr:
        case q.Aggregation(op="sum", grouping=grouping, without=without) if not without and set(grouping) == set(by):
            return expr
        case _:
            return summed(by, expr)


def _filled_in(expr: Expr, over: Duration) -> Expr:
    """A query of a person with the window in the place of `$window`."""

    def windowed(node: Expr) -> Expr:
        if isinstance(node, (q.MatrixSelector, q.Subquery)) and node.range == q.Variable("$window"):
            return node._replace(range=over)
        return node

    return q.transform(expr, windowed)
