"""What a container sees at a path: which file of the ones beside the compose file, none, or nobody can tell."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gw2mon.compose_lint.values import is_unknown, text_of
from gw2mon.parts import record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Mount, Service, Stack

SECRETS = "/run/secrets"
_OPEN = ("unknown", "volume")


class Seen(NamedTuple):
    """What lies at a path inside a container."""

    state: Literal["file", "folder", "missing", "unknown", "volume", "image"]
    """`image`: nothing is mounted there, so that it is what the image has, if it has anything. `volume`: a volume is,
    in which only the program itself puts something."""
    file: str = ""
    """Its path beside the compose file."""


def see(stack: Stack, service: Service, path: str) -> Seen:
    """What the container of a service sees at an absolute path."""
    secret = _given(service, "secrets", SECRETS, path) or _given(service, "configs", "/", path)
    if secret:
        return Seen("unknown")
    covering = [mount for mount in service.mounts if is_within(path, mount.target)]
    if not covering:
        return Seen("unknown" if service.is_partial else "image")
    mount = max(covering, key=lambda one: len(one.target))
    if mount.kind == "tmpfs":
        return Seen("missing")
    below = path.removeprefix(mount.target).strip("/")
    if mount.kind in ("volume", "anonymous"):
        return Seen("volume")
    return look(stack, normpath(join(mount.source, below))) if mount.kind == "bind" else Seen("unknown")


def look(stack: Stack, source: str) -> Seen:
    """What lies beside the compose file; of what lies elsewhere nothing is known."""
    path = normpath(source)
    if not stack.files or path.startswith(("/", "~", "..")) or is_unknown(path):
        return Seen("unknown")
    if path in stack.files:
        return Seen("file", path)
    is_folder = path == "." or any(name.startswith(f"{path}/") for name in stack.files)
    if is_folder:
        return Seen("folder", path)
    return Seen("missing", path) if stack.is_whole else Seen("unknown")


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def files_below(stack: Stack, folder: str) -> Iterator[str]:
    """The files in a folder beside the compose file, however deep."""
    return (path for path in stack.files if folder == "." or path.startswith(f"{folder}/"))


def matching(stack: Stack, service: Service, pattern: str) -> list[str] | None:
    """The files that a container finds under a path with stars in its last part; None where nobody can tell."""
    folder, _, last = pattern.rpartition("/")
    seen = see(stack, service, pattern)
    if not re.search(r"[*?\[]", last):
        return None if seen.state in _OPEN else [seen.file] * (seen.state == "file")
    seen = see(stack, service, folder)
    if seen.state in _OPEN or re.search(r"[*?\[]", folder):
        return None
    below = files_below(stack, seen.file) if seen.state == "folder" else ()
    found = [path for path in below if dirname(path) == seen.file and fnmatchcase(path.rpartition("/")[2], last)]
    return found if found or stack.is_whole else None


def mounts_below(service: Service, path: str) -> Iterator[Mount]:
    """The mounts at a path, above it, or inside of it."""
    return (mount for mount in service.mounts if is_within(path, mount.target) or is_within(mount.target, path))


def config_path(service: Service) -> str:
    """Where the program of a service looks for its configuration; empty where that is not known."""
    if service.program is None or not service.program.config_flag:
        return ""
    if service.command is None:
        return service.program.config
    path = service.flag(service.program.config_flag)
    if path is None:
        return service.program.config_of_its_own
    return "" if is_unknown(path) else normpath(join(dirname(service.program.config_of_its_own), path))


def config_of(stack: Stack, service: Service) -> tuple[str, Any]:
    """The configuration of a service, and its path beside the compose file; empty where it is not there."""
    path = config_path(service)
    seen = see(stack, service, path) if path else Seen("unknown")
    return (seen.file, stack.files[seen.file]) if seen.state == "file" else ("", None)


def _given(service: Service, section: str, folder: str, path: str) -> bool:
    """Whether Compose itself mounts a secret or a config of the service there."""
    for item in sequence(service.part.data.get(section)):
        source = text_of(item) or text_of(record(item).get("source"))
        target = text_of(record(item).get("target")) or source
        if normpath(join(folder, target)) == path:
            return True
    return False
