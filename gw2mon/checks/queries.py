"""The checks of every expression that a person wrote: each looks at one kind of node, or at the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.checks import (
    conditions,
    counters,
    intervals,
    inversions,
    labels,
    matchers,
    matching,
    quantiles,
    sameness,
    scales,
    selections,
    units,
    windows,
)
from gw2mon.checks.written import Problem, finding, written
from gw2mon.inference.histograms import HISTOGRAM_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gw2mon.checks.written import Written
    from gw2mon.finding import Finding
    from gw2mon.model import Service, Stack
    from gw2mon.world import World

_CHECKS: dict[type, tuple[Callable[[Any, Written], Iterator[Problem]], ...]] = {
    q.VectorSelector: (
        selections.unknown_selection,
        selections.selector_without_job,
        matchers.idle_matchers,
        selections.variable_in_rule,
        windows.future,
    ),
    q.MatrixSelector: (windows.short_window,),
    q.Subquery: (windows.sparse_subquery, windows.future),
    q.Aggregation: (
        labels.grouped_by_what_is_gone,
        labels.counted_into_bad_name,
        conditions.counted_whatever_holds,
        quantiles.share_out_of_range,
        quantiles.mixed,
    ),
    q.Binary: (
        matching.between_vectors,
        sameness.compared_with_itself,
        sameness.ratio_of_itself,
        intervals.constant_comparison,
        quantiles.between_bounds,
        units.unlike_growths,
        units.unlike_units,
        scales.wrong_scale,
        windows.different_windows,
    ),
}
"""What is asked of each kind of node."""
_OF_FUNCTIONS: dict[str, tuple[Callable[[q.Call, Written], Iterator[Problem]], ...]] = {
    **dict.fromkeys(counters.COUNTING, (counters.growth_of_what_is_no_counter,)),
    **dict.fromkeys(counters.CHANGES, (counters.change_of_a_counter, quantiles.mixed, quantiles.share_out_of_range)),
    **dict.fromkeys(("label_replace", "label_join"), (labels.moved_from_nowhere,)),
    **dict.fromkeys(("absent", "absent_over_time"), (conditions.misused_absence,)),
    **dict.fromkeys(HISTOGRAM_FUNCTIONS, (quantiles.missing_bounds, quantiles.share_out_of_range)),
    "histogram_quantile": (quantiles.missing_bounds, quantiles.share_out_of_range, quantiles.one_for_each_series),
}
"""What is asked of calls, by function."""
_OF_SELECTORS = (selections.unknown_selection, matchers.idle_matchers)


def promql_of_one_version(at: Written) -> Iterator[Problem]:
    """GW302: PromQL that either Prometheus 2.42 or Prometheus 3 refuses."""
    for span, feature in q.outside_intersection(at.expr, at.text):
        said = f"{at.where} does not work on every Prometheus from 2.42 to 3: {feature}"
        yield Problem("GW302", "error", said, span, "write it without")


_WHOLE: tuple[Callable[[Written], Iterator[Problem]], ...] = (
    promql_of_one_version,
    counters.raw_counter,
    conditions.without_condition,
    inversions.inverted,
)
"""What is asked of an expression as a whole."""
_THRESHOLDS: tuple[Callable[[Written], Iterator[tuple[int, Problem]]], ...] = (
    intervals.threshold_outside,
    quantiles.threshold_between,
    scales.threshold_scale,
    inversions.inverted_threshold,
)
"""What is asked of the thresholds that stand beside an expression."""
_DECIDING = {"GW319", "GW320"}
_FOLLOWING = {"GW401", "GW402", "GW324", "GW325"}
"""What is said of comparisons, and the mistakes that decide them."""


def mistakes(service: Service, world: World, stack: Stack) -> Iterator[Finding]:
    """All that is wrong with the expressions that a person wrote."""
    for at in written(service, world, stack):
        yield from mistakes_in(at)


def mistakes_in(at: Written) -> Iterator[Finding]:
    """All that is wrong with one expression and its thresholds."""
    for problem in _worth_telling(list(problems(at))):
        yield finding(problem, at)
    for check in _THRESHOLDS:
        for place, problem in check(at):
            yield finding(problem, at)._replace(position=at.rules[place].origin)


def _asked_of(node: q.Expr) -> tuple[Callable[[Any, Written], Iterator[Problem]], ...]:
    return _OF_FUNCTIONS.get(node.function, ()) if isinstance(node, q.Call) else _CHECKS.get(type(node), ())


def _worth_telling(found: list[Problem]) -> list[Problem]:
    """Without what only follows from another mistake: that a comparison always holds, of a ratio that is always 1."""
    told = {problem.code for problem in found if problem.severity == "error"}
    idle = _FOLLOWING if told & _DECIDING else {"GW325"} if told else set()
    return [problem for problem in found if problem.code not in idle]


def problems(at: Written) -> Iterator[Problem]:
    """All that is wrong with one expression, its thresholds aside."""
    if at.kind == "proof":
        yield from (problem for node in q.selectors(at.expr) for check in _OF_SELECTORS for problem in check(node, at))
        return
    for node in at.nodes:
        for check in _asked_of(node):
            yield from check(node, at)
    for whole in _WHOLE:
        yield from whole(at)
