"""Queries that parse and still mean nothing: they match no series, or answer with a number that misleads."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.dashboard_lint.asking import (
    Asked,
    asked,
    asked_by,
    bare,
    is_scalar,
    labels,
    same_labels_everywhere,
)
from gw2mon.dashboard_lint.walking import Problem, Record, panels_of, texts, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAUGES = ("_bytes", "_ratio", "_seconds", "_celsius", "_percent", "_info")
_NO_BUCKETS = re.compile(r".+_(?:count|sum|total|info)")
_PER_SECOND = ("rate", "irate")
_ONE_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_SETS = ("and", "or", "unless")


def quantiles(dashboard: Record) -> Iterator[Problem]:
    """bad-quantile, averaged-percentiles: a share outside of 0 to 1, buckets without bounds, a mean of percentiles."""
    for query in asked(dashboard):
        for node in q.walk(query.expr):
            if said := _bad_quantile(node):
                yield query.target.problem("bad-quantile", said, "expr")
            if said := _bad_mean(node):
                yield query.target.problem("averaged-percentiles", said, "expr")
        left = labels(query.expr)
        if query.target.data.get("format") == "heatmap" and left is not None and "le" not in left:
            yield query.target.problem("bad-quantile", "a heatmap needs the bounds of the buckets: le", "expr")


def _bad_quantile(node: q.Expr) -> str:
    if not isinstance(node, q.Call) or node.function != "histogram_quantile":
        return ""
    share, buckets = bare(node.args[0]), bare(node.args[1])
    if isinstance(share, q.NumberLiteral) and not _is_share(share.text):
        return f"a quantile lies between 0 and 1; {share.text} does not"
    names = q.metric_names(buckets)
    for name in names:
        if _NO_BUCKETS.fullmatch(name):
            return f"{name} has no buckets"
    classic = names and all(name.endswith("_bucket") for name in names)
    if classic and isinstance(buckets, q.Aggregation) and ("le" in buckets.grouping) == bool(buckets.without):
        return "the bounds of the buckets are added away: le must stay"
    return ""


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return True


def _bad_mean(node: q.Expr) -> str:
    if not isinstance(node, q.Aggregation) or node.op not in ("avg", "sum"):
        return ""
    inner = bare(node.expr)
    is_quantile = isinstance(inner, q.Call) and inner.function == "histogram_quantile"
    return f"{node.op} of percentiles is no percentile" if is_quantile else ""


def nothing(dashboard: Record) -> Iterator[Problem]:
    """matches-nothing, unpaired-sides: matchers that exclude each other, or sides of which no pair is alike."""
    for query in asked(dashboard):
        for node in q.walk(query.expr):
            if isinstance(node, q.VectorSelector) and (said := _contradiction(node)):
                yield query.target.problem("matches-nothing", said, "expr")
            if isinstance(node, q.Binary) and (said := _unpaired(node)):
                yield query.target.problem("unpaired-sides", said, "expr")


def _contradiction(selector: q.VectorSelector) -> str:
    told = [matcher for matcher in selector.matchers if "$" not in matcher.value]
    for matcher in told:
        if matcher.op == "!~" and matcher.value in (".*", "(.*)"):
            return f"no series has {matcher.name}!~{q.quote(matcher.value)}"
    for one, two in combinations(told, 2):
        if one.name == two.name and _exclude(one, two):
            return f"{one.name} cannot be {one.op}{q.quote(one.value)} and {two.op}{q.quote(two.value)}"
    return ""


def _exclude(one: q.Matcher, two: q.Matcher) -> bool:
    values = [_values(matcher) for matcher in (one, two)]
    if values[0] is not None and values[1] is not None:
        return not values[0] & values[1]
    return {one.op, two.op} in ({"=", "!="}, {"=~", "!~"}) and one.value == two.value


def _values(matcher: q.Matcher) -> frozenset[str] | None:
    if matcher.op == "=":
        return frozenset((matcher.value,))
    if matcher.op == "=~":
        found = q.literal_alternatives(matcher.value)
        return None if found is None else frozenset(found)
    return None


def _unpaired(node: q.Binary) -> str:
    if node.op in _SETS or node.matching is not None or is_scalar(node.lhs) or is_scalar(node.rhs):
        return ""
    left, right = same_labels_everywhere(node.lhs), same_labels_everywhere(node.rhs)
    if left is None or right is None or left == right:
        return ""
    return f"{node.op} pairs series of the same labels; here are {_listed(left)} and {_listed(right)}"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def several(dashboard: Record) -> Iterator[Problem]:
    """several-with-equals: of several chosen values Grafana makes a pattern, which is no value."""
    multi = {str(one.data.get("name")) for one in variables_of(dashboard) if one.data.get("multi")}
    for query in asked(dashboard):
        for matcher in (matcher for one in q.selectors(query.expr) for matcher in one.matchers):
            name = _ONE_VARIABLE.fullmatch(matcher.value)
            if matcher.op in ("=", "!=") and name and name[1] in multi:
                said = f"{name[1]} may be several: write {matcher.op[0]}~"
                yield query.target.problem("several-with-equals", said, "expr")


def gauges(dashboard: Record) -> Iterator[Problem]:
    """rate-of-gauge: to a rate, each fall of a value is a restart."""
    for query in asked(dashboard):
        for node in _plain_rates(query.expr):
            name = q.metric_name(node.selector) or ""
            if name.endswith(_GAUGES):
                yield query.target.problem("rate-of-gauge", f"{name} is no counter by its name", "expr")


def _plain_rates(expr: q.Expr) -> Iterator[q.MatrixSelector]:
    """What stands under a rate, unless a function of native histograms takes it: these have no suffix."""
    if isinstance(expr, q.Call) and expr.function.startswith("histogram_"):
        return
    if isinstance(expr, q.Call) and expr.function in (*_PER_SECOND, "increase"):
        yield from (arg for arg in expr.args if isinstance(arg, q.MatrixSelector))
    for inner in q.children(expr):
        yield from _plain_rates(inner)


def sums_of_samples(dashboard: Record) -> Iterator[Problem]:
    """sum-of-samples: rates added up once for each point on the screen; the sum grows with the width of the window."""
    for panel in panels_of(dashboard):
        if not any(_is_per_second(query) for query in asked_by(panel)):
            continue
        for part in (panel.record("options", "legend"), panel.record("options", "reduceOptions")):
            if "sum" in texts(part.data.get("calcs")):
                yield part.problem("sum-of-samples", "a sum of rates depends on how many points are drawn", "calcs")


def _is_per_second(query: Asked) -> bool:
    calls = {node.function for node in q.walk(query.expr) if isinstance(node, q.Call)}
    return bool(query.target.data.get("range")) and bool(calls & {*_PER_SECOND, "histogram_quantile"})


def stacks(dashboard: Record) -> Iterator[Problem]:
    """stacked-percentiles: on top of each other they add up to what nobody measured."""
    for panel in panels_of(dashboard):
        custom = panel.record("fieldConfig", "defaults", "custom")
        drawn = [query for query in asked_by(panel) if _is_percentile(query.expr)]
        if custom.record("stacking").data.get("mode") in ("normal", "percent") and len(drawn) > 1:
            yield custom.problem("stacked-percentiles", "percentiles cannot be added up", "stacking.mode")


def _is_percentile(expr: q.Expr) -> bool:
    return any(isinstance(node, q.Call) and node.function == "histogram_quantile" for node in q.walk(expr))
