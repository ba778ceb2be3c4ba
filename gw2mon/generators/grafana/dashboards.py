"""A dashboard of the Model to Grafana's JSON, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators.grafana import layout
from gw2mon.promql import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.generators.grafana import seam
    from gw2mon.model import Dashboard, Row, Service, Stack

TAG = "gw2mon"
"""What all generated dashboards have in common; the drop-down that leads from one to the next asks for it."""

_REFRESH = ("5s", "10s", "15s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d")
_CALM = 30_000
"""Milliseconds below which nobody can follow what changes."""


def dashboard(entry: Dashboard, service: Service | None, stack: Stack) -> dict[str, Any]:
    """One dashboard, ready to be written; it is the stack's where no service is named."""
    from gw2mon.generators.grafana import seam, variables
    from gw2mon.generators.grafana.modernise import modernise

    uid = names.dashboard_uid(service.name if service else names.STACK, entry.name)
    scrapes = [job.interval or stack.interval for job in service.jobs] if service else []
    pace = entry.pace or max(scrapes, default=stack.interval)
    offered = [interval for interval in _REFRESH if parse_duration(interval) >= pace] or [format_duration(pace)]
    keys = {
        "uid": uid,
        "title": entry.title,
        "description": entry.description,
        "tags": list(dict.fromkeys((TAG, *((service.name, service.team) if service else ())))),
        "links": [seam.tag_link("Dashboards", TAG)],
        "panels": list(_panels(entry, uid)),
        "refresh": next((interval for interval in offered if parse_duration(interval) >= _CALM), offered[-1]),
        "timePicker": seam.refresh_intervals(offered),
    }
    made = seam.dashboard(keys, variables.variables(entry), variables.marks_of(entry))
    return modernise(seam.to_data(made))


def _panels(entry: Dashboard, uid: str) -> Iterator[seam.Drawn]:
    """Headings and panels in the order in which they stand: Grafana 13 tells by the order what belongs to a row."""
    from gw2mon.generators.grafana import panels, seam

    sections = [_section(row) for row in entry.rows]
    taken: set[int] = set()
    for row, placed in zip(entry.rows, layout.place(sections), strict=True):
        inside = [
            panels.drawn(panel, _number(taken, uid, row.title, panel.key), box)
            for panel, box in zip(row.panels, placed.boxes, strict=True)
        ]
        if placed.heading is None:
            yield from inside
            continue
        frame = seam.Frame(_number(taken, uid, "row", row.title), row.title, "", placed.heading)
        yield seam.row(frame, collapsed=row.collapsed, panels=inside if row.collapsed else ())
        yield from () if row.collapsed else inside


def _section(row: Row) -> layout.Section:
    from gw2mon.generators.grafana import panels

    return layout.Section(bool(row.title), row.collapsed, tuple(panels.size(panel) for panel in row.panels))


def _number(taken: set[int], uid: str, section: str, key: str) -> int:
    """The id of a panel; the next free one where two would have the same."""
    number = names.panel_id(uid, section, key)
    while number in taken:
        number += 1
    taken.add(number)
    return number
