"""Findings that a spec says may stay: left out, unless the suppression itself is of no use any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.codes import CODES, VERIFY_CODES
from gw2mon.finding import Finding
from gw2mon.loader import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.finding import Position
    from gw2mon.loader import Source
    from gw2mon.spec.suppressions import Suppression

Path = tuple[str | int, ...]


def without_suppressed(findings: Sequence[Finding], sources: Sequence[Source], today: str) -> tuple[Finding, ...]:
    """The findings that no suppression covers, and what is wrong with suppressions.

    `today`, such as 2026-12-31, decides which have expired; "": none has.
    """
    kept = list(findings)
    for source in sources:
        for number, entry in enumerate(source.spec.suppress):
            place = source.at("suppress", number)
            if entry.code in VERIFY_CODES:
                if entry.until is not None and entry.until < today:
                    kept.append(_expired(entry, place))
                continue  # whether it covers anything is only known where the service runs
            if entry.code not in CODES:
                advice = did_you_mean(entry.code, CODES)
                kept.append(Finding("GW204", "error", f"unknown finding {entry.code}", place, advice))
                continue
            covered = [finding for finding in kept if _covers(source, entry, finding)]
            if not covered:
                kept.append(_useless(entry, place))
            elif entry.until is not None and entry.until < today:
                kept.append(_expired(entry, place))
            else:
                kept = [finding for finding in kept if finding not in covered]
    return tuple(kept)


def still_told(findings: Sequence[Finding], sources: Sequence[Source], today: str) -> tuple[Finding, ...]:
    """The findings of `gw2mon verify` that no suppression covers. One that covers nothing may do so elsewhere."""
    valid = [
        (source, entry)
        for source in sources
        for entry in source.spec.suppress
        if entry.until is None or entry.until >= today
    ]
    return tuple(one for one in findings if not any(_covers(source, entry, one) for source, entry in valid))


def _useless(entry: Suppression, place: Position) -> Finding:
    message = f"nothing is suppressed: there is no {entry.code} at {entry.at}"
    return Finding("GW231", "warning", message, place, "drop it; it would hide the next mistake")


def _expired(entry: Suppression, place: Position) -> Finding:
    message = f"the suppression of {entry.code} at {entry.at} ended on {entry.until}: {entry.reason}"
    return Finding("GW232", "warning", message, place, "mend what it hid, or decide anew")


def _covers(source: Source, entry: Suppression, finding: Finding) -> bool:
    if finding.code != entry.code or finding.position is None or finding.position.file != source.file:
        return False
    wanted = tuple(entry.at.split("."))
    return any(_dotted(path)[: len(wanted)] == wanted for path in _paths_at(source, finding.position))


def _paths_at(source: Source, position: Position) -> Iterator[Path]:
    """The parts of a spec that begin at a position, or before it where it lies inside a text."""
    places = [(place, path) for places in (source.document.keys, source.document.values)
              for path, place in places.items() if place <= position]  # fmt: skip
    nearest = max((place for place, _ in places), default=None)
    return (path for place, path in places if place == nearest)


def _dotted(path: Path) -> tuple[str, ...]:
    return tuple(str(step) for step in path)
