"""Shapes of queries that the language has a form for: a share of a counter, and a bucket of a histogram."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.importing.promise import Counted, Timed
from gw2mon.units import unit_of
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.promql import Expr, Matcher, VectorSelector

Labels = tuple[str, ...]

_WINDOW = q.ast.Variable("$window")
_JOB = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._/-]{0,99}")
_LABEL = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,99}")
_METRIC = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,199}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_PART_OF_ANOTHER = re.compile(r"_(total|sum|count|bucket|created)$")
_OF_TARGETS = frozenset({"job", "instance", "le", "quantile"})
_TURNED: dict[str, Literal["=", "!=", "=~", "!~"]] = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
_LINEAR = frozenset({"+", "-", "or"})
_MOST_DIGITS = 20


class _Rated(NamedTuple):
    """`sum by (…) (rate(series{…}[$window]))`."""

    function: str
    series: str
    matchers: tuple[Matcher, ...]
    by: Labels

    @property
    def jobs(self) -> Labels | None:
        return jobs_of(self.matchers)

    @property
    def others(self) -> frozenset[Matcher]:
        """All but those on job."""
        return frozenset(matcher for matcher in self.matchers if matcher.name != "job")


def plain(expr: Expr) -> Expr:
    """The expression without parentheses, and without `or vector(0)`, which the rules add by themselves."""
    bare = q.transform(expr, lambda node: node.expr if isinstance(node, q.Paren) else node)
    while isinstance(bare, q.Binary) and bare.op == "or" and _is_zero(bare.rhs):
        bare = bare.lhs
    return bare


def _is_zero(expr: Expr) -> bool:
    return isinstance(expr, q.Call) and expr.function == "vector" and expr.args == (q.number(0),)


def jobs_of(matchers: Iterable[Matcher]) -> Labels | None:
    """The jobs that matchers name; () if they say nothing of jobs, None if they cannot be told one by one."""
    named = [matcher for matcher in matchers if matcher.name == "job"]
    if not named:
        return ()
    if len(named) > 1 or named[0].op not in ("=", "=~"):
        return None
    jobs = (named[0].value,) if named[0].op == "=" else q.literal_alternatives(named[0].value)
    return tuple(sorted(set(jobs))) if jobs and all(_JOB.fullmatch(job) for job in jobs) else None


def is_label(name: str) -> bool:
    """Whether a spec can declare a label of this name for a metric."""
    return _LABEL.fullmatch(name) is not None and name not in _OF_TARGETS


def is_metric(name: str, kind: str) -> bool:
    """Whether a spec can declare a metric of this name and type."""
    if not _METRIC.fullmatch(name):
        return False
    return name.endswith("_total") if kind == "counter" else _PART_OF_ANOTHER.search(name) is None


def counted(part: Expr, total: Expr, part_is: Literal["bad", "good"]) -> Counted | None:
    """The events of two rates of one counter, the part with more matchers."""
    left, right = _rated(part), _rated(total)
    if left is None or right is None or not _is_counter(right.series):
        return None
    if (left.function, left.series, left.by, left.jobs) != (right.function, right.series, right.by, right.jobs):
        return None
    only, split = right.others, left.others - right.others
    if right.jobs is None or not split or not only <= left.others:
        return None
    if not _is_one_for_each_label(only) or not _is_one_for_each_label(split):
        return None
    return Counted(right.series, _sorted(only), _sorted(split), part_is, right.jobs, right.by)


def timed(part: Expr, total: Expr, part_is: Literal["bad", "good"]) -> Timed | None:
    """The latency of a bucket and the count of one histogram."""
    if part_is == "bad":
        if not isinstance(part, q.Binary) or part.op != "-" or part.matching is not None or part.lhs != total:
            return None
        part = part.rhs
    fast, everything = _rated(part), _rated(total)
    if fast is None or everything is None or not fast.series.endswith("_bucket"):
        return None
    histogram = fast.series.removesuffix("_bucket")
    everything = _without_infinity(everything)
    alike = (fast.function, f"{histogram}_count", fast.by, fast.jobs)
    if alike != (everything.function, everything.series, everything.by, everything.jobs):
        return None
    bounds = [matcher for matcher in fast.others if matcher.name == "le"]
    under = threshold(bounds)
    only, rest = everything.others, fast.others - everything.others - set(bounds)
    if under is None or everything.jobs is None or not only <= fast.others or len(rest) > 1:
        return None
    if unit_of(histogram) != "seconds" or not is_metric(histogram, "histogram"):
        return None
    if not _is_one_for_each_label(only) or not _is_one_for_each_label(rest):
        return None
    bad = next((matcher._replace(op=_TURNED[matcher.op]) for matcher in rest), None)
    return Timed(histogram, _sorted(only), bad, under, everything.jobs, fast.by)


def _without_infinity(everything: _Rated) -> _Rated:
    """The count of a histogram, which some write as its last bucket."""
    infinite = q.label_is("le", "+Inf")
    if not everything.series.endswith("_bucket") or infinite not in everything.matchers:
        return everything
    rest = tuple(matcher for matcher in everything.matchers if matcher != infinite)
    return everything._replace(series=everything.series.removesuffix("_bucket") + "_count", matchers=rest)


def threshold(bounds: Iterable[Matcher]) -> Decimal | None:
    """The bound that matchers on `le` name, if it is written as gw2mon will write it, and in whole milliseconds."""
    found = list(bounds)
    if len(found) != 1:
        return None
    texts = bounds_in(found[0])
    bound = bound_of(texts[0]) if texts else None
    if bound is None or bound <= 0 or bound * 1000 % 1:
        return None
    written = bound_text(bound)
    return bound if set(texts) <= {written, written.removesuffix(".0")} else None


def bounds_in(matcher: Matcher) -> Labels:
    """The bounds that a condition on `le` asks for; few people escape the dot of a number in a pattern."""
    if matcher.op == "=":
        return (matcher.value,)
    texts = tuple(matcher.value.replace("\\.", ".").split("|")) if matcher.op == "=~" else ()
    return texts if all(map(_NUMBER.fullmatch, texts)) else ()


def bound_of(text: str) -> Decimal | None:
    """A bound as `le` tells it; None where it is no finite number of a sane size."""
    try:
        bound = Decimal(text)
    except ArithmeticError:
        return None
    return bound.normalize() if bound.is_finite() and abs(bound.adjusted()) <= _MOST_DIGITS else None


def groups(expr: Expr) -> Labels | None:
    """The labels that the series of an expression carry; None if that cannot be told."""
    match expr:
        case q.Paren(inner):
            return groups(inner)
        case q.Aggregation(without=without, grouping=grouping):
            return None if without else tuple(sorted(grouping))
        case q.NumberLiteral() | q.Call(function="vector" | "scalar" | "time"):
            return ()
        case q.Call(function=function, args=(q.Subquery(expr=inner),)) if function.endswith("_over_time"):
            return groups(inner)
        case q.Call(function="clamp_min" | "clamp_max" | "clamp" | "round" | "abs", args=(inner, *_)):
            return groups(inner)
        case q.Binary(lhs=lhs, rhs=rhs, op=op):
            return _groups_of_both(lhs, rhs, op)
        case _:
            return None


def _groups_of_both(lhs: Expr, rhs: Expr, op: str) -> Labels | None:
    left, right = groups(lhs), groups(rhs)
    if left is None or right is None:
        return None
    if op in ("or", "and", "unless") or isinstance(rhs, q.NumberLiteral):
        return left
    if isinstance(lhs, q.NumberLiteral):
        return right
    return left if left == right else None


def per_second(sides: tuple[Expr, Expr]) -> tuple[Expr, Expr] | None:
    """Both sides in events per second, where they are made of rates and increases; None where they are not."""
    if not all(map(_is_made_of_rates, sides)):
        return None
    functions = {node.function for side in sides for node in q.walk(side) if isinstance(node, q.Call)} - {"vector"}
    if len(functions) > 1:
        return None
    return _as_rate(sides[0]), _as_rate(sides[1])


def _is_made_of_rates(expr: Expr) -> bool:
    match expr:
        case q.Paren(inner) | q.Aggregation(op="sum", expr=inner):
            return _is_made_of_rates(inner)
        case q.Binary(op="*", lhs=q.NumberLiteral("0"), rhs=inner):
            return _is_made_of_rates(inner)
        case q.Binary(op=op, lhs=lhs, rhs=rhs):
            return op in _LINEAR and _is_made_of_rates(lhs) and _is_made_of_rates(rhs)
        case q.Call(function="rate" | "increase", args=(q.MatrixSelector(range=window),)):
            return window == _WINDOW
        case _:
            return _is_zero(expr)


def _as_rate(expr: Expr) -> Expr:
    return q.transform(
        expr, lambda node: node._replace(function="rate") if isinstance(node, q.Call) and node.args and
        node.function == "increase" else node,
    )  # fmt: skip


def _rated(expr: Expr) -> _Rated | None:
    if not isinstance(expr, q.Aggregation) or expr.op != "sum" or expr.without:
        return None
    match expr.expr:
        case q.Call(function="rate" | "increase" as function, args=(q.MatrixSelector(selector, window),)):
            if window == _WINDOW and _is_simple(selector) and all(map(is_label, expr.grouping)):
                return _Rated(function, selector.name or "", selector.matchers, tuple(sorted(expr.grouping)))
    return None


def _is_simple(selector: VectorSelector) -> bool:
    """Whether a form can say all of it: a metric with conditions on labels that it can declare."""
    return (
        selector.name is not None
        and not selector.offset and selector.at is None and selector.extension is None
        and all(matcher.name in ("job", "le") or is_label(matcher.name) for matcher in selector.matchers)
        and all(matcher.value for matcher in selector.matchers)
    )  # fmt: skip


def _is_counter(series: str) -> bool:
    if series.endswith("_count"):
        return is_metric(series.removesuffix("_count"), "summary")
    return is_metric(series, "counter")


def _is_one_for_each_label(matchers: Iterable[Matcher]) -> bool:
    names = [matcher.name for matcher in matchers]
    return len(names) == len(set(names)) and "le" not in names


def _sorted(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    return tuple(sorted((matcher._replace(span=q.NO_SPAN) for matcher in matchers), key=lambda item: item.name))
