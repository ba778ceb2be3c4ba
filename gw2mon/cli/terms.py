"""What all commands share: options, the way from specs to a Model, and how findings are told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn

import typer

from gw2mon.commands.colours import coloured
from gw2mon.reports import Format, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.finding import Finding
    from gw2mon.loader import Source
    from gw2mon.model import Model

CLEAN, FOUND, REFUSED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: clean; findings, drift or a failed proof; could not run or refused; interrupted."""

Specs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SPEC", help="Spec files; specs/*.yaml when none is given.", show_default=False),
]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder that gw2mon owns.")]
Reported = Annotated[Format, typer.Option("--format", help="How findings are printed.")]
Strict = Annotated[bool, typer.Option("--strict", help="Treat warnings like errors.")]


def examples(*lines: tuple[str, str]) -> str:
    """Examples under a command's help, one a line; the mark keeps click from joining them."""
    width = max(len(command) for command, meaning in lines if meaning)
    listed = (f"  {command:<{width}}  {meaning}".rstrip() for command, meaning in lines)
    return "\b\nExamples:\n" + "\n".join(listed)


def leave(message: str, code: int) -> NoReturn:
    """Say why, and end the program."""
    say(message)
    sys.exit(code)


class Analysed(NamedTuple):
    """What a command works on: the Model, every finding, and what stands in the specs."""

    model: Model
    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    sources: tuple[Source, ...]


def analysed(specs: list[Path] | None, reported: Format) -> Analysed:
    """The Model of the specs and every finding; leaves the program when there is nothing to make a Model from."""
    from gw2mon import external, project

    loaded = project.load(_chosen(specs))
    if not loaded.sources or any(finding.severity == "error" for finding in loaded.findings):
        report(loaded.findings, reported, loaded.texts)
        say(count(loaded.findings))
        raise typer.Exit(FOUND)
    model, findings = project.analyse(loaded.sources, external.today())
    return Analysed(model, (*loaded.findings, *findings), loaded.texts, loaded.sources)


def _chosen(specs: list[Path] | None) -> Sequence[Path]:
    from gw2mon import files, project

    if specs:
        return specs
    found = files.list_specs(Path(project.SPECS))
    if not found:
        leave("gw2mon: no spec found in specs/*.yaml\n  help: name one: gw2mon generate path/to/spec.yaml", REFUSED)
    return found


def fails(findings: Iterable[Finding], *, strict: bool) -> bool:
    """Whether findings fail a run."""
    return any(strict or finding.severity == "error" for finding in findings)


def count(findings: Sequence[Finding]) -> str:
    """How many errors and warnings there are; "" for none."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    parts = [
        f"{number} {word}{plural(number)}" for number, word in ((errors, "error"), (warnings, "warning")) if number
    ]
    return ", ".join(parts)


def plural(number: int) -> str:
    """The ending of a noun for so many."""
    return "" if number == 1 else "s"


def report(findings: Sequence[Finding], form: Format, texts: Mapping[str, str] | None = None) -> None:
    """Print findings in the form that was asked for."""
    shown = render(findings, form, texts)
    typer.echo(coloured(shown) if form is Format.text else shown, nl=False)


def say(message: str) -> None:
    """Tell people something that is no result."""
    typer.echo(message, err=True)
