"""Replace a set of files so that after any crash either the old or the new set remains, completely.

A redo journal. The plan is written first, as PENDING; then every new text is prepared in a temporary file beside its
target. Renaming PENDING to JOURNAL is the commit point. Before it a crash leaves the old set, and recovery removes
the temporary files that PENDING names. After it recovery does what JOURNAL says; each step may be done twice. So
nothing is ever undone, and a look at two names tells whether there is anything to recover.

Both files can be edited by anyone: paths read from them are checked like those of a spec.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.files import disk, paths, refusals
from gw2mon.files.refusals import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PENDING = ".gw2mon.pending"
JOURNAL = ".gw2mon.journal"
NOTHING = "-"

_STEP = re.compile(r"(put|delete) ([0-9a-f]{64}|-) (.+)")
_LIMIT = 1 << 26  # bytes; a journal of half a million files


class Step(NamedTuple):
    """Put the temporary file in the place of `path`, or delete `path`.

    `before` is the digest of what may be lost thereby. Anything else that is found there is a person's work and
    kept under another name; `NOTHING` means that nothing may be lost.
    """

    verb: Literal["put", "delete"]
    before: str
    path: str


def replace(root: int, steps: Sequence[Step], texts: Mapping[str, str]) -> dict[str, str]:
    """Carry out the steps; `texts` holds what to put. Return where works of people were kept, by path.

    Raises what interrupted it. Before the commit point the disk is then as it was. After it FileError says so.
    """
    try:
        _prepare(root, steps, texts)
        with _uninterrupted():
            disk.rename(root, PENDING, JOURNAL)
            return _redo(root, steps)
    except BaseException:
        # The one who ends this run may be impatient, and the disk may be in no state to clean up: recovery will.
        with _uninterrupted(), suppress(OSError):
            _discard(root)
        raise


def finish(root: int) -> bool:
    """Recover from a run that was interrupted: complete it if it had been committed (True), else discard it."""
    text = disk.read(root, JOURNAL, _LIMIT)
    if text is not None:
        with _uninterrupted():
            _redo(root, _parse(text))
    _discard(root)
    return text is not None


def _prepare(root: int, steps: Sequence[Step], texts: Mapping[str, str]) -> None:
    disk.create(root, PENDING, "".join(f"{verb} {before} {path}\n" for verb, before, path in steps))
    disk.sync(root, ())
    prepared = [paths.temporary(step.path) for step in steps if step.verb == "put"]
    for step in steps:
        if step.verb == "put":
            disk.create(root, paths.temporary(step.path), texts[step.path])
    disk.sync(root, prepared)


def _parse(text: str) -> list[Step]:
    lines = text.split("\n")[:-1]
    matches = [_STEP.fullmatch(line) for line in lines]
    if not text.endswith("\n") or not all(match and paths.is_own(match[3]) for match in matches):
        message = f"{JOURNAL} of an interrupted run is damaged"
        advice = "delete it and run `gw2mon generate`, which reports files that fit neither the old nor the new state"
        raise FileError(message, advice, code=refusals.BAD_JOURNAL)
    return [Step("put" if m[1] == "put" else "delete", m[2], m[3]) for m in matches if m]


def _redo(root: int, steps: Sequence[Step]) -> dict[str, str]:
    try:
        saved = {step.path: copy for step in steps if (copy := _take(root, step))}
        disk.prune(root, [step.path for step in steps if step.verb == "delete"])
        disk.sync(root, [step.path for step in steps])
        disk.remove(root, JOURNAL)
        disk.sync(root, ())
    except OSError as error:
        message = f"the new files are ready, but not all are in place: {refusals.reason(error)}"
        advice = "mend that, then run any gw2mon command on this output: it puts the rest in place"
        raise FileError(message, advice, code=refusals.UNFINISHED) from error
    return saved


def _take(root: int, step: Step) -> str | None:
    """Do one step, unless it was done before; return the name under which a person's work was kept."""
    prepared = paths.temporary(step.path)
    if not disk.exists(root, prepared if step.verb == "put" else step.path):
        return None
    found = disk.fingerprint(root, step.path)
    copy = _save(root, step.path, found) if found not in (None, step.before) else None
    if step.verb == "put":
        disk.rename(root, prepared, step.path)
    else:
        disk.remove(root, step.path)
    return copy


def _save(root: int, path: str, found: str | None) -> str:
    """Keep a file under a name that is free, or that already holds the same since a crash came in between."""
    names = (f"{path}.orig.{number}" if number else f"{path}.orig" for number in count())
    copy = next(name for name in names if not disk.exists(root, name) or _holds(root, name, found))
    if not disk.exists(root, copy):
        disk.save_as(root, path, copy)
    return copy


def _holds(root: int, path: str, digest: str | None) -> bool:
    return disk.obstacle(root, path) is None and disk.fingerprint(root, path) == digest


def _discard(root: int) -> None:
    """Remove the temporary files of a run that was not committed. A plan that is cut short never had any."""
    text = disk.read(root, PENDING, _LIMIT)
    if text is None:
        return
    with suppress(FileError):
        prepared = [paths.temporary(step.path) for step in _parse(text) if step.verb == "put"]
        for path in prepared:
            disk.remove(root, path)
        disk.prune(root, prepared)
    disk.remove(root, PENDING)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back the signals by which people and supervisors end a process; they arrive when the block is left."""
    import signal  # only runs that write need it

    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
