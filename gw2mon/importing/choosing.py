"""What files are, told by what they hold: documents of SLOs, or monitoring as it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.documents import Report, nodes_of
from gw2mon.importing import Imported, convert, is_about_slos, promised
from gw2mon.importing.monitoring import Wishes, spec_of
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.exposition import Exposition
    from gw2mon.finding import Finding
    from gw2mon.importing import Settings

Source = tuple[str, bytes]
_MARKS = (b"prometheus/v", b"sloth", b"openslo")
"""One of these stands in every document of SLOs; others need not be read twice."""
_DATA = (".yml", ".yaml", ".json")


class Asked(NamedTuple):
    """What a person asks of an import."""

    settings: Settings
    wishes: Wishes
    keep_labels: bool = False
    named: Collection[str] = ()
    """Files that are named one by one: each of them must be something."""


def begin(sources: Sequence[Source], exposition: Exposition | None, asked: Asked) -> Imported:
    """The spec of files: of SLOs where they hold nothing else, else of all that runs."""
    from gw2mon.auditing.reading import read

    slos = [source for source in sources if _holds_slos(source)]
    estate, unread = read(source for source in sources if source not in slos)
    if not _says_something(estate) and exposition is None:
        strange = [source for source in sources if source not in slos and _is_expected(source, asked)]
        return convert(
            [*slos, *strange], asked.settings, asked.wishes.service,
            keep_labels=asked.keep_labels, shared=asked.wishes.shared,
        )  # fmt: skip
    promises, unkept = promised(slos, asked.settings, asked.wishes.service)
    called = next((promise.service for promise in promises.values()), asked.wishes.folder)
    written = spec_of(estate, exposition, asked.wishes._replace(folder=called), promises)
    held = ", ".join(
        f"{number} {what}{'' if number == 1 else 's'}"
        for number, what in (
            (written.metrics, "metric"), (len(promises), "SLO"), (written.alerts, "alert"),
            (written.dashboards, "dashboard"),
        ) if number
    )  # fmt: skip
    findings = (*unread, *unkept, *written.findings, *_strange(estate, asked.named))
    return Imported(written.text, written.service, 0, (), findings, f"{held or 'routes'} of {written.service}")


def _holds_slos(source: Source) -> bool:
    file, data = source
    if not file.lower().endswith(_DATA) or not any(mark in data for mark in _MARKS):
        return False
    return any(is_about_slos(node) for node in nodes_of(data, file, Report([])))


def _says_something(estate: Estate) -> bool:
    return bool(estate.rules or estate.scraping or estate.routing or estate.boards or estate.source.metrics)


def _is_expected(source: Source, asked: Asked) -> bool:
    """Whether a file was meant to be a document: what lies in a folder may be anything."""
    return source[0] in asked.named


def _strange(estate: Estate, named: Collection[str]) -> list[Finding]:
    """Files that were meant to be something, and are not."""
    from gw2mon.finding import Position

    ledger = Ledger([])
    fields = ("rules", "scraping", "routing", "boards", "composes", "provisioning")
    known = {file.path for field in fields for file in getattr(estate, field)}
    for file in named:
        if file in estate.data and file not in known:
            ledger.miss(lost.FILE, Position(file, 1, 1), "nobody's format that is known", "is it the right file?")
    return ledger.findings
