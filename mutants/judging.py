"""What gw2mon says about a mutant, and not about the correct text that it was made from."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import files
from mutants import compiling, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.finding import Finding
    from mutants.planting import Mutant

Catch = Literal["error", "warning", "elsewhere", ""]
"""How a mutant was caught: at the planted place, or only by findings about something else, or not at all."""


class Verdict(NamedTuple):
    """What one mutant led to; `codes` are those of the new findings at the planted place, else of the others."""

    caught: Catch
    codes: tuple[str, ...]


def judge(mutant: Mutant) -> Verdict:
    """Compare the findings about both texts.

    A code that the correct text already has at the place does not count, whatever its words: they often quote the
    query, and then a new message is no new insight.
    """
    if mutant.kind != "spec":
        return _judge_output(mutant)
    known, found = compiling.findings_of(mutant.correct), compiling.findings_of(mutant.broken)
    here = {code for _, code in _at(mutant, mutant.correct, known)}
    new = [(severity, code) for severity, code in _at(mutant, mutant.broken, found) if code not in here]
    if new:
        return Verdict("error" if ("error" in dict(new)) else "warning", _codes(new))
    said = {(finding.code, finding.message) for finding in known}
    others = [(each.severity, each.code) for each in found if (each.code, each.message) not in said]
    others = [(severity, code) for severity, code in others if code not in here]
    return Verdict("elsewhere" if others else "", _codes(others))


def _at(mutant: Mutant, text: str, findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Severity and code of the findings that stand at the planted place, or name the alert that was broken."""
    spans = [texts.span_of(text, path) for path in mutant.at]
    names = [path.split("/")[1] for path in mutant.at if path.startswith("alerts/")]
    about = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names)) if names else None
    return [
        (finding.severity, finding.code)
        for finding in findings
        if (finding.position and any(span.holds((finding.position.line, finding.position.column)) for span in spans))
        or (about and about.search(finding.message))
    ]


def _codes(found: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({code for _, code in found}))


def _judge_output(mutant: Mutant) -> Verdict:
    """Whether `gw2mon generate --check` fails after a generated file was changed by hand."""
    written = compiling.reference()
    owners = {artifact.owner for artifact in written}
    with TemporaryDirectory() as folder:
        output = Path(folder) / "generated"
        files.write(output, written, owners)
        (output / mutant.kind).write_text(mutant.broken, encoding="utf-8")
        drifted = any(drift.path == mutant.kind for drift in files.drift(output, written, owners))
    return Verdict("error" if drifted else "", ("drift",) if drifted else ())
