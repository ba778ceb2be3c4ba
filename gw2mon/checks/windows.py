"""Windows, offsets and subqueries: how far a query looks back, how often, and whether anything is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.counters import RATES
from gw2mon.checks.panels import laid_out
from gw2mon.checks.sameness import is_same
from gw2mon.checks.written import Problem, bare, parts
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.finding import Severity
    from gw2mon.model import Service, Stack
    from gw2mon.promql import VectorSelector
    from gw2mon.world import World

_FEWEST_SCRAPES, _SAFE_SCRAPES = 2, 4
"""Samples that a rate needs at all, and that it needs to survive a missed scrape."""


def short_window(node: q.MatrixSelector, at: Written) -> Iterator[Problem]:
    """GW305: a range that holds too few scrapes for a rate."""
    if isinstance(node.range, int):
        told = _too_short(node.range, _interval(node.selector, at), at.where)
        if told is not None:
            severity, said, advice = told
            yield Problem("GW305", severity, said, node.span, advice)


def short_window_of_a_form(service: Service, _world: World, stack: Stack) -> Iterator[Finding]:
    """GW305: the same of `over` in alerts and panels."""
    windows = [(rule.alert, getattr(rule.condition, "over", 0), rule.origin) for rule in service.alerts]
    for panel in (panel for entry in service.dashboards for panel in laid_out(entry)):
        if not panel.key.startswith("formula/"):
            nodes = (node for query in panel.queries for node in q.walk(query.expr))
            ranges = [node.range for node in nodes if isinstance(node, q.MatrixSelector)]
            windows.append(
                (f"panel {panel.title}", min((it for it in ranges if isinstance(it, int)), default=0), panel.origin)
            )
    for where, over, origin in windows:
        told = _too_short(over, stack.interval, where) if over else None
        if told is not None:
            severity, said, advice = told
            yield Finding("GW305", severity, said, origin, advice)


def _too_short(window: int, interval: int, where: str) -> tuple[Severity, str, str] | None:
    if window >= _SAFE_SCRAPES * interval:
        return None
    hopeless = window < _FEWEST_SCRAPES * interval
    verdict = "never returns anything" if hopeless else "is fragile"
    over, pace = q.format_duration(window), q.format_duration(interval)
    said = f"a window of {over} at a scrape interval of {pace} {verdict} in {where}"
    return "error" if hopeless else "warning", said, f"use {q.format_duration(_SAFE_SCRAPES * interval)} or more"


def _interval(selector: VectorSelector, at: Written) -> int:
    series = at.world.series.get(selector.name or "")
    jobs = at.world.jobs_of(series.metric) if series is not None else ()
    return max((at.world.jobs[job].interval or at.stack.interval for job in jobs), default=at.stack.interval)


def different_windows(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW311: a ratio of which both sides look back over different times, and not of one series with its past."""
    if node.op != "/" or at.of(node).kind == "scalar":
        return
    left, right = _growths(node.lhs), _growths(node.rhs)
    one, other = {item.range for item in left}, {item.range for item in right}
    if len(one) != 1 or len(other) != 1 or one == other or not all(isinstance(it, int) for it in one | other):
        return
    if any(
        is_same(mine.selector, theirs.selector._replace(offset=mine.selector.offset))
        for mine in left
        for theirs in right
    ):
        return
    (over,), (against,) = ([q.format_duration(it) for it in side if isinstance(it, int)] for side in (one, other))
    said = f"the ratio in {at.where} has {over} above {against}"
    yield Problem("GW311", "warning", said, node.span, "look back over the same time on both sides")


def _growths(node: q.Expr) -> list[q.MatrixSelector]:
    calls = (part for part in parts(node) if isinstance(part, q.Call) and part.function in RATES)
    windows = (bare(call.args[0]) for call in calls)
    return [window for window in windows if isinstance(window, q.MatrixSelector)]


def sparse_subquery(node: q.Subquery, at: Written) -> Iterator[Problem]:
    """GW328: a subquery whose step is as long as its range."""
    if isinstance(node.range, int) and isinstance(node.step, int) and node.step >= node.range:
        window, step = q.format_duration(node.range), q.format_duration(node.step)
        often = "is mostly empty" if node.step > node.range else "holds one sample"
        severity: Severity = "error" if node.step > node.range else "warning"
        said = (
            f"[{window}:{step}] in {at.where} {often}: its step is {'above' if often[3] == 'm' else 'all of'} its range"
        )
        yield Problem("GW328", severity, said, node.span, f"let the step be a part of the range: [{window}:1m]")


def future(node: q.VectorSelector | q.Subquery, at: Written) -> Iterator[Problem]:
    """GW329: a negative offset, which asks for samples that are yet to come."""
    if isinstance(node.offset, int) and node.offset < 0 and node.at is None:
        severity: Severity = "warning" if at.kind == "panel" else "error"
        said = f"offset -{q.format_duration(-node.offset)} in {at.where} asks for samples of the future"
        yield Problem("GW329", severity, said, node.span, f"look back: offset {q.format_duration(-node.offset)}")
