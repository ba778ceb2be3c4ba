"""Mounts: what is there, what may be written, and what outlives the container."""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import TYPE_CHECKING

from gw2mon.compose_lint.facts import CHANGING, SOCKET_PROXIES
from gw2mon.compose_lint.inside import is_within, look
from gw2mon.parts import Problem, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Mount, Service, Stack

_OPTIONS = frozenset(
    "ro rw z Z cached delegated consistent nocopy copy rprivate private rshared shared rslave slave "  # noqa: SIM905
    "volume-nocopy".split()
)
_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock")
_DATA_TOO = {"prometheus": "wal"}


def sources(stack: Stack) -> Iterator[Problem]:
    """missing-source, single-file: Docker makes an empty folder of what is missing, and keeps hold of one file."""
    for service in stack.services:
        for mount in service.mounts:
            seen = look(stack, mount.source) if mount.kind == "bind" else None
            if seen is None:
                continue
            if seen.state == "missing":
                yield Problem("missing-source", mount.path, f"there is no {mount.source}")
            if seen.state == "file" and service.program is not None:
                said = f"after {seen.file} is replaced, as editors do, the container still reads the old one"
                yield Problem("single-file", mount.path, said)


def forms(stack: Stack) -> Iterator[Problem]:
    """bad-mount: a mode that Docker does not know, or two mounts at one path."""
    for service in stack.services:
        seen: set[str] = set()
        for mount in service.mounts:
            for option in mount.options:
                if option not in _OPTIONS and "\0" not in option:
                    yield Problem("bad-mount", mount.path, f"{option} is no mode of a mount")
            if mount.target in seen:
                yield Problem("bad-mount", mount.path, f"something else is mounted at {mount.target}")
            seen.add(mount.target)


def writable(stack: Stack) -> Iterator[Problem]:
    """writable-config, docker-socket, host-root: what whoever breaks into the container may change."""
    for service in stack.services:
        for mount in service.mounts:
            source = normpath(mount.source) if mount.source else ""
            if mount.kind == "bind" and source in _SOCKETS and not _only_reads(service):
                yield Problem(
                    "docker-socket", mount.path, "who has Docker's socket is root on the host, read-only or not"
                )
            elif mount.kind == "bind" and source in _SOCKETS:
                continue
            elif (
                mount.kind == "bind" and source == "/" and not (service.kind == "node-exporter" and mount.is_read_only)
            ):
                yield Problem("host-root", mount.path, "it sees, or may write, every file of the host")
            elif mount.kind == "bind" and not mount.is_read_only and _is_config(service, mount):
                yield Problem("writable-config", mount.path, "a program need not write its configuration: add :ro")


def _only_reads(service: Service) -> bool:
    """Whether it is a proxy that passes on nothing but questions, to nobody outside of its network."""
    name = service.image.partition("@")[0].partition(":")[0]
    allowed = any(word.startswith(f"-allow{method}") for word in service.command or () for method in CHANGING)
    return name in SOCKET_PROXIES and service.command is not None and not allowed and not service.ports


def _is_config(service: Service, mount: Mount) -> bool:
    if service.program is None or not service.program.image.config:
        return False
    return is_within(mount.target, service.program.image.config)


def data_path(service: Service) -> str:
    """Where the program of a service keeps its data; empty for one without any."""
    program = service.program
    if program is None or not program.image.data or service.flag("--agent") is not None:
        return ""
    own = service.flag(program.data_flag) if program.data_flag else None
    return normpath(join(program.image.data, own)) if own else program.image.data


def kept(stack: Stack) -> Iterator[Problem]:
    """lost-data, data-in-memory: what is gone with the container, or at each restart."""
    for service in stack.services:
        path = data_path(service)
        if not path or service.is_partial:
            continue
        log = f"{path}/{_DATA_TOO.get(service.kind, '')}".rstrip("/")
        for mount in service.mounts:
            if mount.kind == "tmpfs" and (is_within(path, mount.target) or is_within(log, mount.target)):
                yield Problem("data-in-memory", mount.path, f"{mount.target} is lost at each restart")
        covering = [mount for mount in service.mounts if is_within(path, mount.target)]
        if all(mount.kind == "anonymous" for mount in covering):
            yield service.part.problem("lost-data", f"{path} is no volume, and is lost with the container", "volumes")


def shared(stack: Stack) -> Iterator[Problem]:
    """shared-data: two programs, or two copies of one, on the same database."""
    owners: dict[str, str] = {}
    for service in stack.services:
        path = data_path(service)
        volumes = [
            mount for mount in service.mounts if mount.kind == "volume" and path and is_within(path, mount.target)
        ]
        for mount in volumes:
            other = owners.setdefault(mount.source, service.name)
            if other != service.name:
                yield Problem("shared-data", mount.path, f"{mount.source} holds the data of {other}")
        copies = record(service.part.data.get("deploy")).get("replicas", service.part.data.get("scale", 1))
        if volumes and isinstance(copies, int) and copies > 1:
            yield service.part.problem(
                "shared-data", f"{copies} copies on one database: all but one find a lock", "deploy"
            )


def owners(stack: Stack) -> Iterator[Problem]:
    """cannot-write-data: a new volume belongs to the user of the image."""
    for service in stack.services:
        user = re.fullmatch(r"(\d+)(?::(\d+))?", str(service.part.data.get("user", "")))
        if user is None or service.program is None or not data_path(service):
            continue
        owner, group = service.program.image.user.split(":")
        on_volume = any(
            mount.kind == "volume" and is_within(data_path(service), mount.target)
            and not record(stack.declared("volumes").get(mount.source)).get("external")
            for mount in service.mounts
        )  # fmt: skip
        if on_volume and user[1] not in ("0", owner) and user[2] != group:
            said = f"a new volume belongs to {owner}:{group}; user {user[0]} cannot write it"
            yield service.part.problem("cannot-write-data", said, "user")
