"""Numbers and texts that are written in a query."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.inference.inferred import Inferred, scalar
from gw2mon.inference.intervals import NOTHING, point, with_nan
from gw2mon.inference.units import PLAIN

if TYPE_CHECKING:
    from gw2mon.inference.intervals import Interval


def literal(node: q.NumberLiteral) -> Inferred:
    """A number as it is written."""
    return _numbered(node.text)


@lru_cache(maxsize=1024)
def _numbered(text: str) -> Inferred:
    return scalar("number", PLAIN, _point(text, q.NumberLiteral(text).value))


def _point(text: str, value: float) -> Interval:
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return with_nan(NOTHING)
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return point(Decimal(repr(value)))
    # A leading zero means octal, which Decimal does not know.
    return point(exact if float(exact) == value else Decimal(repr(value)))


def constant(node: q.Expr | None) -> str | None:
    """The text of a string, parentheses aside; None if it is no string or holds a variable."""
    from gw2mon.inference.values import is_variable

    while isinstance(node, q.Paren):
        node = node.expr
    return node.value if isinstance(node, q.StringLiteral) and not is_variable(node.value) else None


def text_of(node: q.Expr | None) -> str:
    """The text of a string, parentheses aside; "" for anything else."""
    while isinstance(node, q.Paren):
        node = node.expr
    return node.value if isinstance(node, q.StringLiteral) else ""
