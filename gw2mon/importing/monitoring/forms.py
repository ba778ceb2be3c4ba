"""Shapes of expressions that the language has words for: shares, quantiles, rates, values, ages, absence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.importing.monitoring.plainly import number_in
from gw2mon.importing.shapes import is_label, jobs_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.promql import Duration, Expr, Matcher, VectorSelector

Labels = tuple[str, ...]
_PERCENT = Decimal(100)


class Chosen(NamedTuple):
    """Series of one name: the jobs that are named, and all other conditions, at most one for each label."""

    name: str
    jobs: Labels
    only: tuple[Matcher, ...]


class Rated(NamedTuple):
    """`sum by (…) (rate(series[window]))`."""

    chosen: Chosen
    function: str
    by: Labels | None
    """None where nothing is added up."""
    window: Duration


class Share(NamedTuple):
    """A part of what a counter counts, divided by all of it."""

    total: Rated
    split: tuple[Matcher, ...]
    split_is: Literal["part", "rest"]
    """Whether what is compared is the share of those, or of all others."""
    percent: bool
    """Whether it is multiplied by 100."""


class Quantile(NamedTuple):
    """A quantile of a histogram."""

    quantile: Decimal
    buckets: Rated
    by: Labels | None
    """Besides the buckets; None where nothing is added up."""


class Value(NamedTuple):
    """The value of a gauge, several of them combined or not."""

    chosen: Chosen
    aggregate: str
    by: Labels


class Age(NamedTuple):
    """The time since a gauge that holds a time."""

    chosen: Chosen
    aggregate: str


class Absent(NamedTuple):
    """A metric that should be there."""

    chosen: Chosen


class Average(NamedTuple):
    """Sum by count of one histogram or summary."""

    name: str
    total: Rated


Form = Share | Quantile | Value | Age | Absent | Average | Rated


def chosen(selector: Expr) -> Chosen | None:
    """A selector that the language can say."""
    if not isinstance(selector, q.VectorSelector) or not _is_simple(selector):
        return None
    jobs = jobs_of(selector.matchers)
    only = tuple(matcher for matcher in selector.matchers if matcher.name != "job")
    if jobs is None or len({matcher.name for matcher in only}) < len(only):
        return None
    return Chosen(selector.name or "", jobs, only)


def _is_simple(selector: VectorSelector) -> bool:
    return (
        selector.name is not None
        and not selector.offset and selector.at is None and selector.extension is None
        and all(
            matcher.value and (matcher.name in ("job", "le", "instance") or is_label(matcher.name))
            for matcher in selector.matchers
        )
    )  # fmt: skip


def form_of(expr: Expr) -> Form | None:
    """The shape of a plain expression; None where only PromQL can say it."""
    for read in (_share, _average, _quantile, _age, _absent, _value, rated):
        found: Form | None = read(expr)
        if found is not None:
            return found
    return None


def rated(expr: Expr) -> Rated | None:
    """A rate or an increase, added up or not."""
    by: Labels | None = None
    if isinstance(expr, q.Aggregation) and expr.op == "sum" and not expr.without:
        by, expr = expr.grouping, expr.expr
    match expr:
        case q.Call(function="rate" | "increase" as function, args=(q.MatrixSelector(selector, window),)):
            found = chosen(selector)
            return Rated(found, function, by, window) if found else None
    return None


def _share(expr: Expr) -> Share | None:
    match expr:
        case q.Binary(op="*", lhs=inner, rhs=factor) if number_in(factor) == _PERCENT:
            found = _share(inner)
            return found._replace(percent=True) if found and not found.percent else None
        case q.Binary(op="*", lhs=factor, rhs=inner) if number_in(factor) == _PERCENT:
            found = _share(inner)
            return found._replace(percent=True) if found and not found.percent else None
        case q.Binary(op="-", lhs=one, rhs=inner) if number_in(one) == 1:
            found = _share(inner)
            return found._replace(split_is="rest") if found and found[2:] == ("part", False) else None
        case q.Binary(op="/", lhs=q.Binary(op="-", lhs=whole, rhs=part, matching=None), rhs=total, matching=None):
            return _divided(part, _unguarded(total), "rest") if whole == _unguarded(total) else None
        case q.Binary(op="/", lhs=part, rhs=total, matching=None):
            return _divided(_without_zero(part), _unguarded(total), "part")
    return None


def _divided(part: Expr, whole: Expr, split_is: Literal["part", "rest"]) -> Share | None:
    left, total = rated(part), rated(whole)
    if left is None or total is None or left[1:] != total[1:]:
        return None
    only, all_of = set(total.chosen.only), set(left.chosen.only)
    split = tuple(matcher for matcher in left.chosen.only if matcher not in only)
    if left.chosen[:2] != total.chosen[:2] or not split or not only < all_of:
        return None
    return Share(total, split, split_is, percent=False)


def _unguarded(expr: Expr) -> Expr:
    """A divisor without `> 0`, which the language adds by itself."""
    if isinstance(expr, q.Binary) and expr.op == ">" and not expr.return_bool and number_in(expr.rhs) == 0:
        return expr.lhs
    return expr


def _without_zero(expr: Expr) -> Expr:
    """A part without `or vector(0)`, which the language adds by itself."""
    if isinstance(expr, q.Binary) and expr.op == "or" and expr.rhs == q.vector(0):
        return expr.lhs
    return expr


def _average(expr: Expr) -> Average | None:
    if not isinstance(expr, q.Binary) or expr.op != "/" or expr.matching:
        return None
    total, count = rated(expr.lhs), rated(_unguarded(expr.rhs))
    if total is None or count is None or total[1:] != count[1:] or total.chosen[1:] != count.chosen[1:]:
        return None
    name = total.chosen.name.removesuffix("_sum")
    return Average(name, total) if (f"{name}_sum", f"{name}_count") == (total.chosen.name, count.chosen.name) else None


def _quantile(expr: Expr) -> Quantile | None:
    match expr:
        case q.Call(function="histogram_quantile", args=(level, inner)):
            share, buckets = number_in(level), rated(inner)
            if share is None or not 0 < share < 1 or buckets is None or buckets.function != "rate":
                return None
            if not buckets.chosen.name.endswith("_bucket") or _names_bound(buckets.chosen.only):
                return None
            if buckets.by is None:
                return Quantile(share, buckets, None)
            by = tuple(label for label in buckets.by if label != "le")
            return Quantile(share, buckets, by) if "le" in buckets.by else None
    return None


def _names_bound(only: Iterable[Matcher]) -> bool:
    return any(matcher.name == "le" for matcher in only)


def _age(expr: Expr) -> Age | None:
    match expr:
        case q.Binary(op="-", lhs=q.Call(function="time"), rhs=inner):
            value = _value(inner)
            return Age(value.chosen, value.aggregate) if value and not value.by else None
    return None


def _absent(expr: Expr) -> Absent | None:
    match expr:
        case q.Call(function="absent", args=(selector,)):
            found = chosen(selector)
            return Absent(found) if found else None
    return None


def _value(expr: Expr) -> Value | None:
    match expr:
        case q.Aggregation(op="max" | "min" | "sum" | "avg" as op, expr=selector, grouping=by, without=None | False):
            found = chosen(selector)
            return Value(found, op, by) if found else None
        case q.VectorSelector():
            found = chosen(expr)
            return Value(found, "", ()) if found else None
    return None
