"""The metrics module: typed objects and functions that record them.

It stands alone, with prometheus_client as its only dependency, and takes the place of a module written by hand without
a change to its callers. The template decides how it reads; this package decides what stands in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code
from gw2mon.generators.python.metrics.imports import imports_of
from gw2mon.generators.python.metrics.plan import plan
from gw2mon.generators.python.rendering import render

if TYPE_CHECKING:
    from gw2mon.model import Service


def metrics_module(service: Service) -> str:
    """Return the source of the metrics module of a service."""
    values = plan(service)
    body = render("metrics_body.py.j2", values)
    imports, for_types = imports_of(body)
    return render("metrics.py.j2", {**values, "imports": imports, "imports_for_types": for_types, "body": Code(body)})
