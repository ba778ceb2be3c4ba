"""Panels of dashboards that the spec lays out: do they show something, is it right, and can a reader tell what it is?

The linter of dashboards judges a sketch of each: what its author said, without all that the generator adds. The whole
dashboards are linted in the tests. What a query means in the world of the spec is judged with those of alerts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Dashboard, Panel, Service, Stack
    from gw2mon.model.promises import Query
    from gw2mon.parts import Problem
    from gw2mon.world import World

_KINDS = {"graph": "timeseries", "bar": "bargauge", "states": "state-timeline"}
_FORMATS = {"table": "table", "heatmap": "heatmap"}
_INSTANT = ("bar", "table")
_SEVERAL = ("job", "instance")
"""Variables of which a reader may choose more than one value; all, at first."""

_HEADING = {"type": "row"}
_EMPTY = frozenset(("empty-text", "bad-quantile", "several-with-equals", "target-logql-rule", "undeclared-variable"))
_MISLEADING = {
    "unit-mismatch": "say the unit of the number, or leave it out where the name of the metric tells",
    "wrong-percentile": "let the legend name the quantile that is asked for",
    "target-rate-interval-rule": "write [$__rate_interval]: it is never shorter than four scrapes",
}
_UNCLEAR = {
    "legend-without-label": "keep the label with by, or take it out of the legend",
    "bad-legend": "write {{label}}",
    "one-name-for-many": "name a label in the legend: {{label}}",
    "twin-title": "say in the title what is different",
    "twin-panel": "change the query, or drop one of them",
    "twin-query": "change the query, or drop one of them",
    "undeclared-variable": "a dashboard has the variables datasource, job and instance",
}


class Fault(NamedTuple):
    """What the linter says of a panel."""

    panel: Panel
    problem: Problem


def unfit_panel(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW701, GW702, GW703: a panel that shows nothing, that misleads, or that nobody can read."""
    for panel, problem in _faults(service):
        if problem.code == "bad-quantile" and panel.kind != "heatmap":
            continue  # what is inferred of the query tells more
        if problem.code in _EMPTY and not _is_about_words(problem):
            advice, said = _UNCLEAR.get(problem.code, ""), f"shows nothing: {problem.message}"
            yield Finding("GW701", "error", _said(panel, said), panel.origin, advice)
        elif problem.code in _MISLEADING:
            yield Finding("GW702", "warning", _said(panel, problem.message), panel.origin, _MISLEADING[problem.code])
        elif problem.code in _UNCLEAR:
            yield Finding("GW703", "warning", _said(panel, problem.message), panel.origin, _UNCLEAR[problem.code])


def _is_about_words(problem: Problem) -> bool:
    """Whether only a title or a legend is spoilt."""
    return not problem.path.endswith((".expr", ".content", ".query"))


def _said(panel: Panel, message: str) -> str:
    return f"panel {panel.title}: {message}"


def laid_out(entry: Dashboard) -> Iterator[Panel]:
    """The panels that stand in the spec; those that are made from it have no place there."""
    return (panel for row in entry.rows for panel in row.panels if panel.origin is not None)


def _faults(service: Service) -> Iterator[Fault]:
    for entry in service.dashboards:
        standing = list(_standing(entry))
        for problem in _problems(entry, standing):
            number = re.match(r"panels\[(\d+)\]", problem.path)
            panel = standing[int(number[1])] if number else None
            if panel is not None:
                yield Fault(panel, problem)


def _standing(entry: Dashboard) -> Iterator[Panel | None]:
    """The panels in their order, and None for each heading between them."""
    for row in entry.rows:
        if row.title:
            yield None
        yield from (panel for panel in row.panels if panel.origin is not None)


def _problems(entry: Dashboard, standing: list[Panel | None]) -> Iterator[Problem]:
    """What the linter says of the sketch, by the rules about what an author can say."""
    if not any(standing):
        return
    from gw2mon.dashboard_lint import content, legends, logql, meaning, quantities, queries, twins

    sketch = {
        "panels": [_sketch(panel) if panel else _HEADING for panel in standing],
        "templating": {"list": _variables(entry)},
    }
    for rule in (
        content.empty_texts, logql.logql, meaning.several, quantities.units, legends.missing_labels, legends.braces,
        legends.one_name, legends.percentiles, twins.titles, twins.panels, twins.queries, queries.declared_variables,
    ):  # fmt: skip
        yield from rule(sketch)
    yield from queries.windows(sketch, _fixed_windows(entry))


def _fixed_windows(entry: Dashboard) -> frozenset[str]:
    """The ranges that are not left to the zoom: they were chosen on purpose."""
    asked = (query.expr for row in entry.rows for panel in row.panels for query in panel.queries)
    ranges = (node.range for expr in asked for node in q.walk(expr) if isinstance(node, q.MatrixSelector))
    return frozenset(q.format_duration(window) for window in ranges if isinstance(window, int))


def _variables(entry: Dashboard) -> list[dict[str, Any]]:
    names = ("datasource", "logs", *_SEVERAL, *(choice.name for choice in entry.choices))
    return [{"name": name, "multi": name in _SEVERAL} for name in names]


def _sketch(panel: Panel) -> dict[str, Any]:
    """A panel in Grafana's words, as far as its author says something."""
    units: dict[str, str] = vocabulary.load()["base units"]
    asked = [_target(panel, query, number) for number, query in enumerate(panel.queries)]
    logs = [{"refId": "A", "datasource": {"type": "loki"}, "expr": panel.text}]
    return {
        "type": _KINDS.get(panel.kind, panel.kind),
        "title": panel.title,
        "description": panel.description,
        "fieldConfig": {"defaults": {"unit": units.get(panel.unit, panel.unit)}},
        "options": {"content": panel.text},
        "targets": logs if panel.kind == "logs" else asked,
    }


def _target(panel: Panel, query: Query, number: int) -> dict[str, Any]:
    return {
        "refId": chr(ord("A") + number % 26),
        "expr": q.to_text(query.expr),
        "legendFormat": query.legend or "__auto",
        "format": _FORMATS.get(panel.kind, "time_series"),
        "instant": panel.kind in _INSTANT,
        "range": panel.kind not in _INSTANT,
    }
