"""Both sides of an operator are the same, so that the answer is known before anybody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.written import Problem, bare
from gw2mon.inference.shares import is_itself
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written

_COMPARING = COMPARISONS | {"-"}


def compared_with_itself(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW320: the same on both sides of a comparison, a difference, `and` or `unless`."""
    if at.of(node.lhs).kind == "scalar" or at.of(node.rhs).kind == "scalar" or at.of(node.lhs).empty:
        return
    if node.op in _COMPARING and is_same(_unscaled(node.lhs), _unscaled(node.rhs)):
        said = f"both sides of {node.op} in {at.where} are the same at the same time"
        yield Problem("GW320", "error", said, node.span, "compare with something else, or with the past: offset 1d")
    elif node.op == "unless":
        yield from _unless_itself(node, at)


def _unless_itself(node: q.Binary, at: Written) -> Iterator[Problem]:
    left, right = bare(node.lhs), bare(node.rhs)
    if is_same(left, right):
        said = f"unless in {at.where} removes every series by itself"
        yield Problem("GW320", "error", said, node.span, "say of what is to be left out, or of which time: offset 1h")
    elif node.matching is None and is_same(_compared(left), _compared(right)):
        said = f"both sides of unless in {at.where} are the same series"
        yield Problem("GW320", "warning", said, node.span, "write both bounds at once: 100 < … <= 1000")


def ratio_of_itself(node: q.Binary, at: Written) -> Iterator[Problem]:
    """GW319: a quotient that is 1 for all data, because each series is divided by itself."""
    if node.op != "/" or at.of(node).kind == "scalar" or at.of(node).empty or at.of(node.rhs).meaning == "number":
        return
    if (
        is_itself(node._replace(lhs=_unscaled(node.lhs)))
        or is_same(_unscaled(node.lhs), node.rhs)
        or _keeps_every_series(node, at)
    ):
        said = f"the ratio in {at.where} is 1 whatever happens: each series is divided by itself"
        yield Problem("GW319", "error", said, node.span, "add both sides up: sum(…) / sum(…)")


def _keeps_every_series(node: q.Binary, at: Written) -> bool:
    """Whether the divisor adds up what has all of its labels anyway."""
    whole = bare(node.rhs)
    if (
        node.matching is not None
        or not isinstance(whole, q.Aggregation)
        or whole.op not in ("sum", "max", "min", "avg")
    ):
        return False
    inner, outer = at.of(whole.expr).labels, at.of(whole).labels
    return not inner.open and inner.possible == outer.possible and is_same(node.lhs, whole.expr)


def _compared(node: q.Expr) -> q.Expr:
    """What a comparison with a number is about."""
    if isinstance(node, q.Binary) and node.op in COMPARISONS and isinstance(bare(node.rhs), q.NumberLiteral):
        return bare(node.lhs)
    return node


def _unscaled(node: q.Expr) -> q.Expr:
    """Without a factor that is written as a number."""
    node = bare(node)
    if isinstance(node, q.Binary) and node.op == "*":
        if isinstance(bare(node.lhs), q.NumberLiteral):
            return bare(node.rhs)
        if isinstance(bare(node.rhs), q.NumberLiteral):
            return bare(node.lhs)
    return node


def is_same(one: q.Expr, other: q.Expr) -> bool:
    """Whether two expressions mean the same, whatever the order of their matchers and labels."""
    todo = [(one, other)]
    while todo:
        left, right = bare(todo[-1][0]), bare(todo.pop()[1])
        if type(left) is not type(right) or _said(left) != _said(right):
            return False
        todo.extend(zip(q.children(left), q.children(right), strict=True))
    return True


def _said(node: q.Expr) -> object:
    """What a node says itself, beside its children."""
    match node:
        case q.VectorSelector():
            return node.name, frozenset(item[:3] for item in node.matchers), node.offset, node.at, node.extension
        case q.MatrixSelector():
            return node.range
        case q.Subquery():
            return node.range, node.step, node.offset, node.at
        case q.Call():
            return node.function, len(node.args)
        case q.Aggregation():
            return node.op, node.without, frozenset(node.grouping), node.param is None
        case q.Binary():
            return node.op, node.matching, node.return_bool
        case q.Unary():
            return node.op
        case _:
            return node[0]
