"""The command line: the only place that prints, and the only one that exits.

Exit codes: 0 clean; 1 findings, drift or a failed proof; 2 could not run or refused; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn

import typer

from gw2mon import __version__
from gw2mon.commands.colours import coloured
from gw2mon.reports import Format, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.finding import Finding
    from gw2mon.model import Model

CLEAN, FOUND, REFUSED, INTERRUPTED = 0, 1, 2, 130


def _examples(*lines: tuple[str, str]) -> str:
    """Examples under a command's help, one a line; the mark keeps click from joining them."""
    width = max(len(command) for command, meaning in lines if meaning)
    listed = (f"  {command:<{width}}  {meaning}".rstrip() for command, meaning in lines)
    return "\b\nExamples:\n" + "\n".join(listed)


app = typer.Typer(
    name="gw2mon",
    help="Compile one YAML spec of metrics, SLOs and alerts into a monitoring stack, and prove that it works.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


Specs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SPEC", help="Spec files; specs/*.yaml when none is given.", show_default=False),
]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder that gw2mon owns.")]
Reported = Annotated[Format, typer.Option("--format", help="How findings are printed.")]
Strict = Annotated[bool, typer.Option("--strict", help="Treat warnings like errors.")]


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


@app.command(
    epilog=_examples(
        ("gw2mon generate", "write generated/ from specs/*.yaml"),
        ("gw2mon generate specs/app.yaml", "only the files of that service"),
        ("gw2mon generate --check", "in CI: fail when files differ"),
    )
)
def generate(
    specs: Specs = None,
    output: Output = Path("generated"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail and show a diff if files are not what the specs say.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files edited by hand; a backup is kept.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Emergency: write although there are errors.")] = False,
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Write everything that the specs describe."""
    from gw2mon import files, project
    from gw2mon.commands import changes

    if files.recover(output):
        _say("an interrupted run was completed first")
    model, findings, texts = _analysed(specs, reported)
    scope = project.responsibility(model, files.existing_owners(output), everything=not specs)
    findings = project.certain(findings, scope)
    if _fails(findings, strict=strict):
        if not no_check:
            _report(findings, reported, texts)
            _say(f"nothing written: {_count(findings)}")
            raise typer.Exit(FOUND)
        _say("WARNING: writing although there are errors (--no-check); these alerts may not work")
    artifacts = project.artifacts_of(model, scope)
    if check:
        _report(findings, reported, texts)
        drifts = files.drift(output, artifacts, scope.owners)
        changes.show_drift(drifts, scope)
        if drifts:
            _say(f"{len(drifts)} file{_s(len(drifts))} differ from the specs; run gw2mon generate and commit")
            raise typer.Exit(FOUND)
        return
    from gw2mon.external import git_is_committed

    outcome = files.write(output, artifacts, scope.owners, force=force, is_committed=git_is_committed)
    _report((*findings, *outcome.refusals), reported, texts)
    if outcome.refusals:
        if not any(refusal.code == "GW911" for refusal in outcome.refusals):
            _say("nothing written")
        raise typer.Exit(REFUSED)
    if reported is Format.text:
        changes.show_outcome(output, outcome, scope)


@app.command(
    epilog=_examples(
        ("gw2mon check", "look at specs/*.yaml"),
        ("gw2mon check --strict", "fail on warnings too"),
        ("gw2mon check --format github", "in a workflow: annotate the lines"),
        ("gw2mon check --format sarif", "for code scanning"),
        ("gw2mon check --prove", "let promtool show what never fires"),
    )
)
def check(
    specs: Specs = None,
    strict: Strict = False,
    reported: Reported = Format.text,
    prove: Annotated[
        bool, typer.Option("--prove", help="Show with promtool that alerts never, or always, fire.")
    ] = False,
    prove_into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the tests of --prove there.", show_default=False)
    ] = None,
) -> None:
    """Look for alerts that cannot work and everything else that is wrong; write nothing."""
    model, findings, texts = _analysed(specs, reported)
    _report(findings, reported, texts)
    if reported is Format.text:
        alerts = sum(len(service.alerts) for service in model.services)
        services = len(model.services)
        slos = sum(len(service.slos) for service in model.services)
        counted = f"{services} service{_s(services)}, {alerts} alert{_s(alerts)}, {slos} SLO{_s(slos)}"
        _say(f"{counted}: {_count(findings) or 'no findings'}")
    proven: bool | None = True
    if prove or prove_into is not None:
        from gw2mon.commands import proving

        proven = proving.tell(model, findings, prove_into, aside=reported is not Format.text)
        if proven is None:
            _leave(proving.MISSING, REFUSED)
    if not proven or _fails(findings, strict=strict):
        raise typer.Exit(FOUND)


@app.command(
    epilog=_examples(
        ("gw2mon schema > gw2mon.schema.json", "then begin a spec with the line"),
        ("# yaml-language-server: $schema=../gw2mon.schema.json", ""),
    )
)
def schema() -> None:
    """Print the JSON Schema of a spec, for editors."""
    import json

    from gw2mon.spec import Spec

    typer.echo(json.dumps(Spec.model_json_schema(by_alias=True), indent=2))


@app.command(
    epilog=_examples(
        ("gw2mon init", "a plain FastAPI service, named like this folder"),
        ("gw2mon init --service shop --metrics http://localhost:8000/metrics", "from what a running service exposes"),
        ("gw2mon init - --metrics metrics.txt", "print the spec instead of writing specs/NAME.yaml"),
    )
)
def init(
    spec: Annotated[
        Path | None,
        typer.Argument(metavar="SPEC", help="File to write; specs/NAME.yaml by default, - prints.", show_default=False),
    ] = None,
    service: Annotated[str, typer.Option("--service", help="Name of the service.", show_default=False)] = "",
    metrics: Annotated[
        str, typer.Option("--metrics", metavar="URL|FILE", help="Metrics that it exposes.", show_default=False)
    ] = "",
    ci: Annotated[bool, typer.Option("--ci", help="Also write .github/workflows/monitoring.yml.")] = False,
) -> None:
    """Write a first spec, from the metrics that a service exposes or for a plain FastAPI service."""
    from gw2mon.commands import init as command

    command.run(spec, service, metrics, ci=ci)


@app.command(
    "import",
    epilog=_examples(
        ("gw2mon import slos/*.yml", "print the spec; what cannot be carried over is told beside it"),
        ("gw2mon import slos/*.yml -o specs/shop.yaml", "write it, if there is no such file yet"),
        ("gw2mon import slos.yml --service shop", "of several services this one"),
    ),
)
def import_(
    sources: Annotated[list[Path], typer.Argument(metavar="FILE", help="Documents of Sloth or OpenSLO.")],
    spec: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="SPEC", help="File to write; printed without it.", show_default=False),
    ] = None,
    service: Annotated[str, typer.Option("--service", help="Which service, of several.", show_default=False)] = "",
    window: Annotated[str, typer.Option("--window", metavar="DAYS", help="Window of SLOs that name none.")] = "30d",
    keep_labels: Annotated[
        bool, typer.Option("--keep-labels", help="Also record the labels of Sloth, for dashboards made for it.")
    ] = False,
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Write a spec from SLOs that were written for Sloth or in OpenSLO."""
    from gw2mon.commands import importing as command

    imported = command.run(sources, spec, service, window, keep_labels=keep_labels)
    # The spec itself may be on its way to standard output.
    typer.echo(render(imported.findings, reported), nl=False, err=True)
    if reported is Format.text:
        command.tell(imported, spec)
        _say(_count(imported.findings) or "all of it is carried over")
    if _fails(imported.findings, strict=strict):
        raise typer.Exit(FOUND)


@app.command(
    epilog=_examples(
        ("gw2mon explain GW401", "what a finding means, and what to do"),
        ("gw2mon explain alert:HighErrorRate", "when it fires, whom it tells, what proves it"),
        ("gw2mon explain slo:availability", "what is promised, and the error budget"),
        ("gw2mon explain generated/prometheus/prometheus.yml", "what a file is for"),
    )
)
def explain(
    what: Annotated[str, typer.Argument(help="A code, alert:NAME, slo:NAME, or a generated file.")],
    specs: Specs = None,
) -> None:
    """Say what a finding, an alert, an SLO or a generated file is about."""
    from gw2mon.commands import explain as command

    if not command.run(what, lambda: _analysed(specs, Format.text)[0]):
        raise typer.Exit(FOUND)


def main() -> NoReturn:
    """Run the command line. Whatever happens, a person reads a sentence, never a traceback."""
    # A run is short and most of what it makes lives to the end: collecting would only walk it again and again.
    gc.disable()
    try:
        app(prog_name="gw2mon", standalone_mode=True)
    except KeyboardInterrupt:
        _leave("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLEAN)
    except Exception as error:
        from gw2mon.files import FileError
        from gw2mon.finding import render_text

        if isinstance(error, FileError):
            _leave(render_text(error.findings).rstrip("\n"), REFUSED)
        if os.environ.get("GW2MON_DEBUG"):
            raise
        _leave(
            f"gw2mon: internal error: {type(error).__name__}: {error}\n  help: this is a bug in gw2mon; "
            "run again with GW2MON_DEBUG=1 and report what it prints",
            REFUSED,
        )
    sys.exit(CLEAN)


def _leave(message: str, code: int) -> NoReturn:
    _say(message)
    sys.exit(code)


class _Analysed(NamedTuple):
    """What a command works on: the Model, every finding, and what stands in the specs."""

    model: Model
    findings: tuple[Finding, ...]
    texts: Mapping[str, str]


def _analysed(specs: list[Path] | None, reported: Format) -> _Analysed:
    """The Model of the specs and every finding; leaves the program when there is nothing to make a Model from."""
    from gw2mon import external, project

    loaded = project.load(_chosen(specs))
    if not loaded.sources or any(finding.severity == "error" for finding in loaded.findings):
        _report(loaded.findings, reported, loaded.texts)
        _say(_count(loaded.findings))
        raise typer.Exit(FOUND)
    model, findings = project.analyse(loaded.sources, external.today())
    return _Analysed(model, (*loaded.findings, *findings), loaded.texts)


def _chosen(specs: list[Path] | None) -> Sequence[Path]:
    from gw2mon import files, project

    if specs:
        return specs
    found = files.list_specs(Path(project.SPECS))
    if not found:
        _leave("gw2mon: no spec found in specs/*.yaml\n  help: name one: gw2mon generate path/to/spec.yaml", REFUSED)
    return found


def _fails(findings: Iterable[Finding], *, strict: bool) -> bool:
    return any(strict or finding.severity == "error" for finding in findings)


def _count(findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    parts = [f"{number} {word}{_s(number)}" for number, word in ((errors, "error"), (warnings, "warning")) if number]
    return ", ".join(parts)


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _report(findings: Sequence[Finding], form: Format, texts: Mapping[str, str] | None = None) -> None:
    shown = render(findings, form, texts)
    typer.echo(coloured(shown) if form is Format.text else shown, nl=False)


def _say(message: str) -> None:
    typer.echo(message, err=True)
