"""Labels that a query uses after it has dropped them, or that its series never had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.written import Problem
from gw2mon.inference.numbers import constant
from gw2mon.inference.values import ABSENT, is_variable
from gw2mon.loader import did_you_mean
from gw2mon.promql.quoting import is_plain_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.promql import Span

OF_INSTALLATIONS = frozenset({"cluster", "datacenter", "environment", "namespace", "region", "replica", "tenant"})
"""Labels that only some installations have, and that a query may keep for their sake."""


def missing(name: str, below: q.Expr, span: Span, at: Written, use: str) -> Iterator[Problem]:
    """A label that is not there, dropped by an aggregation or unknown from the start; `use` says who asks for it."""
    if name in OF_INSTALLATIONS or name in dict(at.stack.external_labels):
        return
    selectors = [at.of(selector).labels for selector in q.selectors(below)]
    if any(labels.of(name) != ABSENT for labels in selectors):
        said = f"label {name}, {use}, is added away before"
        yield Problem("GW318", "error", said, span, f"keep it in the inner aggregation: by ({name}, …)")
    else:
        known = sorted({label for labels in selectors for label in labels.possible})
        yield Problem("GW202", "error", f"no series has label {name}, {use}", span, did_you_mean(name, known, "labels"))


def grouped_by_what_is_gone(node: q.Aggregation, at: Written) -> Iterator[Problem]:
    """GW202, GW318: `by` with a label that what is aggregated cannot have."""
    inner = at.of(node.expr)
    if node.without is not False or inner.empty:
        return
    for name in node.grouping:
        if not is_variable(name) and inner.labels.of(name) == ABSENT:
            yield from missing(name, node.expr, node.span, at, f"by which {at.where} groups")


def moved_from_nowhere(node: q.Call, at: Written) -> Iterator[Problem]:
    """GW202, GW302, GW318: label_replace and label_join from a label that is not there, or to one with a bad name."""
    inner = at.of(node.args[0])
    sources = node.args[3:4] if node.function == "label_replace" else node.args[3:]
    for argument in sources:
        name = constant(argument)
        if name and not inner.empty and inner.labels.of(name) == ABSENT:
            yield from missing(name, node.args[0], argument.span, at, f"which {node.function} in {at.where} reads")
    yield from _refused_name(node.args[1], at)


def counted_into_bad_name(node: q.Aggregation, at: Written) -> Iterator[Problem]:
    """GW302: count_values into a label whose name Prometheus 2 refuses."""
    if node.op == "count_values" and node.param is not None:
        yield from _refused_name(node.param, at)


def _refused_name(node: q.Expr, at: Written) -> Iterator[Problem]:
    name = constant(node)
    if name is not None and not is_plain_label(name):
        feature = f"{q.quote(name)} is a name of a label since 3.0 only"
        said = f"{at.where} does not work on every Prometheus from 2.42 to 3: {feature}"
        yield Problem("GW302", "error", said, node.span, "use letters, digits and _")
