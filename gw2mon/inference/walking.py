"""From the leaves of an expression to its root: each node is inferred from what is inferred of its children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.inference.aggregating import aggregate
from gw2mon.inference.calling import call
from gw2mon.inference.inferred import Inferred, nameless, over_time, scalar
from gw2mon.inference.intervals import ANY, NOTHING, negated
from gw2mon.inference.labels import NO_LABELS
from gw2mon.inference.numbers import literal
from gw2mon.inference.operating import operate
from gw2mon.inference.selecting import select, window
from gw2mon.inference.values import is_variable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gw2mon.inference.view import View

Known = dict[int, Inferred]
"""What is inferred of nodes, by the identity of the node."""


def walk(expr: q.Expr, view: View) -> Known:
    """What is inferred of an expression and of all inside it."""
    order, todo = [], [expr]
    while todo:
        node = todo.pop()
        order.append(node)
        # A window keeps its selector, so that both are known.
        todo.extend(q.children(node))
    known: Known = {}
    for node in reversed(order):
        known[id(node)] = _INFERENCES[type(node)](node, known, view)
    return known


def infer_in(expr: q.Expr, view: View) -> Inferred:
    """What is inferred of an expression as a whole."""
    return walk(expr, view)[id(expr)]


def _number(node: q.NumberLiteral, _known: Known, _view: View) -> Inferred:
    if is_variable(node.text):
        return scalar("number", None, ANY)
    return literal(node)


def _string(_node: q.StringLiteral, _known: Known, _view: View) -> Inferred:
    return Inferred("string", "unknown", None, NOTHING, NO_LABELS, frozenset(), 1, always=True)


def _selector(node: q.VectorSelector, _known: Known, view: View) -> Inferred:
    return select(node, view)


def _window(node: q.MatrixSelector, _known: Known, view: View) -> Inferred:
    return window(node, view)


def _subquery(node: q.Subquery, known: Known, _view: View) -> Inferred:
    return over_time(known[id(node.expr)])


def _paren(node: q.Paren, known: Known, _view: View) -> Inferred:
    return known[id(node.expr)]


def _unary(node: q.Unary, known: Known, _view: View) -> Inferred:
    inner = known[id(node.expr)]
    if node.op == "+":
        return inner
    found = inner if inner.kind == "scalar" else nameless(inner)
    meaning = inner.meaning if inner.meaning in ("number", "duration") else "gauge"
    return found._replace(values=negated(inner.values), meaning=meaning, holds="", pairing=None)


def _aggregation(node: q.Aggregation, known: Known, _view: View) -> Inferred:
    return aggregate(node, known[id(node.expr)], known[id(node.param)] if node.param is not None else None)


def _call(node: q.Call, known: Known, _view: View) -> Inferred:
    return call(node, [known[id(arg)] for arg in node.args])


def _binary(node: q.Binary, known: Known, _view: View) -> Inferred:
    return operate(node, known[id(node.lhs)], known[id(node.rhs)], known)


_INFERENCES: dict[type, Callable[[Any, Known, View], Inferred]] = {
    q.NumberLiteral: _number,
    q.StringLiteral: _string,
    q.VectorSelector: _selector,
    q.MatrixSelector: _window,
    q.Subquery: _subquery,
    q.Paren: _paren,
    q.Unary: _unary,
    q.Aggregation: _aggregation,
    q.Call: _call,
    q.Binary: _binary,
}
