"""Files of others, below the paths that somebody names: read, never written, and nothing outside of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.files import refusals
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_FILES = 20_000
LARGEST = 8 * 1024 * 1024  # bytes
_SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache", ".ruff_cache",
    ".pytest_cache", "site-packages",
})  # fmt: skip
"""Folders of tools, which hold nothing that their owner wrote."""


class Gathered(NamedTuple):
    """The files that were read, in the order of their paths, and those that were not, with the reason."""

    files: tuple[tuple[str, bytes], ...]
    left: tuple[tuple[str, str], ...]
    folders: tuple[str, ...] = ()
    """Folders of which everything was seen."""
    others: tuple[str, ...] = ()
    """What lies in them besides, and was not opened."""


def gather(paths: Sequence[Path], suffixes: Sequence[str]) -> Gathered:
    """Read every file that is named, and below each folder every one with one of the suffixes or a name that begins so.

    Links are not followed, since they may lead outside. Raises FileError where a path does not exist or cannot be read.
    """
    found: list[tuple[str, bytes]] = []
    others: list[str] = []
    left: list[tuple[str, str]] = []
    for path in _listed(paths, tuple(suffixes), others):
        if len(found) == MOST_FILES:
            left.append((str(path), f"there are more than {MOST_FILES:,} files"))
            return Gathered(tuple(found), tuple(left))
        try:
            data = _read(path)
        except OSError as error:
            left.append((str(path), error.strerror or "it cannot be read"))
            continue
        if len(data) > LARGEST:
            left.append((str(path), f"it is larger than {LARGEST // 1024 // 1024} MiB"))
        else:
            found.append((str(path), data))
    folders = tuple(str(path) for path in paths if path.is_dir()) if len(others) <= MOST_FILES else ()
    return Gathered(tuple(found), tuple(left), folders, (*(path for path, _ in left), *others) if folders else ())


def _read(path: Path) -> bytes:
    # Neither a pipe nor a device may hold up an audit.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        with open(file, "rb", closefd=False) as opened:
            return opened.read(LARGEST + 1)
    finally:
        os.close(file)


def _listed(paths: Sequence[Path], suffixes: tuple[str, ...], others: list[str]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        try:
            is_folder = path.is_dir()
            if not is_folder and not path.is_file():
                raise FileError(f"{path} does not exist", "name files or folders", code=refusals.UNREADABLE)
        except OSError as error:
            raise refusals.explained(error, path, code=refusals.UNREADABLE) from error
        for file in _below(path, suffixes, others) if is_folder else (path,):
            if file not in seen:
                seen.add(file)
                yield file


def _below(folder: Path, suffixes: tuple[str, ...], others: list[str]) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        others.extend(str(Path(here, name)) for name in folders if name in _SKIPPED)
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        if not names and not folders:
            others.append(here)
        for name in sorted(names):
            path = Path(here, name)
            is_wanted = name.lower().endswith(suffixes) or name.startswith(".env")
            if is_wanted and path.is_file() and not path.is_symlink():
                yield path
            else:
                others.append(str(path))
