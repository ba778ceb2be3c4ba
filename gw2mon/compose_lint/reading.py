"""A compose document, and the files beside it, as one stack: services with their programs, ports, mounts, networks."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.compose_lint.facts import Program, program_of
from gw2mon.compose_lint.values import UNKNOWN, interpolated, names_of, pairs_of, text_of, words_of
from gw2mon.parts import Part, record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Port(NamedTuple):
    """A published port; empty where it is not said."""

    host: str
    published: str
    target: str
    path: str


class Mount(NamedTuple):
    """Something that a container sees at a path."""

    kind: str
    """bind, volume, anonymous, tmpfs, or unknown."""
    source: str
    target: str
    is_read_only: bool
    options: tuple[str, ...]
    path: str
    """Where in the document it is said."""


class Service(NamedTuple):
    """A service, and what is known of the program that it runs."""

    name: str
    part: Part
    program: Program | None
    command: list[str] | None
    environment: dict[str, str | None]
    ports: tuple[Port, ...]
    mounts: tuple[Mount, ...]
    is_partial: bool
    """Whether a file that is not here says more of it."""

    @property
    def image(self) -> str:
        """Name, tag and digest."""
        return self.part.text("image")

    @property
    def kind(self) -> str:
        """Which of the known programs it runs; empty for another one."""
        return self.program.image.service if self.program else ""

    def flag(self, name: str) -> str | None:
        """The value of a flag of the command; None where it is not given."""
        words = self.command or []
        for number, word in enumerate(words):
            if word == name:
                return words[number + 1] if number + 1 < len(words) and words[number + 1][:1] != "-" else ""
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
        return None

    def networks(self) -> frozenset[str]:
        """The networks that it is in; none for one that has the network of the host or of another."""
        if "network_mode" in self.part.data:
            return frozenset()
        return frozenset(names_of(self.part.data.get("networks")) or ["default"])


class Stack(NamedTuple):
    """All of it."""

    part: Part
    services: tuple[Service, ...]
    files: Mapping[str, Any]
    is_partial: bool
    """Whether it includes files that are not here."""
    is_whole: bool = True
    """Whether the files are all that lie beside it, so that another one is surely missing."""

    def named(self, name: str) -> Service | None:
        """The service that answers to a host name."""
        return next((service for service in self.services if name in host_names(service)), None)

    def of(self, *kinds: str) -> Iterator[Service]:
        """The services that run one of the known programs."""
        return (service for service in self.services if service.kind in kinds)

    def declared(self, section: str) -> dict[str, Any]:
        """The volumes, networks or secrets at the top."""
        return record(self.part.data.get(section))


def read(document: object, files: Mapping[str, Any], *, is_whole: bool = True) -> Stack:
    """The stack that a document describes; what is of no use in it is left out."""
    whole = Part("", record(interpolated(document)))
    raw = record(whole.data.get("services"))
    services = tuple(_service(name, raw) for name in raw if isinstance(raw[name], dict))
    return Stack(
        whole, services, {normpath(path): data for path, data in files.items()}, "include" in whole.data, is_whole
    )


def _service(name: str, services: dict[str, Any]) -> Service:
    data, is_partial = _extended(name, services, ())
    part = Part(f"services.{name}", data)
    base = part.text("image").partition("@")[0]
    head, colon, tail = base.rpartition(":")
    custom = "entrypoint" in data or "build" in data
    program = None if custom else program_of(head if colon and "/" not in tail else base)
    command = words_of(data["command"]) if data.get("command") is not None else None
    environment = pairs_of(data.get("environment"))
    return Service(name, part, program, command, environment, _ports(part), tuple(_mounts(part)), is_partial)


def _extended(name: str, services: dict[str, Any], seen: tuple[str, ...]) -> tuple[dict[str, Any], bool]:
    """A service with what it takes from another one of the same file, and whether it takes from elsewhere."""
    own = record(services.get(name))
    extends = own.get("extends")
    other = text_of(extends) or text_of(record(extends).get("service"))
    if not extends or record(extends).get("file") or other in (*seen, name) or other not in services:
        return own, bool(extends)
    base, is_partial = _extended(other, services, (*seen, name))
    return _merged(base, {key: value for key, value in own.items() if key != "extends"}), is_partial


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merged(old, value)
        elif isinstance(old, list) and isinstance(value, list) and key not in ("command", "entrypoint", "test"):
            merged[key] = [*old, *value]
        else:
            merged[key] = value
    return merged


def _ports(part: Part) -> tuple[Port, ...]:
    found = []
    for number, item in enumerate(sequence(part.data.get("ports"))):
        path = f"{part.path}.ports[{number}]"
        if isinstance(item, dict):
            host, published, target = (text_of(item.get(key)) for key in ("host_ip", "published", "target"))
        else:
            text = text_of(item).partition("/")[0]
            rest, _, target = text.rpartition(":")
            host, _, published = rest.rpartition(":")
        found.append(Port(host.strip("[]"), published, target, path))
    return tuple(found)


def _mounts(part: Part) -> Iterator[Mount]:
    for number, item in enumerate(sequence(part.data.get("volumes"))):
        path = f"{part.path}.volumes[{number}]"
        if isinstance(item, dict):
            source, target, kind = (text_of(item.get(key)) for key in ("source", "target", "type"))
            kind = "anonymous" if kind == "volume" and not source else kind
            yield Mount(kind, source, normpath(target), item.get("read_only") is True, (), path)
        elif text_of(item):
            yield _short_mount(text_of(item), path)
    for item in words_of(part.data.get("tmpfs")):
        yield Mount(
            "tmpfs", "", normpath(item.partition(":")[0]), is_read_only=False, options=(), path=f"{part.path}.tmpfs"
        )


def _short_mount(text: str, path: str) -> Mount:
    source, colon, rest = text.partition(":")
    if not colon:
        return Mount("anonymous", "", normpath(source), is_read_only=False, options=(), path=path)
    target, _, mode = rest.partition(":")
    options = tuple(filter(None, mode.split(",")))
    kind = "unknown" if UNKNOWN in source else "bind" if source[:1] in (".", "/", "~") else "volume"
    return Mount(kind, source, normpath(target), "ro" in options, options, path)


def host_names(service: Service) -> set[str]:
    """The names under which the others reach it."""
    own = record(service.part.data.get("networks"))
    aliases = {alias for network in own.values() for alias in names_of(record(network).get("aliases"))}
    return {service.name, service.part.text("container_name"), service.part.text("hostname"), *aliases} - {""}
