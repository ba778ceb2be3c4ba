"""`gw2mon generate`: what was written, and how files differ from the specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gw2mon.commands.colours import coloured_change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gw2mon.files import Drift, Outcome
    from gw2mon.project import Scope

_DIFF_LINES = 60
"""Lines of a file's diff that are shown: what a reviewer reads; `git diff` after `gw2mon generate` has all."""


def show_outcome(output: Path, outcome: Outcome, scope: Scope) -> None:
    """Tell what was written."""
    changed = [action for action in outcome.actions if action.kind != "unchanged"]
    width = max((len(action.path) for action in changed), default=0)
    for action in changed:
        typer.echo(f"  {action.path:<{width}}  {action.kind}")
    typer.echo(f"{output}: {len(changed)} changed, {len(outcome.actions) - len(changed)} unchanged")
    _show_left_alone(scope)


def show_drift(drifts: Sequence[Drift], scope: Scope) -> None:
    """Tell how files differ, and which lines of the specs are the reason."""
    for drift in drifts:
        because = f", because of {', '.join(map(str, drift.positions))}" if drift.positions else ""
        typer.echo(f"{drift.path}: {drift.kind}{because}")
        lines = drift.diff.splitlines()
        for line in lines[:_DIFF_LINES]:
            typer.echo(coloured_change(line))
        if len(lines) > _DIFF_LINES:
            typer.echo(f"… {len(lines) - _DIFF_LINES} more lines")
    _show_left_alone(scope)


def _show_left_alone(scope: Scope) -> None:
    if scope.left_alone:
        typer.echo(f"shared files left alone: {', '.join(sorted(scope.left_alone))} not among the specs given")
