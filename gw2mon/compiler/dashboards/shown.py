"""What a panel can show, resolved: the events, latency or metric themselves instead of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.model import Events, LabelFilter, Latency, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import AlertingRule, Slo
    from gw2mon.promql import Expr
    from gw2mon.world import World

Filters = tuple[LabelFilter, ...]
Labels = tuple[str, ...]


class Rates(NamedTuple):
    """Events per second; of many series only the greatest, where `top` says how many."""

    events: Events
    by: Labels = ()
    top: int = 0


class Shares(NamedTuple):
    """The share of bad or good events."""

    events: Events
    of: str
    by: Labels = ()


class Quantiles(NamedTuple):
    """Quantiles of a histogram."""

    latency: Latency
    quantiles: tuple[Decimal, ...]
    by: Labels = ()


class Heatmap(NamedTuple):
    """The buckets of a histogram over time."""

    latency: Latency


class Gauge(NamedTuple):
    """The value of a gauge; its age, where it holds a point in time."""

    metric: Metric
    only: Filters = ()
    aggregate: str = ""
    by: Labels = ()

    @property
    def is_age(self) -> bool:
        """Whether people want to know how long ago it was."""
        return self.metric.unit == "timestamp" or self.metric.name.endswith("_timestamp_seconds")


class Average(NamedTuple):
    """The average observation of a histogram or summary."""

    metric: Metric
    only: Filters = ()
    by: Labels = ()


class Info(NamedTuple):
    """The labels of an info metric."""

    metric: Metric
    only: Filters = ()


class Formula(NamedTuple):
    """PromQL."""

    expr: Expr
    legend: str
    unit: str
    meaning: str
    by: Labels = ()


class Logs(NamedTuple):
    """Lines that a LogQL query finds."""

    query: str


class Prose(NamedTuple):
    """Markdown."""

    text: str


Shown = Rates | Shares | Quantiles | Heatmap | Gauge | Average | Info | Formula | Logs | Prose


class Known(NamedTuple):
    """Everything that panels of one service may refer to."""

    scope: Scope
    world: World
    events: Mapping[str, Events]
    latencies: Mapping[str, Latency]
    alerts: tuple[AlertingRule, ...]
    records: frozenset[str]
    slos: tuple[Slo, ...] = ()
    watches_rules: bool = False
    """Whether Prometheus is scraped for how its rules fare."""

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.scope.spec.service

    @property
    def jobs(self) -> Labels:
        """The jobs of the service, sorted: their order in the spec means nothing."""
        return tuple(sorted(self.world.jobs))


def all_events(metric: Metric) -> Events:
    """All that a metric counts, as events that go by its name."""
    return Events(metric.object or metric.name, metric.name, (), (), "bad")


def all_observations(metric: Metric) -> Latency:
    """All that a histogram observed, as a latency that goes by its name."""
    return Latency(metric.object or metric.name, metric.name, ())
