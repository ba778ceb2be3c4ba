"""Compose files of an audit as stacks, each with the files beside it, and what its services offer to the others."""

from __future__ import annotations

from functools import lru_cache
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.compose_lint import prometheus
from gw2mon.compose_lint.inside import config_of
from gw2mon.compose_lint.reading import Service, Stack, host_names, read
from gw2mon.compose_lint.values import is_unknown
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.auditing.estate import Compose, Estate

_DEFAULT_RETENTION = "15d"
_BY_SIZE = "--storage.tsdb.retention.size"


class Composed(NamedTuple):
    """A compose file, and what its containers can be given."""

    compose: Compose
    document: dict[str, Any]
    stack: Stack
    paths: Mapping[str, str]
    """Each file at and beneath its folder, those too that were not read: the path from there to the path as given."""

    def configured(self, kind: str) -> Iterator[tuple[str, Service]]:
        """The configurations, by their paths as given, of the services that run one of the known programs."""
        for service in self.stack.of(kind):
            file, _ = config_of(self.stack, service)
            if file:
                yield self.paths[file], service


def composed(estate: Estate) -> tuple[Composed, ...]:
    """Every compose file as a stack."""
    return tuple(_composed(compose, estate) for compose in estate.composes)


def _composed(compose: Compose, estate: Estate) -> Composed:
    folder = _folder(compose.path)
    others = [other for other in estate.composes if other is not compose and _folder(other.path) == folder]
    document = _in_company(record(compose.node.value), others)
    all_ = (*estate.texts, *estate.around.others)
    paths = {_below(way, folder): path for path, way in _ways(all_) if _is_below(way, folder)}
    data = {way: estate.data.get(path, estate.texts.get(path, "")) for way, path in paths.items()}
    is_whole = any(_is_below(f"{folder}/", _way(seen)) for seen in estate.around.folders)
    return Composed(compose, document, read(document, data, is_whole=is_whole), paths)


def _way(path: str) -> str:
    way = normpath(path) if path else ""
    return "" if way == "." else way


@lru_cache(maxsize=2)
def _ways(paths: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((path, normpath(path)) for path in paths)


def _is_below(way: str, folder: str) -> bool:
    return not folder or way.startswith(f"{folder}/")


def _below(way: str, folder: str) -> str:
    return way[len(folder) + 1 :] if folder else way


def _folder(path: str) -> str:
    return dirname(normpath(path))


def _in_company(document: dict[str, Any], others: Iterable[Compose]) -> dict[str, Any]:
    """The document, marked as one of several that are started together, so that nobody misses what the others say."""
    named = {name for other in others for name in record(record(other.node.value).get("services"))}
    if not named:
        return document
    services = record(document.get("services"))
    marked = {
        name: {**service, "extends": {"file": "another"}}
        if name in named and isinstance(service, dict) and not {"image", "build"} & service.keys()
        else service
        for name, service in services.items()
    }
    return {**document, "services": marked, "include": document.get("include", [])}


def offered(stacks: Iterable[Composed]) -> frozenset[str]:
    """Every host name to which a service of any stack answers."""
    return frozenset(name for each in stacks for service in each.stack.services for name in host_names(service))


def retention_of(stacks: Iterable[Composed]) -> int | None:
    """For how many milliseconds the Prometheus of the stacks keeps samples; None where nobody says, or several do."""
    found = [(each.stack, service) for each in stacks for service in each.stack.of("prometheus")]
    if len(found) != 1 or found[0][1].is_partial or found[0][1].flag("--agent") is not None:
        return None
    stack, service = found[0]
    said = service.flag("--storage.tsdb.retention.time") or service.flag("--storage.tsdb.retention")
    if said is None and ("storage" in record(config_of(stack, service)[1]) or service.flag(_BY_SIZE) is not None):
        return None
    return None if is_unknown(said or "") else prometheus.milliseconds(said or _DEFAULT_RETENTION)
