"""What Prometheus scrapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.finding import Position
    from gw2mon.model.measures import Label


class Probe(NamedTuple):
    """Targets are probed through a blackbox exporter instead of being scraped themselves."""

    module: str
    through: str
    """host:port of the exporter."""


class Job(NamedTuple):
    """One scrape job."""

    name: str
    targets: tuple[str, ...]
    discovery: Mapping[str, object]
    """Prometheus' own discovery blocks, as written: `kubernetes_sd_configs`, `http_sd_configs` …"""
    relabel: tuple[Mapping[str, object], ...]
    metric_relabel: tuple[Mapping[str, object], ...]
    path: str
    scheme: str
    interval: int | None
    """Milliseconds; None: the stack's."""
    timeout: int | None
    params: tuple[tuple[str, tuple[str, ...]], ...]
    authorization: tuple[str, str] | None
    """Type (Bearer) and the file that holds the credentials."""
    honor_labels: bool
    probe: Probe | None
    labels: tuple[Label, ...]
    """Labels on every series of its targets besides job and instance, whoever adds them."""
    exposes: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    """Those of the labels that the scrape config itself sets, with their values; the platform adds the others."""
    origin: Position | None = None
