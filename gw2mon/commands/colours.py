"""Colours of a terminal: what is said first stands out from what explains it."""

from __future__ import annotations

import os
import re
import sys

import typer

_HEADING = re.compile(r"[A-Z][A-Z ,]+(?::|$)")


def coloured(text: str) -> str:
    """Findings, with everything below their first lines dimmed."""
    if not _colours():
        return text
    lines = (typer.style(line, dim=True) if line.startswith("  ") else line for line in text.split("\n"))
    return "\n".join(lines)


def coloured_report(text: str) -> str:
    """An audit, with its verdict and its headings in bold."""
    if not _colours():
        return text
    first, *rest = coloured(text).split("\n")
    bold = (typer.style(line, bold=True) if _HEADING.match(line) else line for line in rest)
    return "\n".join((typer.style(first, bold=True), *bold))


def coloured_change(line: str) -> str:
    """A line of a diff."""
    colour = {"+": typer.colors.GREEN, "-": typer.colors.RED}.get(line[:1])
    return typer.style(line, fg=colour) if colour and _colours() else line


def _colours() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
