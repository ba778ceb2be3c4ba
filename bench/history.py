# ruff: noqa: INP001 - scripts, not a package
"""Weeks of samples that a real Prometheus is asked about: raw counters, records, and incidents to replay."""

from __future__ import annotations

import shutil
import tempfile
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SCRAPE, MINUTE, HOUR, DAY = 15, 60, 3600, 86_400

END = 1_769_990_400
"""When it ends, in seconds since the epoch: the blocks are made once, so it is no date of today."""

HANDLERS = 10

INCIDENTS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02)
"""Shares of requests that fail in the incidents."""

BEGIN = END - 2 * HOUR + 20
"""When each incident begins; it goes on until the end."""

_HEALTHY = 0.0001
_PER_SCRAPE = 300


class Size(NamedTuple):
    """How much there is."""

    series: int
    raw: int
    """Seconds of raw samples."""
    records: int
    """Seconds of records."""


FULL = Size(300, 3 * DAY + HOUR, 30 * DAY)
SMALL = Size(30, 2 * HOUR, DAY // 2)

Recorded = tuple[str, "Mapping[str, str]", bool]
"""A record with its labels, and whether its whole history is read."""


def folder(size: Size, recorded: tuple[Recorded, ...], fill: Callable[[Path, Path], None]) -> Path:
    """The folder of the blocks, made unless an earlier run has left them in the folder for temporary files."""
    source = Path(__file__).read_bytes() + repr((size, recorded)).encode()
    made = Path(tempfile.gettempdir()) / f"gw2mon-bench-{sha256(source).hexdigest()[:12]}"
    if not made.is_dir():
        unfinished = Path(tempfile.mkdtemp(prefix="gw2mon-bench-"))
        text = unfinished / "samples.om"
        with text.open("w", encoding="utf-8") as file:
            file.writelines(_lines(size, recorded))
        fill(text, unfinished / "blocks")
        text.unlink()
        shutil.move(unfinished / "blocks", made)
        unfinished.rmdir()
    return made


def job_of(share: float) -> str:
    """The job that has an incident of this size."""
    return f"incident-{share}"


def _lines(size: Size, recorded: tuple[Recorded, ...]) -> Iterator[str]:
    """OpenMetrics: all of it, a series at a time."""
    yield "# TYPE requests counter\n"
    for number in range(size.series):
        # Two of five are about errors, as with one series for each of five statuses.
        status = "5xx" if number % 5 < 2 else "2xx"  # noqa: PLR2004 - two of five
        labels = {"job": "shop", "pod": f"p{number // HANDLERS}", "handler": f"h{number % HANDLERS}", "status": status}
        labels["part"] = str(number % 5)
        grows = 1 if status == "5xx" else _PER_SCRAPE
        samples = range(0, size.raw // SCRAPE * grows, grows)
        yield from _series("requests_total", labels, SCRAPE, samples)
    for share in INCIDENTS:
        for status, counts in _incident(share).items():
            yield from _series("requests_total", {"job": job_of(share), "status": status}, SCRAPE, counts)
    for record, own, is_whole in recorded:
        seconds = size.records if is_whole else 5 * MINUTE
        yield f"# TYPE {record} gauge\n"
        yield from _series(record, own, MINUTE, [0.0001] * (seconds // MINUTE))
    yield "# EOF\n"


def _incident(share: float, seconds: int = 10 * HOUR) -> dict[str, list[int]]:
    """Counters by status, which first are healthy for hours."""
    times = range(END - seconds + SCRAPE, END + SCRAPE, SCRAPE)
    failed = list(accumulate(_PER_SCRAPE * (share if time > BEGIN else _HEALTHY) for time in times))
    whole = [int(count + 1e-6) for count in failed]
    return {"5xx": whole, "2xx": [_PER_SCRAPE * (n + 1) - count for n, count in enumerate(whole)]}


def _series(name: str, labels: Mapping[str, str], step: int, values: range | list[int] | list[float]) -> Iterator[str]:
    """Samples that end at the end, `step` seconds apart."""
    pairs = ",".join(f'{label}="{value}"' for label, value in labels.items())
    start = END - (len(values) - 1) * step
    yield "".join([f"{name}{{{pairs}}} {value} {start + number * step}\n" for number, value in enumerate(values)])
