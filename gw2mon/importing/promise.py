"""What importers of SLOs find, in words that are nobody's format; one writer makes a spec of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.documents import Node
    from gw2mon.finding import Position
    from gw2mon.promql import Expr, Matcher
    from gw2mon.slo import BurnPair


class Counted(NamedTuple):
    """Events that a counter counts, some of them bad, or good."""

    series: str
    """A counter, or the `_count` of a histogram or summary."""
    only: tuple[Matcher, ...]
    split: tuple[Matcher, ...]
    split_is: Literal["bad", "good"]
    jobs: tuple[str, ...]
    """Jobs that the query names."""
    by: tuple[str, ...]


class Timed(NamedTuple):
    """Durations that a histogram holds, good under a threshold."""

    histogram: str
    only: tuple[Matcher, ...]
    bad: Matcher | None
    """What is bad however fast it is."""
    under: Decimal
    """Seconds."""
    jobs: tuple[str, ...]
    by: tuple[str, ...]


class Queried(NamedTuple):
    """Bad and all events in PromQL."""

    bad: Expr
    total: Expr
    by: tuple[str, ...]
    per_second: bool
    """Whether both are rates, so that bad events can be counted."""


class Ratio(NamedTuple):
    """PromQL that already is a share of bad events."""

    expr: Expr


Indicator = Counted | Timed | Queried | Ratio


class Indicated(NamedTuple):
    """An indicator, and the expressions that it was read from."""

    indicator: Indicator
    reads: tuple[Expr, ...]


class Alerts(NamedTuple):
    """Which alerts an SLO has; `windows` only where those of its period will not do."""

    page: bool = True
    ticket: bool = True
    others: bool = True
    """Whether a spent budget and missing data tell someone."""
    windows: tuple[BurnPair, ...] = ()


class Promise(NamedTuple):
    """One SLO."""

    name: str
    service: str
    """As the source calls it."""
    indicated: Indicated
    objective: Decimal
    """Percent."""
    days: int
    alerts: Alerts
    team: str
    description: str
    runbook: str
    title: str
    """What people call it, where that is more than its name."""
    node: Node
    """Where it stands."""

    @property
    def origin(self) -> Position:
        """Where it stands."""
        return self.node.position


class Settings(NamedTuple):
    """What a person decides about an import."""

    days: int = 30
    """The window of SLOs that name none."""


class Read(NamedTuple):
    """What came of documents of one kind."""

    promises: tuple[Promise, ...] = ()
    remarks: tuple[str, ...] = ()
    """What is worth a comment at the top of the spec."""
