"""The past that `story.yaml` tells, as questions with answers: what was different at a time, and by how much."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from gw2mon.promql import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

STORY = Path(__file__).with_name("story.yaml")
FINE, COARSE = 15, 120
"""Seconds between scrapes: of the hours that graphs show, and before them."""
SHOWN = 7 * 3600
DAY = 24 * 3600
PEAK = 20.5
"""The hour of the day at which most is going on."""

Labels = tuple[tuple[str, str], ...]


class Incident(NamedTuple):
    """What is different for some time; factors, and lengths of failure, by metric, job or value of a label."""

    begin: float
    end: float
    slower: Mapping[str, float]
    more: Mapping[str, float]
    down: Mapping[str, float]


class Deployment(NamedTuple):
    """When a version started."""

    at: float
    version: str


class Story(NamedTuple):
    """The content of the file; points in time are seconds since 1970."""

    begin: int
    recent: int
    """From when on there is everything, and not only what SLOs read."""
    end: int
    incidents: tuple[Incident, ...]
    deployments: tuple[Deployment, ...]
    data: Mapping[str, Any]

    def times(self, *, is_long: bool) -> list[int]:
        """When Prometheus scraped."""
        begin = self.begin if is_long else self.recent
        return [*range(begin, self.end - SHOWN, COARSE), *range(self.end - SHOWN, self.end + 1, FINE)]

    def of(self, kind: str, name: str) -> Any:  # noqa: ANN401 - a number or a record
        """What the file says of a metric, or the default of its kind."""
        return self.data[kind].get(name, self.data[kind]["default"])

    def deployment(self, time: float) -> Deployment:
        """What runs at a time; before the first deployment, what was there already."""
        found = [each for each in self.deployments if each.at <= time]
        return found[-1] if found else Deployment(self.begin - DAY, "1.7.2")

    def start(self, job: str, time: float) -> float:
        """When the process of a job that runs at a time was started."""
        return self.deployment(time).at if job in self.data["redeployed"] else self.begin - 5 * DAY

    def is_down(self, job: str, time: float) -> bool:
        """Whether a job cannot be scraped: it failed, or it is being replaced."""
        if job not in self.data["redeployed"]:
            return False
        downtime = seconds(self.data["downtime"])
        return self.fails(job, time) or any(0 <= each.at - time < downtime for each in self.deployments)

    def fails(self, name: str, time: float) -> bool:
        """Whether a job or a gauge that tells how things are is at 0: in the middle of an incident."""
        return any(
            abs(time - (incident.begin + incident.end) / 2) < incident.down.get(name, 0) / 2
            for incident, _ in self.going_on(time)
        )

    def going_on(self, time: float) -> list[tuple[Incident, float]]:
        """The incidents of a time, and how strong each is."""
        return [(each, _strength(each, time)) for each in self.incidents if each.begin <= time < each.end]

    def more(self, words: Iterable[str], time: float) -> float:
        """By which factor there is more of something that goes by these words."""
        factors = (
            (incident.more.get(word, 1), strength) for incident, strength in self.going_on(time) for word in words
        )
        return math.prod(1 + (factor - 1) * strength for factor, strength in factors)

    def slowness(self, name: str, time: float) -> float:
        """By which factor a distribution lies higher."""
        factors = ((incident.slower.get(name, 1), strength) for incident, strength in self.going_on(time))
        return math.prod(1 + (factor - 1) * strength for factor, strength in factors)


def told(path: Path = STORY) -> Story:
    """Read the file."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    written: datetime = data["end"]
    end = int(written.timestamp())
    deployments = tuple(Deployment(end - seconds(each["before"]), each["version"]) for each in data["deployments"])
    incidents = [_incident(each, end - seconds(each["begins"])) for each in data["incidents"]]
    incidents += [_incident(data["cold-cache"], each.at) for each in deployments]
    days = data["days"]
    return Story(end - days["slos"] * DAY, end - days["others"] * DAY, end, tuple(incidents), deployments, data)


def _incident(entry: Mapping[str, Any], begin: float) -> Incident:
    down = {name: seconds(length) for name, length in entry.get("down", {}).items()}
    return Incident(begin, begin + seconds(entry["lasts"]), entry.get("slower", {}), entry.get("more", {}), down)


@cache
def seconds(text: str) -> float:
    """A duration of the file."""
    return parse_duration(text) / 1000


@cache
def tide(time: float) -> float:
    """How much is going on at this time of day: 1 on average, with some slow unrest."""
    angle = (time / 3600 % 24 - PEAK) / 24 * 2 * math.pi
    unrest = 0.05 * math.sin(time / 1700) + 0.04 * math.sin(time / 611) + 0.03 * math.sin(time / 233)
    return 1 + math.cos(angle) * 0.9 + unrest


def _strength(incident: Incident, time: float) -> float:
    """How far an incident has got: it takes the first third of its time to unfold, and the last sixth to end."""
    done = (time - incident.begin) / (incident.end - incident.begin)
    return min(1.0, done * 3, (1 - done) * 6)
