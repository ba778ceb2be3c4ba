"""Recording rules: a spec has none of its own, so what reads them gets what they compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.model import RecordingRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.auditing.estate import Rules
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.promql import Expr, Matcher

_DEEPEST = 8
"""Records that read records: more than that is a circle."""
_LARGEST = 2_000
"""Nodes of an expression: records that read others twice grow without end."""


def records_of(rules: Iterable[Rules], ledger: Ledger) -> dict[str, RecordingRule]:
    """All records by name; each is reported, since it will not be recorded any more. Several of one name are none."""
    found: dict[str, list[RecordingRule]] = {}
    for file in rules:
        for rule in (rule for group in file.groups for rule in group.rules):
            if isinstance(rule, RecordingRule):
                found.setdefault(rule.record, []).append(rule)
    for name, same in found.items():
        advice = "its expression stands wherever it was read; for dashboards of others, keep the rule in its file"
        for rule in same:
            ledger.lose(lost.ALERT, rule.origin, f"recording rule {name} is not recorded any more", advice)
    return {name: same[0] for name, same in found.items() if len(same) == 1 and not same[0].labels}


def inlined(expr: Expr, records: Mapping[str, RecordingRule], step: int) -> Expr | None:
    """The expression with records replaced by what they compute; None where one cannot be.

    `step` is how often they were recorded, in milliseconds: so often what they compute is looked at within a window.
    """
    for _ in range(_DEEPEST):
        if not any(":" in name for name in q.metric_names(expr)):
            return expr
        found = _once(expr, records, step)
        if found is None or sum(1 for _ in q.walk(found)) > _LARGEST:
            return None
        expr = found
    return None


def _once(expr: Expr, records: Mapping[str, RecordingRule], step: int) -> Expr | None:
    refused: list[str] = []
    in_windows = {id(node.selector) for node in q.walk(expr) if isinstance(node, q.MatrixSelector)}

    def change(node: Expr) -> Expr:
        selector = node.selector if isinstance(node, q.MatrixSelector) else node
        if not isinstance(selector, q.VectorSelector) or ":" not in (selector.name or "") or id(node) in in_windows:
            return node
        inner = _computed(selector, records)
        if inner is None:
            refused.append(selector.name or "")
            return node
        if isinstance(node, q.MatrixSelector):
            return q.Subquery(inner, node.range, step, selector.offset)
        return _earlier(inner, selector.offset) if selector.offset else inner

    found = q.transform(expr, change)
    return None if refused else found


def _computed(selector: q.VectorSelector, records: Mapping[str, RecordingRule]) -> Expr | None:
    rule = records.get(selector.name or "")
    if rule is None or selector.at is not None or not _can_be_earlier(rule.expr, selector.offset):
        return None
    return q.paren(narrowed) if (narrowed := _narrowed(rule.expr, selector.matchers)) is not None else None


def _can_be_earlier(expr: Expr, offset: q.Duration) -> bool:
    """Whether an expression of some time ago is that of selectors of some time ago."""
    timed = (q.Subquery, q.StringLiteral)
    return not offset or not any(
        isinstance(node, timed)
        or (isinstance(node, q.Call) and not node.args)
        or (isinstance(node, q.VectorSelector) and (node.at is not None or not isinstance(node.offset, int)))
        for node in q.walk(expr)
    )


def _earlier(expr: Expr, offset: q.Duration) -> Expr:
    def change(node: Expr) -> Expr:
        if isinstance(node, q.VectorSelector) and isinstance(node.offset, int) and isinstance(offset, int):
            return node._replace(offset=node.offset + offset)
        return node

    return q.transform(expr, change)


def _narrowed(expr: Expr, matchers: tuple[Matcher, ...]) -> Expr | None:
    """The expression for the series that matchers leave: they stand on the selectors, where their labels come from."""
    if not matchers:
        return expr
    labels = {matcher.name for matcher in matchers}
    for node in q.walk(expr):
        if isinstance(node, q.Aggregation) and (node.without or not labels <= set(node.grouping)):
            return None
        if isinstance(node, q.Call) and node.function in ("label_replace", "label_join", "absent", "vector"):
            return None
    return q.transform(expr, lambda node: _with(node, matchers))


def _with(node: Expr, matchers: tuple[Matcher, ...]) -> Expr:
    if not isinstance(node, q.VectorSelector):
        return node
    return node._replace(matchers=(*node.matchers, *(item for item in matchers if item not in node.matchers)))
