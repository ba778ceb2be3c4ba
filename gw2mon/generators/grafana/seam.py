"""The only module that knows grafanalib: its objects, with today's words in the places it leaves for additions.

What grafanalib has no word for goes into `extraJson`; what it says too much is dropped by `modernise`. Importing it
takes about as long as the rest of gw2mon together, so this module is imported when a dashboard is made, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import attr
from grafanalib import core as G  # noqa: N812 - the name under which its own documentation imports it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.generators.grafana.fields import Step
    from gw2mon.generators.grafana.layout import Box

Drawn: TypeAlias = Any
"""A panel or row of grafanalib, which has no types."""

PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
LOKI = {"type": "loki", "uid": "${logs}"}
OWN = {"type": "grafana", "uid": "-- Grafana --"}


class ThresholdStep(NamedTuple):
    """A step of a threshold; grafanalib's own begins at the text "null", which no value ever reaches."""

    color: str
    value: int | float | None

    def to_json_data(self) -> dict[str, Any]:
        """Two keys, as Grafana wants them."""
        return {"color": self.color, "value": self.value}


class Target(NamedTuple):
    """A query; grafanalib's own halves the resolution, and has no word for the range."""

    keys: dict[str, Any]

    def to_json_data(self) -> dict[str, Any]:
        """The keys of the data source's own query editor."""
        return self.keys


@attr.s
class Heatmap(G.Panel):  # type: ignore[misc]
    """A heatmap of today; grafanalib's own is the Angular panel that Grafana 12 no longer has."""

    def to_json_data(self) -> dict[str, Any]:
        """A bare panel; everything about it is in `extraJson`."""
        data: dict[str, Any] = self.panel_json({"type": "heatmap"})
        return data


_CLASSES = {
    "graph": G.TimeSeries,
    "stat": G.Stat,
    "bar": G.BarGauge,
    "table": G.Table,
    "states": G.StateTimeline,
    "heatmap": Heatmap,
    "logs": G.Logs,
    "text": G.Text,
}


class Frame(NamedTuple):
    """What every panel has."""

    id: int
    title: str
    description: str
    box: Box
    links: tuple[dict[str, Any], ...] = ()


def panel(
    kind: str,
    frame: Frame,
    targets: Sequence[Target],
    steps: Sequence[Step],
    extra: dict[str, Any],
    points: int | None = None,
) -> Drawn:
    """A panel of a kind of the Model; `extra` holds its options and fields, `points` is how many it shows at most."""
    source = {"logs": LOKI, "text": None}.get(kind, PROMETHEUS)
    return _CLASSES[kind](
        id=frame.id,
        title=frame.title,
        description=frame.description,
        gridPos=G.GridPos(h=frame.box.h, w=frame.box.w, x=frame.box.x, y=frame.box.y),
        links=list(frame.links),
        dataSource=source,
        targets=list(targets),
        thresholds=[ThresholdStep(color, value) for color, value in steps],
        maxDataPoints=points,
        extraJson=extra,
    )


def row(frame: Frame, *, collapsed: bool, panels: Sequence[Drawn]) -> Drawn:
    """A heading; what it hides while it is collapsed lies inside it."""
    place = G.GridPos(h=frame.box.h, w=frame.box.w, x=frame.box.x, y=frame.box.y)
    return G.RowPanel(id=frame.id, title=frame.title, gridPos=place, collapsed=collapsed, panels=list(panels))


def variable(name: str, label: str, kind: str, source: dict[str, str] | None, query: Any) -> Drawn:  # noqa: ANN401 - text, or a record
    """A variable; what grafanalib has no word for is added to the data by `dashboards`."""
    return G.Template(name=name, label=label, type=kind, dataSource=source, query=query, refresh=2, sort=1)


def tag_link(title: str, tag: str) -> Drawn:
    """A drop-down of all dashboards with a tag; the time and the variables go along."""
    return G.DashboardLink(title=title, tags=[tag], asDropdown=True, includeVars=True, keepTime=True)


def dashboard(
    keys: dict[str, Any], variables: Sequence[dict[str, Any]], annotations: Sequence[dict[str, Any]]
) -> Drawn:
    """A dashboard in the last schema of classic JSON."""
    return G.Dashboard(
        **keys,
        schemaVersion=42,
        editable=False,
        graphTooltip=1,
        timezone="browser",
        version=1,
        templating=G.Templating(list=list(variables)),
        annotations=G.Annotations(list=list(annotations)),
        time=G.Time("now-6h", "now"),
    )


def refresh_intervals(intervals: Sequence[str]) -> Drawn:
    """What the refresh button offers."""
    return G.TimePicker(refreshIntervals=list(intervals), timeOptions=[])


def to_data(value: Any) -> Any:  # noqa: ANN401 - grafanalib has no types
    """Objects to plain data, all the way down."""
    if hasattr(value, "to_json_data"):
        return to_data(value.to_json_data())
    if isinstance(value, dict):
        return {key: to_data(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_data(inner) for inner in value]
    return value
