"""What promtool and amtool say about the files that gw2mon makes of the mutants, many files to a process."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import external

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BUILT = Path(__file__).parents[1] / ".tools" / "bin"
BATCH = 60
"""Files that one process reads."""

SECONDS = 120.0
_FILE = re.compile(r"^Checking ", re.MULTILINE)


class Files(NamedTuple):
    """The files of a stack that the two programs read, by their path below `prometheus/` and `alertmanager/`."""

    prometheus: frozenset[tuple[str, str]]
    alertmanager: frozenset[tuple[str, str]]


class Refused(NamedTuple):
    """The sets of files that a program complains of; None where there is no such program."""

    promtool: frozenset[frozenset[tuple[str, str]]] | None
    amtool: frozenset[frozenset[tuple[str, str]]] | None


def files_of(texts: Iterable[tuple[str, str]]) -> Files:
    """Sort generated files, given as path and text, by the program that reads them."""
    found = list(texts)
    return Files(_below(found, "prometheus/"), _below(found, "alertmanager/"))


def refused(stacks: Iterable[Files]) -> Refused:
    """Have all stacks read, each different one once."""
    wanted = list(stacks)
    return Refused(
        _refused("promtool", ("check", "config"), "prometheus.yml", {stack.prometheus for stack in wanted}),
        _refused("amtool", ("check-config",), "alertmanager.yml", {stack.alertmanager for stack in wanted}),
    )


def program(name: str) -> str | None:
    """The newest one is asked: what `make tools` built, else the machine's."""
    return shutil.which(name, path=os.pathsep.join((str(BUILT), os.environ.get("PATH", ""))))


def _below(found: Sequence[tuple[str, str]], folder: str) -> frozenset[tuple[str, str]]:
    return frozenset((path.removeprefix(folder), text) for path, text in found if path.startswith(folder))


def _refused(
    name: str, command: Sequence[str], main: str, sets: set[frozenset[tuple[str, str]]]
) -> frozenset[frozenset[tuple[str, str]]] | None:
    executable = program(name)
    if executable is None:
        return None
    with TemporaryDirectory() as folder:
        root = Path(folder)
        places = {f"{number}": files for number, files in enumerate(sorted(filter(None, sets), key=sorted))}
        for place, files in places.items():
            _write(root / place, files)
        mains = [f"{place}/{main}" for place in places]
        batches = [mains[start : start + BATCH] for start in range(0, len(mains), BATCH)]
        with ThreadPoolExecutor(2) as pool:
            bad = pool.map(lambda batch: _complaints([executable, *command, *batch], root), batches)
            return frozenset(places[place] for places_ in bad for place in places_)


def _write(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _complaints(command: Sequence[str], root: Path) -> set[str]:
    """The folders, of those named in the command, whose files the program does not find good in every respect.

    Both programs name a file before they read it, and say SUCCESS after it.

    Raises:
        RuntimeError: when the program tells nothing.
    """
    outcome = external.run(command, timeout=SECONDS, cwd=root)
    if not isinstance(outcome, external.Completed):
        raise RuntimeError(outcome.message)  # noqa: TRY004 - a program that hangs is no wrong type
    _, *blocks = _FILE.split(outcome.stdout)
    bad = (block for block in blocks if "SUCCESS" not in block or "duplicate" in block)
    return {block.split("/")[0].strip("'") for block in bad}
