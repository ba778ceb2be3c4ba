"""The queries of a dashboard, parsed once, and what can be said of their answers without asking anybody."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.dashboard_lint.walking import Part, Record, Walked, is_loki, panels_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATES = ("rate", "irate", "increase")
_CHOOSING = ("topk", "bottomk", "limitk")


class Asked(NamedTuple):
    """A query in PromQL that parses."""

    panel: Part
    target: Part
    expr: q.Expr


@lru_cache(maxsize=1024)
def read(text: str) -> q.Expr | q.PromQLError:
    """The expression, or why it is none. Every rule asks for the same queries again."""
    try:
        return q.parse(text, variables=True)
    except q.PromQLError as error:
        return error


def parsed(text: str) -> q.Expr | None:
    """The expression; None for what does not parse."""
    found = read(text)
    return None if isinstance(found, q.PromQLError) else found


def asked(dashboard: Record) -> Sequence[Asked]:
    """The queries of panels that parse; of the others the rule about PromQL speaks."""
    if isinstance(dashboard, Walked):
        return dashboard.remembered(_asked)
    return _asked(dashboard)


def _asked(dashboard: Record) -> tuple[Asked, ...]:
    return tuple(query for panel in panels_of(dashboard) for query in asked_by(panel))


def asked_by(panel: Part) -> Iterator[Asked]:
    """The queries of one panel that parse."""
    for target in panel.records("targets"):
        expr = None if is_loki(target) else parsed(target.text("expr"))
        if expr is not None:
            yield Asked(panel, target, expr)


def has_no_target(selector: q.VectorSelector) -> bool:
    """Whether what is selected has no job and no instance that could be chosen.

    Records are made for all instances together, and alerts carry the labels of their rules. A group of rules is told
    by `rule_group`; its job is that of the Prometheus which evaluates it, whichever service it is about.
    """
    name = q.metric_name(selector) or ""
    is_recorded = ":" in name or name in vocabulary.words("synthetic series")
    return is_recorded or any(matcher.name == "rule_group" for matcher in selector.matchers)


def bare(expr: q.Expr) -> q.Expr:
    """The same without the parentheses around it."""
    return bare(expr.expr) if isinstance(expr, q.Paren) else expr


def labels(expr: q.Expr) -> frozenset[str] | None:
    """The labels that the series of an answer may have at most; None where that depends on the series."""
    match expr:
        case q.Aggregation(op=op) if op in _CHOOSING:
            return labels(expr.expr)
        case q.Aggregation(without=True):
            return None
        case q.Aggregation():
            return frozenset(expr.grouping)
        case q.Call(function="histogram_quantile", args=[_, buckets]):
            inner = labels(buckets)
            return None if inner is None else inner - {"le"}
        case q.Call(function="vector"):
            return frozenset()
        case q.Paren():
            return labels(expr.expr)
        case q.Binary():
            return _labels_of_both(expr)
        case _:
            return None


def _labels_of_both(expr: q.Binary) -> frozenset[str] | None:
    if expr.op == "or":
        sides = (labels(expr.lhs), labels(expr.rhs))
        return None if sides[0] is None or sides[1] is None else sides[0] | sides[1]
    side = expr.rhs if is_scalar(expr.lhs) else expr.lhs
    return labels(side)


def same_labels_everywhere(expr: q.Expr) -> frozenset[str] | None:
    """The labels that every series of an answer has; None where some may lack one, or that depends on the series."""
    if any(isinstance(node, q.Binary) and node.op == "or" and _mixes(node) for node in q.walk(expr)):
        return None
    return labels(expr)


def _mixes(expr: q.Binary) -> bool:
    return labels(expr.lhs) != labels(expr.rhs)


def is_scalar(expr: q.Expr) -> bool:
    """Whether an expression is one number, with which any series goes together."""
    try:
        return q.type_of(expr) == "scalar"
    except q.PromQLError:
        return False
