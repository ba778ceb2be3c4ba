"""Files that people write: specs to read, and the few that gw2mon writes for them once, such as a first spec."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gw2mon.files import disk, paths, refusals
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE_LIMIT = 4 * 1024 * 1024  # bytes


def list_specs(folder: Path) -> tuple[Path, ...]:
    """Return the `*.yaml` files that lie directly in a folder, sorted; none without the folder. Raises FileError."""
    try:
        return tuple(sorted(file for file in folder.iterdir() if file.suffix == ".yaml"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise refusals.explained(error, folder, code=refusals.UNREADABLE) from error


def read_source(path: Path | str, limit: int = SOURCE_LIMIT) -> bytes:
    """Return the bytes of a file of at most `limit` bytes; it may be a pipe. Raises FileError.

    Bounded while reading, not by the size that the file claims: pipes and devices claim none.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise refusals.explained(error, Path(path), code=refusals.UNREADABLE) from error
    except ValueError as error:  # a NUL in the path
        raise FileError(
            f"{path!r} cannot be the name of a file", "check the spelling", code=refusals.UNREADABLE
        ) from error
    if len(data) > limit:
        message = f"{path}: larger than {limit:,} bytes"
        raise FileError(message, "split it by service, or raise the limit", code=refusals.UNREADABLE)
    return data


def read_if_there(path: Path) -> bytes | None:
    """Return the bytes of a file; None where there is none yet. Raises FileError."""
    return read_source(path) if os.path.lexists(path) else None


def create_source(path: Path, text: str) -> None:
    """Write a file that does not exist yet, with the folders it needs: all of it or nothing. Raises FileError."""
    _put(path, text, replacing=False)


def replace_source(path: Path, text: str, is_own: Callable[[str], bool]) -> None:
    """Write a file, or a newer one in place of what `is_own` recognises. Raises FileError where another one lies."""
    found = read_if_there(path)
    if found is not None and not is_own(found.decode("utf-8", errors="replace")):
        message = f"{path} is another kind of file"
        raise FileError(message, "choose another name", code=refusals.FOREIGN_FILE)
    _put(path, text, replacing=True)


def _put(path: Path, text: str, *, replacing: bool) -> None:
    prepared = paths.temporary(path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _opened(path.parent) as root:
            try:
                disk.create(root, prepared, text)
                if not replacing and disk.exists(root, path.name):
                    message = f"{path} exists already"
                    raise FileError(message, "choose another name, or edit it", code=refusals.FOREIGN_FILE)
                disk.rename(root, prepared, path.name)
            finally:
                disk.remove(root, prepared)
    except OSError as error:
        raise refusals.explained(error, path) from error


def write_once(path: Path, text: str) -> None:
    """Write a file unless it lies there already, just like this. Raises FileError where another one does."""
    try:
        if path.read_bytes() == text.encode("utf-8"):
            return
    except OSError:
        pass
    create_source(path, text)


def scratch_folder() -> Path:
    """An empty folder for files that a person may look at, among the temporary ones of the system."""
    from tempfile import mkdtemp  # few commands need it

    try:
        return Path(mkdtemp(prefix="gw2mon-"))
    except OSError as error:
        raise refusals.explained(error, Path()) from error


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield root
    finally:
        os.close(root)
