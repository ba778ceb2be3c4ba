"""`gw2mon dashboards upgrade`: old dashboards of Grafana to those of today, and what that costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gw2mon import files
from gw2mon.files import FileError
from gw2mon.finding import render_text, visible
from gw2mon.reports import Format, render
from gw2mon.upgrading.reading import bring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.upgrading.reading import Brought

_WRONG_ARGUMENT = "GW912"
_PRINTED = Path("-")


def run(sources: Sequence[Path], output: Path | None, uid: str) -> list[Brought]:
    """Upgrade files, and write or print what came of them; raises FileError for whatever is in the way."""
    if output == _PRINTED and len(sources) > 1:
        raise FileError("one dashboard can be printed, and not several", "write -o FOLDER", code=_WRONG_ARGUMENT)
    names = [source.name for source in sources]
    if output is not None and (twice := next((name for name in names if names.count(name) > 1), "")):
        raise FileError(f"two files are called {twice}", "upgrade them one after the other", code=_WRONG_ARGUMENT)
    brought = [bring(str(source), files.read_source(source), uid) for source in sources]
    for source, each in zip(sources, brought, strict=True):
        if each.text and output == _PRINTED:
            typer.echo(each.text, nl=False)
        elif each.text and output is not None:
            files.write_once(output / source.name, each.text)
    return brought


def report(brought: Sequence[Brought], form: Format) -> str:
    """What changed and what was lost, in the order of the places; forms for programs tell what was lost alone."""
    if form is not Format.text:
        return render([finding for each in brought for finding in each.findings], form)
    return "".join(_told(each) for each in brought)


def _told(each: Brought) -> str:
    changes = [(place, f"{visible(f'{place} {message}')}\n") for place, message in each.changes]
    findings = [(finding.position, render_text([finding])) for finding in each.findings]
    return "".join(text for _, text in sorted([*changes, *findings], key=lambda told: told[0] or ()))


def summary(brought: Sequence[Brought], output: Path | None) -> str:
    """How many dashboards are old, and where those of today are."""
    old = sum(each.is_old for each in brought)
    read = sum(bool(each.text) for each in brought)
    losses = sum(len(each.findings) for each in brought if each.text)
    said = f"old dashboards: {old} of {read}"
    told = f"; {losses} thing{'' if losses == 1 else 's'} to look at" if losses else ""
    return f"{said}{told}{f'; written to {output}' if output not in (None, _PRINTED) and read else ''}"
