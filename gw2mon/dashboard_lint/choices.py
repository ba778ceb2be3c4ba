"""Options that take one of a few words or numbers; any other is silently the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.dashboard_lint.walking import Part, Problem, Record, panels_of, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def custom_choices(dashboard: Record) -> Iterator[Problem]:
    """unknown-choice, unknown-key: how a field is drawn."""
    allowed = vocabulary.choices("custom choices")
    for panel in panels_of(dashboard):
        custom = panel.record("fieldConfig", "defaults", "custom")
        for key in custom.data:
            if key not in vocabulary.words("custom field keys"):
                yield custom.problem("unknown-key", f"no panel has a field option {key}", key)
        yield from _checked(custom, allowed)
        for override in panel.records("fieldConfig", "overrides"):
            for item in override.records("properties"):
                name = str(item.data.get("id")).removeprefix("custom.")
                yield from _checked(Part(item.path, {name: item.data.get("value")}), allowed)


def option_choices(dashboard: Record) -> Iterator[Problem]:
    """unknown-choice: how a panel is drawn."""
    for panel in panels_of(dashboard):
        kind = f"{panel.data.get('type')}/"
        named = {name.removeprefix(kind): words for name, words in vocabulary.choices("option choices").items()}
        own = {name: words for name, words in named.items() if "/" not in name}
        yield from _checked(panel.record("options"), own)
        yield from _checked(panel, {"repeatDirection": vocabulary.Words("hv")})
        legend = panel.record("options", "legend")
        if panel.data.get("type") == "timeseries" and not isinstance(legend.data.get("showLegend"), bool):
            yield legend.problem("hidden-legend", "a legend that does not say so is not shown", "showLegend")


def integer_choices(dashboard: Record) -> Iterator[Problem]:
    """unknown-choice: numbers that stand for a choice."""
    allowed = {name: list(map(int, text.split())) for name, text in vocabulary.load()["integer choices"].items()}
    if dashboard.get("graphTooltip", 0) not in allowed["graphTooltip"]:
        yield Problem("unknown-choice", "graphTooltip", "graphTooltip is 0, 1 or 2")
    for variable in variables_of(dashboard):
        for key in ("hide", "sort", "refresh"):
            if variable.data.get(key, 0) not in allowed[key]:
                yield variable.problem("unknown-choice", f"{key} is one of {sorted(allowed[key])}", key)


def _checked(part: Part, allowed: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    for name, words in allowed.items():
        *way, last = name.split(".")
        inner = part.record(*way)
        if last in inner.data and inner.data[last] not in words:
            said = ", ".join(sorted(words))
            yield inner.problem("unknown-choice", f"{last} is one of {said}; not {inner.data[last]}", last)
