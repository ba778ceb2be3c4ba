"""What can be said of each alert as a whole: the worst that is proven of it, or suspected."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.auditing.subjects import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.auditing import Audit, Told
    from gw2mon.finding import Position
    from gw2mon.model import AlertingRule

Outcome = Literal[
    "works", "never fires", "always fires", "fires for the wrong reason", "may not work", "reads what nobody has shown"
]  # fmt: skip

_WORST_FIRST: tuple[Outcome, ...] = ("never fires", "always fires", "fires for the wrong reason")
_SAID: tuple[tuple[Outcome, str, str], ...] = (
    ("works", "works", "work"),
    ("never fires", "can never fire", "can never fire"),
    ("always fires", "always fires", "always fire"),
    ("fires for the wrong reason", "fires for the wrong reason", "fire for the wrong reason"),
    ("may not work", "may not work", "may not work"),
    ("reads what nobody has shown", "reads metrics that nobody has shown", "read metrics that nobody has shown"),
)
"""Of one alert, and of several."""


class Verdict(NamedTuple):
    """An alert as a whole."""

    alert: str
    place: Position | None
    outcome: Outcome
    """may not work: nothing is proven, but something is suspected, such as a slip in the name of a metric. Of an alert
    that reads what nobody has shown nothing can be said."""
    told: tuple[Told, ...]
    """What is wrong with it by itself, the worst first."""
    if_loaded: Outcome | None = None
    """What it would do, where Prometheus does not load its file; None where it does, and of what is no PromQL."""


def is_unseen(item: Told) -> bool:
    """Whether all that is said is that nobody has shown a metric, which is as good as any other name."""
    finding = item.finding
    is_unknown = finding.code == "GW201" and finding.message.startswith("unknown series")
    return is_unknown and not item.is_proven and not finding.help.startswith("did you mean")


def verdicts(audit: Audit) -> tuple[Verdict, ...]:
    """Every alert of every rule file, those that are no PromQL among them."""
    refusing = {item for file in audit.refused for item in file.told}
    by_place: dict[Position | None, list[Told]] = {}
    for item in audit.told:
        if item not in refusing:
            by_place.setdefault(item.finding.position, []).append(item)
    lost = {place for file in audit.refused for _, place in file.alerts}
    found = [_verdict(judged.alert, by_place, lost) for judged in audit.alerts]
    broken = [Verdict(name, place, "never fires", ()) for file in audit.estate.rules for name, place in file.unread]
    return tuple(sorted((*found, *broken), key=lambda verdict: verdict.place or ()))


def _verdict(alert: AlertingRule, by_place: dict[Position | None, list[Told]], lost: set[Position | None]) -> Verdict:
    places = dict.fromkeys(places_of(alert))
    told = sorted(
        (item for place in places for item in by_place.get(place, ())),
        key=lambda item: (not item.is_proven, _rank(item)),
    )
    proven = {item.meaning for item in told if item.is_proven}
    outcome = next((worst for worst in _WORST_FIRST if worst in proven), _suspicion(told))
    if alert.origin in lost:
        return Verdict(alert.alert, alert.origin, "never fires", tuple(told), outcome)
    return Verdict(alert.alert, alert.origin, outcome, tuple(told))


def _suspicion(told: Iterable[Told]) -> Outcome:
    suspected = [item for item in told if item.meaning in _WORST_FIRST]
    if not suspected:
        return "works"
    return "reads what nobody has shown" if all(map(is_unseen, suspected)) else "may not work"


def _rank(item: Told) -> int:
    return _WORST_FIRST.index(item.meaning) if item.meaning in _WORST_FIRST else len(_WORST_FIRST)


def first_line(found: Sequence[Verdict]) -> str:
    """15 alerts: 2 work, 11 can never fire, 1 always fires, 1 fires for the wrong reason."""
    if not found:
        return "no alerts found"
    return f"{len(found)} alert{'' if len(found) == 1 else 's'}: {_counted(verdict.outcome for verdict in found)}"


def second_line(found: Sequence[Verdict]) -> str:
    """What the alerts of refused files would do; "" where every file is loaded."""
    waiting = [verdict.if_loaded for verdict in found if verdict.if_loaded]
    return f"once Prometheus loads their rule files: {_counted(waiting)}" if waiting else ""


def _counted(outcomes: Iterable[Outcome]) -> str:
    counted = Counter(outcomes)
    return ", ".join(f"{counted[outcome]} {one if counted[outcome] == 1 else many}"
                     for outcome, one, many in _SAID if counted[outcome])  # fmt: skip


def tally(found: Iterable[Verdict]) -> dict[Outcome, int]:
    """How many alerts there are of each kind."""
    counted = Counter(verdict.outcome for verdict in found)
    return {outcome: counted[outcome] for outcome, _, _ in _SAID}
