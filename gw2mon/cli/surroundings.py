"""The commands about what others wrote, and about what runs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from gw2mon.cli.app import app
from gw2mon.cli.terms import (
    FOUND,
    REFUSED,
    Reported,
    Specs,
    Strict,
    analysed,
    count,
    examples,
    fails,
    leave,
    report,
    say,
)
from gw2mon.commands.colours import coloured_report
from gw2mon.reports import Form, Format, render


@app.command(
    "import",
    epilog=examples(
        ("gw2mon import app/ monitoring/", "print the spec; what cannot be carried over is told beside it"),
        ("gw2mon import app/ monitoring/ -o specs/shop.yaml", "write it, if there is no such file yet"),
        ("gw2mon import . --metrics http://localhost:8000/metrics", "with the values of labels that are seen there"),
        ("gw2mon import slos.yml --service shop", "SLOs of Sloth or OpenSLO; of several services this one"),
    ),
)
def import_(  # noqa: PLR0913, PLR0917 - one for each option
    sources: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders; nothing else is read.")],
    spec: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="SPEC", help="File to write; printed without it.", show_default=False),
    ] = None,
    service: Annotated[
        str, typer.Option("--service", help="Name of the service; of several, which.", show_default=False)
    ] = "",
    team: Annotated[str, typer.Option("--team", help="Team that is woken.", show_default=False)] = "",
    metrics: Annotated[
        str, typer.Option("--metrics", metavar="URL|FILE", help="Metrics that it exposes.", show_default=False)
    ] = "",
    window: Annotated[str, typer.Option("--window", metavar="DAYS", help="Window of SLOs that name none.")] = "30d",
    keep_labels: Annotated[
        bool, typer.Option("--keep-labels", help="Also record the labels of Sloth, for dashboards made for it.")
    ] = False,
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Write a spec from rules, dashboards, scrape and routing configuration, Python source, and SLOs."""
    from gw2mon.commands import importing as command

    imported = command.run(command.Order(sources, spec, service, team, metrics, window, keep_labels))
    # The spec itself may be on its way to standard output.
    typer.echo(render(imported.findings, reported), nl=False, err=True)
    if reported is Format.text:
        command.tell(imported, spec)
        say(count(imported.findings) or "all of it is carried over")
    if fails(imported.findings, strict=strict):
        raise typer.Exit(FOUND)


