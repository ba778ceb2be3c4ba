"""`gw2mon check --prove`: what the findings say of alerts, shown by the promtools of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import typer

from gw2mon import files
from gw2mon.finding import visible
from gw2mon.proofs import counterexamples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gw2mon.proofs.counterexamples import Claim, Demonstration, Judgement, Promtool

MISSING = (
    "gw2mon: --prove runs promtool, and none was found on PATH or in .tools/bin\n"
    "  help: install Prometheus, whose archive holds it, or run `make tools` in a checkout of gw2mon"
)


class Proven(NamedTuple):
    """What promtool says, in lines for people, and whether it contradicts a finding."""

    lines: tuple[str, ...]
    refuted: bool


def tell(claims: Sequence[Claim], into: Path | None, *, aside: bool) -> bool | None:
    """Say what promtool shows, aside on standard error; whether no finding is contradicted, None without promtool."""
    proven = run(claims, into)
    if proven is None:
        return None
    for line in proven.lines:
        typer.echo(line, err=aside)
    return not proven.refuted


def run(claims: Sequence[Claim], into: Path | None) -> Proven | None:
    """Write a test for each claim that an alert never or always fires, and run it; None without promtool.

    Raises:
        FileError: when a test cannot be written, or another file of its name lies there.
    """
    tools = counterexamples.promtools()
    if not tools:
        return None
    if not claims:
        return Proven(("nothing to prove: no finding says that an alert never or always fires",), refuted=False)
    folder = into or files.scratch_folder()
    lines: list[str] = []
    refuted = False
    for claim in claims:
        shown = counterexamples.demonstration(claim)
        for name, text in shown.files.items():
            files.write_once(folder / name, text)
        judged = [] if shown.obstacle else [(tool, counterexamples.judge(tool, folder, shown)) for tool in tools]
        refuted = refuted or any(judgement.outcome == "refuted" for _, judgement in judged)
        lines.extend(_lines(shown, judged))
    return Proven((*lines, f"the tests lie in {folder}"), refuted)


def _lines(shown: Demonstration, judged: Sequence[tuple[Promtool, Judgement]]) -> Iterator[str]:
    claim = shown.claim
    place = next((f"{finding.position} " for finding in claim.findings if finding.position), "")
    codes = ", ".join(dict.fromkeys(finding.code for finding in claim.findings))
    severity = f" ({claim.rule.severity})" if claim.rule.severity else ""
    said = visible(f"{place}{codes} {claim.rule.alert}{severity} {claim.verdict} fires: ")
    if shown.obstacle:
        yield f"{said}not demonstrated, {shown.obstacle}"
        return
    agreeing = [tool for tool, judgement in judged if judgement.outcome == "demonstrated"]
    if agreeing:
        told = next(judgement.said for _, judgement in judged if judgement.outcome == "demonstrated")
        yield f"{said}demonstrated by {' and '.join(map(str, agreeing))} ({told})"
    for tool, judgement in judged:
        if judgement.outcome == "refuted":
            does = "fires" if claim.verdict == "never" else "stays silent"
            yield f"{said}WRONG, with {tool} it {does}: {judgement.said}"
            yield f"  help: this is a bug in gw2mon; report it with {shown.test} and the file of rules beside it"
        elif judgement.outcome != "demonstrated":
            yield f"{said}not demonstrated by {tool}: {judgement.said}"
