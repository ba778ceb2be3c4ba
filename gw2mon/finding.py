"""What gw2mon reports about a spec or about the files it owns, and how that is shown.

User mistakes are values: every check returns findings, and only the command line decides what they mean for the
exit code. This module imports next to nothing, because every command needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.excerpts import Excerpts

Severity = Literal["error", "warning"]


class Position(NamedTuple):
    """A place in a text that a person can open: line and column count from 1, `file` is spelt as the user gave it."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `file:line:column`, the form that editors and terminals turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


class Finding(NamedTuple):
    """One mistake, what is wrong (`message`, one line) and what to do about it (`help`, may hold several lines)."""

    code: str
    severity: Severity
    message: str
    position: Position | None
    help: str = ""


def visible(text: str) -> str:
    r"""Spell out every character that a terminal would obey instead of show: control, bidirectional, surrogate.

    A spec is hostile until proven otherwise: without this a label such as `\x1b[2J` in a message clears the screen
    of whoever reads the report.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, line, column and code; findings about no place in particular come last."""
    return sorted(findings, key=lambda f: (f.position is None, f.position or (), f.code, f.message, f.help))


def render_text(findings: Iterable[Finding], texts: Mapping[str, str] | None = None) -> str:
    """Render for people: `file:line:col CODE message`, warnings marked at the end, then the help, indented.

    `texts` holds what stands in the files: the line of each finding is then shown, with a mark under its place.
    """
    from gw2mon.excerpts import Excerpts  # most runs have nothing to show

    ordered = in_order(findings)
    excerpts = Excerpts(texts or {}, ordered)
    return "".join(f"{line}\n" for finding in ordered for line in _text_lines(finding, excerpts))


def render_json(findings: Iterable[Finding]) -> str:
    """Render for programs: a JSON list of flat objects; `file`, `line` and `column` are null without a position."""
    import json  # most reports are text

    return json.dumps([_record(finding) for finding in in_order(findings)], indent=2) + "\n"


def render_github(findings: Iterable[Finding]) -> str:
    """Render as GitHub workflow commands, which annotate the lines of a pull request.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(f"{_annotation(finding)}\n" for finding in in_order(findings))


def _text_lines(finding: Finding, excerpts: Excerpts) -> list[str]:
    place = f"{visible(str(finding.position))} " if finding.position else ""
    mark = " [warning]" if finding.severity == "warning" else ""
    lines = [f"{place}{finding.code} {visible(finding.message)}{mark}", *excerpts.at(finding.position)]
    if finding.help:
        first, *rest = finding.help.rstrip("\n").split("\n")
        lines.append(f"  help: {visible(first)}")
        lines.extend(f"    {visible(line)}".rstrip() for line in rest)
    return lines


def _record(finding: Finding) -> dict[str, str | int | None]:
    file, line, column = finding.position or (None, None, None)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": file,
        "line": line,
        "column": column,
        "message": finding.message,
        "help": finding.help,
    }


def _annotation(finding: Finding) -> str:
    properties = {"title": finding.code}
    if finding.position:
        file, line, column = finding.position
        properties = {"file": file, "line": str(line), "col": str(column), **properties}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    lines = [finding.message, *finding.help.split("\n")] if finding.help else [finding.message]
    return f"::{finding.severity} {listed}::{'%0A'.join(_data(line) for line in lines)}"


def _data(text: str) -> str:
    # A workflow command ends at the newline, so a raw one would let a message start a second command.
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
