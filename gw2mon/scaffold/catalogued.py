"""Which of the metrics of an exposition a catalogue already knows, and with which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import catalogs
from gw2mon.scaffold import fastapi

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.exposition import Family

_SIGNATURES = {
    "prometheus": "prometheus_build_info",
    "alertmanager": "alertmanager_build_info",
    "node": "node_cpu_seconds_total",
    "blackbox": "blackbox_exporter_build_info",
    "process": "python_info",
    "go": "go_info",
}
"""Catalogue to a metric that gives it away. The servers come first: they bring the runtime with them."""
_SCRAPE = "scrape"


class Group(NamedTuple):
    """A group of a spec that names a catalogue."""

    catalog: str
    parameters: Mapping[str, Any]


class Recognised(NamedTuple):
    """Groups by name, and the families that belong to none of them."""

    groups: Mapping[str, Group]
    rest: tuple[Family, ...]
    families: Mapping[str, Family]


def recognise(families: Sequence[Family] | None) -> Recognised:
    """Sort families into catalogues; without any, what a plain FastAPI service exposes is taken for granted."""
    if families is None:
        return Recognised({"http": Group("fastapi", {}), "process": Group("process", {})}, (), {})
    by_name = {family.name: family for family in families}
    groups = {"http": Group("fastapi", settled)} if (settled := fastapi.parameters_of(by_name)) is not None else {}
    for name, signature in _SIGNATURES.items():
        if signature in by_name and not _known(signature, groups):
            groups[name] = Group(name, _runtime(name, by_name))
    known = _names(groups) | {metric.name for metric in catalogs.load(_SCRAPE).metrics}
    rest = tuple(family for family in families if family.name not in known and not _is_birthday(family, by_name))
    return Recognised(groups, rest, by_name)


def _runtime(name: str, by_name: Mapping[str, Family]) -> dict[str, Any]:
    """`runtime`, where the exposition shows the exporter's own process and the catalogue would leave it out."""
    default = next((each.default for each in catalogs.parameters(name) if each.name == "runtime"), None)
    wanted = "go_info" in by_name
    return {} if default is None or default == wanted else {"runtime": wanted}


def _known(metric: str, groups: Mapping[str, Group]) -> bool:
    return metric in _names(groups)


def _names(groups: Mapping[str, Group]) -> set[str]:
    return {metric.name for name, group in groups.items() for metric in _metrics(name, group)}


def _metrics(name: str, group: Group) -> Iterable[Any]:
    return catalogs.instantiate(group.catalog, name, group.parameters)


def _is_birthday(family: Family, by_name: Mapping[str, Family]) -> bool:
    """Whether it only tells when the series of another family were made; prometheus_client writes such."""
    stem = family.name.removesuffix("_created")
    return stem != family.name and (stem in by_name or f"{stem}_total" in by_name)
