"""System calls below the output directory, by paths relative to its open descriptor.

Folders are entered one by one without following links, so even a link that somebody puts in place while gw2mon runs
cannot lead a write outside. All functions raise OSError; `refusals.explained` turns that into a line for people.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from gw2mon.files import refusals
from gw2mon.files.paths import folders, parents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
# Not blocking: a named pipe that was swapped in after the check must not make the run hang.
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

# The containers that mount the output run as other users, and the caller's umask must not decide over them.
FILE_MODE = 0o644
FOLDER_MODE = 0o755

# Why a folder is not removed: it holds something, something is mounted there, or it is gone.
_STAYS = (errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY, errno.ENOENT, errno.ENOTDIR)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def change(call: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Make one system call that changes the disk. All pass here, so that a test can let each of them fail in turn."""
    return call(*arguments, **options)


@contextmanager
def _folder_of(root: int, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the descriptor of the folder that holds `path`, and the path's last part."""
    *folders, name = path.split("/")
    folder = os.dup(root)
    try:
        for part in folders:
            inner = _enter(folder, part, create=create)
            os.close(folder)
            folder = inner
        yield folder, name
    finally:
        os.close(folder)


def _enter(folder: int, name: str, *, create: bool) -> int:
    with suppress(FileNotFoundError):
        return os.open(name, FOLDER, dir_fd=folder)
    if not create:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    change(os.mkdir, name, FOLDER_MODE, dir_fd=folder)
    inner = os.open(name, FOLDER, dir_fd=folder)
    change(os.fchmod, inner, FOLDER_MODE)
    return inner


def obstacle(root: int, path: str) -> tuple[str, str] | None:
    """Return code and reason if something that gw2mon never writes lies at the path or on the way there."""
    for name in (*parents(path), path):
        try:
            mode = os.stat(name, dir_fd=root, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(mode):
            return refusals.SYMLINK, f"{name} is a symbolic link"
        wanted, is_there = ("file", stat.S_ISREG(mode)) if name == path else ("folder", stat.S_ISDIR(mode))
        if not is_there:
            return refusals.OBSTACLE, f"{name} is a {_noun(mode)} where a {wanted} has to be"
    return None


def _noun(mode: int) -> str:
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "device, pipe or socket"


def exists(root: int, path: str) -> bool:
    """Whether anything at all, also a broken link, has this name."""
    try:
        with _folder_of(root, path) as (folder, name):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def fingerprint(root: int, path: str) -> str | None:
    """Return the SHA-256 of a file in hexadecimal, or None if it does not exist."""
    from hashlib import file_digest  # 8 ms of start-up that most commands can do without

    try:
        with _folder_of(root, path) as (folder, name), os.fdopen(os.open(name, _OLD, dir_fd=folder), "rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def read(root: int, path: str, limit: int) -> str | None:
    """Return at most `limit` bytes of a file, undecodable ones spelt out, or None if it does not exist."""
    try:
        with _folder_of(root, path) as (folder, name), os.fdopen(os.open(name, _OLD, dir_fd=folder), "rb") as file:
            return file.read(limit).decode("utf-8", "backslashreplace")
    except FileNotFoundError:
        return None


def create(root: int, path: str, text: str) -> None:
    """Write a new file and bring it to the disk, with the folders it needs.

    Only for names that are gw2mon's own, such as temporary ones: what has the name already is removed.
    """
    with _folder_of(root, path, create=True) as (folder, name):
        with suppress(FileNotFoundError):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            change(os.unlink, name, dir_fd=folder)
        file = change(os.open, name, _NEW, FILE_MODE, dir_fd=folder)
        try:
            _fill(file, text.encode("utf-8"))
        finally:
            os.close(file)


def _fill(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[change(os.write, file, rest) :]
    change(os.fchmod, file, FILE_MODE)
    change(os.fsync, file)


def rename(root: int, old: str, new: str) -> None:
    """Give a file another name in the same folder, replacing what has that name."""
    with _folder_of(root, old) as (folder, name):
        change(os.rename, name, new.rpartition("/")[2], src_dir_fd=folder, dst_dir_fd=folder)


def save_as(root: int, path: str, copy: str) -> None:
    """Let a file also be found under the unused name `copy` in the same folder."""
    with _folder_of(root, path) as (folder, name):
        other = copy.rpartition("/")[2]
        try:
            change(os.link, name, other, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            change(os.rename, name, other, src_dir_fd=folder, dst_dir_fd=folder)


def remove(root: int, path: str) -> None:
    """Delete a file; it may be gone already, with its folder."""
    with suppress(FileNotFoundError, NotADirectoryError), _folder_of(root, path) as (folder, name):
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        change(os.unlink, name, dir_fd=folder)


def prune(root: int, paths: Iterable[str]) -> None:
    """Remove the folders above the paths that hold nothing any more, but never the output directory."""
    for path in reversed(folders(paths)):
        try:
            with _folder_of(root, path) as (folder, name):
                change(os.rmdir, name, dir_fd=folder)
        except OSError as error:
            if error.errno not in _STAYS:
                raise


def sync(root: int, paths: Iterable[str]) -> None:
    """Bring the directory entries on the way to the paths to the disk, as far as the folders still exist."""
    for path in folders(paths):
        with suppress(FileNotFoundError), _folder_of(root, f"{path}/.") as (folder, _):
            _sync_folder(folder)
    _sync_folder(root)


def _sync_folder(folder: int) -> None:
    try:
        change(os.fsync, folder)
    except OSError as error:
        # Some network file systems know no fsync of a folder, and bring its entries to the disk by themselves.
        if error.errno != errno.EINVAL:
            raise
