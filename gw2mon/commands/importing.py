"""`gw2mon import`: a spec from what others wrote, and what to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from gw2mon import files, project
from gw2mon.files import FileError
from gw2mon.importing import Settings, convert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gw2mon.importing import Imported

_WRONG_ARGUMENT = "GW912"
_WINDOW = re.compile(r"([1-9][0-9]{0,3})d")


def run(sources: Sequence[Path], output: Path | None, service: str, window: str, *, keep_labels: bool) -> Imported:
    """Write a spec, or print it where no file is named; raises FileError for whatever is in the way."""
    days = _WINDOW.fullmatch(window)
    if days is None:
        raise FileError(f"{window} is no window of days", "write --window 28d", code=_WRONG_ARGUMENT)
    read = [(str(path), files.read_source(path)) for path in sources]
    shared = not (output and _tells_whom(output))
    imported = convert(read, Settings(int(days[1])), service, keep_labels=keep_labels, shared=shared)
    if imported.text and output is None:
        typer.echo(imported.text, nl=False)
    elif imported.text and output is not None:
        files.create_source(output, imported.text)
    return imported


def _tells_whom(output: Path) -> bool:
    """Whether another spec beside the new one says who is told, and for all services."""
    others = [path for path in files.list_specs(output.parent) if path != output]
    return any(source.spec.notify is not None for source in project.load(others).sources)


def tell(imported: Imported, output: Path | None) -> None:
    """What was written, and what is left to do."""
    if imported.left:
        typer.echo(f"left to other specs: {', '.join(imported.left)} (--service NAME)", err=True)
    if not imported.text:
        typer.echo("nothing to write", err=True)
    elif output is not None:
        typer.echo(
            f"{output} written: {imported.slos} SLO{'' if imported.slos == 1 else 's'} of {imported.service}\n"
            f"next:\n  1. read {output}, and what is marked CHANGE\n  2. gw2mon check\n  3. gw2mon generate"
        )
