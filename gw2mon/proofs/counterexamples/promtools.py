"""The promtools of this machine: those on PATH, and those that `make tools` builds into a project."""

from __future__ import annotations

import os
import re
import shutil
from typing import NamedTuple

from gw2mon.external import Completed, run

_FOLDERS = (".tools/bin", ".tools/debian/usr/bin")
_SECONDS = 60.0


class Promtool(NamedTuple):
    """A promtool, and the version that it says it has."""

    path: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        """Return `promtool 3.16`."""
        return f"promtool {'.'.join(map(str, self.version[:2]))}"


def promtools() -> tuple[Promtool, ...]:
    """Every version that is found, the oldest first."""
    found: dict[tuple[int, ...], Promtool] = {}
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), *_FOLDERS):
        path = shutil.which("promtool", path=folder) if folder else None
        version = _version(path) if path else None
        if path and version:
            found.setdefault(version, Promtool(path, version))
    return tuple(found[version] for version in sorted(found))


def _version(path: str) -> tuple[int, ...] | None:
    said = run([path, "--version"], timeout=_SECONDS)
    text = said.stdout + said.stderr if isinstance(said, Completed) else ""
    match = re.search(r"version (\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, match.groups())) if match else None
