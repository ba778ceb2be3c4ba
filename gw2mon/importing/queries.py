"""Queries of other tools to indicators: a form of the language where the shape of a query is known, else the query.

A form says more than PromQL: its labels and buckets are checked, and alerts, panels and tests follow from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.documents import listed
from gw2mon.importing.promise import Indicated, Queried, Ratio
from gw2mon.importing.shapes import counted, groups, is_label, per_second, plain, timed

if TYPE_CHECKING:
    from typing import Literal

    from gw2mon.documents import Node, Report
    from gw2mon.importing.promise import Indicator
    from gw2mon.promql import Expr

_TEMPLATE = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_OTHER_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_IN_A_NAME = re.compile(r"[\w:]\{\{-?\s*\.window\s*-?\}\}")
_WINDOW = q.ast.Variable("$window")
_SAMPLE = "5m"
"""A window that stands for all, and the one over which a recorded ratio is read."""
_FIVE_MINUTES, _MINUTE = 300_000, 60_000
_MOST_OPERATORS = 200
_PLACE = "write the range as [{{.window}}], and the window nowhere else"


class Part(NamedTuple):
    """One query: its tree with `$window`, and where it stands."""

    expr: Expr
    node: Node


def windowed(node: Node, report: Report, *, counter: bool | None = None) -> Part | None:
    """A query over `$window`; what is wrong with it is reported.

    `counter` says of a query without any range whether it grows (True) or tells how many there are now (False).
    """
    expr = _parsed(node, _TEMPLATE.sub("$window", str(node.value)), report)
    if expr is None:
        return None
    if not _has_window(expr):
        expr = _over_window(expr, node, report, counter)
    return Part(expr, node) if expr is not None else None


def ratio_of(part: Part, total: Part, part_is: Literal["bad", "good"], report: Report) -> Indicated | None:
    """The indicator of two queries: a form of the language where there is one."""
    left, right = plain(part.expr), plain(total.expr)
    reads = (part.expr, total.expr)
    found: Indicator | None = counted(left, right, part_is) or timed(left, right, part_is)
    if found is not None:
        return Indicated(found, reads)
    sides = (_one_value(part, report), _one_value(total, report))
    by = {groups(side) for side in sides}
    if len(by) > 1:
        report.error(
            "GW806", part.node, "its groups are not those of all events", "aggregate both queries by the same labels"
        )
        return None
    labels = by.pop() or ()
    if not all(map(is_label, labels)):
        report.error(
            "GW806", part.node, f"no SLO is kept apart by {listed(labels)}", "aggregate by labels of the metric"
        )
        return None
    bad = sides[0] if part_is == "bad" else q.sub(sides[1], q.or_(sides[0], q.mul(0, sides[1])))
    if bad == sides[1]:
        report.error("GW810", part.node, "bad and total are the same query", "let the bad one select only bad events")
        return None
    rates = per_second((bad, sides[1]))
    return Indicated(Queried(*(rates or (bad, sides[1])), labels, per_second=rates is not None), reads)


def error_ratio(node: Node, report: Report, *, success: bool = False) -> Indicated | None:
    """The indicator of a query that is a share already: of bad events, or of good ones with `success`."""
    text = str(node.value)
    in_a_name = _IN_A_NAME.search(text) is not None
    expr = _parsed(node, _TEMPLATE.sub(_SAMPLE if in_a_name else "$window", text), report)
    if expr is None:
        return None
    divided = _division(plain(expr))
    if divided is not None:
        part, total, is_good = divided
        part_is: Literal["bad", "good"] = "good" if is_good != success else "bad"
        return ratio_of(Part(part, node), Part(total, node), part_is, report)
    if _has_window(expr) or in_a_name:
        report.warn(
            "GW807", node, f"the share is read over {_SAMPLE} and averaged over longer windows",
            "a quiet minute then weighs as much as a busy one; counts of bad and of all events would be exact",
        )  # fmt: skip
        expr = _filled(expr)
    return Indicated(Ratio(q.sub(1, expr) if success else expr), (expr,))


def _division(expr: Expr) -> tuple[Expr, Expr, bool] | None:
    """Part, total, and whether the part is the good one, of `part / total` and `1 - part / total`."""
    is_good = isinstance(expr, q.Binary) and expr.op == "-" and expr.lhs == q.number(1)
    inner = expr.rhs if is_good and isinstance(expr, q.Binary) else expr
    if not isinstance(inner, q.Binary) or inner.op != "/" or inner.matching is not None:
        return None
    if not _has_window(inner.lhs) or not _has_window(inner.rhs):
        return None
    return inner.lhs, inner.rhs, is_good


def _parsed(node: Node, text: str, report: Report) -> Expr | None:
    """The tree of a query with `$window`, which stands nowhere but as a range."""
    other = _OTHER_TEMPLATE.search(text)
    if other is not None:
        report.error("GW806", node, f"only {{{{.window}}}} can be filled in, not {other.group()}", _PLACE)
        return None
    concrete = text.replace("$window", _SAMPLE)
    try:
        q.parse(concrete)
        expr = q.parse(text, variables=True)
    except q.PromQLError as error:
        report.error("GW806", node, f"{node.name} is no PromQL: {error.message}", q.excerpt(concrete, error.span))
        return None
    if sum(isinstance(each, q.Binary) for each in q.walk(expr)) > _MOST_OPERATORS:
        report.error("GW806", node, f"it has more than {_MOST_OPERATORS} operators", "record parts of it by rules")
        return None
    if sum(_is_ranged(each) for each in q.walk(expr)) != text.count("$window"):
        report.error("GW806", node, "the window stands where only its range can be filled in", _PLACE)
        return None
    return expr


def _is_ranged(node: Expr) -> bool:
    return isinstance(node, (q.MatrixSelector, q.Subquery)) and node.range == _WINDOW


def _has_window(expr: Expr) -> bool:
    return any(map(_is_ranged, q.walk(expr)))


def _over_window(expr: Expr, node: Node, report: Report, counter: bool | None) -> Expr | None:  # noqa: FBT001
    """A query without `$window` over windows of any length."""
    ranges = {each.range for each in q.walk(expr) if isinstance(each, (q.MatrixSelector, q.Subquery))}
    if len(ranges) == 1:
        return _unfixed(expr, ranges.pop(), node, report)
    if ranges or counter is None:
        report.error("GW806", node, "it names no window over which events are counted", _PLACE)
        return None
    if not counter:
        return q.over_time("sum", expr, _WINDOW, _MINUTE)
    inner = plain(expr)
    if isinstance(inner, q.VectorSelector):
        return q.sum_(q.rate(inner, _WINDOW))
    if isinstance(inner, q.Aggregation) and inner.op == "sum" and isinstance(inner.expr, q.VectorSelector):
        return inner._replace(expr=q.rate(inner.expr, _WINDOW))
    report.error(
        "GW806", node, "it is called a counter, but is more than a sum of series", "write it with rate(…[{{.window}}])"
    )
    return None


def _unfixed(expr: Expr, fixed: q.Duration, node: Node, report: Report) -> Expr:
    shown = q.format_duration(fixed) if isinstance(fixed, int) else fixed.text
    report.warn(
        "GW807", node, f"its range of {shown} becomes the window of each rule",
        "an SLO is counted over many windows; write [{{.window}}] to say so",
    )  # fmt: skip

    def opened(each: Expr) -> Expr:
        return each._replace(range=_WINDOW) if isinstance(each, (q.MatrixSelector, q.Subquery)) else each

    return q.transform(expr, opened)


def _filled(expr: Expr) -> Expr:
    def closed(each: Expr) -> Expr:
        if isinstance(each, (q.MatrixSelector, q.Subquery)) and each.range == _WINDOW:
            return each._replace(range=_FIVE_MINUTES)
        return each

    return q.transform(expr, closed)


def _one_value(part: Part, report: Report) -> Expr:
    """The query, added up where it has a value for each series."""
    if groups(part.expr) is not None:
        return part.expr
    report.warn(
        "GW807", part.node, f"{part.node.name} has a value for each series; the spec adds them up",
        "write sum(…), or sum by (label) (…) for an objective of each group",
    )  # fmt: skip
    return q.sum_(part.expr)
