"""The document itself: keys that Compose knows, names that are declared, services that wait for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.compose_lint.facts import SERVICE_KEYS, TOP_KEYS
from gw2mon.compose_lint.values import is_size, is_unknown, names_of, text_of
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack
    from gw2mon.parts import Problem

_CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
_SAID_TWICE = (("pids_limit", "pids"), ("mem_limit", "memory"), ("cpus", "cpus"))
"""Old keys of a service, and what says the same among its limits."""
_RESTARTS = ("no", "false", "always", "on-failure", "unless-stopped", "")


def shapes(stack: Stack) -> Iterator[Problem]:
    """no-services, wrong-shape: what Compose cannot read at all."""
    services = stack.part.data.get("services")
    if not record(services) and not stack.is_partial:
        yield stack.part.problem("no-services", "there is nothing to start", "services")
    for name, service in record(services).items():
        if not isinstance(service, dict):
            yield stack.part.record("services").problem("wrong-shape", f"service {name} is no record", name)
    for service in stack.services:
        data = service.part.data
        if not isinstance(data.get("image", ""), str):
            yield service.part.problem("wrong-shape", "an image is one text", "image")
        elif not {"image", "build", "provider"} & set(data) and (
            not service.is_partial or _extends_itself(stack, service)
        ):
            yield service.part.problem("wrong-shape", "it has neither an image nor a build", "image")


def _extends_itself(stack: Stack, service: Service) -> bool:
    """Whether what it takes from stands in this file, and leads back to it."""
    extends = service.part.data.get("extends")
    other = text_of(extends) or text_of(record(extends).get("service"))
    return not record(extends).get("file") and any(one.name == other for one in stack.services)


def keys(stack: Stack) -> Iterator[Problem]:
    """unknown-key: Compose refuses the file."""
    levels = [(stack.part, TOP_KEYS), *((service.part, SERVICE_KEYS) for service in stack.services)]
    for part, known in levels:
        for key in part.data:
            if key not in known and not key.startswith("x-"):
                yield part.problem("unknown-key", f"Compose knows no key {key} here", key)


def references(stack: Stack) -> Iterator[Problem]:
    """undeclared-name: networks, volumes, secrets and configs are declared at the top."""
    for service in stack.services if not stack.is_partial else ():
        data = service.part.data
        used: dict[str, list[str]] = {key: names_of(data.get(key)) for key in ("networks", "secrets", "configs")}
        used["volumes"] = [mount.source for mount in service.mounts if mount.kind == "volume"]
        for section, names in used.items():
            known = {*stack.declared(section), *(("default",) if section == "networks" else ())}
            for name in names:
                if name not in known and not is_unknown(name):
                    yield service.part.problem("undeclared-name", f"{section} has no {name}", section)


def waiting(stack: Stack) -> Iterator[Problem]:
    """bad-dependency: waiting for what does not exist, never starts, or cannot become healthy."""
    by_name = {service.name: service for service in stack.services}
    for service in stack.services:
        for name, condition in _waits_for(service):
            other = by_name.get(name)
            if other is None:
                said = "" if stack.is_partial else f"it waits for {name}, which is no service"
            else:
                said = _cannot(service, other, condition)
            if said:
                yield service.part.problem("bad-dependency", said, "depends_on")
        if service.name in _reached(service, by_name):
            yield service.part.problem("bad-dependency", "it waits for itself, by way of others", "depends_on")


def _cannot(service: Service, other: Service, condition: str) -> str:
    if condition not in _CONDITIONS:
        return f"{condition} is no condition; {', '.join(_CONDITIONS)} are"
    if condition == "service_healthy" and not _can_be_healthy(other):
        return f"{other.name} never becomes healthy: nothing asks for its health"
    profiles = set(names_of(other.part.data.get("profiles")))
    if profiles and not profiles & set(names_of(service.part.data.get("profiles"))):
        return f"{other.name} only starts with the profile {', '.join(sorted(profiles))}"
    return ""


def _waits_for(service: Service) -> list[tuple[str, str]]:
    waits: Any = service.part.data.get("depends_on")
    if isinstance(waits, dict):
        return [(name, text_of(record(rule).get("condition")) or _CONDITIONS[0]) for name, rule in waits.items()]
    return [(name, _CONDITIONS[0]) for name in names_of(waits)]


def _can_be_healthy(service: Service) -> bool:
    check = service.part.record("healthcheck").data
    if check.get("disable") is True or check.get("test") in ("NONE", ["NONE"]):
        return False
    # Images of which nothing is known may bring a check along; the known ones bring none.
    return bool(check.get("test")) or service.program is None or service.is_partial


def _reached(service: Service, by_name: dict[str, Service]) -> set[str]:
    found: set[str] = set()
    todo = [name for name, _ in _waits_for(service)]
    while todo:
        name = todo.pop()
        if name not in found and name in by_name:
            found.add(name)
            todo.extend(other for other, _ in _waits_for(by_name[name]))
    return found


def words(stack: Stack) -> Iterator[Problem]:
    """bad-value: a word, a size, or one limit said in two ways, that Compose refuses."""
    for service in stack.services:
        restart = text_of(service.part.data.get("restart"))
        if restart.partition(":")[0] not in _RESTARTS and not is_unknown(restart):
            yield service.part.problem("bad-value", f"{restart} is no way to restart", "restart")
        limits = service.part.record("deploy", "resources", "limits")
        for old, new in _SAID_TWICE:
            if limits.data and old in service.part.data and service.part.data[old] != limits.data.get(new):
                said = f"beside deploy.resources.limits Compose refuses {old}; write {new} among them"
                yield service.part.problem("bad-value", said, old)
        for part, key in ((limits, "memory"), (service.part, "mem_limit"), (service.part, "shm_size")):
            if key in part.data and not is_size(part.data[key]):
                yield part.problem("bad-value", f"{part.data[key]} is no size such as 512m", key)
