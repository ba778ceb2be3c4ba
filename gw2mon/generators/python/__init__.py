"""The Python package of a service: modules that its application imports, with no dependency on gw2mon.

A line in the table for each module: what makes its source, and whether the service needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.artifacts import Artifact
from gw2mon.generators.python.adapters import adapters_module
from gw2mon.generators.python.errors import errors_module, reports_errors
from gw2mon.generators.python.logs import logging_config, logs_module, writes_logs
from gw2mon.generators.python.metrics import metrics_module
from gw2mon.generators.python.scrubbing import keeps_secrets, scrubbing_module
from gw2mon.generators.python.web import measures_requests, web_module
from gw2mon.generators.python.workers import gunicorn_module, needs_workers, workers_module
from gw2mon.names import python_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.model import Service


class Module(NamedTuple):
    """A module of the package."""

    name: str
    is_needed: Callable[[Service], bool]
    source: Callable[[Service], str]
    suffix: str = ".py"


MODULES = (
    Module("metrics", lambda _: True, metrics_module),
    Module("web", measures_requests, web_module),
    Module("workers", needs_workers, workers_module),
    Module("gunicorn_conf", needs_workers, gunicorn_module),
    Module("logs", writes_logs, logs_module),
    Module("logging", writes_logs, logging_config, ".json"),
    Module("adapters", lambda service: bool(service.adapters), adapters_module),
    Module("errors", reports_errors, errors_module),
    Module("scrubbing", keeps_secrets, scrubbing_module),
)
"""All modules, in the order in which a newcomer meets them."""


def generate(service: Service) -> tuple[Artifact, ...]:
    """Return the modules that a service needs."""
    return tuple(
        Artifact(python_path(service.name, module.name, module.suffix), module.source(service), service.name)
        for module in MODULES
        if module.is_needed(service)
    )
