"""Durations that are computed, as Prometheus 3.14 reads them: `[2 * 5m]`, `offset (1d + 1h)`, `[5m + step()]`."""

from __future__ import annotations

import math
import operator
import re
from typing import TYPE_CHECKING

from gw2mon.promql.ast import Binary, Call, NumberLiteral, Paren, Unary, walk
from gw2mon.promql.errors import PromQLError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.promql.ast import Expr

FUNCTIONS = frozenset({"step", "range", "min_of", "max_of"})
"""What a computed duration may call. `step()` and `range()` are known only when the query runs."""

MAX_LENGTH = 100
"""Characters in one computed duration, which also bounds how deeply it nests."""

_WORDS = r"(?i)\b(?:step|range|min_of|max_of)\b|[\d.][\w.]*"
_SIGNS = r"[\s+\-*/%^(),]*"

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "^": math.pow,
}


def compute(text: str) -> float | None:
    """Seconds in a computed duration; None if it depends on the query.

    Raises PromQLError for anything else than arithmetic of durations.
    """
    if "$" in text:
        raise PromQLError('unexpected character: "$"', help="Grafana variables are only allowed in dashboards")
    if len(text) > MAX_LENGTH:
        raise PromQLError(f"the duration has {len(text)} characters, more than {MAX_LENGTH}")
    if re.fullmatch(_SIGNS, re.sub(_WORDS, "", text, flags=re.ASCII)) is None:
        raise PromQLError(f'not a valid duration string: "{text}"')
    from gw2mon.promql.parser import parse  # the parser reads brackets, and brackets may hold an expression

    expr = parse(text)
    if any(isinstance(node, Call) and node.function in ("step", "range") for node in walk(expr)):
        return None
    try:
        return _value(expr)
    except (ArithmeticError, ValueError) as error:
        raise PromQLError(f'duration out of range: "{text}"') from error


def _value(expr: Expr) -> float:
    match expr:
        case NumberLiteral():
            return expr.value
        case Paren():
            return _value(expr.expr)
        case Unary():
            return -_value(expr.expr) if expr.op == "-" else _value(expr.expr)
        case Binary() if expr.op in _OPERATORS:
            return _OPERATORS[expr.op](_value(expr.lhs), _value(expr.rhs))
        case Call(function="min_of" | "max_of"):
            return (min if expr.function == "min_of" else max)(map(_value, expr.args))
        case _:
            raise PromQLError("a duration is computed from numbers and durations only", expr.span)
