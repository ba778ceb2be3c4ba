"""What may stand where: the rules that Prometheus checks before it runs a query, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    ValueType,
    VectorSelector,
    walk,
)
from gw2mon.promql.errors import PromQLError
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS
from gw2mon.promql.operators import COMPARISONS, SET_OPERATORS
from gw2mon.promql.regex import matches_empty, regex_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.promql.ast import Matcher, Matching
    from gw2mon.promql.errors import Span

Typed = tuple[Expr, ValueType]

_TYPES: dict[type, ValueType] = {
    NumberLiteral: "scalar",
    StringLiteral: "string",
    VectorSelector: "instant vector",
    MatrixSelector: "range vector",
    Subquery: "range vector",
    Aggregation: "instant vector",
}
_HELP: dict[tuple[ValueType, ValueType], str] = {
    ("range vector", "instant vector"): "add a window, such as [5m]",
    ("instant vector", "range vector"): "take away the window, or put rate(), max_over_time() or the like around it",
    ("instant vector", "scalar"): "vector() makes an instant vector of a number",
    ("scalar", "instant vector"): "scalar() makes a number of an instant vector with one series",
}


def type_of(expr: Expr) -> ValueType:
    """The type of a well-formed expression, in the words of Prometheus' documentation."""
    todo = [expr]
    found: ValueType = "scalar"
    while todo:
        node = todo.pop()
        if isinstance(node, Binary):
            todo += (node.rhs, node.lhs)
        elif isinstance(node, Unary | Paren):
            todo.append(node.expr)
        else:
            found = FUNCTIONS[node.function].returns if isinstance(node, Call) else _TYPES[type(node)]
            if found != "scalar":
                break
    return found


def check_call(name: str, args: Sequence[Typed], span: Span) -> ValueType:
    """The type that a call returns. Raises PromQLError for a wrong number or type of arguments."""
    function = FUNCTIONS[name]
    count = len(args)
    if count < function.required or (function.maximum is not None and count > function.maximum):
        if function.required == function.maximum:
            bound = str(function.required)
        elif count < function.required:
            bound = f"at least {function.required}"
        else:
            bound = f"at most {function.maximum}"
        raise PromQLError(f'expected {bound} argument(s) in call to "{name}", got {count}', span)
    for index, (arg, kind) in enumerate(args):
        wanted = function.args[min(index, len(function.args) - 1)]
        if kind != wanted:
            raise _wrong_type(wanted, f'call to function "{name}"', kind, arg.span)
    if name == "label_replace":
        _check_replacement(args[4][0])
    if name == "info":
        _check_info(args)
    return function.returns


def check_aggregation(op: str, args: Sequence[Typed], span: Span) -> None:
    """Raise PromQLError unless the aggregation has its parameter and an instant vector."""
    param = AGGREGATORS[op].param
    if not args:
        raise PromQLError("no arguments for aggregate expression provided", span)
    wanted = 1 if param is None else 2
    if len(args) != wanted:
        raise PromQLError(
            f"wrong number of arguments for aggregate expression provided, expected {wanted}, got {len(args)}", span
        )
    expr, kind = args[-1]
    if kind != "instant vector":
        raise _wrong_type("instant vector", "aggregation expression", kind, expr.span)
    if param is not None and args[0][1] != param:
        raise _wrong_type(param, "aggregation parameter", args[0][1], args[0][0].span)


def check_binary(node: Binary, lhs: ValueType, rhs: ValueType, op_span: Span) -> ValueType:
    """The type of a binary expression. Raises PromQLError for operands that cannot be combined."""
    for side, kind in ((node.lhs, lhs), (node.rhs, rhs)):
        if kind not in ("scalar", "instant vector"):
            raise PromQLError(
                "binary expression must contain only scalar and instant vector types",
                side.span,
                _HELP.get(("instant vector", kind), ""),
            )
    comparison = node.op in COMPARISONS
    if node.return_bool and not comparison:
        raise PromQLError("bool modifier can only be used on comparison operators", op_span)
    scalars = lhs == rhs == "scalar"
    if scalars and comparison and not node.return_bool:
        raise PromQLError("comparisons between scalars must use BOOL modifier", op_span, f'write "{node.op} bool"')
    if "scalar" in (lhs, rhs) and node.op in SET_OPERATORS:
        raise PromQLError(
            f'set operator "{node.op}" not allowed in binary scalar expression',
            node.span,
            "vector() makes an instant vector of a number",
        )
    if node.matching is not None:
        _check_matching(node, node.matching, vectors=lhs == rhs == "instant vector", op_span=op_span)
    return "scalar" if scalars else "instant vector"


def _check_matching(node: Binary, matching: Matching, *, vectors: bool, op_span: Span) -> None:
    if not vectors and matching.labels:
        raise PromQLError("vector matching only allowed between instant vectors", op_span)
    if vectors and matching.group and node.op in SET_OPERATORS:
        raise PromQLError(
            f'no grouping allowed for "{node.op}" operation', op_span, f"take away group_{matching.group}"
        )
    both = set(matching.labels) & set(matching.include)
    if matching.on and both:
        raise PromQLError(f'label "{min(both)}" must not occur in ON and GROUP clause at once', op_span)


def check_unary(kind: ValueType, span: Span) -> None:
    """Raise PromQLError for a sign before a string or a range."""
    if kind not in ("scalar", "instant vector"):
        raise PromQLError(
            f'unary expression only allowed on expressions of type scalar or instant vector, got "{kind}"', span
        )


def check_not_empty(selector: VectorSelector) -> None:
    """Raise PromQLError for a selector that would select every series there is."""
    if selector.name is None and not any(map(_selects, selector.matchers)):
        raise PromQLError("vector selector must contain at least one non-empty matcher", selector.span)


def _selects(matcher: Matcher) -> bool:
    match matcher.op:
        case "=":
            return matcher.value != ""
        case "!=":
            return matcher.value == ""
        case "=~":
            return not matches_empty(matcher.value)
        case _:
            return matches_empty(matcher.value)


def check_regex(value: str, span: Span) -> None:
    """Raise PromQLError for a regular expression that RE2 would refuse."""
    error = regex_error(value)
    if error is not None:
        raise PromQLError(f"error parsing regexp: {error}", span)


def _check_replacement(regex: Expr) -> None:
    # Prometheus compiles this one only when the query runs: a rule that loads, and then fails for ever.
    if isinstance(regex, StringLiteral):
        check_regex(regex.value, regex.span)


def _check_info(args: Sequence[Typed]) -> None:
    for node in walk(args[0][0]):
        if isinstance(node, VectorSelector):
            check_not_empty(node)
    if len(args) > 1:
        labels = args[1][0]
        if not isinstance(labels, VectorSelector) or labels.name is not None:
            raise PromQLError("expected label selectors only", labels.span, 'such as {version!=""}')


def _wrong_type(wanted: ValueType, context: str, got: ValueType, span: Span) -> PromQLError:
    return PromQLError(f"expected type {wanted} in {context}, got {got}", span, _HELP.get((wanted, got), ""))
