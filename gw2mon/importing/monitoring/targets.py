"""Queries of panels, made ready: without variables that people choose from, and with what records compute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.compiler.dashboards.queries import WHOLE_RANGE, ZOOM
from gw2mon.importing.monitoring.records import inlined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.model import RecordingRule
    from gw2mon.parts import Part
    from gw2mon.promql import Duration, Expr

_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)|\[\[([A-Za-z_]\w*)")
_OF_EVERY_DASHBOARD = frozenset({"job", "instance"})
"""Variables that every generated dashboard has, on every query."""


class Target(NamedTuple):
    """A query of a panel."""

    expr: Expr
    legend: str
    dropped: tuple[str, ...]
    """Variables that it does not ask for any more: it shows what All showed."""


class Refused(NamedTuple):
    """Why a query cannot be carried over."""

    why: str


def target_of(part: Part, records: Mapping[str, RecordingRule], step: int) -> Target | Refused:
    """The query of a target that asks Prometheus."""
    text = part.text("expr")
    try:
        expr = q.parse(text, variables=True)
    except q.PromQLError as error:
        return Refused(f"it is no PromQL: {error.message}")
    dropped: dict[str, None] = {}
    expr = q.transform(expr, lambda node: _freed(node, dropped))
    stuck = next((name for node in q.walk(expr) for name in _left_in(node)), "")
    if stuck:
        return Refused(f"its query is made of the variable {stuck}")
    whole = inlined(expr, records, step)
    if whole is None:
        return Refused("it reads a record that is not among the rules, or cannot be written out")
    legend = part.text("legendFormat").strip()
    names = tuple(name for name in dropped if name not in _OF_EVERY_DASHBOARD)
    return Target(whole, "" if legend == "__auto" or variables_in(legend) else legend, names)


def variables_in(text: str) -> list[str]:
    """The variables of a dashboard that a text holds."""
    return [left or right for left, right in _VARIABLE.findall(text)]


def _freed(node: Expr, dropped: dict[str, None]) -> Expr:
    match node:
        case q.VectorSelector():
            kept = tuple(matcher for matcher in node.matchers if not variables_in(matcher.value))
            for matcher in node.matchers:
                dropped.update(dict.fromkeys(variables_in(matcher.value)))
            return node._replace(matchers=kept) if len(kept) < len(node.matchers) else node
        case q.MatrixSelector(range=window) | q.Subquery(range=window):
            return node._replace(range=_window(window, dropped))
        case _:
            return node


def _window(window: Duration, dropped: dict[str, None]) -> Duration:
    """A window that follows the zoom, whatever variable stood for that; or the whole range."""
    if isinstance(window, int) or window in (ZOOM, WHOLE_RANGE):
        return window
    names = variables_in(window.text)
    if "__range" in names:
        return WHOLE_RANGE
    dropped.update(dict.fromkeys(name for name in names if not name.startswith("__")))
    return ZOOM


def _left_in(node: Expr) -> list[str]:
    match node:
        case q.VectorSelector(name=str(name)):
            return variables_in(name)
        case q.NumberLiteral(text=text):
            return variables_in(text)
        case q.StringLiteral(value=value):
            return [name for name in variables_in(value) if not name.isdigit()] if "label_" not in value else []
        case q.Aggregation(grouping=grouping):
            return [found for label in grouping for found in variables_in(label)]
        case _:
            return []
