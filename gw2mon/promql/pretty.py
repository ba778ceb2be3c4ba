"""Writing PromQL for people: broken over lines where one line would be too long.

Arguments are indented by two blanks, and an operator leads the line of its right operand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql.ast import Aggregation, Binary, Call, Paren, Subquery, Unary, walk
from gw2mon.promql.operators import PRECEDENCE
from gw2mon.promql.printer import (
    aggregation_text,
    arguments,
    guarded,
    operands,
    operator_text,
    signed,
    subquery_text,
    to_text,
)
from gw2mon.promql.shapes import blanked, filled, gaps, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.promql.ast import Expr
    from gw2mon.promql.shapes import Shape

MAX_NODES = 500
"""Larger trees stay on one line: nobody reads them, and they may be nested too deeply to lay out."""

_INDENT = "  "

_KEPT = 4096
"""Shapes that are remembered; a stack of many SLOs has some hundreds."""

_layouts: dict[tuple[int, Shape], list[str] | None] = {}


def pretty(expr: Expr, width: int = 100) -> str:
    """The expression over as many lines as it needs to keep to `width` characters, if it can.

    Reads back as the same tree as `to_text(expr)`. Raises ValueError as `to_text` does.
    """
    shape, words = shape_of(expr)
    key = (width, shape)
    if key not in _layouts:
        if len(_layouts) >= _KEPT:
            _layouts.clear()
        _layouts[key] = gaps(laid_out(blanked(expr), width), len(words))
    parts = _layouts[key]
    return laid_out(expr, width) if parts is None else filled(parts, words)


def laid_out(expr: Expr, width: int) -> str:
    """What `pretty` returns, without its memory."""
    if any(count >= MAX_NODES for count, _ in enumerate(walk(expr))):
        return to_text(expr)
    return "\n".join(_lines(expr, width))


def _lines(expr: Expr, width: int) -> list[str]:
    line = to_text(expr)
    if len(line) <= width:
        return [line]
    match expr:
        case Binary():
            return _chain_lines(expr, width)
        case Call():
            return _argument_lines(f"{expr.function}(", expr.args, width)
        case Aggregation():
            return _argument_lines(f"{aggregation_text(expr)}(", arguments(expr), width)
        case Paren():
            return _argument_lines("(", (expr.expr,), width)
        case Subquery():
            lines = _lines(guarded(expr.expr), width)
            return [*lines[:-1], lines[-1] + subquery_text(expr)]
        case Unary():
            lines = _lines(signed(expr), width)
            return [expr.op + lines[0], *lines[1:]]
        case _:
            return [line]


def _argument_lines(head: str, args: tuple[Expr, ...], width: int) -> list[str]:
    lines = [head]
    for arg in args:
        lines += _indented(_lines(arg, width - len(_INDENT)))
        lines[-1] += ","
    lines[-1] = lines[-1].removesuffix(",")
    return [*lines, ")"]


def _chain_lines(expr: Binary, width: int) -> list[str]:
    """The operands of `a + b - c` under one another, each line led by its operator.

    The first line is not indented, so that the text can stand in a YAML block as it is.
    """
    links: list[tuple[str, Expr]] = []
    first: Expr = expr
    while isinstance(first, Binary) and PRECEDENCE[first.op] == PRECEDENCE[expr.op]:
        left, right = operands(first)
        links.append((operator_text(first), right))
        first = left
    lines = _lines(first, width)
    for operator, right in reversed(links):
        head, *rest = _lines(right, width - len(operator) - 1)
        if lines[-1] == ")" and len(head) + len(operator) < width // 2:
            lines[-1] += f" {operator} {head}"
        else:
            lines.append(f"{operator} {head}")
        # What a bracket closes stands below what opened it; any other operand goes on indented.
        lines += rest if head.endswith("(") else _indented(rest)
    return lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]
