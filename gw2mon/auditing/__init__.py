"""`gw2mon audit`: what is wrong with the monitoring that somebody has, without a spec and without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.asking import judged_alerts, queries_of, recorded, refusals, texts_and_times
from gw2mon.auditing.knowledge import knowledge
from gw2mon.auditing.linting import linted
from gw2mon.auditing.meanings import MEANINGS, meaning_of
from gw2mon.auditing.reading import read
from gw2mon.auditing.stacks import composed, retention_of
from gw2mon.auditing.subjects import meaning_in, subjects
from gw2mon.auditing.wiring import wired
from gw2mon.model import AlertingRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gw2mon.auditing.asking import Judged
    from gw2mon.auditing.estate import Estate, Rules, Surroundings
    from gw2mon.auditing.knowledge import Knowledge
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.auditing.observed import Served
    from gw2mon.exposition import Exposition
    from gw2mon.finding import Finding, Position

__all__ = ("MEANINGS", "Audit", "Told", "audit")


class Told(NamedTuple):
    """A finding, what it means to a person, and the alert, record, panel or service that it is about."""

    finding: Finding
    meaning: Meaning
    subject: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether it is so for sure. Warnings about queries and alerts depend on what nobody has shown."""
        return self.finding.severity == "error" or self.finding.code[:3] not in _OF_QUERIES


class Refused(NamedTuple):
    """A rule file that Prometheus does not load, so that none of its alerts ever fires, and why."""

    file: Rules
    told: tuple[Told, ...]

    @property
    def alerts(self) -> tuple[tuple[str, Position | None], ...]:
        """All of its alerts, and where they stand."""
        rules = (rule for group in self.file.groups for rule in group.rules)
        return (*((rule.alert, rule.origin) for rule in rules if isinstance(rule, AlertingRule)), *self.file.unread)


class Audit(NamedTuple):
    """What an audit found."""

    estate: Estate
    known: Knowledge
    alerts: tuple[Judged, ...]
    told: tuple[Told, ...]
    """All findings, those about alerts among them."""
    refused: tuple[Refused, ...] = ()


_OF_QUERIES = ("GW2", "GW3", "GW4")


def audit(
    files: Iterable[tuple[str, bytes]],
    expositions: Sequence[Exposition] = (),
    around: Surroundings | None = None,
    prometheus: Callable[[frozenset[str]], Served] | None = None,
) -> Audit:
    """Read files, given as names and bytes, and ask everything that can be asked about them.

    Unless something is said of what lies around them, they are taken for all that there are. `expositions` are what
    targets answer; `prometheus` tells what a server knows, when it is given the names of the series of which nobody
    else does: see gw2mon.commands.witnesses for both.
    """
    estate, unread = read(files)
    estate = estate._replace(around=around) if around else estate
    known = knowledge(estate, expositions, prometheus, retention=retention_of(composed(estate)))
    alerts = tuple(judged_alerts(estate.rules, known))
    about = subjects(estate)
    refused = tuple(_refused(file, about, known) for file in estate.rules)
    told = (
        *(item for file in refused for item in file.told),
        *(
            Told(finding, meaning_of(finding.code), about.get(finding.position, ""))
            for finding in (*unread, *known.findings)
        ),
        *(Told(finding, meaning_in(finding, alert, known), alert.alert) for alert, all_ in alerts for finding in all_),
        *(Told(finding, meaning_of(finding.code, of_panel=True)) for finding in recorded(estate.rules, known)),
        *(
            Told(finding, meaning_of(finding.code), about.get(finding.position, ""))
            for finding in texts_and_times(estate.rules, known)
        ),
        *(
            Told(finding, meaning_of(finding.code, of_panel=True), panel)
            for board in estate.boards
            for finding, panel in queries_of(board, estate.texts[board.path], known)
        ),
        *(Told(*item) for item in (*linted(estate), *wired(estate))),
    )
    return Audit(estate, known, alerts, _once(told), tuple(file for file in refused if file.told))


def _refused(file: Rules, about: Mapping[Position | None, str], known: Knowledge) -> Refused:
    return Refused(file, _once(Told(why, "never fires", about.get(why.position, "")) for why in refusals(file, known)))


def _once(told: Iterable[Told]) -> tuple[Told, ...]:
    """Each mistake once, however often an expression repeats it, in the sense in which it was told first."""
    found: dict[object, Told] = {}
    for item in told:
        found.setdefault((item.finding.code, item.finding.position, item.finding.message), item)
    return tuple(found.values())
