"""Commands: flags that the programs know, configuration that they find, samples that are kept long enough."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.compose_lint.inside import config_of, config_path, see
from gw2mon.compose_lint.ports import _LOOPBACK
from gw2mon.compose_lint.prometheus import longest_window
from gw2mon.compose_lint.values import is_unknown
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack
    from gw2mon.parts import Problem

_DEFAULT_RETENTION = "15d"
_LOGIN = re.compile(r"://[^/\s:@]+:[^/\s@]+@")


def flags(stack: Stack) -> Iterator[Problem]:
    """bad-flag, unknown-flag: a program that does not start."""
    for service in stack.services:
        if service.program is None or not service.program.flags or service.command is None:
            continue
        for word in service.command:
            yield from _flag(service, word)


def _flag(service: Service, word: str) -> Iterator[Problem]:
    if not word.startswith("-") or is_unknown(word):
        return
    name = word.lstrip("-").partition("=")[0]
    if not word.startswith("--") and len(name) > 1:
        yield service.part.problem("bad-flag", f"{word} has one dash; flags begin with two", "command")
    elif " " in name:
        yield service.part.problem("bad-flag", f"{word} is one word: put = between a flag and its value", "command")
    elif name in service.program.retired_flags.split() and _is_new(service):  # type: ignore[union-attr]
        yield service.part.problem("bad-flag", f"--{name} was removed in version 3", "command")
    elif len(name) > 1 and not _knows(service, name):
        close = get_close_matches(name, service.program.flags.split(), 1)  # type: ignore[union-attr]
        said = f"{service.kind} has no flag --{name}" + (f"; did you mean --{close[0]}?" if close else "")
        yield service.part.problem("unknown-flag", said, "command")


def _knows(service: Service, name: str) -> bool:
    known = service.program.flags.split() if service.program else []
    plain = name.removeprefix("no-")
    return plain in known or any(flag.endswith(".") and plain.startswith(flag) for flag in known)


def _is_new(service: Service) -> bool:
    return re.search(r":v?([3-9]|\d\d)\.", service.image) is not None


def configuration(stack: Stack) -> Iterator[Problem]:
    """no-configuration, sample-configuration: what a program reads when it starts."""
    for service in stack.services:
        path = config_path(service)
        if not path:
            continue
        seen = see(stack, service, path)
        if seen.state in ("missing", "folder"):
            yield service.part.problem("no-configuration", f"there is no {path}", "command")
        elif seen.state == "volume" and _is_nowhere_said(service):
            said = f"the image's own flags are replaced; without --config.file it reads {path}"
            yield service.part.problem("no-configuration", said, "command")
        elif seen.state == "image" and service.program is not None and path != service.program.config:
            yield service.part.problem("no-configuration", f"nothing is mounted at {path}", "volumes")
        elif seen.state == "image" and service.kind in ("prometheus", "alertmanager"):
            yield service.part.problem("sample-configuration", f"{path} is the image's own example", "volumes")


def _is_nowhere_said(service: Service) -> bool:
    return service.command is not None and service.flag("--config.file") is None


def retention(stack: Stack) -> Iterator[Problem]:
    """short-retention, bad-retention: samples that are deleted before the longest query looks back at them."""
    for service in stack.of("prometheus"):
        text = service.flag("--storage.tsdb.retention.time") or service.flag("--storage.tsdb.retention")
        if service.flag("--agent") is not None or is_unknown(text or ""):
            continue
        kept = _milliseconds(text or _DEFAULT_RETENTION)
        longest = longest_window(stack, service)
        in_file = record(record(config_of(stack, service)[1]).get("storage")).get("tsdb")
        if kept is None:
            yield service.part.problem("bad-retention", f"{text} is no duration such as 35d", "command")
        elif longest > kept and not (text is None and in_file):
            said = f"rules look back {q.format_duration(longest)}, samples are kept {text or 'for 15 days'}"
            yield service.part.problem("short-retention", said, "command")


def _milliseconds(text: str) -> int | None:
    try:
        return q.parse_duration(text)
    except (q.PromQLError, ValueError):
        return None


def interfaces(stack: Stack) -> Iterator[Problem]:
    """admin-api, open-lifecycle: what anybody may do who reaches the port."""
    for service in stack.of("prometheus"):
        words = service.command or []
        is_open = any(not _LOOPBACK.fullmatch(port.host) for port in service.ports)
        if "--web.enable-admin-api" in words:
            yield service.part.problem("admin-api", "whoever reaches the port deletes samples", "command")
        if "--web.enable-lifecycle" in words and is_open:
            yield service.part.problem("open-lifecycle", "whoever reaches the port stops Prometheus", "command")


def passwords(stack: Stack) -> Iterator[Problem]:
    """secret-in-command: every user of the machine sees it."""
    for service in stack.services:
        if any(_LOGIN.search(word) and not is_unknown(word) for word in service.command or []):
            yield service.part.problem("secret-in-command", "a password in an address", "command")


def exporters(stack: Stack) -> Iterator[Problem]:
    """measures-container: a node exporter that sees itself in place of the machine."""
    for service in stack.of("node-exporter"):
        if service.is_partial:
            continue
        root = service.flag("--path.rootfs")
        hosts = [mount.target for mount in service.mounts if mount.kind == "bind" and mount.source == "/"]
        if root is None:
            yield service.part.problem(
                "measures-container", "without --path.rootfs its disks are the container's", "command"
            )
        elif root not in hosts and not is_unknown(root):
            yield service.part.problem("measures-container", f"the host's root is not mounted at {root}", "volumes")
        if service.part.data.get("pid") != "host":
            yield service.part.problem(
                "measures-container", "without pid: host its mounts and processes are the container's", "pid"
            )
