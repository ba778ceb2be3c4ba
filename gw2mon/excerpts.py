"""The line of a spec that a finding is about, with a mark under the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.finding import Finding, Position

_WIDTH = 100
"""Characters of a line that are shown; of a longer one those around the place."""

_BEFORE = 60
_SECRETIVE = re.compile(r"(?i)(passw|pwd|secret|token|key|url|dsn|credential|authorization|bearer|private|://)")
"""A line that may hold a secret is not repeated, whatever else is wrong with it."""


class Excerpts:
    """Lines of files by position; files in which a secret was found show none."""

    def __init__(self, texts: Mapping[str, str], findings: Iterable[Finding]) -> None:
        """Take the texts of files by the names that positions carry."""
        secretive = {finding.position.file for finding in findings if finding.code == "GW113" and finding.position}
        self._lines = {file: text.split("\n") for file, text in texts.items() if file not in secretive}

    def at(self, position: Position | None) -> list[str]:
        """The line, and below it the mark; nothing where there is none to show."""
        lines = self._lines.get(position.file, []) if position else []
        if position is None or not 0 < position.line <= len(lines) or _SECRETIVE.search(lines[position.line - 1]):
            return []
        line = lines[position.line - 1].rstrip()
        start = max(0, position.column - 1 - _BEFORE) if len(line) > _WIDTH else 0
        before, rest = line[start : position.column - 1], line[position.column - 1 : start + _WIDTH]
        cut = "…" if start else ""
        shown = f"{cut}{visible(before)}{visible(rest)}{'…' if len(line) > start + _WIDTH else ''}"
        gutter = f"  {position.line:>5} | "
        return [gutter + shown, f"{'| ':>{len(gutter)}}{' ' * len(cut + visible(before))}^"]
