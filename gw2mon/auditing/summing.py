"""What an audit has read and what it knows: the last lines of a report, which say how far it is to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.auditing import Audit
    from gw2mon.auditing.estate import Estate

_SHOWN = 4
"""Reasons that are named."""


def read_in(estate: Estate) -> dict[str, int]:
    """How many files of each kind there are."""
    counted = (
        ("rule file", len({file.path for file in estate.rules})),
        ("prometheus.yml", len(estate.scraping)),
        ("alertmanager.yml", len(estate.routing)),
        ("dashboard", len(estate.boards)),
        ("provisioning file", len(estate.provisioning)),
        ("compose file", len(estate.composes)),
        ("Python file", sum(path.endswith(".py") for path in estate.texts)),
        ("template", len(estate.templates)),
        ("environment file", len(estate.environments)),
        ("page", len(estate.pages)),
    )
    return {kind: number for kind, number in counted if number}


def in_words(number: int, noun: str) -> str:
    """3 rule files; of a file with a name of its own there are several so called."""
    return f"{number} {noun}" if number == 1 or noun.endswith(".yml") else f"{number} {noun}s"


def notes(audit: Audit) -> Iterator[str]:
    """The lines in which an audit says what it rests on."""
    read = ", ".join(in_words(number, kind) for kind, number in read_in(audit.estate).items())
    yield f"read:  {read or 'nothing that an audit is about'}"
    yield f"known: {', '.join(audit.known.sources) or 'no metrics'}"
    yield f"       {_closed(audit)}"


def _closed(audit: Audit) -> str:
    reasons = audit.known.unaccounted
    if not reasons:
        return "every target is accounted for, so a metric that is not known does not exist"
    more = len(reasons) - _SHOWN
    listed = "; ".join(reasons[:_SHOWN]) + (f"; and {more} more reasons" if more > 0 else "")
    return f"{listed}: so a metric that is not known is only suspected"
