"""Thirty days of traffic, scrape by scrape, and what is true of them: counted, not estimated."""

from __future__ import annotations

from math import cos, pi
from typing import NamedTuple

SCRAPE = 15
"""Seconds."""

_HOUR = 3600 // SCRAPE
_DAY = 24 * _HOUR
SCRAPES = 30 * _DAY


class Happened(NamedTuple):
    """Events since the scrape before, and the bad ones among them."""

    events: int
    bad: int


def _uneven(scrape):
    """One event at night for twenty at noon."""
    return round(525 - 475 * cos(2 * pi * (scrape % _DAY) / _DAY))


def _background(scrape):
    """One failure in ten thousand events, at all distances from the edges of windows."""
    return 1 if scrape % 19 == 7 else 0


def _hours(first, last, day=None):
    return lambda scrape: first * _HOUR <= scrape % _DAY < last * _HOUR and day in (None, scrape // _DAY)


def _incident(during, share, traffic=_uneven):
    def told(scrape):
        events = traffic(scrape)
        return Happened(events, round(events * share) if during(scrape) else _background(scrape))

    return told


def _broken_client(scrape):
    """A client that sends a request with every scrape from one to five, all of which fail."""
    broken = 1 if _hours(1, 5)(scrape) else 0
    return Happened(_uneven(scrape) + broken, _background(scrape) + broken)


def _silent_nights(scrape):
    """Nobody is there from ten to six; one bad hour in the afternoon."""
    if _hours(22, 24)(scrape) or _hours(0, 6)(scrape):
        return Happened(0, 0)
    return _incident(_hours(14, 15, 12), 0.2)(scrape)


MONTHS = {
    "flat": _incident(_hours(14, 16, 12), 0.5, lambda _: 525),
    "night": _incident(_hours(2, 4, 12), 0.5),
    "peak": _incident(_hours(14, 16, 12), 0.5),
    "client": _broken_client,
    "silent": _silent_nights,
}
"""Story to what happened before each scrape."""


def truth(story):
    """The share of bad events of the month."""
    month = [MONTHS[story](scrape) for scrape in range(SCRAPES)]
    return sum(happened.bad for happened in month) / sum(happened.events for happened in month)


def unweighted(story):
    """What an average of the shares of every minute would say."""
    month = [MONTHS[story](scrape) for scrape in range(0, SCRAPES, 60 // SCRAPE)]
    shares = [happened.bad / happened.events for happened in month if happened.events]
    return sum(shares) / len(shares)
