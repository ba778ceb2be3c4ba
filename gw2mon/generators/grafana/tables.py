"""Tables: which columns there are, what stands above them, and where a click leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.generators.grafana import figures

if TYPE_CHECKING:
    from gw2mon.model import Panel
    from gw2mon.model.figures import Link

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FRAME, _LINE, _UNIT = 82, 36, 38
"""Pixels of title and head, of a line, and of a row of the grid."""
_LEAST, _MOST = 5, 16
_NAME_WIDTH = 190
_HIDDEN: tuple[dict[str, Any], ...] = (
    {"id": "custom.hidden", "value": True},
    # What Grafana 13 asks instead.
    {"id": "custom.hideFrom", "value": {"legend": True, "tooltip": True, "viz": True}},
)


def refid(number: int) -> str:
    """A, B … Z, AA, AB …, as Grafana itself counts queries."""
    return (refid(number // 26 - 1) if number >= len(_LETTERS) else "") + _LETTERS[number % 26]


def shows_labels_only(panel: Panel) -> bool:
    """Whether the values of a table say nothing."""
    return panel.kind == "table" and all(not query.legend for query in panel.queries)


def height(lines: int) -> int:
    """Rows of the grid that a table takes, so that all lines are seen unless there are very many."""
    return min(max(-(-(_FRAME + lines * _LINE) // _UNIT), _LEAST), _MOST)


def transformations(panel: Panel) -> list[dict[str, Any]]:
    """A table without the time of its rows; values are named after what they are, or left out if they say nothing.

    The answers of several queries become one line for all that have the same labels.
    """
    if panel.kind != "table":
        return []
    several = len(panel.queries) > 1
    values = {f"Value #{refid(number)}" if several else "Value": query.legend
              for number, query in enumerate(panel.queries)}  # fmt: skip
    shown = {source: name for source, name in values.items() if name}
    order = (*(label for label, _ in panel.heads), *shown) if panel.heads else () if shown else panel.by
    organize = {
        "excludeByName": dict.fromkeys(("Time", *(source for source in values if source not in shown)), True),
        "indexByName": {name: index for index, name in enumerate(order)},
        "renameByName": {**{label: head for label, head in panel.heads if label != head}, **shown},
    }
    merge = [{"id": "merge", "options": {}}] if several else []
    return [*merge, {"id": "organize", "options": organize}]


def overrides(panel: Panel) -> list[dict[str, Any]]:
    """Columns that are hidden, but not gone: a link needs what they hold; and the first, with room for names."""
    if not panel.heads:
        return []
    shown = {label for label, _ in panel.heads}
    hidden = [figures.override(label, [*_HIDDEN]) for label in panel.by if label not in shown]
    first: list[dict[str, Any]] = [{"id": "custom.width", "value": _NAME_WIDTH}]
    if panel.link is not None:
        entry = {"title": panel.link.title, "url": url(panel.link), "targetBlank": False}
        first.append({"id": "links", "value": [entry]})
    return [*hidden, figures.override(panel.heads[0][1], first)]


def url(link: Link) -> str:
    """Where a link leads, with the time that is shown."""
    variable, label = link.choice
    chosen = f"var-{variable}=${{__data.fields.{label}}}&" if variable else ""
    return f"/d/{link.dashboard or '${__data.fields.dashboard}'}?{chosen}${{__url_time_range}}"


def sort_by(panel: Panel) -> list[dict[str, Any]]:
    """The column that says what needs somebody first."""
    return [{"desc": False, "displayName": panel.sorted_by}] if panel.sorted_by else []
