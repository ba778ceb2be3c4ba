"""Writing PromQL: one canonical line for a tree.

`parse(to_text(tree)) == tree`, apart from parentheses that a built tree needs and does not have as
nodes. Everything is written in the grammar that Prometheus 2.42 and 3.x share wherever there is one.
The work list instead of recursion lets a sum of thousands of terms pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VariableName,
    VectorSelector,
)
from gw2mon.promql.durations import format_duration
from gw2mon.promql.operators import POWER, PRECEDENCE, UNARY
from gw2mon.promql.quoting import is_plain_label, is_plain_metric, quote

if TYPE_CHECKING:
    from gw2mon.promql.ast import Duration, Expr, Matcher, Matching

_OPERAND = max(PRECEDENCE.values()) + 1
"""How tightly a thing binds that no operator can split."""


def to_text(expr: Expr) -> str:
    """The expression on one line. Raises ValueError for text that cannot be written in UTF-8."""
    out: list[str] = []
    todo: list[Expr | str] = [expr]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            todo.extend(reversed(pieces(item)))
    return "".join(out)


def pieces(expr: Expr) -> list[Expr | str]:
    """What an expression is written from: text, and the expressions between."""
    match expr:
        case Subquery():
            return [guarded(expr.expr), subquery_text(expr)]
        case Call():
            return [f"{expr.function}(", *_separated(expr.args), ")"]
        case Aggregation():
            return [aggregation_text(expr), "(", *_separated(arguments(expr)), ")"]
        case Binary():
            lhs, rhs = operands(expr)
            return [lhs, f" {operator_text(expr)} ", rhs]
        case Unary():
            return [expr.op, signed(expr)]
        case Paren():
            return ["(", expr.expr, ")"]
        case _:
            return [_leaf_text(expr)]


def _leaf_text(expr: NumberLiteral | StringLiteral | VectorSelector | MatrixSelector) -> str:
    match expr:
        case NumberLiteral():
            return expr.text
        case StringLiteral():
            return quote(expr.value)
        case VectorSelector():
            return selector_text(expr) + modifiers_text(expr)
        case MatrixSelector():
            return f"{selector_text(expr.selector)}[{duration_text(expr.range)}]{modifiers_text(expr.selector)}"


def binding(expr: Expr) -> int:
    """How tightly the outermost part of an expression holds together, on the scale of `PRECEDENCE`."""
    if isinstance(expr, Binary):
        return PRECEDENCE[expr.op]
    if isinstance(expr, Unary) or (isinstance(expr, NumberLiteral) and expr.text[:1] in ("+", "-")):
        return UNARY
    return _OPERAND


def operands(expr: Binary) -> tuple[Expr, Expr]:
    """Both sides, in parentheses where the tree would otherwise be read differently.

    `a - (b - c)` and `(a ^ b) ^ c` need them on the side to which the operator does not associate.
    """
    level = PRECEDENCE[expr.op]
    left, right = (level + 1, level) if expr.op == "^" else (level, level + 1)
    # A sign may begin the right side whatever stands before it: `a ^ -b` and `a * -b` are plain.
    plain = isinstance(expr.rhs, Unary | NumberLiteral)
    return guarded(expr.lhs, left), expr.rhs if plain else guarded(expr.rhs, right)


def signed(expr: Unary) -> Expr:
    """What stands after a sign. A number needs parentheses, or the sign would become part of it."""
    if isinstance(expr.expr, NumberLiteral):
        return Paren(expr.expr)
    return expr.expr if isinstance(expr.expr, Unary) else guarded(expr.expr, POWER)


def guarded(expr: Expr, level: int = _OPERAND) -> Expr:
    """The expression, in parentheses unless it binds at least as tightly as `level`."""
    return expr if binding(expr) >= level else Paren(expr)


def _separated(args: tuple[Expr, ...]) -> list[Expr | str]:
    written: list[Expr | str] = []
    for arg in args:
        written += (", ", arg)
    return written[1:]


def arguments(expr: Aggregation) -> tuple[Expr, ...]:
    """What stands between the parentheses of an aggregation."""
    return (expr.expr,) if expr.param is None else (expr.param, expr.expr)


def duration_text(duration: Duration) -> str:
    """A duration as it is written in a query."""
    return duration.text if isinstance(duration, Variable) else format_duration(duration)


def selector_text(selector: VectorSelector) -> str:
    """Name and matchers, without offset and `@`."""
    name = selector.name
    matchers = [matcher_text(matcher) for matcher in selector.matchers]
    if name is None:
        return "{" + ", ".join(matchers) + "}"
    if not (isinstance(name, VariableName) or is_plain_metric(name)):
        return "{" + ", ".join([quote(name), *matchers]) + "}"
    return name + "{" + ", ".join(matchers) + "}" if matchers else name


def matcher_text(matcher: Matcher) -> str:
    """One matcher, its label quoted only where it must be."""
    name = matcher.name if is_plain_label(matcher.name) else quote(matcher.name)
    return f"{name}{matcher.op}{quote(matcher.value)}"


def modifiers_text(expr: VectorSelector | Subquery) -> str:
    """` anchored offset 5m @ 1`, or nothing."""
    extension = f" {expr.extension}" if isinstance(expr, VectorSelector) and expr.extension else ""
    offset = f" offset {duration_text(expr.offset)}" if expr.offset != 0 else ""
    return extension + (offset if expr.at is None else f"{offset} @ {expr.at}")


def subquery_text(expr: Subquery) -> str:
    """What follows the inner expression of a subquery."""
    step = "" if expr.step is None else duration_text(expr.step)
    return f"[{duration_text(expr.range)}:{step}]{modifiers_text(expr)}"


def aggregation_text(expr: Aggregation) -> str:
    """The operator and its grouping: `sum by (job) `."""
    if expr.without is None:
        return expr.op
    return f"{expr.op} {'without' if expr.without else 'by'} {labels_text(expr.grouping)} "


def operator_text(expr: Binary) -> str:
    """The operator with everything that may follow it: `/ on (job) group_left (version)`."""
    return expr.op + (" bool" if expr.return_bool else "") + _matching_text(expr.matching)


def _matching_text(matching: Matching | None) -> str:
    if matching is None:
        return ""
    text = f" {'on' if matching.on else 'ignoring'} {labels_text(matching.labels)}"
    if matching.group is None:
        return text
    # The parentheses of an empty list stay: without them a right side in parentheses would become the list.
    return f"{text} group_{matching.group} {labels_text(matching.include)}"


def labels_text(labels: tuple[str, ...]) -> str:
    """A list of labels in parentheses."""
    return f"({', '.join(label if _is_plain_grouping(label) else quote(label) for label in labels)})"


def _is_plain_grouping(label: str) -> bool:
    plain = is_plain_label(label) and label.lower() not in ("inf", "nan", "without")
    return plain or isinstance(label, VariableName)
