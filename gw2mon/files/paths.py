"""Which paths may be written below the output directory. Pure: nothing here looks at a disk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.files import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.finding import Finding

MANIFEST = ".manifest"

# ASCII only, so names that differ in Unicode normalisation alone cannot arise, and never a leading dot, so no
# artefact can pose as the journal or as a temporary file.
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")

# Windows takes `aux.yml` for the device `aux`: a checkout of the repository would fail there.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))],
)


def manifest_of(owner: str) -> str:
    """Return the path of an owner's manifest."""
    return owner + MANIFEST


def is_manifest(path: str) -> bool:
    """Whether the path is reserved for manifests, which lie at the root of the output."""
    return "/" not in path and path.endswith(MANIFEST)


def parents(path: str) -> list[str]:
    """Return the folders above a path, outermost first, without the output directory itself."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def folders(paths: Iterable[str]) -> list[str]:
    """Return all folders above any of the paths, outer ones before those inside them."""
    return sorted({folder for path in paths for folder in parents(path)})


def defect(path: str) -> str | None:
    """Say why an artefact must not have this path, or None if it may."""
    if path.startswith("/"):
        return "it is absolute"
    if is_manifest(path):
        return f"names that end in {MANIFEST} are taken"
    return next((reason for part in path.split("/") if (reason := _defect_of_part(part))), None)


def _defect_of_part(part: str) -> str | None:
    if part == "..":
        return "it leaves the output directory"
    if not _PART.fullmatch(part):
        return f"{part[:40]!r} is not made of 1 to 121 letters, digits, `.`, `_`, `-`, the first a letter or digit"
    if part.endswith("."):
        return f"{part!r} ends in a dot, which Windows drops"
    if part.partition(".")[0].lower() in _DEVICES:
        return f"{part!r} is the name of a device on Windows"
    return None


def is_own(path: str) -> bool:
    """Whether gw2mon may have written the path: an artefact or a manifest, under a safe name."""
    return not (_defect_of_part(path) if is_manifest(path) else defect(path))


def check(artifacts: Iterable[str], owners: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding for each path or owner that is unsafe, and for each path that collides with another."""
    wanted, manifests = sorted(artifacts), [manifest_of(owner) for owner in sorted(owners)]
    reasons = [(path, defect(path)) for path in wanted] + [(path, _defect_of_part(path)) for path in manifests]
    return (*(_unsafe(path, reason) for path, reason in reasons if reason), *collisions([*manifests, *wanted]))


def _unsafe(path: str, reason: str) -> Finding:
    message = f"{path[:200]!r} is not a safe path: {reason}"
    return refusals.refusal(refusals.UNSAFE_PATH, message, "choose another name in the spec; nothing was written")


def collisions(wanted: Iterable[str], standing: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each wanted path that some disk would take for another wanted or `standing` one."""
    seen = {name.casefold(): (name, is_folder) for path in standing for name, is_folder in _steps(path)}
    for path in wanted:
        for name, is_folder in _steps(path):
            met = seen.get(name.casefold())
            # The only thing that may be met again is a folder, spelt alike.
            if met and not (is_folder and met == (name, True)):
                yield _collision(path, met[0])
                break
            seen[name.casefold()] = (name, is_folder)


def _steps(path: str) -> Iterator[tuple[str, bool]]:
    """Yield each folder on the way and the file itself, and whether it is a folder."""
    yield from ((folder, True) for folder in parents(path))
    yield path, False


def _collision(path: str, rival: str) -> Finding:
    if path == rival:
        message = f"{path!r} is made twice, or another service's manifest claims it"
    else:
        message = f"{path!r} collides with {rival!r}: on some disks these are one name"
    return refusals.refusal(refusals.NAME_COLLISION, message, "rename one of the two in the spec; nothing was written")


def temporary(path: str) -> str:
    """Return where the new text of a path is prepared: beside it, since a rename across disks is not atomic."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/.{name}.gw2mon-new".lstrip("/")
