# ruff: noqa: INP001 - scripts, not a package
"""A real Prometheus over blocks of samples, and what it says of a query: its result, its samples, its time."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKOUT = Path(__file__).parent.parent
_FOLDERS = (str(_CHECKOUT / ".tools/bin"), os.environ.get("PATH", ""), str(_CHECKOUT / ".tools/debian/usr/bin"))
_PATIENCE = 60


class Cost(NamedTuple):
    """What one evaluation takes."""

    samples: int
    seconds: float


def program(name: str) -> str:
    """The newest one that is here; ends the run where there is none."""
    found = shutil.which(name, path=os.pathsep.join(_FOLDERS))
    return found or sys.exit(f"{name} was not found: run `make tools` or `tools/debian`")


def version() -> str:
    """The version of Prometheus that is asked."""
    said = subprocess.run([program("prometheus"), "--version"], check=True, capture_output=True, text=True)
    return (said.stdout + said.stderr).split("version ")[1].split()[0].rstrip(",")


def make_blocks(text: Path, blocks: Path) -> None:
    """Write samples in the text form of OpenMetrics as blocks."""
    command = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    # The text is read again for each block, so few large blocks are made many times faster than many small ones.
    subprocess.run([*command, "--max-block-duration=1200h", text, blocks], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running(blocks: Path) -> Iterator[str]:
    """The address of a Prometheus that serves a copy of the blocks and scrapes nothing."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(blocks, Path(place) / "data")
        (Path(place) / "prometheus.yml").write_text("scrape_configs: []\n", encoding="utf-8")
        address = f"127.0.0.1:{_free_port()}"
        options = ("--storage.tsdb.retention.time=10y", "--query.max-samples=200000000", "--log.level=error")
        command = [program("prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data", *options]
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], cwd=place)
        try:
            _wait(f"http://{address}/-/ready", process)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def cost(address: str, expr: str, at: int) -> Cost:
    """What an instant query reads, and how long Prometheus computes."""
    found = _asked(address, "query", query=expr, time=at, stats="all")["stats"]
    return Cost(int(found["samples"]["totalQueryableSamples"]), float(found["timings"]["execTotalTime"]))


def times(address: str, expr: str, start: int, end: int) -> list[int]:
    """The minutes from start to end, as times, in which an expression has a result."""
    found = _asked(address, "query_range", query=expr, start=start, end=end, step=60)["result"]
    return sorted({int(at) for series in found for at, _ in series["values"]})


def _asked(address: str, what: str, **parameters: object) -> Any:  # noqa: ANN401 - JSON
    with urlopen(f"{address}/api/v1/{what}?{urlencode(parameters)}") as answer:  # noqa: S310 - our own server
        return json.load(answer)["data"]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE * 10):
        if process.poll() is not None:
            sys.exit(f"prometheus ended with {process.returncode}")
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("prometheus did not get ready")
