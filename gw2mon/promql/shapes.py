"""Many rules differ only in names, values and numbers: their common shape, and those words apart.

How a tree is written and laid out follows from its shape and from the lengths of its words, so a shape needs to be laid
out only once; `pretty` then fills in the words of each tree.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    VariableName,
    VectorSelector,
    transform,
)
from gw2mon.promql.printer import aggregation_text, operator_text
from gw2mon.promql.quoting import is_plain_metric, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.promql.ast import Expr

    Shape = tuple[object, ...]

_MARK = "·"
"""What words are blanked with: it is written as it is, with and without quotes."""

_BLANKS = re.compile(f"({_MARK}+)")

_SHOWN: dict[type, Callable[[Any], object]] = {
    Aggregation: lambda node: (aggregation_text(node), node.param is None),
    Binary: operator_text,
    Call: lambda node: (node.function, len(node.args)),
    MatrixSelector: itemgetter(1),
    Paren: lambda _: None,
    StringLiteral: itemgetter(0),
    Subquery: itemgetter(1, 2, 3, 4),
    Unary: itemgetter(0),
}
"""What a node says itself, beside its children."""

_LAST_FIRST: dict[type, Callable[[Any], tuple[Expr, ...]]] = {
    Aggregation: lambda node: (node.expr,) if node.param is None else (node.expr, node.param),
    Binary: itemgetter(2, 1),
    Call: lambda node: node.args[::-1],
    MatrixSelector: itemgetter(slice(0, 1)),
    Paren: itemgetter(slice(0, 1)),
    StringLiteral: lambda _: (),
    Subquery: itemgetter(slice(0, 1)),
    Unary: itemgetter(slice(1, 2)),
}
"""The children of a node, from right to left."""


def shape_of(expr: Expr) -> tuple[Shape, list[str]]:
    """All that tells how a tree is written but for its words, of which the lengths count; and these words in order.

    Words are the values of matchers, names of metrics that need no quotes, and numbers without a sign. Raises
    ValueError for text that cannot be written in UTF-8.
    """
    shape: list[object] = []
    words: list[str] = []
    todo: list[Expr] = [expr]
    while todo:
        node = todo.pop()
        kind = type(node)
        shape.append(kind)
        if isinstance(node, VectorSelector):
            _add_selector(node, shape, words)
        elif isinstance(node, NumberLiteral):
            _add_word(node.text, shape, words, is_plain=node.text[:1] not in ("+", "-"))
        else:
            shape.append(_SHOWN[kind](node))
            todo.extend(_LAST_FIRST[kind](node))
    return tuple(shape), words


def _add_selector(node: VectorSelector, shape: list[object], words: list[str]) -> None:
    name, matchers, *modifiers, _ = node
    shape += modifiers
    shape.append(len(matchers))
    _add_word(name or "", shape, words, is_plain=_is_plain(name))
    # Without quotes a variable is written, and with quotes a name that looks like it.
    shape.append(type(name))
    for label, op, value, _ in matchers:
        shape += (label, op)
        _add_word(quote(value)[1:-1], shape, words)


def _add_word(text: str, shape: list[object], words: list[str], *, is_plain: bool = True) -> None:
    if is_plain and text:
        shape.append(len(text))
        words.append(text)
    else:
        shape.append(text)


def _is_plain(name: str | None) -> bool:
    return name is not None and not isinstance(name, VariableName) and is_plain_metric(name)


def blanked(expr: Expr) -> Expr:
    """A tree of the same shape with nothing but marks for words."""
    return transform(expr, _blank)


def _blank(node: Expr) -> Expr:
    if isinstance(node, NumberLiteral) and node.text[:1] not in ("+", "-"):
        return NumberLiteral(_MARK * len(node.text))
    if isinstance(node, VectorSelector):
        # A variable is the one name that is written as it is, whatever characters it has.
        name = VariableName(_MARK * len(node.name)) if node.name and _is_plain(node.name) else node.name
        return node._replace(name=name, matchers=tuple(map(_blank_matcher, node.matchers)))
    return node


def _blank_matcher(matcher: Matcher) -> Matcher:
    return matcher._replace(value=_MARK * (len(quote(matcher.value)) - 2))


def gaps(text: str, words: int) -> list[str] | None:
    """A blanked text, its blanks at the odd places; None where something else in it looks like a blank."""
    parts = _BLANKS.split(text)
    return parts if len(parts) == 2 * words + 1 else None


def filled(parts: list[str], words: list[str]) -> str:
    """The text with the words in the place of its blanks."""
    text = parts.copy()
    text[1::2] = words
    return "".join(text)
