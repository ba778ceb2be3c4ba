"""An audit in words: the verdict, a paragraph for each alert that does not work, and all else in single lines.

What is proven comes first; what only depends on something that nobody has shown stands apart from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.combining import advice_of, combined, excerpt, shortened
from gw2mon.auditing.meanings import MEANINGS, STYLE
from gw2mon.auditing.verdicts import first_line, is_unseen, second_line, verdicts
from gw2mon.documents import listed
from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gw2mon.auditing import Audit, Refused, Told
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.auditing.verdicts import Verdict
    from gw2mon.finding import Position

SUSPECTED = "may not work, as far as can be seen"
UNSEEN = "metrics that nobody has shown"
_SERIES = re.compile(r"unknown series (\S+) in (.+)")
_UNSEEN_HELP = "name the source that defines them; or a target with --metrics, or a Prometheus with --prometheus"
_NAMED = 6
_MOST = 12
"""Lines of a section that are told without being asked for all."""


class Section(NamedTuple):
    """What is told under one heading: first alerts, each with all that is wrong with it, then all else."""

    title: str
    refused: tuple[Refused, ...] = ()
    alerts: tuple[Verdict, ...] = ()
    others: tuple[Told, ...] = ()

    @property
    def size(self) -> int:
        """How many things are told."""
        return len(self.refused) + len(self.alerts) + len(self.others)


def sections(audit: Audit, told: Collection[Told]) -> Iterator[Section]:
    """Everything in `told`, each once: under what is proven, then what is suspected, then style."""
    left = dict.fromkeys(sorted(told, key=_by_place))
    refused = tuple(file for file in audit.refused if any(item in left for item in file.told))
    _take(left, (item for file in refused for item in file.told))
    alerts = [each._replace(told=tuple(item for item in each.told if item in left)) for each in verdicts(audit)]
    for meaning in MEANINGS[:-1]:
        failing = tuple(verdict for verdict in alerts if _fails_so(verdict, meaning))
        files = refused if meaning == MEANINGS[0] else ()
        _take(left, (item for verdict in failing for item in verdict.told if item.meaning != STYLE))
        others = tuple(item for item in left if item.is_proven and item.meaning == meaning)
        _take(left, others)
        yield Section(meaning, files, failing, others)
    unseen = tuple(item for item in left if is_unseen(item))
    _take(left, unseen)
    suspected = tuple(item for item in left if item.meaning != STYLE)
    _take(left, suspected)
    yield Section(SUSPECTED, others=suspected)
    yield Section(UNSEEN, others=unseen)
    yield Section(STYLE, others=tuple(left))


def _by_place(item: Told) -> tuple[bool, Position | tuple[()], str, str]:
    return item.finding.position is None, item.finding.position or (), item.finding.code, item.finding.message


def _fails_so(verdict: Verdict, meaning: Meaning) -> bool:
    """Whether an alert is told under a meaning: that of the worst that is proven of it by itself."""
    return next((item.meaning for item in verdict.told if item.is_proven), None) == meaning and (
        meaning in (verdict.outcome, verdict.if_loaded)
    )


def _take(left: dict[Told, None], told: Iterable[Told]) -> None:
    for item in tuple(told):
        left.pop(item, None)


def text(audit: Audit, told: Collection[Told], notes: Sequence[str], *, everything: bool) -> str:
    """The whole report for people; `told` is what is to be told of all that was found, `notes` stand at its end."""
    found = verdicts(audit)
    lines = [first_line(found), *filter(None, [second_line(found)])]
    for section in sections(audit, told):
        if section.title == STYLE and section.others and not everything:
            number = len(combined(section.others))
            lines += ["", f"{number} question{'' if number == 1 else 's'} of style (--all lists them)"]
        elif section.size:
            lines += ["", heading(section), "", *_section(section, everything=everything)]
    whole = "\n".join((*lines, "", *notes)).rstrip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", whole)


def heading(section: Section) -> str:
    """NEVER FIRES: 3 alerts."""
    alerts = len(section.alerts)
    return f"{section.title.upper()}{f': {alerts} alert' if alerts else ''}{'s' if alerts > 1 else ''}"


def _section(section: Section, *, everything: bool) -> Iterator[str]:
    if section.title == UNSEEN and not everything:
        yield from _unseen(section.others)
        return
    for file in section.refused:
        yield from (*_refused(file), "")
    for verdict in section.alerts:
        yield from (*_paragraph(combined(item for item in verdict.told if item.meaning != STYLE)), "")
    others = combined(section.others)
    shown = others if everything or len(others) <= _MOST + 1 else others[:_MOST]
    helped: set[str] = set()
    for item in shown:
        yield _said(item)
        advice = shortened(advice_of(item.finding.help).text.split("\n")[0])
        if advice and advice not in helped:
            yield visible(f"  help: {advice}")
        helped.add(advice)
    if len(others) > len(shown):
        yield f"and {len(others) - len(shown)} more (--all lists them)"


def _unseen(told: Iterable[Told]) -> Iterator[str]:
    """Metrics by how their names begin, for those of one program are missing together, and who reads them."""
    names: dict[str, dict[str, None]] = {}
    readers: dict[str, dict[str, None]] = {}
    for item in told:
        match = _SERIES.fullmatch(item.finding.message)
        name, reader = match.groups() if match else (item.finding.message, item.subject)
        names.setdefault(name.partition("_")[0], {})[name] = None
        readers.setdefault(name.partition("_")[0], {})[reader] = None
    for prefix, found in names.items():
        some = next(iter(found)) if len(found) == 1 else f"{len(found)} {prefix}_… "
        yield visible(f"{some.strip()}: read by {_few(readers[prefix])}")
    yield f"  help: {_UNSEEN_HELP}"


def _few(names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def _refused(file: Refused) -> Iterator[str]:
    names = listed(dict.fromkeys(name for name, _ in file.alerts))
    number = len(file.alerts)
    alerts = f"none of its {number} alerts ever fires" if number > 1 else "its only alert never fires"
    lost = f"{alerts}: {names}" if names else "nothing that it records exists"
    yield visible(f"{file.file.path}: Prometheus refuses the whole file, so {lost}")
    for item in combined(file.told):
        yield f"  {_said(item)}"
        yield from _help(item, "    ")


def _paragraph(told: Sequence[Told]) -> Iterator[str]:
    """The worst of an alert, with the part of its query that is at fault and what to do; the rest in a line each."""
    first, *rest = told
    yield _said(first)
    yield from _help(first, "  ")
    for item in rest:
        advice = shortened(advice_of(item.finding.help).text.split("\n")[0])
        yield visible(f"  also: {item.finding.code} {item.finding.message}{f' ({advice})' if advice else ''}")


def _said(item: Told) -> str:
    finding = item.finding
    place = f"{finding.position} " if finding.position else ""
    subject = f"{item.subject}: " if item.subject and item.subject not in finding.message else ""
    return visible(f"{place}{finding.code} {subject}{finding.message}")


def _help(item: Told, indent: str) -> Iterator[str]:
    advice = advice_of(item.finding.help)
    for line in excerpt(advice):
        yield f"{indent}  {visible(line)}"
    first, *rest = advice.text.split("\n")
    if first:
        yield f"{indent}help: {visible(shortened(first))}"
    for line in rest:
        yield f"{indent}  {visible(line)}"
