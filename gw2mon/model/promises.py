"""What is promised and shown: SLOs, and dashboards in words that no tool owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.model.figures import Figure

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.finding import Position
    from gw2mon.model.figures import Choice, Link
    from gw2mon.model.rules import Events, LabelFilter, Latency, Pairs, Threshold, Value
    from gw2mon.promql import Expr
    from gw2mon.slo import BurnPair


class EventsSli(NamedTuple):
    """Good and bad events, told apart by labels of a counter."""

    events: Events


class LatencySli(NamedTuple):
    """Events of a histogram; good are those under a threshold that is one of its bounds."""

    latency: Latency
    under: Decimal
    """Seconds."""
    only: tuple[LabelFilter, ...]
    """Narrows what is counted, beside what the latency itself leaves out."""
    bad: tuple[LabelFilter, ...]
    """Events that are bad however fast they are; about one label."""


class ProbeSli(NamedTuple):
    """Samples of a gauge that is 1 while all is well, and 0 otherwise."""

    probe: Value


class QuerySli(NamedTuple):
    """Bad events and all events in PromQL, with `[$window]` as their range."""

    bad: Expr
    total: Expr


class RatioSli(NamedTuple):
    """An error ratio that somebody else computes. It is averaged over time, whatever the traffic."""

    ratio: Expr


Sli = EventsSli | LatencySli | ProbeSli | QuerySli | RatioSli


class Slo(NamedTuple):
    """A service level objective."""

    name: str
    id: str
    """Its identity across services: the label slo_id."""
    sli: Sli
    objective: Decimal
    """A ratio between 0 and 1, exact."""
    window: int
    by: tuple[str, ...]
    pairs: tuple[BurnPair, ...]
    """The burn alerts that it has."""
    exhausted: bool
    no_data: Literal["page", "ticket", "none"]
    min_errors: int
    accuracy: Literal["hybrid", "raw"]
    compat: Literal["", "sloth"]
    expected_per_day: int | None
    description: str
    runbook: str
    team: str
    formerly: str
    """Its id before a renaming; "" for none."""
    origin: Position | None = None

    @property
    def counts_events(self) -> bool:
        """Whether its records hold events per second, and not samples: only then a number of events means something."""
        return isinstance(self.sli, (EventsSli, LatencySli, QuerySli))


Tone = Literal["good", "bad", "used", ""]
PanelKind = Literal["graph", "stat", "bar", "table", "heatmap", "states", "logs", "text"]


class Query(NamedTuple):
    """One expression that a panel draws."""

    expr: Expr
    """May hold the variables of a dashboard: `$job`, `$instance`, and a range such as `$__rate_interval`."""
    legend: str
    """Name of its series, with the value of a label as {{label}}; "" where only the labels matter, not the value."""
    unit: str | None = None
    """Another unit than that of the panel."""
    figure: Figure | None = None
    """How the column of a table looks."""
    pace: int | None = None
    """Milliseconds between its samples, where its jobs have a pace of their own."""


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
    """What its lines are known to be called: the values of the labels by which they are told apart."""
    lines: tuple[AlertLine, ...] = ()
    signed: bool = False
    """Whether it may fall below 0."""
    width: Literal["quarter", "third", "half", "full"] | None = None
    """Share of the row; None: what suits the kind."""
    text: str = ""
    """Markdown of a text, or the LogQL of logs."""
    origin: Position | None = None
    most: int | None = None
    """How many lines there can be; None: any number."""
    tone: Tone = ""
    """What it means that a value is great: good, bad, or that little is left of the whole, which is 1; "": nothing."""
    figure: Figure = Figure()
    heads: Pairs = ()
    """Labels that are columns of a table, with what stands above them; the others are hidden. (): all are shown."""
    sorted_by: str = ""
    """The column by which a table is sorted, the least value first."""
    link: Link | None = None
    """Where the first column of a table leads from each row, and any other panel as a whole."""
    span: int = 0
    """The time that it shows, whatever is chosen for the dashboard, in milliseconds; 0: what is chosen."""


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
    choices: tuple[Choice, ...] = ()
    """What a reader chooses in the place of job and instance, which records do not have."""
    pace: int = 0
    """Milliseconds between new values, where they come more slowly than samples."""
