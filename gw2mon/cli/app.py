"""The application: every command is declared to it."""

from __future__ import annotations

from typing import Annotated

import typer

from gw2mon import __version__

app = typer.Typer(
    name="gw2mon",
    help="Compile one YAML spec of metrics, SLOs and alerts into a monitoring stack, and prove that it works.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value:
        typer.echo(f"gw2mon {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass
