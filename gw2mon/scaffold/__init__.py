"""A first spec for a service that has none: from its exposition, or from nothing but its name.

What is written is meant to be read and changed by a person. So it is short, every guess in it is marked, and nothing is
in it that `gw2mon check` would complain of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.scaffold.catalogued import recognise
from gw2mon.scaffold.layout import Parts, spec_text
from gw2mon.scaffold.own import LIBRARIES, own_metrics
from gw2mon.scaffold.watching import watch
from gw2mon.scaffold.workflow import WORKFLOW, workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.exposition import Exposition
    from gw2mon.scaffold.catalogued import Group

__all__ = ["WORKFLOW", "Draft", "Target", "begin", "slug_of", "target_of", "workflow"]


_PORT = 8000
_PORTS = {"prometheus": 9090, "alertmanager": 9093, "node": 9100, "blackbox": 9115}


class Target(NamedTuple):
    """Where Prometheus will scrape the service."""

    address: str
    """host:port, as Prometheus in its container sees it."""
    path: str = "/metrics"
    scheme: str = "http"
    guessed: bool = True
    """Whether a person must look at it."""


class Draft(NamedTuple):
    """A spec, and what its reader must know that does not stand in it."""

    text: str
    catalogs: tuple[str, ...]
    own: int
    """Metrics that are declared one by one."""
    left_out: tuple[str, ...]
    """Metrics that no spec can declare as they are, each with the reason."""


def begin(service: str, target: Target | None, exposition: Exposition | None, *, shared: bool) -> Draft:
    """Draft a spec; without a target one is guessed.

    `shared` says whether it holds what concerns the whole stack, such as who is told.
    """
    families = exposition.families if exposition else None
    found = recognise(families)
    own = own_metrics(found.rest, taken=frozenset(found.groups))
    watched = watch(own.metrics, found)
    python = exposition is None or any(family.name == "python_info" for family in exposition.families)
    target = target or Target(f"{service}:{_port(found.groups)}")
    modules = tuple(group for group in own.groups if group not in LIBRARIES)
    parts = Parts(service, target, found.groups, own, watched, shared, python, modules)
    catalogs = tuple(group.catalog for group in found.groups.values())
    return Draft(spec_text(parts), catalogs, len(own.metrics), own.left_out)


def _port(groups: Mapping[str, Group]) -> int:
    """The port where such a service usually listens."""
    return next((_PORTS[group.catalog] for group in groups.values() if group.catalog in _PORTS), _PORT)


def target_of(url: str) -> Target:
    """The target at an address; what runs on this machine is `host.docker.internal` for a Prometheus in a container."""
    from urllib.parse import urlsplit

    address = urlsplit(url)
    host = address.hostname or ""
    here = host in ("localhost", "127.0.0.1", "::1")
    shown = "host.docker.internal" if here else f"[{host}]" if ":" in host else host
    port = address.port or (443 if address.scheme == "https" else 80)
    return Target(f"{shown}:{port}", address.path or "/metrics", address.scheme, guessed=here)


def slug_of(text: str) -> str:
    """A name for a service, made from any text; "service" where nothing of it can be kept."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-") or "service"
