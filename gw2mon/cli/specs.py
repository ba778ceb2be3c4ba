"""The commands about specs and what is generated from them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gw2mon.cli.app import app
from gw2mon.cli.terms import (
    FOUND,
    REFUSED,
    Output,
    Reported,
    Specs,
    Strict,
    analysed,
    count,
    examples,
    fails,
    leave,
    plural,
    report,
    say,
)
from gw2mon.reports import Format


@app.command(
    epilog=examples(
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
        say("an interrupted run was completed first")
    model, findings, texts, _ = analysed(specs, reported)
    scope = project.responsibility(model, files.existing_owners(output), everything=not specs)
    findings = project.certain(findings, scope)
    if fails(findings, strict=strict):
        if not no_check:
            report(findings, reported, texts)
            say(f"nothing written: {count(findings)}")
            raise typer.Exit(FOUND)
        say("WARNING: writing although there are errors (--no-check); these alerts may not work")
    artifacts = project.artifacts_of(model, scope)
    if check:
        report(findings, reported, texts)
        drifts = files.drift(output, artifacts, scope.owners)
        changes.show_drift(drifts, scope)
        if drifts:
            say(f"{len(drifts)} file{plural(len(drifts))} differ from the specs; run gw2mon generate and commit")
            raise typer.Exit(FOUND)
        return
    from gw2mon.external import git_is_committed

    outcome = files.write(output, artifacts, scope.owners, force=force, is_committed=git_is_committed)
    report((*findings, *outcome.refusals), reported, texts)
    if outcome.refusals:
        if not any(refusal.code == "GW911" for refusal in outcome.refusals):
            say("nothing written")
        raise typer.Exit(REFUSED)
    if reported is Format.text:
        changes.show_outcome(output, outcome, scope)


@app.command(
    epilog=examples(
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
    model, findings, texts, _ = analysed(specs, reported)
    report(findings, reported, texts)
    if reported is Format.text:
        alerts = sum(len(service.alerts) for service in model.services)
        services = len(model.services)
        slos = sum(len(service.slos) for service in model.services)
        counted = f"{services} service{plural(services)}, {alerts} alert{plural(alerts)}, {slos} SLO{plural(slos)}"
        say(f"{counted}: {count(findings) or 'no findings'}")
    proven: bool | None = True
    if prove or prove_into is not None:
        from gw2mon.commands import proving
        from gw2mon.proofs.counterexamples import claims

        proven = proving.tell(claims(model, findings), prove_into, aside=reported is not Format.text)
        if proven is None:
            leave(proving.MISSING, REFUSED)
    if not proven or fails(findings, strict=strict):
        raise typer.Exit(FOUND)


@app.command(
    epilog=examples(
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
    epilog=examples(
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
    epilog=examples(
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

    if not command.run(what, lambda: analysed(specs, Format.text)[0]):
        raise typer.Exit(FOUND)
