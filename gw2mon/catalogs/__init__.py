"""Metrics that others expose, as data: closed, typed lists of what a scrape of each program really shows.

The lists were made by scraping the programs themselves, and the tests compare them with the programs again. Besides the
base units of Prometheus (seconds, bytes, ratio, celsius, hertz, volts …) they use `timestamp` for points in time: such
a value is compared with `time()`, while a value in seconds is a length of time.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gw2mon.catalogs import notation
from gw2mon.catalogs.notation import Catalog, Versions
from gw2mon.catalogs.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.model import Metric

__all__ = (
    "CATALOGS", "Catalog", "Parameter", "Versions",
    "check_parameters", "complete_parameters", "instantiate", "load", "parameters",
)  # fmt: skip

CATALOGS: tuple[str, ...] = (
    "alertmanager", "blackbox", "fastapi", "go", "node", "process", "prometheus", "python", "scrape",
)  # fmt: skip
"""The names that `catalog:` may have in a spec."""


@cache
def load(name: str) -> Catalog:
    """A catalogue as shipped, its metrics as they are when no parameter is given.

    Raises:
        KeyError: when there is no catalogue of that name.
    """
    if name not in CATALOGS:
        raise KeyError(name)
    own = notation.read(name)
    return own._replace(metrics=_metrics(own, complete_parameters(name, {})))


def parameters(name: str) -> tuple[Parameter, ...]:
    """What may stand beside `catalog:` in a spec, with types, defaults and help."""
    return notation.read(name).parameters


def check_parameters(name: str, given: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What is wrong with parameters as written in a spec: name and sentence, in the order of the spec."""
    known = {parameter.name: parameter for parameter in parameters(name)}
    return tuple(
        (key, problem)
        for key, raw in given.items()
        if (problem := known[key].problem(raw) if key in known else f"catalogue {name} has no parameter {key}")
    )


def complete_parameters(name: str, given: Mapping[str, object]) -> dict[str, Any]:
    """All parameters by name: those given, read into exact values, and the defaults of the others.

    What `check_parameters` complains of counts as not given.
    """
    return {
        parameter.name: parameter.default
        if parameter.name not in given or parameter.problem(given[parameter.name])
        else parameter.read(given[parameter.name])
        for parameter in parameters(name)
    }


def instantiate(name: str, group: str, given: Mapping[str, object]) -> tuple[Metric, ...]:
    """The metrics of a catalogue under the parameters that a spec gives, as members of the group that names it."""
    metrics = _metrics(notation.read(name), complete_parameters(name, given)) if given else load(name).metrics
    return tuple(metric._replace(group=group) for metric in metrics)


def _metrics(own: Catalog, settled: Mapping[str, object]) -> tuple[Metric, ...]:
    metrics = own.metrics
    for parameter in own.parameters:
        if parameter.adds and settled[parameter.name]:
            metrics += tuple(metric._replace(catalog=own.name) for metric in notation.read(parameter.adds).metrics)
    if own.shaped_by:
        # Parameters that change metrics rather than add some need code; it lies in a module named like the catalogue.
        metrics = import_module(own.shaped_by).shape(metrics, settled)
    return metrics
