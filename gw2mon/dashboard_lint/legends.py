"""Names of lines: what a legend says must be there, be true, and tell one line from another."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.dashboard_lint.asking import Asked, asked, asked_by, labels
from gw2mon.dashboard_lint.walking import Part, Problem, Record, panels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_PERCENTILE = re.compile(r"\bp(\d{2,4})\b", re.IGNORECASE)
_MANY = ("timeseries", "bargauge", "state-timeline")


def is_literal(legend: str) -> bool:
    """Whether every series of a query gets this very name."""
    return bool(legend) and legend != "__auto" and "{" not in legend and "$" not in legend


def missing_labels(dashboard: Record) -> Iterator[Problem]:
    """legend-without-label: a name of series that shows an empty place where a label should stand."""
    for _, target, expr in asked(dashboard):
        left = labels(expr)
        for name in _LABEL.findall(target.text("legendFormat")):
            if left is not None and name not in left:
                yield target.problem("legend-without-label", f"the query leaves no label {name}", "legendFormat")


def braces(dashboard: Record) -> Iterator[Problem]:
    """bad-legend: what is no {{label}} is shown as it stands."""
    for panel in panels_of(dashboard):
        for target in panel.records("targets"):
            rest = _VARIABLE.sub("", _LABEL.sub("", target.text("legendFormat")))
            if "{" in rest or "}" in rest:
                said = f"{target.text('legendFormat')} is not of the form {{{{label}}}}"
                yield target.problem("bad-legend", said, "legendFormat")


def one_name(dashboard: Record) -> Iterator[Problem]:
    """one-name-for-many: lines that nobody can tell apart."""
    for panel in panels_of(dashboard):
        if panel.data.get("type") not in _MANY:
            continue
        seen: set[str] = set()
        for _, target, expr in asked_by(panel):
            legend = target.text("legendFormat")
            if not is_literal(legend) or target.data.get("hide"):
                continue
            if legend in seen:
                yield target.problem("one-name-for-many", f"two queries are called {legend}", "legendFormat")
            elif _is_many(expr):
                said = f"every series of this query is called {legend}"
                yield target.problem("one-name-for-many", said, "legendFormat")
            seen.add(legend)


def _is_many(expr: q.Expr) -> bool:
    """Whether an answer has series that differ in a label which no matcher fixes."""
    fixed = {matcher.name for one in q.selectors(expr) for matcher in one.matchers if matcher.op == "="}
    is_chosen = isinstance(expr, q.Aggregation) and expr.param is not None
    return not is_chosen and bool((labels(expr) or frozenset()) - fixed)


def percentiles(dashboard: Record) -> Iterator[Problem]:
    """wrong-percentile: the legend names another one than the query asks for."""
    for panel, target, expr in asked(dashboard):
        said = _PERCENTILE.findall(target.text("legendFormat"))
        if len(said) == 1 and not _asks_for(expr, Decimal(f"0.{said[0]}")):
            yield _wrong(Asked(panel, target, expr), said[0])


def _asks_for(expr: q.Expr, share: Decimal) -> bool:
    wanted = _quantiles(expr)
    return not wanted or share in wanted


def _quantiles(expr: q.Expr) -> list[Decimal]:
    calls = (node for node in q.walk(expr) if isinstance(node, q.Call) and node.function == "histogram_quantile")
    shares = (node.args[0] for node in calls)
    return [Decimal(share.text) for share in shares if isinstance(share, q.NumberLiteral) and _is_decimal(share.text)]


def _is_decimal(text: str) -> bool:
    return re.fullmatch(r"\d*\.?\d+", text) is not None


def _wrong(query: Asked, said: str) -> Problem:
    found = ", ".join(map(str, _quantiles(query.expr)))
    return query.target.problem("wrong-percentile", f"p{said} is said, {found} is asked for", "legendFormat")


def literal_names(panel: Part) -> frozenset[str] | None:
    """The names of all lines of a panel, where its legends say them; None where they depend on the series."""
    legends = [target.text("legendFormat") for target in panel.records("targets")]
    return frozenset(legends) if legends and all(map(is_literal, legends)) else None
