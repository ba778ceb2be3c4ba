"""Addresses: whether somebody is there, listens, and can be reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from gw2mon.compose_lint.ports import port_of
from gw2mon.compose_lint.values import is_unknown, names_of
from gw2mon.parts import record

if TYPE_CHECKING:
    from gw2mon.compose_lint.reading import Service, Stack

Fault = tuple[Literal["unreachable", "unknown-host", "no-way-to-host", "asks-itself"], str]

_ITSELF = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0")
_HOST = "host.docker.internal"


def fault(stack: Stack, asking: Service, address: str) -> Fault | None:
    """Why a service cannot reach host:port; None where it can, or nobody can tell."""
    host, _, port = address.rpartition(":")
    if is_unknown(address) or not port.isdigit() or "network_mode" in asking.part.data:
        return None
    if _ITSELF.fullmatch(host):
        return None if int(port) == port_of(asking) else ("asks-itself", f"{host} is the container of {asking.name}")
    if host == _HOST:
        known = any(entry.replace("=", ":").startswith(f"{_HOST}:") for entry in _extra_hosts(asking))
        return None if known or asking.is_partial else ("no-way-to-host", f"{_HOST} needs extra_hosts on Linux")
    other = stack.named(host)
    return _unknown(stack, asking, host) if other is None else _unreachable(asking, other, address)


def _extra_hosts(service: Service) -> list[str]:
    hosts = service.part.data.get("extra_hosts")
    return [f"{name}:{where}" for name, where in hosts.items()] if isinstance(hosts, dict) else names_of(hosts)


def _unknown(stack: Stack, asking: Service, host: str) -> Fault | None:
    links = (
        *_extra_hosts(asking),
        *names_of(asking.part.data.get("external_links")),
        *names_of(asking.part.data.get("links")),
    )
    is_open = stack.is_partial or asking.is_partial or _joins_others(stack, asking)
    if "." in host or is_open or any(host in re.split("[:=]", link) for link in links):
        return None
    return ("unknown-host", f"{host} is no service")


def _joins_others(stack: Stack, service: Service) -> bool:
    """Whether it is in a network where services of other projects may be."""
    declared = stack.declared("networks")
    return any(record(declared.get(name)).get("external") for name in service.networks())


def _unreachable(asking: Service, other: Service, address: str) -> Fault | None:
    if other is not asking and other.part.data.get("network_mode") == "host":
        return ("unreachable", f"{other.name} is in the network of the host, where it has no name")
    if not asking.networks() & other.networks() and "network_mode" not in other.part.data:
        return ("unreachable", f"{asking.name} and {other.name} share no network")
    listens = port_of(other)
    if listens is not None and not address.endswith(f":{listens}"):
        return ("unreachable", f"{other.name} listens at {listens}; nobody at {address}")
    return None
