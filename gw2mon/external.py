"""Other programs: promtool, amtool, git; and the day that it is. The only place that starts processes.

Whatever a program does, hang, print rubbish or not exist, comes back as a value: a missing promtool must not keep the
rest of a report from its reader.
"""

from __future__ import annotations

import os
from contextlib import suppress
from signal import SIGKILL
from time import gmtime, monotonic, strftime
from typing import IO, TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from subprocess import Popen

OUTPUT_LIMIT = 64 * 1024 * 1024  # bytes, of standard output and standard error each

_CHUNK = 1 << 16  # bytes
_GIT_SECONDS = 20.0

# Set while git runs a hook, and then about the repository of the hook, wherever we ask from.
_GIT_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


def today() -> str:
    """The day in UTC, such as 2026-12-31. Findings may depend on it; outputs never do."""
    return strftime("%Y-%m-%d", gmtime())


class Completed(NamedTuple):
    """A program that ran to its end, whatever it thinks of the outcome. A negative `returncode` is a signal."""

    returncode: int
    stdout: str
    stderr: str


class Failed(NamedTuple):
    """A program that told nothing.

    `reason`: `missing` (not found, or nothing that can be executed), `timeout`, `garbage` (no text, or endless).
    """

    reason: Literal["missing", "timeout", "garbage"]
    message: str


def run(
    command: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    input: str | None = None,  # noqa: A002 - the word of subprocess, which everyone knows
    env: Mapping[str, str] | None = None,
) -> Completed | Failed:
    """Run a program and wait for it, `timeout` seconds at most; without `input` it reads nothing.

    No shell is involved. `env` replaces the whole environment. On timeout, and on Ctrl-C, everything that the program
    started ends with it.
    """
    from subprocess import DEVNULL, PIPE, Popen  # costs 14 ms, and most commands start no program

    try:
        stdin = DEVNULL if input is None else PIPE
        # A session of its own is a group that can be ended as a whole.
        process = Popen(command, stdin=stdin, stdout=PIPE, stderr=PIPE, cwd=cwd, env=env, start_new_session=True)
    except OSError as error:
        words = error.strerror or str(error)
        return Failed("missing", f"{command[0]} cannot be run: {words[:1].lower()}{words[1:]}")
    with process:
        outcome = None
        try:
            outcome = _collect(process, command[0], (input or "").encode("utf-8"), timeout)
        finally:
            if not isinstance(outcome, Completed):
                _end(process)
    return outcome


def _collect(process: Popen[bytes], tool: str, payload: bytes, timeout: float) -> Completed | Failed:
    from subprocess import TimeoutExpired

    deadline = monotonic() + timeout
    stdout, stderr = bytearray(), bytearray()
    try:
        for kept in _pumped(process, payload, deadline, (stdout, stderr)):
            if len(kept) > OUTPUT_LIMIT:
                return Failed("garbage", f"{tool} prints without end")
        returncode = process.wait(max(deadline - monotonic(), 0.0))
        return Completed(returncode, stdout.decode("utf-8"), stderr.decode("utf-8"))
    except (TimeoutError, TimeoutExpired):
        return Failed("timeout", f"{tool} did not end within {timeout:g} seconds")
    except UnicodeDecodeError:
        return Failed("garbage", f"{tool} prints what is not text")


def _pumped(
    process: Popen[bytes], payload: bytes, deadline: float, buffers: tuple[bytearray, bytearray]
) -> Iterator[bytearray]:
    """Feed and read a process until it closes its outputs; yield each buffer that grew. Raises TimeoutError."""
    from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector

    rest = memoryview(payload)
    with DefaultSelector() as selector:
        for stream, buffer in zip((process.stdout, process.stderr), buffers, strict=True):
            selector.register(cast("IO[bytes]", stream), EVENT_READ, buffer)
        if process.stdin:
            selector.register(process.stdin, EVENT_WRITE)
        while selector.get_map():
            if (left := deadline - monotonic()) <= 0:
                raise TimeoutError
            for key, _ in selector.select(left):
                if key.fileobj is process.stdin:
                    rest = _feed(process.stdin, rest)
                    finished = not rest
                else:
                    chunk = os.read(key.fd, _CHUNK)
                    key.data.extend(chunk)
                    finished = not chunk
                    yield key.data
                if finished:
                    selector.unregister(key.fileobj)


def _feed(stdin: IO[bytes], rest: memoryview) -> memoryview:
    """Write what a pipe that is ready takes without blocking; return what is left, nothing if nobody reads it."""
    from select import PIPE_BUF

    try:
        rest = rest[os.write(stdin.fileno(), rest[:PIPE_BUF]) :]
    except BrokenPipeError:
        rest = rest[:0]
    if not rest:
        stdin.close()
    return rest


def _end(process: Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, SIGKILL)


def git_is_committed(path: Path) -> bool:
    """Whether the last commit holds the file exactly as it lies on the disk, so that nothing is lost if it goes.

    Compares hashes rather than asking `git diff`, which keeps silent about files marked as unchanged. The hash is of
    what git would store, so line endings that a checkout converted do not count. False without git or a repository.
    """
    committed = _git(path, "rev-parse", "--verify", "--quiet", f"HEAD:./{path.name}")
    return bool(committed) and committed == _git(path, "hash-object", "--", path.name)


def _git(path: Path, *arguments: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in _GIT_HOOK}
    match run(["git", *arguments], timeout=_GIT_SECONDS, cwd=path.parent, env=env):
        case Completed(0, stdout, _):
            return stdout.strip()
        case _:
            return ""
