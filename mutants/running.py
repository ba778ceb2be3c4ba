"""Runs every mutant past all judges, and the correct queries past gw2mon."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from mutants import compiling, judging, planting, texts, upstream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gw2mon.finding import Finding
    from mutants.judging import Catch, Verdict
    from mutants.planting import Mutant


class Result(NamedTuple):
    """One mutant and who caught it; None where a program is missing or has nothing of it to read.

    `crash` is the exception that ended the generation of its files: a mistake of gw2mon.
    """

    mutant: Mutant
    caught: Catch
    codes: tuple[str, ...]
    promtool: bool | None
    amtool: bool | None
    crash: str = ""


class Examined(NamedTuple):
    """What our side says, and what the programs are to read."""

    verdict: Verdict
    stack: upstream.Files
    crash: str = ""


class Complaint(NamedTuple):
    """A finding about a correct query."""

    query: str
    finding: Finding


def run(mutants: Sequence[Mutant], *, workers: int | None = None) -> tuple[Result, ...]:
    """Judge mutants; `workers` processes do so, as many as there are processors unless told otherwise."""
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        examined = [_examined(mutant) for mutant in mutants]
    else:
        with ProcessPoolExecutor(workers) as pool:
            examined = list(pool.map(_examined, mutants, chunksize=16))
    refused = upstream.refused(each.stack for each in examined)
    return tuple(_result(mutant, each, refused) for mutant, each in zip(mutants, examined, strict=True))


def complaints() -> tuple[Complaint, ...]:
    """All findings about the correct queries, but that raw PromQL has no proof: proofs are not what they are about."""
    return tuple(
        Complaint(_query_at(text, finding), finding)
        for text in map(_whole, planting.correct_files())
        for finding in compiling.findings_of(text)
        if finding.code != "GW406"
    )


def _whole(path: Path) -> str:
    return f"{planting.bare()}\n{path.read_text(encoding='utf-8')}"


def _examined(mutant: Mutant) -> Examined:
    verdict = judging.judge(mutant)
    if mutant.kind != "spec":
        found = {artifact.path: artifact.text for artifact in compiling.reference()} | {mutant.kind: mutant.broken}
        return Examined(verdict, upstream.files_of(found.items()))
    made = compiling.made_of(mutant.broken)
    written = {artifact.path: artifact.text for artifact in made.artifacts}
    if mutant.rule and not any(f"alert: {planting.QUERY}\n" in text for text in written.values()):
        written |= _by_hand(mutant.rule)
    return Examined(verdict, upstream.files_of(written.items()), made.crash)


def _by_hand(rule: str) -> dict[str, str]:
    """The smallest Prometheus that loads one rule file."""
    return {"prometheus/prometheus.yml": "rule_files: [rules.yml]\n", "prometheus/rules.yml": rule}


def _result(mutant: Mutant, examined: Examined, refused: upstream.Refused) -> Result:
    verdict, stack, crash = examined
    promtool = None if refused.promtool is None or not stack.prometheus else stack.prometheus in refused.promtool
    amtool = None if refused.amtool is None or not stack.alertmanager else stack.alertmanager in refused.amtool
    return Result(mutant, verdict.caught, verdict.codes, promtool, amtool, crash)


def _query_at(text: str, finding: Finding) -> str:
    """The alert or panel that a finding is about."""
    if finding.position is None:
        return ""
    place = (finding.position.line, finding.position.column)
    starts = ((texts.span_of(text, path), name) for path, name in _parts(text))
    return next((name for span, name in starts if span.holds(place)), "")


def _parts(text: str) -> list[tuple[str, str]]:
    value = texts.parsed(text)
    alerts = [(f"alerts/{name}", name) for name in value.get("alerts", {})]
    boards = value.get("dashboards", {}).items()
    return alerts + [
        (f"dashboards/{board}/rows/{row}/{place}", panel["title"])
        for board, content in boards
        for row, panels in enumerate(content["rows"])
        for place, panel in enumerate(panels)
    ]
