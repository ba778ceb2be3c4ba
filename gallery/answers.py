"""What a dashboard shows: its panels in their places, each with the answers that Grafana would get."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gallery.server import MOST_POINTS
from gw2mon.promql import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gallery.server import Server

WIDTH, COLUMNS = 1440, 24
SCRAPE, DAY = 15, 86400
STEPS = ((17.5, 15), (25, 20), (45, 30), (90, 60), (210, 120), (450, 300), (750, 600), (1050, 900), (1500, 1200),
         (2700, 1800), (5400, 3600), (9000, 7200), (16200, 10800), (32400, 21600), (86400, 43200))  # fmt: skip
"""Up to which time between two points Grafana takes which step; both in seconds, and never less than a scrape."""

_USUAL = "No data"

Data = dict[str, Any]


def page(dashboard: Data, server: Server, end: int) -> Data:
    """Everything that one picture is made from."""
    length, chosen = seconds(dashboard["time"]["from"].removeprefix("now-")), chosen_in(dashboard)
    panels = list(opened(dashboard["panels"]))
    return {
        "dashboard": {key: value for key, value in dashboard.items() if key != "panels"},
        "panels": [asked(panel, server, end, length, chosen) for panel in panels],
        "marks": list(marks(dashboard, server, end, length, chosen)),
        "from": (end - length) * 1000,
        "to": end * 1000,
        "rows": max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels),
    }


def chosen_in(dashboard: Data) -> dict[str, str]:
    """The values of the variables as the dashboard opens."""
    entries = [entry for entry in dashboard["templating"]["list"] if entry["type"] != "datasource"]
    return {
        entry["name"]: entry["allValue"] if entry.get("includeAll") else str(entry["current"]["value"])
        for entry in entries
    }


def asked(panel: Data, server: Server, end: int, length: int, chosen: dict[str, str]) -> Data:
    """A panel with the time that it shows, the step and the answers."""
    own = seconds(panel["timeFrom"]) if panel.get("timeFrom") else length
    found = answers(panel, server, end, own, chosen)
    return {
        "panel": {**panel, "title": filled(panel["title"], own, step_of(panel, own), chosen)},
        "step": step_of(panel, own),
        "answers": found,
        "from": (end - own) * 1000,
        "to": end * 1000,
    }


def seconds(duration: str) -> int:
    """Seconds of a duration."""
    return parse_duration(duration) // 1000


def opened(panels: list[Data]) -> Iterator[Data]:
    """All panels, with collapsed rows opened, so that what they hide can be looked at too."""
    moved = 0
    for panel in panels:
        yield _at(panel, panel["gridPos"]["y"] + moved)
        inside = panel.get("panels", ())
        if inside:
            top = panel["gridPos"]["y"]
            yield from (_at(inner, inner["gridPos"]["y"] + moved) for inner in inside)
            moved += max(inner["gridPos"]["y"] + inner["gridPos"]["h"] for inner in inside) - top - 1


def _at(panel: Data, y: int) -> Data:
    return {**panel, "gridPos": {**panel["gridPos"], "y": y}}


def step_of(panel: Data, length: int) -> int:
    """Seconds between two points of a panel, which has as many as it says, or as it is pixels wide."""
    points = panel.get("maxDataPoints") or panel["gridPos"]["w"] * WIDTH / COLUMNS
    step = next((step for most, step in STEPS if length / points <= most), DAY)
    return max(step, *(seconds(target["interval"] or "1s") for target in targets(panel)), 0)


def answers(panel: Data, server: Server, end: int, length: int, chosen: dict[str, str]) -> dict[str, list[Data]]:
    """Name of each Prometheus query to what it finds."""
    found = {}
    step = step_of(panel, length)
    # Grafana moves both ends to multiples of the step.
    begin, last = (end - length) // step * step, end // step * step
    for target in targets(panel):
        expr = filled(target["expr"], length, step, chosen)
        found[target["refId"]] = server.at(expr, end) if target["instant"] else server.over(expr, begin, last, step)
    return found


def targets(panel: Data) -> list[Data]:
    """The queries of a panel that Prometheus answers."""
    return [target for target in panel.get("targets", ()) if target["datasource"]["type"] == "prometheus"]


def empty(page: Data) -> Iterator[str]:
    """The titles of panels that show nothing although they do not expect that: no words of their own stand for it."""
    for item in page["panels"]:
        found = item["answers"].values()
        if found and not any(found) and item["panel"]["fieldConfig"]["defaults"].get("noValue", _USUAL) == _USUAL:
            yield item["panel"]["title"]


def filled(expr: str, length: int, step: int, chosen: dict[str, str]) -> str:
    """An expression with its variables filled in as Grafana does."""
    windows = {
        "__rate_interval": f"{max(step + SCRAPE, 4 * SCRAPE)}s",
        "__interval": f"{step}s",
        "__range": f"{length}s",
    }
    # What is no variable stays as it is, such as the $1 of label_replace.
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: (windows | chosen).get(found[1] or found[2], found[0]), expr)


def marks(dashboard: Data, server: Server, end: int, length: int, chosen: dict[str, str]) -> Iterator[Data]:
    """What is marked on the graphs: a moment, or a time with an end."""
    for entry in dashboard["annotations"]["list"]:
        if "target" not in entry or not entry["enable"]:
            continue
        step = max(seconds(entry["target"]["interval"]), -(-length // MOST_POINTS))
        expr = filled(entry["target"]["expr"], length, step, chosen)
        for series in server.over(expr, end - length, end, step):
            if entry.get("useValueForTime"):
                moments = sorted({int(float(value)) for _, value in series["values"]})
                spans = [(moment, moment) for moment in moments if moment >= (end - length) * 1000]
            else:
                spans = list(_spans([int(moment) for moment, _ in series["values"]], step))
            yield from ({"color": entry["iconColor"], "from": first, "to": last} for first, last in spans)


def _spans(moments: list[int], step: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch without a gap, in milliseconds."""
    first = before = moments[0]
    for moment in moments[1:]:
        if moment - before > step:
            yield first * 1000, before * 1000
            first = moment
        before = moment
    yield first * 1000, before * 1000
