"""What is promised and shown: SLOs, and dashboards in words that no tool owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.finding import Position
    from gw2mon.model.rules import Events, Latency, Threshold, Value
    from gw2mon.promql import Expr


class Slo(NamedTuple):
    """A service level objective."""

    name: str
    objective: Decimal
    """A ratio between 0 and 1, exact."""
    window: int
    events: Events | None
    latency: Latency | None
    under: Decimal | None
    """Latency threshold in seconds."""
    probe: Value | None
    bad: Expr | None
    """Raw PromQL SLIs: bad events and all events, with [$window] as their range."""
    total: Expr | None
    by: tuple[str, ...]
    description: str
    formerly: str
    origin: Position | None = None


PanelKind = Literal["graph", "stat", "bar", "table", "heatmap", "logs", "text"]


class Query(NamedTuple):
    """One expression that a panel draws."""

    expr: Expr
    """May hold the variables of a dashboard: `$job`, `$instance`, and a range such as `$__rate_interval`."""
    legend: str
    """Name of its series, with the value of a label as {{label}}; "" where only the labels matter, not the value."""


class AlertLine(NamedTuple):
    """The threshold of an alert about what a panel shows."""

    alert: str
    severity: str
    threshold: Threshold
    runbook: str
    """Where to read on; "" for nowhere."""


class Panel(NamedTuple):
    """One panel of a dashboard: what it draws, and what a reader must know about it."""

    key: str
    """Names the panel within its dashboard, whatever stands before it."""
    title: str
    kind: PanelKind
    queries: tuple[Query, ...]
    unit: str
    """Base unit (seconds, bytes, ratio, per second …), "" for a plain number, or a unit that only Grafana knows."""
    description: str
    by: tuple[str, ...] = ()
    """Labels that get a line each, or a column."""
    values: tuple[str, ...] = ()
    """Values that the label of its lines is known to take, where there is just one label."""
    lines: tuple[AlertLine, ...] = ()
    signed: bool = False
    """Whether it may fall below 0."""
    width: Literal["quarter", "third", "half", "full"] | None = None
    """Share of the row; None: what suits the kind."""
    text: str = ""
    """Markdown of a text, or the LogQL of logs."""
    origin: Position | None = None


class Row(NamedTuple):
    """A row of panels under an optional heading."""

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


class Mark(NamedTuple):
    """Moments that are marked on every graph of a dashboard."""

    name: str
    kind: Literal["critical", "warning", "start"]
    """Alerts of a severity that fire, or the start of processes: then the value is seconds since the epoch."""
    expr: Expr
    title: str
    """What is said at the mark, with the value of a label as {{label}}."""


class Dashboard(NamedTuple):
    """A dashboard: laid out in the spec, or made from all that the spec declares."""

    name: str
    title: str
    description: str
    rows: tuple[Row, ...]
    jobs: tuple[str, ...] = ()
    """The jobs of the service: the variables of the dashboard offer these and no others."""
    marks: tuple[Mark, ...] = ()
    origin: Position | None = None
