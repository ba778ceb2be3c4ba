"""The findings that files on disk can give, and the one exception of this package."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from pathlib import Path

HAND_EDITED = "GW901"
FOREIGN_FILE = "GW902"
UNSAFE_PATH = "GW903"
NAME_COLLISION = "GW904"
SYMLINK = "GW905"
OBSTACLE = "GW906"
LOCKED = "GW907"
BAD_MANIFEST = "GW908"
BAD_JOURNAL = "GW909"
DISK = "GW910"
UNFINISHED = "GW911"
UNREADABLE = "GW912"

CODES = {
    HAND_EDITED: "hand-edited",
    FOREIGN_FILE: "foreign-file",
    UNSAFE_PATH: "unsafe-path",
    NAME_COLLISION: "name-collision",
    SYMLINK: "symlink",
    OBSTACLE: "obstacle",
    LOCKED: "locked",
    BAD_MANIFEST: "bad-manifest",
    BAD_JOURNAL: "bad-journal",
    DISK: "disk",
    UNFINISHED: "unfinished",
    UNREADABLE: "unreadable",
}

_ADVICE = {
    errno.ENOSPC: "free some space and run it again",
    errno.EDQUOT: "free some of your quota and run it again",
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`) and run it again",
    errno.EROFS: "mount it writable, or choose another directory",
    errno.EACCES: "give your user the right to read and write there, or choose another directory",
    errno.EPERM: "give your user the right to read and write there, or choose another directory",
    errno.ENOTDIR: "name a directory",
    errno.EISDIR: "name a file",
    errno.ENOENT: "check the spelling",
}


class FileError(Exception):
    """A file could not be read or the output could not be used; carries at least one finding.

    `FileError(message, help)` gives a single reason; `FileError.of(findings)` several that were found at once.
    """

    def __init__(self, message: str, advice: str = "", *, code: str = DISK) -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = (refusal(code, message, advice),)

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> FileError:
        """Wrap findings, of which there is at least one."""
        error = cls(findings[0].message)
        error.findings = findings
        return error

    @property
    def message(self) -> str:
        """What went wrong, in one line; of the first finding if there are several."""
        return self.findings[0].message

    @property
    def help(self) -> str:
        """What to do about it."""
        return self.findings[0].help


def refusal(code: str, message: str, advice: str, position: Position | None = None) -> Finding:
    """Return an error finding; `position` is for files in which a certain line is the trouble."""
    return Finding(code, "error", message, position, advice)


def explained(error: OSError, path: Path, *, code: str = DISK) -> FileError:
    """Put what the operating system said into one line about the path that the user knows."""
    return FileError(f"{path}: {reason(error, path)}", _ADVICE.get(error.errno or 0, ""), code=code)


def reason(error: OSError, known: Path | None = None) -> str:
    """Return the operating system's words as part of a sentence, with the file they are about unless it is `known`."""
    words = error.strerror or str(error)
    file = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes | os.PathLike) else ""
    where = f" ({file})" if file and file != str(known) else ""
    return words[:1].lower() + words[1:] + where
