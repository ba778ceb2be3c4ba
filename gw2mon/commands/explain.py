"""`gw2mon explain`: say what a name, a code or a file means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model

_KINDS = "name a code (GW401), alert:NAME, slo:NAME, or a file below generated/"


def run(what: str, analysed: Callable[[], Model]) -> bool:
    """Print what is to be said, and whether there was anything; `analysed` reads the specs where they are needed."""
    from gw2mon.pages import page_of

    page = page_of(what)
    if page:
        typer.echo(page, nl=False)
        return True
    return _told(what, analysed())


def _told(what: str, model: Model) -> bool:
    from gw2mon import explain

    artifacts = _artifacts(model)
    text = explain.part_of(what, model, artifacts)
    if text:
        typer.echo(text, nl=False)
        return True
    close = explain.nearest(what, model, artifacts)
    typer.echo(f"gw2mon: nothing is called {what}\n  help: {f'did you mean {close}?' if close else _KINDS}", err=True)
    return False


def _artifacts(model: Model) -> Sequence[Artifact]:
    from gw2mon.generators import generate

    return generate(model)
