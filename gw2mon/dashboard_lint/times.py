"""Times: the range of the dashboard and of single panels, steps, and how many points a graph has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.walking import Part, Problem, Record, panels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_RELATIVE = re.compile(r"now((?:[+-]\d+[smhdwMy])*)((?:/f?[smhdwMyQ]{1,2})?)")
_ABSOLUTE = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+Z?([+-]\d\d:?\d\d)?)?|\d{10,13}")
_SHIFT = re.compile(r"([+-]\d+)([smhdwMy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000}
_ZONE = re.compile(r"|browser|utc|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}|[A-Z]{3,4}(\d[A-Z]{3})?", re.IGNORECASE)
_LENGTH = re.compile(r"[<>]?\d+(ms|[smhdwMy])|now(/[dwMy])|")
_FEWEST = 10


def whole_range(dashboard: Record) -> Iterator[Problem]:
    """bad-time-range: an end before its beginning, or a moment that Grafana cannot read; every panel is then empty."""
    time = Part("", dashboard).record("time")
    moments = {key: time.text(key) for key in ("from", "to") if time.text(key)}
    for key, text in moments.items():
        if not _RELATIVE.fullmatch(text) and not _ABSOLUTE.fullmatch(text) and "$" not in text:
            yield time.problem("bad-time-range", f"{text} is no moment such as now-6h", key)
    found = [_offset(text) for text in moments.values()]
    if len(found) == len(("from", "to")) and found[0] is not None and found[1] is not None and found[0] >= found[1]:
        yield time.problem("bad-time-range", "it ends before it begins", "from")


def _offset(text: str) -> int | None:
    """Seconds from now; None for what is rounded or absolute."""
    match = _RELATIVE.fullmatch(text)
    if match is None or match[2]:
        return None
    return sum(int(number) * _SECONDS[unit] for number, unit in _SHIFT.findall(match[1]))


def zone(dashboard: Record) -> Iterator[Problem]:
    """unknown-time-zone: times would be those of UTC."""
    if not _ZONE.fullmatch(Part("", dashboard).text("timezone")):
        yield Problem("unknown-time-zone", "timezone", f"{dashboard['timezone']} is no zone such as Europe/Paris")


def lengths(dashboard: Record) -> Iterator[Problem]:
    """bad-duration: a panel's own range or step, in words that Grafana does not read."""
    for panel in panels_of(dashboard):
        parts = [(panel, key) for key in ("timeFrom", "timeShift", "interval")]
        parts += [(target, "interval") for target in panel.records("targets")]
        for part, key in parts:
            text = part.text(key)
            if "$" not in text and not _LENGTH.fullmatch(text):
                yield part.problem("bad-duration", f"{text} is no duration such as 5m", key)


def points(dashboard: Record) -> Iterator[Problem]:
    """few-points: a graph that cannot show a course."""
    for panel in panels_of(dashboard):
        most = panel.data.get("maxDataPoints")
        if panel.data.get("type") in ("timeseries", "heatmap") and isinstance(most, int) and most < _FEWEST:
            yield panel.problem("few-points", f"a graph of {most} points shows no course", "maxDataPoints")
