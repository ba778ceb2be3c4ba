"""`gw2mon audit`: what is wrong with the monitoring that somebody has, without a spec and without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.asking import judged_alerts, queries_of, recorded, texts_and_times
from gw2mon.auditing.knowledge import knowledge
from gw2mon.auditing.linting import linted
from gw2mon.auditing.meanings import MEANINGS, meaning_of
from gw2mon.auditing.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.auditing.asking import Judged
    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.knowledge import Knowledge
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.exposition import Exposition
    from gw2mon.finding import Finding

__all__ = ("MEANINGS", "Audit", "Told", "audit")


class Told(NamedTuple):
    """A finding and what it means to a person."""

    finding: Finding
    meaning: Meaning


class Audit(NamedTuple):
    """What an audit found."""

    estate: Estate
    known: Knowledge
    alerts: tuple[Judged, ...]
    told: tuple[Told, ...]
    """All findings, those about alerts among them."""


def audit(files: Iterable[tuple[str, bytes]], expositions: Sequence[Exposition] = ()) -> Audit:
    """Read files, given as names and bytes, and ask everything that can be asked about them."""
    estate, unread = read(files)
    known = knowledge(estate, expositions)
    alerts = tuple(judged_alerts(estate.rules, known))
    findings = (
        *unread,
        *(finding for judged in alerts for finding in judged.findings),
        *recorded(estate.rules, known),
        *texts_and_times(estate.rules, known),
    )
    shown = (finding for board in estate.boards for finding in queries_of(board, estate.texts[board.path], known))
    told = (
        *(Told(finding, meaning_of(finding.code)) for finding in findings),
        *(Told(finding, meaning_of(finding.code, of_panel=True)) for finding in shown),
        *(Told(*item) for item in linted(estate)),
    )
    return Audit(estate, known, alerts, _once(told))


def _once(told: Iterable[Told]) -> tuple[Told, ...]:
    """Each mistake once, however often an expression repeats it."""
    found: dict[object, Told] = {}
    for item in told:
        found.setdefault((item.finding.code, item.finding.position, item.finding.message, item.meaning), item)
    return tuple(found.values())
