"""`gw2mon audit`: read what there is, say what is wrong with it, change nothing."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer

from gw2mon import files
from gw2mon.auditing import Told, audit, baselines, summing
from gw2mon.auditing.estate import Surroundings
from gw2mon.auditing.meanings import MEANINGS, STYLE, meaning_of
from gw2mon.auditing.proving import claims, unclaimed
from gw2mon.auditing.verdicts import first_line, verdicts
from gw2mon.commands.witnesses import fetched, prometheus_at
from gw2mon.files import FileError
from gw2mon.finding import render_github, visible
from gw2mon.reports import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gw2mon.auditing import Audit, Refused
    from gw2mon.auditing.baselines import Compared

SUFFIXES = (".yml", ".yaml", ".json", ".py", ".md", ".tmpl", ".env")
"""What is read below folders."""
_NO_BASELINE = "GW902"
_JUDGED = {"demonstrated": "demonstrated by", "refuted": "WRONG, with"}
_GONE = 10
"""Findings that are gone and told one by one."""


class Witnesses(NamedTuple):
    """Who else is asked which metrics there are: targets, at addresses or in files, and a Prometheus."""

    metrics: Sequence[str] = ()
    prometheus: str = ""
    token_file: Path | None = None


class Request(NamedTuple):
    """What is to be told, and how."""

    form: Form
    everything: bool
    baseline: Path | None = None
    write_baseline: Path | None = None


class Outcome(NamedTuple):
    """What was found, and how that is told."""

    audit: Audit
    new: tuple[Told, ...]
    """What no baseline accepts."""
    report: str
    asides: tuple[str, ...]
    """What people are told besides the report."""


def read(paths: Sequence[Path], witnesses: Witnesses) -> Audit:
    """Audit all files of interest at and below the paths, and ask whoever else knows which metrics there are.

    Raises FileError where something is not there.
    """
    gathered = files.gather(paths, SUFFIXES)
    for path, why in gathered.left:
        typer.echo(f"{path} was not read: {why}", err=True)
    shown = fetched(witnesses.metrics)
    prometheus = prometheus_at(witnesses.prometheus, witnesses.token_file) if witnesses.prometheus else None
    with _progress(f"reading {len(gathered.files)} files …"):
        found = audit(gathered.files, shown.expositions, Surroundings(gathered.folders, gathered.others), prometheus)
    silent = tuple(Told(finding, meaning_of(finding.code)) for finding in shown.findings)
    return found._replace(told=(*silent, *found.told))


@contextmanager
def _progress(said: str) -> Iterator[None]:
    """A line that stands on a terminal for as long as something lasts."""
    is_seen = sys.stderr is not None and sys.stderr.isatty()
    typer.echo(said if is_seen else "", err=True, nl=False)
    yield
    typer.echo("\r\x1b[K" if is_seen else "", err=True, nl=False)


def run(found: Audit, request: Request, paths: Sequence[Path]) -> Outcome:
    """Set a baseline beside what was found, and write the report; raises FileError where a baseline is none."""
    compared = _compared(found, request.baseline) if request.baseline else None
    new = compared.new if compared else found.told
    asides = tuple(_asides(request, compared, found))
    return Outcome(found, new, _report(found, new, compared, request, paths), asides)


def accept(found: Audit, path: Path) -> None:
    """Write a baseline of all that was found; raises FileError where something else lies there."""
    files.replace_source(path, baselines.written(found.told, _seen_from(path)), baselines.is_baseline)


def _compared(found: Audit, path: Path) -> Compared:
    held = files.read_if_there(path)
    text = baselines.HEAD if held is None else held.decode("utf-8", errors="replace")
    if not baselines.is_baseline(text):
        raise FileError(f"{path} is no baseline of an audit", "write one: --write-baseline FILE", code=_NO_BASELINE)
    return baselines.compared(found.told, baselines.parse(text), _seen_from(path))


def _seen_from(baseline: Path) -> Callable[[str], str]:
    folder = os.path.abspath(baseline.parent)  # noqa: PTH100 - links stay as they are spelt
    return lambda path: os.path.relpath(path, folder).replace(os.sep, "/")


def _asides(request: Request, compared: Compared | None, found: Audit) -> Iterator[str]:
    if request.write_baseline:
        yield f"{request.write_baseline} accepts {len(found.told)} finding{'' if len(found.told) == 1 else 's'}"
    if compared is None:
        return
    if not compared.known and not compared.gone:
        yield f"{request.baseline} accepts nothing yet: --write-baseline {request.baseline} accepts what is found today"
    else:
        plural = "" if compared.known == 1 else "s"
        yield f"{compared.known} finding{plural} known from {request.baseline}, {len(compared.new)} new"
    for key in compared.gone[:_GONE]:
        yield f"gone: {key}"
    if len(compared.gone) > _GONE:
        yield f"gone: {len(compared.gone) - _GONE} more"
    if compared.gone:
        yield f"--write-baseline {request.baseline} forgets what is gone"


def _report(
    found: Audit, new: Sequence[Told], compared: Compared | None, request: Request, paths: Sequence[Path]
) -> str:
    match request.form:
        case Form.json:
            from gw2mon.auditing.records import render_json

            return render_json(found, new, compared)
        case Form.github:
            listed = [item.finding for item in new if request.everything or item.meaning != STYLE]
            return f"::notice title=gw2mon audit::{first_line(verdicts(found))}\n{render_github(listed)}"
        case Form.sarif:
            from gw2mon.sarif import render_sarif  # with the pages of all codes, which others need not read

            return render_sarif(item.finding for item in new)
        case Form.markdown:
            from gw2mon.auditing.markdown import render_markdown

            return render_markdown(found, new, tuple(summing.notes(found)), everything=request.everything)
        case Form.text:
            from gw2mon.auditing.telling import text

            notes = (*summing.notes(found), *_next(paths, found, new))
            return text(found, new, notes, everything=request.everything)


def _next(paths: Sequence[Path], found: Audit, new: Sequence[Told]) -> Iterator[str]:
    """What to do after reading."""
    named = " ".join(map(str, paths))
    steps = []
    if any(claim for claim in (*found.refused, *claims(found))):
        steps.append((f"gw2mon audit {named} --prove", "promtool shows what never, and what always fires"))
    worst = min(new, key=lambda item: (not item.is_proven, MEANINGS.index(item.meaning)), default=None)
    if worst is not None:
        steps.append((f"gw2mon explain {worst.finding.code}", "what such a finding means, with an example"))
    if found.estate.rules or found.estate.source.metrics:
        steps.append((f"gw2mon import {named} -o specs/monitoring.yaml", "a spec from what is there"))
    width = max((len(command) for command, _ in steps), default=0)
    for number, (command, meaning) in enumerate(steps):
        yield f"{'next: ' if number == 0 else '      '} {command:<{width}}  {meaning}"


def is_empty(found: Audit) -> bool:
    """Whether there was nothing to audit."""
    return not summing.read_in(found.estate) and not found.told


def prove(found: Audit, into: Path | None, *, aside: bool) -> bool | None:
    """Say what promtool shows of what was found; whether it contradicts nothing, None without promtool."""
    from gw2mon.commands import proving

    refusals = [(line, wrong) for file in found.refused for line, wrong in _refusal(file)]
    for line, _ in refusals:
        typer.echo(visible(line), err=aside)
    for verdict in unclaimed(found):
        code = verdict.told[0].finding.code
        said = (
            f"{verdict.place} {code} {verdict.alert} {verdict.outcome}: not demonstrated, no inputs of promtool show it"
        )
        typer.echo(visible(said), err=aside)
    told = claims(found)
    proven = proving.tell(told, into, aside=aside) if told or not refusals else True
    return None if proven is None else proven and not any(wrong for _, wrong in refusals)


def _refusal(file: Refused) -> Iterator[tuple[str, bool]]:
    """What each promtool says to a file that Prometheus is said to refuse, and whether it contradicts that."""
    from gw2mon.proofs import counterexamples

    said = f"{file.file.path} is refused, so that none of its alerts fires: "
    if file.file.is_resource:
        yield f"{said}not demonstrated, promtool reads no resources of Kubernetes", False
        return
    for tool in counterexamples.promtools():
        judged = counterexamples.judge_refusal(tool, file.file.path)
        verdict = _JUDGED.get(judged.outcome, "not demonstrated by")
        yield f"{said}{verdict} {tool}: {judged.said}", judged.outcome == "refuted"
