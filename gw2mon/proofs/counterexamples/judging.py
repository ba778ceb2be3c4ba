"""What promtool says to a demonstration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.external import Completed, run
from gw2mon.proofs.counterexamples.written import STORY

if TYPE_CHECKING:
    from pathlib import Path

    from gw2mon.proofs.counterexamples.promtools import Promtool
    from gw2mon.proofs.counterexamples.written import Demonstration

Outcome = Literal["demonstrated", "refuted", "empty", "failed"]
_SECONDS = 300.0
_STORY = re.compile(rf"{STORY} (\d+)")
_QUERY = re.compile(r"^\s+expr: ", re.MULTILINE)
_SHOWN = 3


class Judgement(NamedTuple):
    """What one promtool found.

    `refuted`: the alert does otherwise, so the finding is wrong. `empty`: the inputs do not reach what the alert
    compares. `failed`: promtool could not say.
    """

    outcome: Outcome
    said: str
    """The end of a sentence about the promtool."""


def judge(tool: Promtool, folder: Path, shown: Demonstration) -> Judgement:
    """Run the tests of a demonstration, which lie in a folder."""
    ran = run([tool.path, "test", "rules", str(folder / shown.test)], timeout=_SECONDS)
    if not isinstance(ran, Completed):
        return Judgement("failed", ran.message)
    stories = len(shown.stories)
    if ran.returncode == 0:
        return Judgement("demonstrated", f"{stories} stor{'y' if stories == 1 else 'ies'}, {shown.series} series")
    said = ran.stdout + ran.stderr
    against = sorted({int(number) for number in _STORY.findall(said)})
    if against:
        names = [shown.stories[number - 1] for number in against[:_SHOWN]]
        return Judgement("refuted", "; ".join([*names, "…"] if len(against) > _SHOWN else names))
    if _QUERY.search(said):
        return Judgement("empty", "these inputs do not reach what the alert compares")
    return Judgement("failed", next((line.strip() for line in said.splitlines() if "rror" in line), "it says nothing"))


def judge_refusal(tool: Promtool, rules: str) -> Judgement:
    """Whether a promtool refuses a file of rules, as Prometheus is said to do."""
    path = rules if rules.startswith("/") else f"./{rules}"
    ran = run([tool.path, "check", "rules", "--lint=none", path], timeout=_SECONDS)
    if not isinstance(ran, Completed):
        return Judgement("failed", ran.message)
    if ran.returncode == 0:
        return Judgement("refuted", "it accepts the file")
    said = [line.strip() for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
    after = next((number for number, line in enumerate(said) if line == "FAILED:"), len(said))
    return Judgement("demonstrated", next(iter(said[after + 1 :]), "it says no more"))
