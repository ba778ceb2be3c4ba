"""Decide for each target what to do about it, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.files import difference, refusals, survey
from gw2mon.files.journal import NOTHING, Step
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gw2mon.files.survey import State, Target

Kind = Literal["written", "updated", "unchanged", "deleted", "overwritten-committed", "deleted-committed", "adopted"]

_DIFF_LINES = 40

_HARMLESS: dict[State, Kind] = {
    "absent": "written",
    "same": "unchanged",
    "unlisted": "adopted",
    "outdated": "updated",
    "orphan": "deleted",
}


class Action(NamedTuple):
    """What becomes of a path. `backup` names the file in which a person's work was kept, if there was any.

    `overwritten-committed` and `deleted-committed`: it had been edited by hand, and git still holds the edit.
    `adopted`: it lay there already, byte for byte, and is gw2mon's from now on.
    """

    path: str
    kind: Kind
    backup: str = ""


class Decision(NamedTuple):
    """An action and the step that carries it out; None if the disk is to stay as it is."""

    action: Action
    step: Step | None


class Terms(NamedTuple):
    """Under what terms a person's work may be replaced, and how to name the output directory."""

    output: Path
    force: bool
    is_committed: Callable[[Path], bool]


def decide(root: int, target: Target, terms: Terms) -> Decision | Finding:
    """Return what to do about a target, or the refusal."""
    if target.blocked:
        code, reason = target.blocked
        advice = "move it away, then run this again; gw2mon neither follows nor replaces it, not even with --force"
        return refusals.refusal(code, f"{terms.output}/{reason}", advice)
    if kind := _HARMLESS.get(target.state):
        return Decision(Action(target.path, kind), _step(target, target.found or NOTHING))
    if target.state != "foreign" and terms.is_committed(terms.output / target.path):
        committed: Kind = "overwritten-committed" if target.wanted else "deleted-committed"
        return Decision(Action(target.path, committed), _step(target, target.found or NOTHING))
    if terms.force:
        return Decision(Action(target.path, "updated" if target.wanted else "deleted"), _step(target, NOTHING))
    return _refused(root, target, terms.output)


def _step(target: Target, before: str) -> Step | None:
    if target.state in ("same", "unlisted"):
        return None
    return Step("put" if target.wanted else "delete", before, target.path)


def _refused(root: int, target: Target, output: Path) -> Finding:
    file = f"{output}/{target.path}"
    kept = f"--force keeps it as {target.path.rpartition('/')[2]}.orig"
    if target.state == "edited-orphan":
        message = f"{file} was edited by hand, and the spec no longer makes it"
        advice = f"commit it or move it away, then run this again; {kept}"
        return refusals.refusal(refusals.HAND_EDITED, message, advice, Position(file, 1, 1))
    diff = survey.compare(root, output, target)
    line = next((old for old, _ in difference.changed(diff)), 1)
    if target.state == "foreign":
        code, message = refusals.FOREIGN_FILE, f"{file} is in the way, and gw2mon did not write it"
        advice = f"move it away, then run this again; {kept}"
    else:
        code, message = refusals.HAND_EDITED, f"{file} was edited by hand"
        advice = f"move the change to the spec or commit the file, then run this again; {kept}"
    shown = difference.shortened(diff, _DIFF_LINES)
    return refusals.refusal(code, message, f"{advice}\n{shown}".rstrip(), Position(file, line, 1))
