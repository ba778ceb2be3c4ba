"""Ports: who may come in, and whether somebody listens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.compose_lint.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Port, Service, Stack
    from gw2mon.parts import Problem

_LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")
_GREATEST = 65535


def port_of(service: Service) -> int | None:
    """Where the program of a service listens; None where that is not known."""
    if service.program is None or service.is_partial or service.flag("--web.config.file") is not None:
        return None
    # Where a Loki or an Alloy listens stands in a file, or in a flag of its own.
    if service.kind in ("loki", "alloy"):
        return None
    listen = service.flag("--web.listen-address")
    if listen is not None:
        port = listen.rpartition(":")[2]
        return int(port) if port.isdigit() else None
    if service.kind != "grafana":
        return service.program.image.port
    port = service.environment.get("GF_SERVER_HTTP_PORT", str(service.program.image.port)) or ""
    has_own_file = any(mount.target.startswith("/etc/grafana/grafana.ini") for mount in service.mounts)
    return int(port) if port.isdigit() and not has_own_file else None


def published(stack: Stack) -> Iterator[Problem]:
    """open-port, bad-port, nobody-listens, port-taken: what Docker opens before any firewall is asked."""
    from gw2mon.parts import Problem

    taken: dict[tuple[str, str], Service] = {}
    for service in stack.services:
        for port in service.ports:
            said = _bad(port)
            if said:
                yield Problem("bad-port", port.path, said)
                continue
            if service.program is not None and not _LOOPBACK.fullmatch(port.host) and not is_unknown(port.host):
                yield Problem("open-port", port.path, f"{service.name} is open to every machine that reaches this one")
            listens = port_of(service)
            if listens is not None and port.target.isdigit() and int(port.target) != listens:
                yield Problem("nobody-listens", port.path, f"{service.name} listens at {listens}, not {port.target}")
            other = taken.setdefault((_interface(port), port.published), service)
            if port.published.isdigit() and other is not service and not _are_apart(service, other):
                yield Problem("port-taken", port.path, f"{other.name} has port {port.published} of the host")


def _interface(port: Port) -> str:
    return "" if port.host in ("0.0.0.0", "::") else port.host  # noqa: S104 - the address that is warned about


def _are_apart(one: Service, two: Service) -> bool:
    """Whether they belong to profiles of which one may be chosen without the other."""
    return bool(one.part.data.get("profiles") or two.part.data.get("profiles"))


def _bad(port: Port) -> str:
    for text in (port.published, port.target):
        for number in text.split("-") if text else ():
            if not is_unknown(number) and not (number.isdigit() and 0 <= int(number) <= _GREATEST):
                return f"{text} is no port"
    return "" if port.target else "it leads to no port of the container"


def host_network(stack: Stack) -> Iterator[Problem]:
    """open-port, ports-without-effect: the network of the host has no doors."""
    for service in stack.services:
        if service.part.data.get("network_mode") != "host":
            continue
        if service.ports:
            yield service.part.problem(
                "ports-without-effect", "in the network of the host nothing is published", "ports"
            )
        is_narrow = (service.flag("--web.listen-address") or "").startswith(("127.", "localhost:", "[::1]"))
        if service.program is not None and not is_narrow:
            yield service.part.problem("open-port", "every port that it opens is open on the host", "network_mode")
