"""A scenario: input series over time, and when an alert must fire or stay silent. And how promtool writes series.

Every scenario has one shape: healthy, then an incident, then recovery. Phases are whole numbers of intervals, and the
first sample of an incident lies exactly on the boundary. So what a formula says about the time of an alert is right to
one interval, in the closed windows of Prometheus 2 and in the left-open ones of Prometheus 3.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.model import AlertingRule, Pairs, RecordingRule
    from gw2mon.world import World

INTERVALS = (3_600_000, 900_000, 300_000, 60_000, 30_000, 15_000)
"""Milliseconds between samples, the widest first: what people scrape at, and coarser ones for windows of days."""

INSTANT = 60_000
"""Milliseconds between samples where nothing depends on them."""

STEP = Decimal("0.02")
"""How far beyond a threshold a scenario goes. Nearer than 1 % the order of a float sum could decide."""


class Unprovable(Exception):  # noqa: N818 - not an error of gw2mon: a spec may ask for what no input can show
    """No scenario can be derived; the message says why, as the end of a sentence about the alert."""


class Series(NamedTuple):
    """An input series: a selector with `=` matchers, and its values in promtool's notation."""

    selector: str
    values: str


class Check(NamedTuple):
    """Whether an alert fires at a time, in milliseconds from the start."""

    at: int
    firing: bool


class Scenario(NamedTuple):
    """One story about one alert."""

    name: str
    rule: AlertingRule
    interval: int
    """Milliseconds between samples, and between evaluations."""
    series: tuple[Series, ...]
    checks: tuple[Check, ...]
    kept: Pairs | None
    """Labels that the rule's expression leaves on a firing alert; None where that is not known."""


class Subject(NamedTuple):
    """The alerting rule that is to be proven, and what its scenarios are made from."""

    rule: AlertingRule
    world: World
    records: Mapping[str, RecordingRule]
    interval: int


class Timeline(NamedTuple):
    """Lengths of the three phases in milliseconds, and the interval that divides them."""

    interval: int
    healthy: int
    incident: int
    recovery: int

    @property
    def phases(self) -> tuple[int, int, int]:
        """Samples in each phase; the last one ends with a sample on the end."""
        return self.healthy // self.interval, self.incident // self.interval, self.recovery // self.interval + 1

    @property
    def samples(self) -> int:
        """Samples in all."""
        return sum(self.phases)

    @property
    def last(self) -> int:
        """The last moment of the incident at which something is checked."""
        return self.healthy + self.incident - self.interval

    @property
    def end(self) -> int:
        """When everything must have calmed down."""
        return self.healthy + self.incident + self.recovery - self.interval


def timeline(subject: Subject, window: int) -> Timeline:
    """Healthy until the window is full, an incident that outlasts window and `for`, and time to forget it."""
    rule, i = subject.rule, subject.interval
    return Timeline(
        i,
        healthy=ceiling(window, i) + 2 * i,
        incident=ceiling(window + rule.hold, i) + 4 * i,
        recovery=ceiling(window + rule.keep_firing, i) + 6 * i,
    )


def cut_short(line: Timeline, hold: int) -> Timeline | None:
    """The same time with an incident that is over before `for` is; None where `for` is too short for that."""
    if hold < 2 * line.interval:
        return None
    incident = ceiling(hold, line.interval)
    return line._replace(incident=incident, recovery=line.recovery + line.incident - incident)


def interval_for(window: int, hold: int) -> int:
    """The widest interval at which half or double the window or the `for` of a rule would still show.

    What looks back over no window changes at once, so that two intervals in `for` are enough to see it.
    """
    limits = [window // 4, hold // 4] if window else [hold // 2]
    limit = min((limit for limit in limits if limit), default=INSTANT)
    return next((interval for interval in INTERVALS if interval <= limit), INTERVALS[-1])


def ceiling(milliseconds: float | Decimal, interval: int) -> int:
    """The next multiple of the interval."""
    return int(-(-milliseconds // interval) * interval)


def floor(milliseconds: float | Decimal, interval: int) -> int:
    """The multiple of the interval before, or the time itself."""
    return int(milliseconds // interval * interval)


def fires_after(line: Timeline, hold: int, crossing: float | Decimal) -> tuple[Check, ...]:
    """Checks of an incident that must fire; `crossing` is when its condition becomes true, from its beginning on.

    Not fired two intervals before its time: `for` and the window are long enough. Fired one interval after: they are
    no longer than they should be. At 0, where no window blurs it, the time is exact.
    """
    i = line.interval
    exact = crossing == 0
    early = line.healthy + floor(crossing + hold, i) - (i if exact else 2 * i)
    late = line.healthy + ceiling(crossing + hold, i) + (0 if exact else i)
    moments = {line.healthy - i: False, max(early, line.healthy - i): False, min(late, line.last): True}
    return tuple(Check(at, firing) for at, firing in {**moments, line.last: True, line.end: False}.items())


def never_fires(line: Timeline) -> tuple[Check, ...]:
    """Checks of something that looks like an incident and is none."""
    return tuple(Check(at, firing=False) for at in (line.healthy, line.last))


def grows(*phases: tuple[Decimal | int | None, int]) -> str:
    """A counter: how much it grows at each sample, and for how many; None while it does not exist."""
    parts, value = [], Decimal(0)
    for growth, count in phases:
        if growth is None:
            parts.append(_missing(count))
        elif count:
            parts.append(_run(value + growth, Decimal(growth), count))
            value += growth * count
    return " ".join(parts)


def holds(*phases: tuple[Decimal | int | None, int]) -> str:
    """A gauge: the value it holds, and for how many samples; None while it does not exist."""
    return " ".join(_missing(n) if value is None else _run(Decimal(value), Decimal(0), n) for value, n in phases if n)


def moves(*phases: tuple[Decimal | int, Decimal | int, int]) -> str:
    """A gauge: its first value, by how much it moves at each sample, and for how many."""
    return " ".join(_run(Decimal(first), Decimal(step), count) for first, step, count in phases if count)


def vanishes(line: Timeline) -> str:
    """A series that is gone during the incident, as when a target no longer exposes it: a stale marker ends it."""
    before, gone, after = line.phases
    return f"{holds((1, before))} stale {holds((None, gone - 1), (1, after))}"


def _run(first: Decimal, step: Decimal, count: int) -> str:
    # Promtool counts the repetitions after the first sample.
    if count == 1:
        return number_text(first)
    sign = "-" if step < 0 else "+"
    moving = f"{sign}{number_text(abs(step))}" if step else ""
    return f"{number_text(first)}{moving}x{count - 1}"


def _missing(count: int) -> str:
    return f"_x{count}"


def number_text(number: Decimal | int) -> str:
    """A number without exponent and without zeros at its end, to nine digits behind the point."""
    text = f"{Decimal(number).quantize(Decimal('1e-9')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
