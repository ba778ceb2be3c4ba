"""Drift: where the output directory differs from what the spec says, and which lines of the spec that concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.artifacts import origin
from gw2mon.files import difference, paths, survey
from gw2mon.files.lock import locked, present
from gw2mon.files.recovery import recover
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from gw2mon.artifacts import Artifact
    from gw2mon.files.survey import Target
    from gw2mon.finding import Position

Kind = Literal["missing", "changed", "orphan", "foreign"]

_KINDS: dict[str, Kind] = {
    "absent": "missing",
    "outdated": "changed",
    "edited": "changed",
    "foreign": "foreign",
    "blocked": "foreign",
    "orphan": "orphan",
    "edited-orphan": "orphan",
}


class Drift(NamedTuple):
    """A path whose content on disk is not what the spec makes.

    `kind`: missing; changed; orphan (the spec no longer makes it); foreign (gw2mon never wrote what lies there).
    `diff` is unified, from the disk to the spec; empty for links, folders and the like.
    `positions` are the places in the spec that the differing lines stem from, each once, in the order of the diff.
    """

    path: str
    kind: Kind
    diff: str
    positions: tuple[Position, ...]


def drift(output: Path, artifacts: Sequence[Artifact], owners: Collection[str]) -> tuple[Drift, ...]:
    """Compare the output directory with the artefacts; empty exactly if `write` would leave every byte alone.

    Manifests are named only when nothing else differs: else their lines would repeat what the files say.
    Recovers from an interrupted run first. Raises FileError.
    """
    if findings := survey.check(artifacts, owners):
        raise FileError.of(findings)
    recover(output)
    if not present(output):
        return _described(None, output, survey.survey(None, output, artifacts, owners))
    with locked(output, shared=True) as root:
        return _described(root, output, survey.survey(root, output, artifacts, owners))


def _described(root: int | None, output: Path, targets: Sequence[Target]) -> tuple[Drift, ...]:
    differing = [target for target in targets if target.state in _KINDS]
    files = [target for target in differing if not paths.is_manifest(target.path)]
    return tuple(_drift(root, output, target) for target in files or differing)


def _drift(root: int | None, output: Path, target: Target) -> Drift:
    diff = "" if target.blocked else survey.compare(root, output, target)
    return Drift(target.path, _KINDS[target.state], diff, _positions(target.wanted, diff))


def _positions(wanted: Artifact | None, diff: str) -> tuple[Position, ...]:
    if not wanted or not wanted.sources:
        return ()
    found = (origin(wanted, line) for _, line in difference.changed(diff))
    return tuple(dict.fromkeys(position for position in found if position))
