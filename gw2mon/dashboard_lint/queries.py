"""Queries: PromQL that parses, for the jobs and instances that were chosen, over a window that follows the zoom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.dashboard_lint.asking import RATES, asked, has_no_target, read
from gw2mon.dashboard_lint.walking import (
    Part,
    Problem,
    Record,
    all_panels,
    is_loki,
    is_own_mark,
    panels_of,
    variables_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_USED = re.compile(r"\$\{?([A-Za-z_]\w*)")
_PER_FIELD = ("__field", "__series", "__value", "__data", "__cell")


def promql(dashboard: Record) -> Iterator[Problem]:
    """target-promql-rule: it parses, and gives something that can be drawn."""
    for part in _promql_parts(dashboard):
        found = read(part.text("expr"))
        if isinstance(found, q.PromQLError):
            yield part.problem("target-promql-rule", found.message, "expr")
        elif (kind := q.type_of(found)) not in ("instant vector", "scalar"):
            yield part.problem("target-promql-rule", f"a {kind} cannot be drawn", "expr")


def declared_variables(dashboard: Record) -> Iterator[Problem]:
    """undeclared-variable: it stays in the text as it is."""
    declared = {str(variable.data.get("name")) for variable in variables_of(dashboard)}
    known = declared | vocabulary.words("built-in variables")
    for panel in all_panels(dashboard):
        if panel.text("repeat") and panel.text("repeat") not in declared:
            yield panel.problem("undeclared-variable", f"there is no variable {panel.text('repeat')}", "repeat")
    for path, text in _texts(dashboard):
        for name in dict.fromkeys(_USED.findall(text)):
            if name not in known and not name.startswith(_PER_FIELD):
                yield Problem("undeclared-variable", path, f"there is no variable {name}")


def windows(dashboard: Record, fixed_windows: Collection[str]) -> Iterator[Problem]:
    """target-rate-interval-rule: rates over $__rate_interval; a single value may take the whole $__range."""
    for _, target, expr in asked(dashboard):
        allowed = {"$__rate_interval", *fixed_windows, *(("$__range",) if target.data.get("instant") else ())}
        for node in q.walk(expr):
            if isinstance(node, q.Call) and node.function in RATES and isinstance(node.args[0], q.MatrixSelector):
                window = _window(node.args[0].range)
                if window not in allowed:
                    said = f"{node.function} over {window} and not over $__rate_interval"
                    yield target.problem("target-rate-interval-rule", said, "expr")


def selectors(dashboard: Record) -> Iterator[Problem]:
    """target-job-rule, target-instance-rule: what is chosen above is what is shown."""
    for _, target, expr in asked(dashboard):
        for selector in q.selectors(expr):
            if has_no_target(selector):
                continue
            found = {(matcher.name, matcher.op, matcher.value) for matcher in selector.matchers}
            for label in ("job", "instance"):
                if (label, "=~", f"${label}") not in found:
                    said = f'{q.metric_name(selector) or ""} is not narrowed by {label}=~"${label}"'
                    yield target.problem(f"target-{label}-rule", said, "expr")


def counters(dashboard: Record) -> Iterator[Problem]:
    """target-counter-agg-rule: a counter is a number since some restart; only its rate means something."""
    for _, target, expr in asked(dashboard):
        rated = {
            id(node.args[0].selector)
            for node in q.walk(expr)
            if isinstance(node, q.Call) and node.function in RATES and isinstance(node.args[0], q.MatrixSelector)
        }
        for selector in q.selectors(expr):
            if (q.metric_name(selector) or "").endswith("_total") and id(selector) not in rated:
                said = f"{selector.name} stands outside of rate and increase"
                yield target.problem("target-counter-agg-rule", said, "expr")


def _window(window: q.Duration) -> str:
    return q.format_duration(window) if isinstance(window, int) else window.text


def _promql_parts(dashboard: Record) -> Iterator[Part]:
    for panel in panels_of(dashboard):
        yield from (target for target in panel.records("targets") if not is_loki(target))
    for entry in Part("", dashboard).records("annotations", "list"):
        if not entry.data.get("builtIn") and not is_own_mark(entry):
            yield entry.record("target")


def _texts(dashboard: Record) -> Iterator[tuple[str, str]]:
    """Every text in which a variable may stand."""
    for panel in panels_of(dashboard):
        yield from ((f"{panel.path}.{key}", panel.text(key)) for key in ("title", "description"))
        yield f"{panel.path}.datasource.uid", panel.record("datasource").text("uid")
        for target in panel.records("targets"):
            yield from ((f"{target.path}.{key}", target.text(key)) for key in ("expr", "legendFormat", "interval"))
            yield f"{target.path}.datasource.uid", target.record("datasource").text("uid")
        for link in (*panel.records("links"), *panel.records("fieldConfig", "defaults", "links")):
            yield f"{link.path}.url", link.text("url")
    for variable in variables_of(dashboard):
        yield f"{variable.path}.query", str(variable.data.get("query"))
    for entry in Part("", dashboard).records("annotations", "list"):
        yield f"{entry.path}.target.expr", entry.record("target").text("expr")
