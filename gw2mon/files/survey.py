"""Compare what is wanted with what lies in the output directory. Writing and drift both start from here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.artifacts import Artifact, digest
from gw2mon.files import difference, disk, manifests, paths
from gw2mon.files.lock import locked, present
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from gw2mon.files.manifests import Entries
    from gw2mon.finding import Finding

MANIFEST_LIMIT = 1 << 24  # bytes; more than a hundred thousand lines
DIFF_LIMIT = 1 << 22  # bytes; above this a comparison line by line helps nobody, and takes long

State = Literal[
    "absent", "same", "unlisted", "outdated", "edited", "foreign", "gone", "orphan", "edited-orphan", "blocked"
]


class Target(NamedTuple):
    """A path this run is answerable for, and how it was found.

    `wanted` is None for what must go; `found` is the digest of what lies there; `blocked` holds code and reason of
    an obstacle that is refused in any case.
    """

    path: str
    wanted: Artifact | None
    found: str | None
    state: State
    blocked: tuple[str, str] | None = None


def judge(found: str | None, wanted: str | None, known: Collection[str]) -> State:
    """Tell the state of a path from three facts: the digest on disk, the digest to be, and those gw2mon once wrote."""
    if wanted is None:
        return "gone" if found is None else "orphan" if found in known else "edited-orphan"
    if found is None:
        return "absent"
    if found == wanted:
        return "same" if known else "unlisted"
    return "outdated" if found in known else "edited" if known else "foreign"


def check(artifacts: Sequence[Artifact], owners: Collection[str]) -> tuple[Finding, ...]:
    """Return findings about the paths that are wanted, whatever lies on the disk.

    Raises ValueError if an artefact's owner is not among the owners: that is a mistake in gw2mon, not in a spec.
    """
    if strangers := {a.owner for a in artifacts}.difference(owners):
        raise ValueError(f"artefacts of {sorted(strangers)}, which this run is not for")
    return paths.check((a.path for a in artifacts), owners)


def survey(
    root: int | None, output: Path, artifacts: Sequence[Artifact], owners: Collection[str]
) -> tuple[Target, ...]:
    """Return a target for each artefact, then each orphan, then each manifest; `root` is None without an output.

    Raises FileError if manifests cannot be trusted, or if a path is another owner's.
    """
    listed = {} if root is None else _load(root, output)
    mine = {owner: entries for owner, entries in listed.items() if owner in owners}
    others = listed.keys() - mine.keys()
    standing = {path for owner in others for path in (paths.manifest_of(owner), *(e.path for e in listed[owner]))}
    wanted = [*map(paths.manifest_of, owners), *(a.path for a in artifacts)]
    if rivals := tuple(paths.collisions(wanted, standing)):
        raise FileError.of(rivals)
    known = manifests.digests(entry for entries in mine.values() for entry in entries)
    orphans = sorted(known.keys() - {a.path for a in artifacts})
    return (
        *(_target(root, a.path, a, known.get(a.path, ())) for a in sorted(artifacts, key=lambda a: a.path)),
        *(_target(root, path, None, known[path]) for path in orphans),
        *(_manifest(root, owner, artifacts) for owner in sorted(owners)),
    )


def _target(root: int | None, path: str, wanted: Artifact | None, known: Collection[str]) -> Target:
    if root is None:
        return Target(path, wanted, None, judge(None, wanted and digest(wanted.text), known))
    if blocked := disk.obstacle(root, path):
        return Target(path, wanted, None, "blocked", blocked)
    found = disk.fingerprint(root, path)
    return Target(path, wanted, found, judge(found, wanted and digest(wanted.text), known))


def _manifest(root: int | None, owner: str, artifacts: Sequence[Artifact]) -> Target:
    path = paths.manifest_of(owner)
    text = manifests.render(a for a in artifacts if a.owner == owner)
    # Nobody writes a manifest but gw2mon, so whatever it holds may be replaced.
    found = disk.fingerprint(root, path) if root is not None and not disk.obstacle(root, path) else None
    return _target(root, path, Artifact(path, text, owner) if text else None, {found} if found else set())


def _load(root: int, output: Path) -> dict[str, Entries]:
    """Read all manifests in the output. Raises FileError with everything that is wrong with them."""
    listed: dict[str, Entries] = {}
    findings: list[Finding] = []
    for owner in _owners_in(root):
        path = paths.manifest_of(owner)
        listed[owner], bad = manifests.parse(disk.read(root, path, MANIFEST_LIMIT) or "", f"{output}/{path}")
        findings += bad
    findings += manifests.owned_twice(listed, str(output))
    if findings:
        raise FileError.of(tuple(findings))
    return listed


def compare(root: int | None, output: Path, target: Target) -> str:
    """Return the unified diff from what lies on the disk to what is wanted there; empty if that is very large."""
    old = (disk.read(root, target.path, DIFF_LIMIT) or "") if root is not None else ""
    new = target.wanted.text if target.wanted else ""
    if max(len(old), len(new)) >= DIFF_LIMIT:
        return ""
    return difference.unified(old, new, f"{output}/{target.path} (on disk)", f"{output}/{target.path} (from the spec)")


def existing_owners(output: Path) -> tuple[str, ...]:
    """Return the owners that have a manifest in the output directory, sorted; none if there is no such directory.

    Raises FileError.
    """
    if not present(output):
        return ()
    with locked(output, shared=True) as root:
        return tuple(_owners_in(root))


def _owners_in(root: int) -> Iterator[str]:
    for name in sorted(os.listdir(root)):
        if paths.is_manifest(name) and paths.is_own(name) and not disk.obstacle(root, name):
            yield name.removesuffix(paths.MANIFEST)
