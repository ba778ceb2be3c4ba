"""Base units of metrics, as their names tell them, and the bounds by which durations are sorted by default."""

from __future__ import annotations

import re
from decimal import Decimal

UNITS = (
    "seconds", "bytes", "ratio", "bool", "timestamp", "celsius", "meters", "volts", "amperes", "joules", "grams",
    "hertz",
)  # fmt: skip
DEFAULT_BUCKETS = tuple(
    Decimal(bound)
    for bound in (
        "0.005",
        "0.01",
        "0.025",
        "0.05",
        "0.1",
        "0.25",
        "0.5",
        "1",
        "2.5",
        "5",
        "10",
    )
)
"""The bounds of prometheus_client; for histograms of durations that name none."""


def unit_of(name: str) -> str:
    """The base unit that a metric name ends in, by Prometheus' naming rules; `bool` for 0 or 1, as in `db_up`."""
    stem = re.sub(r"_(total|info)$", "", name)
    if stem.endswith(("_timestamp_seconds", "_timestamp", "_time_seconds")):
        return "timestamp"
    if stem.endswith("_up"):
        return "bool"
    return next((unit for unit in UNITS if stem.endswith(f"_{unit}")), "")
