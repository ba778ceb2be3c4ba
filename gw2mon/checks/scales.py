"""Thresholds of another scale: percent for a share of one, a duration for a point in time, hours for seconds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.deciding import decided, verdict
from gw2mon.checks.inversions import is_time_left
from gw2mon.checks.written import Problem, parts
from gw2mon.inference.intervals import point
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.inference import Inferred

_LEAST_PERCENT, _HUNDRED = 5, 100
_EARLY = Decimal("1e8")
"""Seconds since the epoch that no clock shows any more."""
_WHOLES = frozenset(("limit", "max", "size", "total", "capacity", "count", "used", "quota"))
_FAR_BEYOND = 20
"""How many times the largest bucket a mean is no mean of that histogram any more."""


def wrong_scale(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW327: a threshold of another scale: percent for a share of one, hours for seconds."""
    number = at.of(node.rhs).values.point
    if node.op in COMPARISONS and number is not None and decided(node, at) is None:
        told = _scale_problem(node.lhs, number, at)
        if told:
            said = f"{at.shown(node.rhs)} in {at.where} is of another scale: {told}"
            yield Problem("GW327", "warning", said, node.rhs.span, "write the threshold in the unit of the value")
    if node.op == "-":
        yield from _part_of_a_hundred(node, at)


def threshold_scale(at: Written) -> Iterator[tuple[int, Problem]]:
    """GW327: the same of a threshold beside the expression."""
    for place, rule in enumerate(at.rules):
        if rule.threshold is None or verdict(at.of(at.expr).values, rule.threshold.op, point(rule.threshold.value)):
            continue
        told = _scale_problem(at.expr, rule.threshold.value, at, said_ratio=rule.unit == "ratio")
        if told:
            said = f"{rule.threshold.text} of {at.where} is of another scale: {told}"
            yield place, Problem("GW327", "warning", said, at.expr.span, "write the threshold in the unit of the value")


def _scale_problem(subject: q.Expr, number: Decimal, at: Written, *, said_ratio: bool = False) -> str:
    found = at.of(subject)
    if found.empty or found.unit is None:
        return ""
    if found.meaning == "timestamp" and found.unit.scale == 1 and 0 < number < _EARLY:
        return "the value is a point in time, in seconds since 1970"
    if found.meaning == "ratio" and not found.unit.dimensions:
        if found.unit.scale == 1 and _LEAST_PERCENT <= number <= _HUNDRED and (said_ratio or _is_share(subject, at)):
            return "the value is a share of 1, and this looks like percent"
        if found.unit.scale == _HUNDRED and 0 < number < 1 and _is_percent(subject, at):
            return "the value is in percent, and this looks like a share of 1"
    if found.unit.dimensions == (("seconds", 1),):
        return _time_problem(subject, found, number, at)
    return ""


def _time_problem(subject: q.Expr, found: Inferred, number: Decimal, at: Written) -> str:
    """A time until something, of which less is left than the alert waits; a mean far above every bucket."""
    held = max((rule.hold for rule in at.rules), default=0)
    scale = found.unit.scale if found.unit is not None else Decimal(1)
    if is_time_left(subject, at) and 0 < number / scale * 1000 <= held:
        return f"{number} seconds are over before the alert has waited {q.format_duration(held)}"
    top = _largest_bound(subject, at)
    if top is not None and number / scale > _FAR_BEYOND * top:
        return f"the value is in seconds, and the largest bucket is {top.normalize():f}"
    return ""


def _largest_bound(subject: q.Expr, at: Written) -> Decimal | None:
    """The largest bucket of a histogram whose mean is compared."""
    metrics = [at.world.series[name].metric for name in q.metric_names(subject) if name in at.world.series]
    if not metrics or any(metric is not metrics[0] for metric in metrics) or not metrics[0].buckets:
        return None
    return metrics[0].buckets[-1]


def _is_share(subject: q.Expr, at: Written) -> bool:
    """Whether a quotient is likely one of a part and its whole, going by the names of what is divided."""
    for node in parts(subject):
        if isinstance(node, q.Binary) and node.op == "/" and at.of(node).meaning == "ratio":
            if "count" in (at.of(node.lhs).meaning, at.of(node.rhs).meaning):
                return False
            names = [q.metric_names(side) for side in (node.lhs, node.rhs)]
            one, other = ({word for name in side for word in name.split("_")} for side in names)
            # One metric above itself is compared with its past, or else its bounds are proven.
            return names[0] != names[1] and (bool(other & _WHOLES) or len(one & other) > 1)
    return False


def _is_percent(subject: q.Expr, at: Written) -> bool:
    """Whether a factor of 100 is written, which what is divided by a budget of 0.01 has not."""
    return any(at.of(node).values.point == _HUNDRED for node in parts(subject))


def _part_of_a_hundred(node: q.Binary, at: Written) -> Iterator[Problem]:
    """100 less a share of 1, or 1 less a percentage."""
    number, found = at.of(node.lhs).values.point, at.of(node.rhs)
    if at.of(node.lhs).meaning != "number" or found.meaning != "ratio" or found.unit is None or found.unit.dimensions:
        return
    scale = found.unit.scale
    in_percent = number == 1 and scale == _HUNDRED and _is_percent(node.rhs, at)
    if in_percent or (number == _HUNDRED and scale == 1):
        said = f"{at.shown(node.lhs)} - … in {at.where} mixes percent with shares of 1"
        yield Problem("GW327", "warning", said, node.span, "write 1 - share, or 100 - percentage")
