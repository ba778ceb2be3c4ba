"""The commands about what others wrote, and about what runs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from gw2mon.cli.app import app
from gw2mon.cli.terms import FOUND, REFUSED, Reported, Specs, Strict, analysed, count, examples, fails, report, say
from gw2mon.reports import Format, render


@app.command(
    "import",
    epilog=examples(
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
        ("gw2mon audit monitoring/ --all", "with questions of style"),
        ("gw2mon audit . --format sarif", "for code scanning"),
    )
)
def audit(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders; nothing else is read.")],
    everything: Annotated[bool, typer.Option("--all", help="Also list questions of style.")] = False,
    strict: Strict = False,
    reported: Reported = Format.text,
) -> None:
    """Tell which alerts can never fire, which always do, which panels are empty, and why; change nothing."""
    from gw2mon.commands import auditing as command

    found = command.run(paths)
    typer.echo(command.report(found, reported, everything=everything), nl=False)
    if fails([told.finding for told in found.told], strict=strict):
        raise typer.Exit(FOUND)
