"""Durations as Prometheus writes them: `1h30m`, with `y w d h m s ms` in this order."""

from __future__ import annotations

import re
from functools import lru_cache

from gw2mon.promql.errors import PromQLError

MILLISECONDS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
"""Milliseconds in each unit. A year is 365 days, a day 24 hours."""

MAX_MILLISECONDS = (2**63 - 1) // 1_000_000
"""Prometheus counts nanoseconds in 64 bits, which is about 292 years."""

_DURATION = re.compile("".join(rf"(?:(\d+){unit})?" for unit in MILLISECONDS), re.ASCII)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> int:
    """Milliseconds in a duration such as `5m` or `1h30m`; `0` needs no unit.

    Raises PromQLError, without a place, if the text is no duration or longer than 292 years.
    """
    match = _DURATION.fullmatch(text)
    if text == "0":
        return 0
    if match is None or not text:
        raise PromQLError(f'not a valid duration string: "{text}"')
    total = sum(int(count) * size for count, size in zip(match.groups(), MILLISECONDS.values(), strict=True) if count)
    if total > MAX_MILLISECONDS:
        raise PromQLError(f'duration out of range: "{text}"')
    return total


@lru_cache(maxsize=1024)
def format_duration(milliseconds: int) -> str:
    """The text of a duration as Prometheus itself would print it: 5400000 is `1h30m`, 0 is `0s`.

    Years and weeks are used only when nothing is left over: 8 days are `8d`, not `1w1d`.
    """
    if milliseconds < 0:
        return "-" + format_duration(-milliseconds)
    parts: list[str] = []
    rest = milliseconds
    for unit, size in MILLISECONDS.items():
        if unit in ("y", "w") and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
