"""What will exist, in tool-neutral words: the Model that every check and every generator reads.

The compiler makes it from the specs; nothing changes it afterwards. Durations are whole milliseconds, thresholds and
bucket bounds are exact decimals in base units (seconds, bytes, a ratio of 0 to 1), expressions are parsed PromQL. Each
part remembers where in a spec it comes from (`origin`), so that a finding about a generated rule points at a line that
a person wrote.

Named tuples rather than dataclasses: they are as frozen, and cost an eighth of the time to define at start-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.model.application import Adapter, Library, Logs, Sentry
from gw2mon.model.measures import (
    Argument,
    FastApi,
    Function,
    Label,
    LabelSource,
    LabelValues,
    Metric,
    MetricType,
    PythonModule,
    Record,
    Replacement,
    RetiredObject,
)
from gw2mon.model.notification import (
    Email,
    Integration,
    Notify,
    PagerDuty,
    Receiver,
    Route,
    Slack,
    Webhook,
)
from gw2mon.model.promises import (
    Dashboard,
    EventsSli,
    LatencySli,
    Panel,
    ProbeSli,
    QuerySli,
    RatioSli,
    Row,
    Sli,
    Slo,
)
from gw2mon.model.rules import (
    Absence,
    AlertingRule,
    Change,
    Comparison,
    Condition,
    Events,
    Example,
    Forecast,
    LabelFilter,
    Latency,
    Pairs,
    Quantile,
    Rate,
    Raw,
    RecordingRule,
    Rule,
    RuleGroup,
    Severity,
    Share,
    Staleness,
    Threshold,
    Value,
)
from gw2mon.model.scraping import (
    Job,
    Probe,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.finding import Position

__all__ = [
    "Absence",
    "Adapter",
    "AlertingRule",
    "Argument",
    "Change",
    "Comparison",
    "Condition",
    "Dashboard",
    "Email",
    "Events",
    "EventsSli",
    "Example",
    "FastApi",
    "Forecast",
    "Function",
    "Integration",
    "Job",
    "Label",
    "LabelFilter",
    "LabelSource",
    "LabelValues",
    "Latency",
    "LatencySli",
    "Library",
    "Logs",
    "Metric",
    "MetricType",
    "Model",
    "Notify",
    "PagerDuty",
    "Pairs",
    "Panel",
    "Probe",
    "ProbeSli",
    "PythonModule",
    "Quantile",
    "QuerySli",
    "Rate",
    "RatioSli",
    "Raw",
    "Receiver",
    "Record",
    "RecordingRule",
    "Replacement",
    "RetiredObject",
    "Route",
    "Row",
    "Rule",
    "RuleGroup",
    "Sentry",
    "Service",
    "Severity",
    "Share",
    "Slack",
    "Sli",
    "Slo",
    "Stack",
    "Staleness",
    "Threshold",
    "Value",
    "Webhook",
]


class Service(NamedTuple):
    """All that one spec file describes."""

    name: str
    team: str
    spec: str
    """Name of the spec file, without its folder."""
    jobs: tuple[Job, ...]
    metrics: tuple[Metric, ...]
    events: tuple[Events, ...]
    latencies: tuple[Latency, ...]
    python: PythonModule
    groups: tuple[RuleGroup, ...]
    slos: tuple[Slo, ...]
    dashboards: tuple[Dashboard, ...]
    outputs: tuple[str, ...]
    """Path prefixes under `generated/` that this service asks for; empty: all of them."""
    runbooks: str = ""
    origin: Position | None = None
    slo_groups: tuple[RuleGroup, ...] = ()
    """Records and alerts of the SLOs, a group for each."""
    series_budget: int | None = None
    """Most series that its labels may allow; None: any number."""
    budget_origin: Position | None = None
    logs: Logs | None = None
    """Where its logs go; None: it says nothing about logs, and no module for them is generated."""
    sentry: Sentry | None = None
    adapters: tuple[Adapter, ...] = ()
    """Libraries that report to functions of its Python module."""

    @property
    def alerts(self) -> tuple[AlertingRule, ...]:
        """Its alerting rules, in the order of the rule file; those of SLOs are in `slo_groups`."""
        return tuple(rule for group in self.groups for rule in group.rules if isinstance(rule, AlertingRule))


class Stack(NamedTuple):
    """What all services share."""

    interval: int
    timeout: int
    evaluation: int
    external_labels: Pairs
    alertmanagers: tuple[str, ...]
    """host:port of each Alertmanager."""
    alertmanager_version: tuple[int, int]
    prometheus_version: tuple[int, int]
    jobs: tuple[Job, ...]
    """Self-monitoring: Prometheus, Alertmanager."""
    metrics: tuple[Metric, ...]
    """The catalogues of those jobs."""
    groups: tuple[RuleGroup, ...]
    notify: Notify | None
    platform: str
    spec: str
    """Name of the spec file that holds the shared sections."""
    outputs: tuple[str, ...] = ()
    origin: Position | None = None
    retention: int = 15 * 86_400_000
    """Milliseconds for which Prometheus keeps samples."""
    networks: tuple[str, ...] = ()
    """Networks of other compose projects that Prometheus joins."""
    probe_modules: tuple[tuple[str, Mapping[str, object]], ...] = ()
    """Modules of the blackbox exporter besides its own, as in its configuration."""
    dashboards: tuple[Dashboard, ...] = ()
    """Dashboards about all services."""


class Model(NamedTuple):
    """Every service of a stack and what they share."""

    services: tuple[Service, ...]
    stack: Stack