@app.command(
    epilog=examples(
        ("gw2mon verify --app app.main:app", "in CI: start the application, and look at its metrics"),
        ("gw2mon verify --metrics http://localhost:8000/metrics --moved", "after smoke tests: what did they not move?"),
        ("gw2mon verify --metrics now.txt --before then.txt", "what has not moved in between"),
        ("gw2mon verify --prometheus http://localhost:9090", "rules, targets, series, retention of a server"),
    )
)
def verify(  # noqa: PLR0913, PLR0917 - one for each option
    specs: Specs = None,
    app: Annotated[
        str, typer.Option("--app", metavar="MODULE:APP", help="ASGI application to start and ask.", show_default=False)
    ] = "",
    factory: Annotated[bool, typer.Option("--factory", help="What --app names is a function that makes it.")] = False,
    app_dir: Annotated[str, typer.Option("--app-dir", metavar="DIR", help="Where to look for --app.")] = ".",
    metrics: Annotated[
        str, typer.Option("--metrics", metavar="URL|FILE", help="Metrics that a service exposes.", show_default=False)
    ] = "",
    prometheus: Annotated[
        str, typer.Option("--prometheus", metavar="URL", help="Prometheus to ask; nothing changes.", show_default=False)
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", metavar="FILE", help="Token for --prometheus.", show_default=False),
    ] = None,
    service: Annotated[str, typer.Option("--service", help="Which service, of several.", show_default=False)] = "",
    job: Annotated[
        str, typer.Option("--job", help="Which of its scrape jobs, if it is not clear.", show_default=False)
    ] = "",
    moved: Annotated[bool, typer.Option("--moved", help="Also tell which metrics nothing has moved so far.")] = False,
    before: Annotated[
        str,
        typer.Option(
            "--before", metavar="FILE", help="Metrics saved earlier: what has not moved since?", show_default=False
        ),
    ] = "",
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Compare the specs with what an application really exposes, and with what a Prometheus really does."""
    from gw2mon.commands import verifying as command

    model, findings, texts, sources = analysed(specs, reported)
    asked = command.Asking(
        command.Service(service, job, app, factory, app_dir, metrics, moved, before), prometheus, token_file
    )
    verified = command.run(model, findings, sources, asked, everything=not specs)
    report(verified.findings, reported, texts)
    say(f"{verified.compared}: {count(verified.findings) or 'as the specs say'}")
    if not verified.answered:
        raise typer.Exit(REFUSED)
    if fails(verified.findings, strict=strict):
        raise typer.Exit(FOUND)


@app.command(
    epilog=examples(
        ("gw2mon audit .", "rules, dashboards, compose files and Python source, without a spec"),
        ("gw2mon audit monitoring/ app/ --all", "with questions of style"),
        ("gw2mon audit . --metrics http://localhost:8000/metrics", "with what the application exposes"),
        ("gw2mon audit . --prometheus http://localhost:9090", "with what a Prometheus knows"),
        ("gw2mon audit . --prove", "let promtool show what never, or always, fires"),
        ("gw2mon audit . --baseline audit.baseline", "fail only on what is new"),
        ("gw2mon audit . --format markdown", "as a comment on a pull request"),
    )
)
def audit(  # noqa: PLR0913, PLR0917 - one for each option
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders; nothing else is read.")],
    everything: Annotated[bool, typer.Option("--all", help="List everything, questions of style too.")] = False,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metrics", metavar="URL|FILE", help="What a target exposes; several times.", show_default=False),
    ] = None,
    prometheus: Annotated[
        str, typer.Option("--prometheus", metavar="URL", help="Prometheus to ask; nothing changes.", show_default=False)
    ] = "",
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Token for --prometheus.", show_default=False)
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="Show with promtool that alerts never, or always, fire.")
    ] = False,
    prove_into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the tests of --prove there.", show_default=False)
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Findings that are accepted; only others are told.", show_default=False),
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Accept what is found today.", show_default=False)
    ] = None,
    strict: Strict = False,
    form: Annotated[Form, typer.Option("--format", help="How findings are printed.")] = Form.text,
) -> None:
    """Tell which alerts can never fire, which always do, which panels are empty, and why; change nothing."""
    from gw2mon.commands import auditing as command

    found = command.read(paths, command.Witnesses(metrics or (), prometheus, token_file))
    if command.is_empty(found):
        leave("gw2mon: nothing to audit\n  help: name rules, dashboards, compose files or Python source", REFUSED)
    outcome = command.run(found, command.Request(form, everything, baseline, write_baseline), paths)
    typer.echo(coloured_report(outcome.report) if form is Form.text else outcome.report, nl=False)
    proven: bool | None = True
    if prove or prove_into is not None:
        proven = command.prove(found, prove_into, aside=form is not Form.text)
    if write_baseline is not None:
        command.accept(found, write_baseline)
    for line in outcome.asides:
        say(line)
    if proven is None:
        from gw2mon.commands.proving import MISSING

        leave(MISSING, REFUSED)
    accepted = write_baseline is not None
    if not proven or (not accepted and fails([item.finding for item in outcome.new], strict=strict)):
        raise typer.Exit(FOUND)


_dashboards = typer.Typer(help="Work with dashboards of Grafana.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(_dashboards, name="dashboards")


@_dashboards.callback()
def _group() -> None:
    """Work with dashboards of Grafana."""


@_dashboards.command(
    epilog=examples(
        ("gw2mon dashboards upgrade old/*.json", "tell what would change, and what would be lost"),
        ("gw2mon dashboards upgrade old/*.json -o dashboards", "write them there; nothing is overwritten"),
        ("gw2mon dashboards upgrade old.json -o -", "print it"),
        ("gw2mon dashboards upgrade dashboards/*.json --check", "in CI: fail if one of them is old"),
    )
)
def upgrade(
    sources: Annotated[list[Path], typer.Argument(metavar="FILE", help="Dashboards, or what the API answered.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write there; - prints.", show_default=False)
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Fail if a dashboard is old.")] = False,
    datasource: Annotated[
        str, typer.Option("--datasource", metavar="UID", help="Uid of the Prometheus they ask.", show_default=False)
    ] = "",
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Bring old dashboards to the JSON of today, and tell what changed and what was lost."""
    from gw2mon.commands import upgrading as command

    brought = command.run(sources, output, datasource)
    # The dashboard itself may be on its way to standard output.
    typer.echo(command.report(brought, reported), nl=False, err=str(output) == "-")
    say(command.summary(brought, output))
    findings = [finding for each in brought for finding in each.findings]
    if fails(findings, strict=strict) or (check and any(each.is_old for each in brought)):
        raise typer.Exit(FOUND)
