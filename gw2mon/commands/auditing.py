"""`gw2mon audit`: read what there is, say what is wrong with it, change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gw2mon import files
from gw2mon.auditing import audit, telling
from gw2mon.reports import Format, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gw2mon.auditing import Audit

SUFFIXES = (".yml", ".yaml", ".json", ".py", ".md", ".tmpl", ".env")
"""What is read below folders."""


def run(paths: Sequence[Path]) -> Audit:
    """Audit all files of interest at and below the paths; raises FileError where one is not there."""
    gathered = files.gather(paths, SUFFIXES)
    for path, why in gathered.left:
        typer.echo(f"{path} was not read: {why}", err=True)
    return audit(gathered.files)


def report(found: Audit, form: Format, *, everything: bool) -> str:
    """The report in the form that was asked for."""
    if form is Format.text:
        return telling.text(found, found.told, everything=everything)
    return render([told.finding for told in found.told], form, found.estate.texts)
