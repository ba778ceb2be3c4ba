"""Asking a tree about its metrics, and putting matchers on its selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql.ast import Expr, Matcher, VectorSelector, transform, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def selectors(expr: Expr) -> tuple[VectorSelector, ...]:
    """Every selector of the expression, from left to right."""
    return tuple(node for node in walk(expr) if isinstance(node, VectorSelector))


def metric_name(selector: VectorSelector) -> str | None:
    """The one metric that a selector reads, also when it is written `{__name__="up"}`; None if it is not just one."""
    if selector.name is not None:
        return selector.name
    names = [matcher.value for matcher in selector.matchers if matcher.name == "__name__" and matcher.op == "="]
    return names[0] if names else None


def metric_names(expr: Expr) -> tuple[str, ...]:
    """The metrics that an expression reads, each once, in the order in which they occur."""
    names = (metric_name(selector) for selector in selectors(expr))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def with_matchers(
    expr: Expr, matchers: Iterable[Matcher], predicate: Callable[[VectorSelector], bool] = lambda _: True
) -> Expr:
    """Add each matcher to every selector that says nothing about its label yet.

    `predicate` chooses the selectors, all of them by default.
    """
    added = tuple(matchers)

    def extended(node: Expr) -> Expr:
        if not isinstance(node, VectorSelector) or not predicate(node):
            return node
        named = {matcher.name for matcher in node.matchers}
        missing = tuple(matcher for matcher in added if matcher.name not in named)
        return node._replace(matchers=node.matchers + missing) if missing else node

    return transform(expr, extended)
