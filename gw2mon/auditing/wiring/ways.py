"""Paths inside containers against paths in a checkout: where nobody says what is mounted where, their ends tell."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WILD = re.compile(r"[*?\[]")
_OWN = re.compile(r"/etc/(?:prometheus|alertmanager|grafana)/")
"""Where programs have their configuration: what lies there lies beside the configuration, most likely."""


def found(pattern: str, config: str, files: Iterable[str]) -> list[str]:
    """The files that a pattern in a configuration means: those where it leads, or else those whose ends fit best.

    Of the end of a path one part is enough where it is the name of a file; a star needs the folder above it as well.
    """
    there = list(files)
    relative = _OWN.sub("", pattern) if _OWN.match(pattern) else pattern
    if not relative.startswith("/"):
        exact = normpath(join(dirname(normpath(config)), relative)).split("/")
        here = [file for file in there if _fits(exact, normpath(file).split("/"))]
        if here:
            return here
    parts = [part for part in normpath(pattern).split("/") if part not in ("", "..")]
    for length in range(len(parts), 0, -1):
        end = parts[-length:]
        if length == 1 and _WILD.search(end[0]):
            break
        ends = [file for file in there if _fits(end, normpath(file).split("/")[-length:])]
        if ends:
            return ends
    return []


def _fits(pattern: list[str], way: list[str]) -> bool:
    return len(pattern) == len(way) and all(map(fnmatchcase, way, pattern))
