"""Protection: what a program may do to the machine, and how much of it it may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.compose_lint.values import names_of, text_of
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack
    from gw2mon.parts import Problem

_MIGHTY = ("ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "NET_ADMIN")
_ROTATING = ("local", "none", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "gcplogs", "loki")


def powers(stack: Stack) -> Iterator[Problem]:
    """too-mighty: as much as root on the host."""
    for service in stack.services:
        data = service.part.data
        if data.get("privileged") is True:
            yield service.part.problem("too-mighty", "it is root on the host", "privileged")
        for name in names_of(data.get("cap_add")):
            if name.upper().removeprefix("CAP_") in _MIGHTY:
                yield service.part.problem("too-mighty", f"{name} is a way to be root on the host", "cap_add")
        for option in names_of(data.get("security_opt")):
            if option.replace("=", ":") in ("seccomp:unconfined", "apparmor:unconfined", "no-new-privileges:false"):
                yield service.part.problem("too-mighty", f"{option} takes a protection away", "security_opt")
        if service.program is not None and text_of(data.get("user")).partition(":")[0] in ("0", "root"):
            yield service.part.problem("runs-as-root", "the image has a user of its own", "user")


def missing(stack: Stack) -> Iterator[Problem]:
    """unprotected: what a monitoring program does not need, and who breaks in does."""
    for service in _known(stack):
        data = service.part.data
        options = [option.replace("=", ":").removesuffix(":true") for option in names_of(data.get("security_opt"))]
        if "ALL" not in [name.upper() for name in names_of(data.get("cap_drop"))]:
            yield service.part.problem("unprotected", "it needs no capabilities: cap_drop: [ALL]", "cap_drop")
        if "no-new-privileges" not in options:
            yield service.part.problem(
                "unprotected", "security_opt: [no-new-privileges:true] is missing", "security_opt"
            )
        if data.get("read_only") is not True:
            yield service.part.problem("unprotected", "its root may be written: read_only: true", "read_only")


def limits(stack: Stack) -> Iterator[Problem]:
    """unlimited: memory, logs, and a program that stays down."""
    for service in _known(stack):
        data, part = service.part.data, service.part
        if not part.record("deploy", "resources", "limits").data.get("memory") and "mem_limit" not in data:
            yield part.problem("unlimited", "one query may take all memory of the machine", "deploy.resources.limits")
        logging = part.record("logging")
        rotates = "max-size" in record(logging.data.get("options")) or logging.data.get("driver") in _ROTATING
        if not rotates:
            yield part.problem("unlimited", "its logs grow until the disk is full", "logging")
        restart = text_of(data.get("restart"))
        if restart in ("", "no", "false") and not part.record("deploy").data.get("restart_policy"):
            yield part.problem("no-restart", "after a crash or a restart of the machine it stays down", "restart")


def _known(stack: Stack) -> Iterator[Service]:
    return (service for service in stack.services if service.program is not None and not service.is_partial)
