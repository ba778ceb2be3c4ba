"""An audit as a comment on a pull request: the verdict, a table of what fails, and the rest folded away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.auditing.combining import advice_of, combined
from gw2mon.auditing.meanings import STYLE
from gw2mon.auditing.telling import SUSPECTED, UNSEEN, sections
from gw2mon.auditing.verdicts import first_line, second_line, verdicts
from gw2mon.documents import listed
from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gw2mon.auditing import Audit, Told
    from gw2mon.auditing.telling import Section
    from gw2mon.finding import Position

_MOST = 40
"""Rows of a table: a comment holds 65,536 characters."""
_LONGEST = 300
_SPECIAL = re.compile(r"([\\`*_\[\]|~#@])")


def render_markdown(audit: Audit, told: Collection[Told], notes: Sequence[str], *, everything: bool) -> str:
    """The whole comment."""
    found = verdicts(audit)
    parts = [f"**{_plain(first_line(found))}**", *filter(None, [_plain(second_line(found))])]
    shown = (each for each in sections(audit, told) if each.size and (each.title != STYLE or everything))
    parts.extend("\n".join(_section(section)) for section in shown)
    parts.append("\n".join(("<sub>", *(f"{_plain(note.strip())}<br>" for note in notes), "</sub>")))
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    rows = list(_rows(section))
    folded = section.title in (SUSPECTED, UNSEEN, STYLE)
    title = f"{section.title[:1].upper()}{section.title[1:]}: {len(rows)}"
    yield f"<details><summary>{title}</summary>" if folded else f"### {title}"
    yield ""
    yield "| where | what | what to do |"
    yield "|---|---|---|"
    yield from rows[:_MOST]
    if len(rows) > _MOST:
        yield f"| | and {len(rows) - _MOST} more | `gw2mon audit --all` |"
    if folded:
        yield ""
        yield "</details>"


def _rows(section: Section) -> Iterator[str]:
    for file in section.refused:
        names = listed(dict.fromkeys(name for name, _ in file.alerts))
        for item in combined(file.told):
            yield _row(item, f"the whole file is refused ({names})" if names else "the whole file is refused")
    for verdict in section.alerts:
        for number, item in enumerate(combined(each for each in verdict.told if each.meaning != STYLE)):
            yield _row(item, f"also of {verdict.alert}" if number else "")
    for item in combined(section.others):
        yield _row(item, "")


def _row(item: Told, remark: str) -> str:
    finding = item.finding
    subject = f"{item.subject}: " if item.subject and item.subject not in finding.message else ""
    said = f"{finding.code} {subject}{finding.message}{f'; {remark}' if remark else ''}"
    advice = advice_of(finding.help).text.replace("\n", " ")
    return f"| {_place(finding.position)} | {_plain(said)} | {_plain(advice)} |"


def _place(position: Position | None) -> str:
    return f"`{visible(position.file).replace('`', '').replace('|', '')}:{position.line}`" if position else ""


def _plain(text: str) -> str:
    """Text of others, in which nothing is a link, a name to notify, a tag or the end of a cell."""
    text = visible(text)
    text = f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
