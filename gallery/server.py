"""A Prometheus that holds a past instead of scraping: blocks go in between starts, answers come out."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHECKOUT = Path(__file__).absolute().parents[1]
PORTION = 24 * 3600
"""Seconds that promtool is given at a time: it reads all of its input once for every two hours of it."""
MOST_POINTS = 10_000
"""Points of one series that Prometheus gives at a time, nearly."""
PATIENCE = 60.0


class Sample(NamedTuple):
    """A series with its labels as they are written, a time in seconds, and a value."""

    series: str
    time: int
    value: float


class Server(NamedTuple):
    """A running Prometheus."""

    url: str

    def at(self, expr: str, moment: float) -> list[dict[str, Any]]:
        """The value of an expression at a moment."""
        return self._ask("query", query=expr, time=moment)

    def over(self, expr: str, begin: int, end: int, step: int) -> list[dict[str, Any]]:
        """The values of an expression from one time to another."""
        joined: dict[str, dict[str, Any]] = {}
        for first in range(begin, end + 1, step * MOST_POINTS):
            last = min(end, first + step * (MOST_POINTS - 1))
            for series in self._ask("query_range", query=expr, start=first, end=last, step=step):
                name = json.dumps(series["metric"], sort_keys=True)
                joined.setdefault(name, {**series, "values": []})["values"] += series["values"]
        return list(joined.values())

    def _ask(self, what: str, **parameters: object) -> list[dict[str, Any]]:
        body = urlencode(parameters).encode()
        with urlopen(f"{self.url}/api/v1/{what}", body, timeout=600) as answer:  # noqa: S310 - loopback
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


def program(name: str) -> str:
    """Where a program is, the newest first.

    Raises:
        SystemExit: when it is nowhere.
    """
    for folder in (str(CHECKOUT / ".tools/bin"), None, str(CHECKOUT / ".tools/debian/usr/bin")):
        if found := shutil.which(name, path=folder):
            return found
    raise SystemExit(f"{name} is missing: run tools/debian or make tools.")


def write_blocks(data: Path, samples: Iterable[Sample]) -> None:
    """Add samples to a folder of blocks."""
    with TemporaryDirectory(dir=data.parent) as folder, ExitStack() as stack:
        portions: dict[int, TextIO] = {}
        for series, moment, value in samples:
            number = moment // PORTION
            if number not in portions:
                portions[number] = stack.enter_context(Path(folder, str(number)).open("w", encoding="utf-8"))
            portions[number].write(f"{series} {value!r} {moment}\n")
        for _, portion in sorted(portions.items()):
            portion.write("# EOF\n")
            portion.close()
            _make_blocks(portion.name, data)


def _make_blocks(text: str, data: Path) -> None:
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet", text, str(data)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise SystemExit(f"promtool cannot make blocks:\n{made.stdout}{made.stderr}")


@contextmanager
def running(data: Path) -> Iterator[Server]:
    """A Prometheus on the blocks of a folder, until the block of code ends."""
    config = data.with_name("prometheus.yml")
    config.write_text("{}", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    # With blocks of one length, nothing is compacted while we ask.
    command = [program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={data}",
               "--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h",
               "--storage.tsdb.retention.time=10y", "--query.max-samples=1000000000", "--query.timeout=10m",
               f"--web.listen-address={address}"]  # fmt: skip
    log = data.with_name("prometheus.log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://{address}/-/ready", process, log)
        yield Server(f"http://{address}")
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - loopback
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"prometheus does not start:\n{log.read_text(errors='replace')[-2000:]}")
