"""`gw2mon init`: a first spec, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gw2mon import files, project
from gw2mon.exposition import SIZE_LIMIT, Exposition, read
from gw2mon.files import FileError
from gw2mon.finding import render_text
from gw2mon.scaffold import WORKFLOW, Target, begin, slug_of, target_of, workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.scaffold import Draft

_LINES = 40
_LEFT_OUT = 8
"""Metrics left out that are named; the others are counted."""
_WRONG_ARGUMENT = "GW912"
_IN_CI = """\
in CI (gw2mon init --ci writes it for GitHub):
  gw2mon check --strict --format github
  gw2mon generate --check
"""


def run(spec: Path | None, service: str, metrics: str, *, ci: bool) -> None:
    """Write a spec, or print it where `spec` is "-"; raises FileError for whatever is in the way."""
    if ci and not (spec or service or metrics) and files.list_specs(Path(project.SPECS)):
        _write_workflow()
        return
    name = _name(spec, service)
    path = spec or Path(project.SPECS) / f"{name}.yaml"
    others = [] if str(path) == "-" else [other for other in files.list_specs(path.parent) if other != path]
    draft = begin(name, _target(metrics), exposition(metrics), shared=not _is_shared(others))
    if str(path) == "-":
        typer.echo(draft.text, nl=False)
        return
    files.create_source(path, draft.text)
    _tell(path, others, draft)
    if ci:
        _write_workflow()
    else:
        typer.echo(_IN_CI, nl=False)


def _write_workflow() -> None:
    files.create_source(Path(WORKFLOW), workflow())
    typer.echo(f"{WORKFLOW} written")


def _name(spec: Path | None, service: str) -> str:
    """The service's name: as given, or that of the spec, or that of the folder."""
    given = service or (spec.stem if spec and str(spec) != "-" else "")
    name = slug_of(given or Path.cwd().name)
    if service and name != service:
        raise FileError(
            f"{service} is no name of a service: small letters, digits and dashes",
            f"write --service {name}", code=_WRONG_ARGUMENT,
        )  # fmt: skip
    return f"{name}-service" if name == "stack" else name


def _target(metrics: str) -> Target | None:
    from gw2mon.fetch import is_url

    return target_of(metrics) if is_url(metrics) else None


def exposition(metrics: str) -> Exposition | None:
    """What a target answers, at a URL or in a file; None where none is named."""
    if not metrics:
        return None
    found = read(_text(metrics))
    if not any(family.samples for family in found.families):
        raise FileError(f"{metrics} holds no metrics", "is it the page that Prometheus scrapes?", code=_WRONG_ARGUMENT)
    return found


def _text(metrics: str) -> str:
    from gw2mon.fetch import Failed, fetch, is_url

    if not is_url(metrics):
        return files.read_source(metrics, SIZE_LIMIT).decode("utf-8", errors="replace")
    answer = fetch(metrics)
    if isinstance(answer, Failed):
        raise FileError(answer.message, answer.help, code=_WRONG_ARGUMENT)
    return answer


def _is_shared(others: Sequence[Path]) -> bool:
    """Whether another spec says who is told, and for all services."""
    return any(source.spec.notify is not None for source in project.load(others).sources)


def _tell(path: Path, others: Sequence[Path], draft: Draft) -> None:
    loaded = project.load([*others, path])
    findings = (*loaded.findings, *(project.analyse(loaded.sources)[1] if loaded.sources else ()))
    typer.echo(render_text(findings), nl=False)
    lines = draft.text.count("\n")
    known = ", ".join(draft.catalogs) or "none"
    typer.echo(f"{path} written: {lines} lines, catalogues: {known}; {draft.own} metrics of its own")
    if lines > _LINES:
        typer.echo(f"  more than {_LINES} lines: the service has many metrics; drop those nobody looks at")
    _tell_left_out(draft)
    typer.echo(
        f"next:\n  1. read {path}, and what is marked CHANGE\n"
        "  2. gw2mon generate\n  3. commit the spec and generated/ together"
    )


def _tell_left_out(draft: Draft) -> None:
    if not draft.left_out:
        return
    typer.echo("not in it:")
    for line in draft.left_out[:_LEFT_OUT]:
        typer.echo(f"  {line}")
    if len(draft.left_out) > _LEFT_OUT:
        typer.echo(f"  … and {len(draft.left_out) - _LEFT_OUT} more")
