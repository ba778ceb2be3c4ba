"""`gw2mon import`: a spec from what others wrote, and what to do next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from gw2mon import files, project
from gw2mon.commands.auditing import SUFFIXES
from gw2mon.commands.init import exposition
from gw2mon.files import FileError
from gw2mon.importing import Settings
from gw2mon.importing.choosing import Asked, begin
from gw2mon.importing.monitoring import Wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gw2mon.importing import Imported

_WRONG_ARGUMENT = "GW912"
_WINDOW = re.compile(r"([1-9][0-9]{0,3})d")


class Order(NamedTuple):
    """What is asked for on the command line."""

    sources: Sequence[Path]
    output: Path | None
    service: str = ""
    team: str = ""
    metrics: str = ""
    """A URL or a file of what the service exposes."""
    window: str = "30d"
    keep_labels: bool = False


def run(order: Order) -> Imported:
    """Write a spec, or print it where no file is named; raises FileError for whatever is in the way."""
    days = _WINDOW.fullmatch(order.window)
    if days is None:
        raise FileError(f"{order.window} is no window of days", "write --window 28d", code=_WRONG_ARGUMENT)
    gathered = files.gather(order.sources, SUFFIXES)
    for path, why in gathered.left:
        typer.echo(f"{path} was not read: {why}", err=True)
    shared = not (order.output and _tells_whom(order.output))
    read = {path for path, _ in gathered.files}
    named = {str(path) for path in order.sources} & read
    wishes = Wishes(order.service, order.team, shared, _folder(order.sources, named))
    asked = Asked(Settings(int(days[1])), wishes, order.keep_labels, named)
    imported = begin(gathered.files, exposition(order.metrics), asked)
    if imported.text and order.output is None:
        typer.echo(imported.text, nl=False)
    elif imported.text and order.output is not None:
        files.create_source(order.output, imported.text)
    return imported


def _folder(sources: Sequence[Path], named: Collection[str]) -> str:
    """The name of the folder that is named, or that the first file lies in."""
    folders = [path.parent if str(path) in named else path for path in sources]
    return next((folder.name for folder in folders), "") or Path.cwd().name


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
            f"{output} written: {imported.holds or _slos(imported)}\n"
            f"next:\n  1. read {output}, and what is marked CHANGE\n  2. gw2mon check\n  3. gw2mon generate"
        )


def _slos(imported: Imported) -> str:
    return f"{imported.slos} SLO{'' if imported.slos == 1 else 's'} of {imported.service}"
