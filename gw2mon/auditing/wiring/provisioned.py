"""Grafana's provisioning: which dashboards its providers load, from which folders, and which data sources there are."""

from __future__ import annotations

from hashlib import sha256
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.wiring.refusing import items
from gw2mon.compose_lint.inside import files_below, see
from gw2mon.compose_lint.values import text_of
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Board, Estate
    from gw2mon.auditing.stacks import Composed
    from gw2mon.compose_lint.reading import Service
    from gw2mon.documents import Node

_FOLDER = "/etc/grafana/provisioning/"


class DataSource(NamedTuple):
    """A data source that is provisioned."""

    node: Node
    name: str
    uid: str
    kind: str
    is_default: bool
    organisation: str


class Provider(NamedTuple):
    """What loads dashboards from a folder."""

    node: Node
    name: str
    path: str
    folder: str
    """Of Grafana, in which they appear."""
    from_files: bool
    """Whether folders are those of the files instead."""


class Shown(NamedTuple):
    """A dashboard that a provider loads."""

    board: Board
    provider: Provider
    is_sure: bool
    """Whether a compose file says so, and not only the names of the folders."""

    @property
    def folder(self) -> tuple[str, str]:
        """What tells the folder of Grafana in which it appears."""
        if self.provider.from_files:
            return self.provider.name, dirname(normpath(self.board.path))
        return self.provider.folder, ""


def data_sources(estate: Estate) -> tuple[DataSource, ...]:
    """All that the files of provisioning name."""
    return tuple(
        _data_source(item) for file in estate.provisioning for item in items(file.node.child("datasources"))
    )  # fmt: skip


def _data_source(node: Node) -> DataSource:
    held = record(node.value)
    name, uid = text_of(held.get("name")), text_of(held.get("uid"))
    # What Grafana makes of the name where nobody gives a uid.
    made = "P" + sha256(name.encode()).hexdigest()[:16].upper()
    return DataSource(
        node, name, uid or made, text_of(held.get("type")), held.get("isDefault") is True,
        text_of(held.get("orgId")) or text_of(held.get("org_id")) or "1",
    )  # fmt: skip


def providers(estate: Estate) -> tuple[Provider, ...]:
    """All that load from files."""
    found = []
    for file in estate.provisioning:
        for node in items(file.node.child("providers")):
            held = record(node.value)
            options = record(held.get("options"))
            path = text_of(options.get("path")) or text_of(options.get("folder"))
            from_files = options.get("foldersFromFilesStructure") is True
            found.append(Provider(node, text_of(held.get("name")), path, text_of(held.get("folder")), from_files))
    return tuple(found)


def shown(estate: Estate, stacks: Sequence[Composed]) -> tuple[tuple[Shown, ...], bool]:
    """The dashboards that providers load, and whether those are surely all that there are."""
    found: dict[tuple[str, str], Shown] = {}
    graspable = True
    for provider in providers(estate):
        inside = _inside(provider, stacks)
        graspable = graspable and inside is not None
        for board in estate.boards:
            if inside is not None and board.path in inside:
                found[provider.path, board.path] = Shown(board, provider, is_sure=True)
            elif inside is None and _ends_alike(provider.path, board.path):
                found[provider.path, board.path] = Shown(board, provider, is_sure=False)
    return tuple(found.values()), graspable and bool(found)


def without_dashboards(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Provider]:
    """Providers whose folder is mounted, and holds no dashboard."""
    for provider in providers(estate):
        inside = _inside(provider, stacks)
        if inside and not any(path.lower().endswith(".json") for path in inside):
            yield provider


def _inside(provider: Provider, stacks: Sequence[Composed]) -> frozenset[str] | None:
    """The files that the Grafana which reads a provider finds at its path; None where nobody can tell."""
    for each in stacks:
        for service in each.stack.of("grafana"):
            if not _reads(each, service, provider):
                continue
            seen = see(each.stack, service, provider.path.rstrip("/") or "/")
            if seen.state == "folder":
                return frozenset(each.paths[file] for file in files_below(each.stack, seen.file))
            return None if seen.state in ("unknown", "volume") else frozenset()
    return None


def _reads(each: Composed, service: Service, provider: Provider) -> bool:
    """Whether a Grafana finds the file in which a provider stands."""
    seen = see(each.stack, service, f"{_FOLDER}dashboards")
    file = next((way for way, path in each.paths.items() if path == provider.node.position.file), "")
    return (seen.state == "folder" and file in set(files_below(each.stack, seen.file))) or any(
        mount.kind == "bind" and file and normpath(mount.source) == file for mount in service.mounts
    )


def _ends_alike(path: str, file: str) -> bool:
    """Whether the last folder of a path in a container is one of those in which a file lies."""
    last = path.rstrip("/").rpartition("/")[2]
    return bool(last) and last in dirname(normpath(file)).split("/")
