"""What a panel tells: a title and a description, a unit, a query, and the data source that was chosen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.asking import parsed
from gw2mon.dashboard_lint.fields import is_unit
from gw2mon.dashboard_lint.quantities import measured
from gw2mon.dashboard_lint.walking import (
    Part,
    Problem,
    Record,
    all_panels,
    is_loki,
    is_own_mark,
    is_row,
    panels_of,
    sequence,
    variables_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAWN = ("stat", "timeseries", "gauge", "bargauge", "heatmap", "table", "state-timeline", "logs")
_WITH_UNIT = ("stat", "timeseries", "gauge", "bargauge")
_FORMATS = {"table": "table", "heatmap": "heatmap"}
_UNWRITTEN = "# Title\n\nFor markdown syntax help"
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def titles(dashboard: Record) -> Iterator[Problem]:
    """panel-title-description-rule: what it shows, and what that means."""
    for panel in all_panels(dashboard):
        if panel.data.get("type") in (*_DRAWN, "row") and not panel.text("title").strip():
            yield panel.problem("panel-title-description-rule", "it has no title", "title")
        if panel.data.get("type") in _DRAWN and not panel.text("description").strip():
            yield panel.problem("panel-title-description-rule", "it has no description", "description")


def units(dashboard: Record) -> Iterator[Problem]:
    """panel-units-rule: a number without a unit is a guess."""
    for panel in panels_of(dashboard):
        field = panel.record("fieldConfig", "defaults")
        fields = panel.record("options", "reduceOptions").text("fields")
        if panel.data.get("type") not in _WITH_UNIT or sequence(field.data.get("mappings")) or fields:
            continue
        if not is_unit(field.data.get("unit")):
            yield field.problem("panel-units-rule", "it has neither a unit nor mappings", "unit")


def targets(dashboard: Record) -> Iterator[Problem]:
    """panel-no-targets-rule: a panel that shows nothing."""
    for panel in panels_of(dashboard):
        asked = list(panel.records("targets"))
        if panel.data.get("type") in _DRAWN and not asked:
            yield panel.problem("panel-no-targets-rule", "it has no query", "targets")
        if asked and all(target.data.get("hide") is True for target in asked):
            yield panel.problem("panel-no-targets-rule", "all of its queries are hidden", "targets")


def empty_texts(dashboard: Record) -> Iterator[Problem]:
    """empty-text: a blank box, or what Grafana puts there until somebody writes."""
    for panel in panels_of(dashboard):
        text = panel.record("options").text("content").strip()
        if panel.data.get("type") == "text" and (not text or text.startswith(_UNWRITTEN)):
            yield panel.problem("empty-text", "it says nothing", "options.content")


def chosen_source(dashboard: Record) -> Iterator[Problem]:
    """panel-datasource-rule: panels and their queries ask the source that a variable chooses."""
    kinds = {
        str(item.data.get("name")): item.data.get("query")
        for item in variables_of(dashboard)
        if item.data.get("type") == "datasource"
    }
    for panel in panels_of(dashboard):
        if panel.data.get("type") not in _DRAWN:
            continue
        for part in (panel, *panel.records("targets")):
            source = part.record("datasource")
            match = _VARIABLE.fullmatch(source.text("uid"))
            if match is None or match[1] not in kinds:
                yield source.problem("panel-datasource-rule", "the uid is a data source variable", "uid")
            elif kinds[match[1]] != source.data.get("type"):
                yield source.problem("panel-datasource-rule", f"{match[1]} chooses {kinds[match[1]]}", "type")


def target_shapes(dashboard: Record) -> Iterator[Problem]:
    """bad-target: a query whose answer is not of the form that its panel draws."""
    for panel in panels_of(dashboard):
        for target in panel.records("targets"):
            if not is_loki(target):
                yield from _shape(panel, target)
            if not re.fullmatch(r"[A-Z]{1,2}", target.text("refId")):
                yield target.problem("bad-target", "refId is a letter", "refId")


def _shape(panel: Part, target: Part) -> Iterator[Problem]:
    wanted = _FORMATS.get(str(panel.data.get("type")), "time_series")
    if target.data.get("format", "time_series") != wanted:
        yield target.problem("bad-target", f"a {panel.data.get('type')} needs the format {wanted}", "format")
    if bool(target.data.get("instant")) == bool(target.data.get("range")):
        yield target.problem("bad-target", "a query is either instant or over a range", "instant")
    if panel.data.get("type") in ("timeseries", "heatmap") and target.data.get("instant"):
        yield target.problem("bad-target", "a graph needs more than one moment", "instant")


def refresh(dashboard: Record) -> Iterator[Problem]:
    """hidden-refresh: an interval that the refresh button does not offer."""
    offered = sequence(Part("", dashboard).record("timepicker").data.get("refresh_intervals"))
    chosen = dashboard.get("refresh")
    if offered and chosen and chosen not in offered:
        yield Problem("hidden-refresh", "refresh", f"{chosen} is not among the intervals that are offered")


def built_in_annotation(dashboard: Record) -> Iterator[Problem]:
    """no-built-in-annotation, bad-annotation: marks that cannot be switched, or are never asked for."""
    entries = list(Part("", dashboard).records("annotations", "list"))
    if not any(entry.data.get("builtIn") == 1 for entry in entries[:1]):
        yield Problem("no-built-in-annotation", "annotations.list", "Grafana's own annotations come first")
    for entry in entries:
        if not entry.data.get("builtIn"):
            yield from _annotation(entry)


def _annotation(entry: Part) -> Iterator[Problem]:
    asked = entry.record("target").text("expr")
    if not asked and not is_own_mark(entry):
        yield entry.problem("bad-annotation", "an annotation asks for something", "target.expr")
    if not entry.text("name").strip():
        yield entry.problem("bad-annotation", "its switch has no name", "name")
    if entry.data.get("enable") is False and entry.data.get("hide") is True:
        yield entry.problem("bad-annotation", "it is off, and its switch is hidden", "hide")
    expr = parsed(asked) if entry.data.get("useValueForTime") else None
    if expr is not None and measured(expr) == "moment":
        yield entry.problem("bad-annotation", "Grafana takes milliseconds, and these are seconds: 1970", "target.expr")


def open_rows(dashboard: Record) -> Iterator[Problem]:
    """no-panels: a dashboard of headings alone."""
    if not any(not is_row(panel) for panel in all_panels(dashboard)):
        yield Problem("no-panels", "panels", "it shows nothing")
