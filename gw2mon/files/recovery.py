"""What every command does first that reads or writes the output: finish or discard what an interrupted run left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.files import journal
from gw2mon.files.lock import locked, present

if TYPE_CHECKING:
    from pathlib import Path


def recover(output: Path) -> bool:
    """Return True if an interrupted run was completed; one that had not got that far is discarded.

    A look at two names when there is nothing to do. Raises FileError, also if another process is just writing.
    """
    if not any(present(output / name) for name in (journal.JOURNAL, journal.PENDING)):
        return False
    with locked(output) as root:
        return journal.finish(root)
