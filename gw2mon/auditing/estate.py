"""What an audit has found: every file by its kind, read into the words of the Model, with the place of each part.

The parts are the Model's own, so that the checks of specs can be asked about them unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.documents import Node
    from gw2mon.finding import Finding, Position
    from gw2mon.model import Job, Metric, Model, RuleGroup
    from gw2mon.promql import Expr


class File(NamedTuple):
    """A file as it was given."""

    path: str
    text: str


class Rules(NamedTuple):
    """A rule file of Prometheus: its groups as far as they can be read."""

    path: str
    groups: tuple[RuleGroup, ...]
    unread: tuple[tuple[str, Position], ...] = ()
    """Alerts that are in none of the groups, because nothing can be made of their expressions: names and places."""
    refusals: tuple[Finding, ...] = ()
    """Why Prometheus does not load the file, so that none of its alerts ever fires."""
    is_resource: bool = False
    """Whether it is a PrometheusRule of Kubernetes, which only the operator makes a rule file of."""


class Scraping(NamedTuple):
    """A prometheus.yml."""

    path: str
    jobs: tuple[Job, ...]
    interval: int
    """Milliseconds between two scrapes; a minute is Prometheus' own default."""
    evaluation: int
    rule_files: tuple[tuple[str, Position], ...]
    """Patterns as written, with their places."""
    alertmanagers: tuple[str, ...]
    external_labels: tuple[tuple[str, str], ...]
    origin: Position
    node: Node


class Routing(NamedTuple):
    """An alertmanager.yml."""

    path: str
    node: Node
    """The document: routes and receivers are looked at as they stand."""


class Query(NamedTuple):
    """A query in PromQL on a dashboard."""

    panel: str
    text: str
    expr: Expr
    part: str
    """Where in the dashboard it stands: panels[2].targets[0].expr."""


class Board(NamedTuple):
    """A dashboard: the data as Grafana would load them, without the envelope of its HTTP API."""

    path: str
    title: str
    data: Mapping[str, object]
    inside: str
    """Where in the file the dashboard begins: dashboard, or "" for the whole."""
    queries: tuple[Query, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Queries that are no PromQL: where each stands, and why."""

    def place(self, part: str) -> str:
        """Where in the file a part of the dashboard stands."""
        return ".".join(filter(None, (self.inside, part)))


class Provisioning(NamedTuple):
    """A file that tells Grafana about data sources, or about folders with dashboards."""

    path: str
    node: Node


class Compose(NamedTuple):
    """A compose file."""

    path: str
    node: Node


class Source(NamedTuple):
    """What all Python source together says about metrics."""

    metrics: tuple[Metric, ...]
    """Those that it defines, with whether anything moves them."""
    hidden: tuple[str, ...] = ()
    """Why there may be more of them, in words."""
    workers: tuple[tuple[Position, int], ...] = ()
    """Places that start several processes, and how many."""


class Prose(NamedTuple):
    """A page in Markdown, with the anchors of its headings."""

    path: str
    anchors: frozenset[str]


class Surroundings(NamedTuple):
    """What is known of files that were not read."""

    folders: tuple[str, ...]
    """Folders of which everything was seen; elsewhere there may be files that nobody named."""
    others: tuple[str, ...] = ()
    """Files in them that were not read, and folders without any."""


class Estate(NamedTuple):
    """All of it."""

    rules: tuple[Rules, ...] = ()
    scraping: tuple[Scraping, ...] = ()
    routing: tuple[Routing, ...] = ()
    boards: tuple[Board, ...] = ()
    provisioning: tuple[Provisioning, ...] = ()
    composes: tuple[Compose, ...] = ()
    source: Source = Source(())
    pages: tuple[Prose, ...] = ()
    environments: tuple[File, ...] = ()
    """`.env` files and examples of them."""
    templates: tuple[File, ...] = ()
    """Templates of Alertmanager."""
    specs: Model | None = None
    """What specs of gw2mon declare, if there are any."""
    texts: Mapping[str, str] = {}
    """Every file that was read, by its path."""
    data: Mapping[str, object] = {}
    """What the YAML and JSON files hold, by their paths: compose files mount them."""
    around: Surroundings = Surroundings(("",))
