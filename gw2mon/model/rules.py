"""What is watched: events, latencies, conditions, and the rules that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.finding import Position
    from gw2mon.promql import Expr

Severity = Literal["critical", "warning", "info", "none"]
Comparison = Literal[">", "<", "=="]
Pairs = tuple[tuple[str, str], ...]
"""Ordered name/value pairs: labels and annotations keep the order in which they are shown."""


class LabelFilter(NamedTuple):
    """One condition on one label, in words: these values, not these values, or a regular expression."""

    label: str
    op: Literal["=", "!=", "=~", "!~"]
    values: tuple[str, ...]
    """Plain values for = and != (several are alternatives); one regular expression for =~ and !~."""


class Events(NamedTuple):
    """A named stream of events and what is bad about some of them."""

    name: str
    metric: str
    only: tuple[LabelFilter, ...]
    split: tuple[LabelFilter, ...]
    """Filters of the bad events, or of the good ones when `split_is` says so; empty when nothing is bad."""
    split_is: Literal["bad", "good"]
    origin: Position | None = None


class Latency(NamedTuple):
    """A named distribution of durations."""

    name: str
    metric: str
    only: tuple[LabelFilter, ...]
    origin: Position | None = None


class Share(NamedTuple):
    """The share of bad (or good) among all events over a window."""

    events: Events
    of: Literal["bad", "good"]
    over: int
    at_least: int = 0
    """Fewest events in the window for which an alert may fire."""


class Quantile(NamedTuple):
    """A quantile of a latency over a window."""

    latency: Latency
    quantile: Decimal
    over: int
    at_least: int = 0
    """Fewest events in the window for which an alert may fire."""


class Rate(NamedTuple):
    """Events per second over a window."""

    events: Events
    over: int


class Value(NamedTuple):
    """The value of a gauge."""

    metric: str
    only: tuple[LabelFilter, ...]
    aggregate: str
    """How series are combined (max, min, sum, avg); "" leaves them apart."""


class Absence(NamedTuple):
    """A metric that should be there and is not."""

    metric: str
    only: tuple[LabelFilter, ...]


class Staleness(NamedTuple):
    """Time since a success, told by a gauge that holds the time of the last one."""

    metric: str
    only: tuple[LabelFilter, ...]


class Forecast(NamedTuple):
    """Where a gauge will be, if it goes on as it did over the window."""

    metric: str
    only: tuple[LabelFilter, ...]
    over: int
    ahead: int


class Change(NamedTuple):
    """Relative change of a rate against the same time some periods ago: -0.5 is half as many."""

    events: Events
    over: int
    against: int


class Example(NamedTuple):
    """Steady input of one series in the proof of a raw alert."""

    selector: str
    """A PromQL selector with `=` matchers only."""
    value: Decimal
    per_second: bool
    """Whether the series is a counter that grows by `value` a second, or a gauge that holds it."""
    origin: Position | None = None


class Raw(NamedTuple):
    """PromQL as a person wrote it, with the inputs that prove it."""

    text: str
    fires: tuple[Example, ...]
    silent: tuple[Example, ...]
    origin: Position | None = None
    """Where the PromQL begins, which is not where its rule comes from."""


Condition = Share | Quantile | Rate | Value | Absence | Staleness | Forecast | Change | Raw


class Threshold(NamedTuple):
    """A comparison with a constant in base units."""

    op: Comparison
    value: Decimal
    text: str
    """As a person wrote it: 5%, 200ms."""


class RecordingRule(NamedTuple):
    """A Prometheus recording rule."""

    record: str
    expr: Expr
    labels: Pairs = ()
    unit: str = ""
    origin: Position | None = None


class AlertingRule(NamedTuple):
    """A Prometheus alerting rule, and the condition from which it was built."""

    alert: str
    expr: Expr
    condition: Condition | None
    """None for the alerts that come by default; their proofs are written by hand."""
    threshold: Threshold | None
    hold: int
    """The `for` of the rule, in milliseconds."""
    keep_firing: int
    labels: Pairs
    """service, team, severity, signal, then the user's own."""
    annotations: Pairs
    """summary, description, runbook_url."""
    unit: str = ""
    origin: Position | None = None
    slo: str = ""
    """Id of the SLO that it is about; "" for other alerts."""
    written: tuple[tuple[str, Position], ...] = ()
    """Where the texts that a person wrote begin: summary, description, runbook_url, and `label NAME`."""

    @property
    def severity(self) -> str:
        """The value of its severity label; "" where others wrote a rule without one."""
        return dict(self.labels).get("severity", "")


Rule = RecordingRule | AlertingRule


class RuleGroup(NamedTuple):
    """Rules that are evaluated one after the other."""

    name: str
    interval: int | None
    """Milliseconds; None: Prometheus' evaluation interval."""
    rules: tuple[Rule, ...]
    origin: Position | None = None
