"""Whether rules, routes and queries mean the same, told without the code that imports them."""

from __future__ import annotations

import re
from decimal import Decimal

from gw2mon import promql as q

COUNTS = {"increase": "rate"}
"""In a ratio both count the same."""


def meaning(text, records, *, panel=False):
    """An expression in one spelling.

    Records are written out. Dropped is what every generated expression has besides: matchers on job, and on dashboards
    those on the variables job and instance; `or 0 * …` and `> 0` beside and below a ratio.
    """
    expr = _written_out(q.parse(text, variables=panel) if isinstance(text, str) else text, records)
    expr = q.transform(expr, _same)
    return q.to_text(q.transform(expr, _ratio))


def _written_out(expr, records, step=30_000):
    in_windows = {id(node.selector) for node in q.walk(expr) if isinstance(node, q.MatrixSelector)}

    def change(node):
        if isinstance(node, q.VectorSelector) and node.name in records and id(node) not in in_windows:
            return _written_out(q.parse(records[node.name]), records)
        if isinstance(node, q.MatrixSelector) and node.selector.name in records:
            return q.Subquery(_written_out(q.parse(records[node.selector.name]), records), node.range, step)
        return node

    return q.transform(expr, change)


def _same(node):
    match node:
        case q.Paren(inner):
            return inner
        case q.NumberLiteral(text=text):
            return q.number(_number(text))
        case q.Binary(op=op, lhs=q.NumberLiteral(text=left), rhs=q.NumberLiteral(text=right)) if op in "+-*/":
            a, b = _number(left), _number(right)
            return q.number({"+": a + b, "-": a - b, "*": a * b, "/": a / (b or 1)}[op].normalize())
        case q.VectorSelector():
            kept = [_matcher(item) for item in node.matchers if not _is_general(item)]
            return node._replace(matchers=tuple(sorted(kept, key=lambda item: (item.name, item.op, item.value))))
        case q.Aggregation(expr=q.VectorSelector() as inner, grouping=by, op="max") if "instance" in by:
            return inner
        case q.Aggregation(grouping=by, without=without):
            return node._replace(grouping=tuple(sorted(by)), without=without if by or without else None)
        case _:
            return node


def _is_general(item):
    return item.name == "job" or (item.name == "instance" and "$" in item.value)


def _matcher(item):
    values = q.literal_alternatives(item.value) if item.op in ("=~", "!~") else None
    return q.one_of(item.name, sorted(values)) if values and item.op == "=~" else item


def _number(text):
    return Decimal(text).normalize()


def _ratio(node):
    match node:
        case q.Binary(op="/", lhs=part, rhs=total):
            if isinstance(total, q.Binary) and total.op == ">":
                total = total.lhs
            if isinstance(part, q.Binary) and part.op == "or":
                part = part.lhs
            return node._replace(lhs=part, rhs=total)
        case _:
            return node


def whole(text, alone):
    """The expression with the only series of a metric added up or not: of those that have but one, it is the same."""
    return re.sub(rf"\b(?:max|min|sum|avg) ?\((({'|'.join(alone)})(?:\{{[^}}]*\}})?)\)", r"\1", text) if alone else text
