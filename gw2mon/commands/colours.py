"""Colours of a terminal: what is said first stands out from what explains it."""

from __future__ import annotations

import os
import sys

import typer


def coloured(text: str) -> str:
    """Findings, with everything below their first lines dimmed."""
    if not _colours():
        return text
    lines = (typer.style(line, dim=True) if line.startswith("  ") else line for line in text.split("\n"))
    return "\n".join(lines)


def coloured_change(line: str) -> str:
    """A line of a diff."""
    colour = {"+": typer.colors.GREEN, "-": typer.colors.RED}.get(line[:1])
    return typer.style(line, fg=colour) if colour and _colours() else line


def _colours() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
