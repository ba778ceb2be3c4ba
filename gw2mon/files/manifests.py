"""Manifests: the only proof that a file below the output directory was written by gw2mon.

One manifest per owner, sorted lines, no clock and no version: two teams that change two services on two branches
change different files, and git merges the rest line by line. Anyone can edit a manifest, so what is read from one
is checked as strictly as what a spec asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.artifacts import digest
from gw2mon.files import paths, refusals
from gw2mon.finding import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.artifacts import Artifact
    from gw2mon.finding import Finding

_ENTRY = re.compile(r"([0-9a-f]{64})  (.+)")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class Entry(NamedTuple):
    """A line of a manifest: gw2mon wrote a file of this digest at this path."""

    path: str
    digest: str
    line: int


Entries = tuple[Entry, ...]


def render(artifacts: Iterable[Artifact]) -> str:
    """Return the text of the manifest that lists these artefacts."""
    return "".join(f"{digest(a.text)}  {a.path}\n" for a in sorted(artifacts, key=lambda a: a.path))


def parse(text: str, file: str) -> tuple[Entries, tuple[Finding, ...]]:
    """Read a manifest; `file` is how to name it in findings.

    A path may stand in it several times with different digests: that is what a merge of two branches leaves when both
    sides are kept, and each line is as good a proof as the other.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        match = _ENTRY.fullmatch(line)
        if match and not paths.defect(match[2]):
            entries.append(Entry(match[2], match[1], number))
        elif line:
            findings.append(_bad_line(line, Position(file, number, 1)))
    return tuple(entries), tuple(findings)


def _bad_line(line: str, position: Position) -> Finding:
    if line.startswith(_CONFLICT):
        message = "the manifest holds the marks of a merge conflict"
        advice = "delete the marks and keep the lines of both sides, then run `gw2mon generate`, which sorts it out"
    elif match := _ENTRY.fullmatch(line):
        message = f"{match[2][:200]!r} cannot be a path of this manifest: {paths.defect(match[2])}"
        advice = "delete the line: gw2mon never wrote it"
    else:
        message = f"{line[:80]!r} is not a line of a manifest: SHA-256, two blanks, path"
        advice = "take the manifest from the last commit, or delete the line"
    return refusals.refusal(refusals.BAD_MANIFEST, message, advice, position)


def owned_twice(manifests: Mapping[str, Entries], folder: str) -> tuple[Finding, ...]:
    """Return a finding for each path that two manifests claim; `folder` is the output as the user named it."""
    first: dict[str, str] = {}
    return tuple(
        _claimed(entry, owner, holder, folder)
        for owner, entries in sorted(manifests.items())
        for entry in entries
        if (holder := first.setdefault(entry.path, owner)) != owner
    )


def _claimed(entry: Entry, owner: str, holder: str, folder: str) -> Finding:
    message = f"{entry.path} is claimed by this manifest and by {paths.manifest_of(holder)}"
    advice = f"delete the line from the manifest of the service that does not make the file ({holder} or {owner})"
    return refusals.refusal(
        refusals.BAD_MANIFEST, message, advice, Position(f"{folder}/{paths.manifest_of(owner)}", entry.line, 1)
    )


def digests(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Return for each path the digests that prove gw2mon wrote it."""
    known: dict[str, frozenset[str]] = {}
    for entry in entries:
        known[entry.path] = known.get(entry.path, frozenset()) | {entry.digest}
    return known
