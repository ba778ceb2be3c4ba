"""One run at a time: the lock on the output directory.

The directory itself is locked, through its descriptor, and not a file in it. So the kernel frees the lock when the
process dies, nothing stale can remain, and no lock file turns up in a folder that people commit.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gw2mon.files import disk, refusals
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(output: Path, *, create: bool = False, shared: bool = False) -> Iterator[int]:
    """Yield the descriptor of the output directory, locked: `shared` for those who read, else for this process only.

    Raises FileError at once if another process holds the lock, and for every OSError of the body, so that callers
    meet one kind of exception only.
    """
    try:
        root = _open(output, create=create)
        try:
            _lock(root, output, shared=shared)
            yield root
        finally:
            os.close(root)
    except OSError as error:
        raise refusals.explained(error, output) from error


def present(path: Path) -> bool:
    """Whether anything at all has this name. Raises FileError if that cannot be told."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise refusals.explained(error, path) from error
    return True


def _open(output: Path, *, create: bool) -> int:
    try:
        return os.open(output, disk.FOLDER)
    except FileNotFoundError:
        if not create:
            raise
    except OSError as error:
        if output.is_symlink():
            raise _linked(output) from error
        raise
    disk.change(output.mkdir, disk.FOLDER_MODE, parents=True, exist_ok=True)
    root = os.open(output, disk.FOLDER)
    disk.change(os.fchmod, root, disk.FOLDER_MODE)
    return root


def _linked(output: Path) -> FileError:
    message = f"{output} is a symbolic link, and files would be written where it points to"
    return FileError(message, "name the directory itself", code=refusals.SYMLINK)


def _lock(root: int, output: Path, *, shared: bool) -> None:
    try:
        fcntl.flock(root, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = f"another run of gw2mon holds the lock on {output}"
        raise FileError(message, "wait until it has ended, then run this again", code=refusals.LOCKED) from error
    except OSError as error:
        if error.errno not in (errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP):
            raise
        message = f"{output} lies on a file system that cannot lock a directory"
        raise FileError(message, "write to a local directory and copy the result", code=refusals.LOCKED) from error
