"""The command line: the only place that prints, and the only one that exits.

Exit codes: 0 clean; 1 findings, drift or a failed proof; 2 could not run or refused; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from gw2mon.cli import specs, surroundings
from gw2mon.cli.app import app
from gw2mon.cli.terms import CLEAN, INTERRUPTED, REFUSED, leave

__all__ = ("main", "specs", "surroundings")


def main() -> NoReturn:
    """Run the command line. Whatever happens, a person reads a sentence, never a traceback."""
    # A run is short and most of what it makes lives to the end: collecting would only walk it again and again.
    gc.disable()
    try:
        app(prog_name="gw2mon", standalone_mode=True)
    except KeyboardInterrupt:
        leave("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLEAN)
    except Exception as error:
        from gw2mon.files import FileError
        from gw2mon.finding import render_text

        if isinstance(error, FileError):
            leave(render_text(error.findings).rstrip("\n"), REFUSED)
        if os.environ.get("GW2MON_DEBUG"):
            raise
        leave(
            f"gw2mon: internal error: {type(error).__name__}: {error}\n  help: this is a bug in gw2mon; "
            "run again with GW2MON_DEBUG=1 and report what it prints",
            REFUSED,
        )
    sys.exit(CLEAN)
