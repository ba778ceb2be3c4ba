"""The modules that several workers need: their numbers as one, and the hooks of gunicorn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code, comment, literal, prose, spread
from gw2mon.generators.python.rendering import render
from gw2mon.names import identifier, python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from gw2mon.model import Metric, Service

_WEIGHTLESS = {"max": 'float("-inf")', "min": 'float("inf")', "sum": "0.0"}
"""What changes nothing in a combination. Of workers that run, a sum that lacks a part is no sum, and left out."""


def needs_workers(service: Service) -> bool:
    """Whether several processes of a service count together."""
    return service.python.workers == "multi"


def workers_module(service: Service) -> str:
    """Return the source of the module that adds up what the workers of a service count."""
    bound = [metric for metric in service.python.metrics if metric.type == "gauge" and not metric.labels]
    items = [f"{literal(metric.name)}: {_unreadable(metric)}" for metric in bound]
    table = spread("_UNREADABLE: dict[str, float] = {", items, "}")
    seen = Code("bound gauges, memory, CPU time" if bound else "memory and CPU time")
    return render(
        "workers.py.j2", {**_head(service, "workers"), "unreadable": table, "bound": bool(bound), "seen": seen}
    )


def gunicorn_module(service: Service) -> str:
    """Return the source of the hooks of gunicorn."""
    values = {
        **_head(service, "gunicorn_conf"),
        "package": Code(identifier(service.name)),
        "has_logs": service.logs is not None,
    }
    return render("gunicorn_conf.py.j2", values)


def _head(service: Service, module: str) -> dict[str, object]:
    lines = header(python_path(service.name, module), service.spec)
    return {"header": [comment(line) for line in lines], "service": prose(service.name)}


def _unreadable(metric: Metric) -> str:
    # A check that does not answer has failed.
    return "0.0" if metric.unit == "bool" else _WEIGHTLESS.get(metric.multiprocess, 'float("nan")')
