"""The only part of gw2mon that touches the file system.

The promise: a run leaves the complete old set or the complete new set, never overwrites or deletes what a person
wrote, and never writes outside its directory.
"""

from __future__ import annotations

from gw2mon.files.decisions import Action
from gw2mon.files.drifts import Drift, drift
from gw2mon.files.gathering import Gathered, gather
from gw2mon.files.recovery import recover
from gw2mon.files.refusals import CODES, FileError
from gw2mon.files.sources import (
    create_source,
    list_specs,
    read_if_there,
    read_source,
    replace_source,
    scratch_folder,
    write_once,
)
from gw2mon.files.survey import existing_owners
from gw2mon.files.writer import Outcome, never, write

__all__ = [
    "CODES",
    "Action",
    "Drift",
    "FileError",
    "Gathered",
    "Outcome",
    "create_source",
    "drift",
    "existing_owners",
    "gather",
    "list_specs",
    "never",
    "read_if_there",
    "read_source",
    "recover",
    "replace_source",
    "scratch_folder",
    "write",
    "write_once",
]
