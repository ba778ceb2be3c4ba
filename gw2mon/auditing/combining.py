"""Findings in fewer words: what is said of several series of one alert becomes one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.auditing import Told

_MARK = re.compile(r"\s*\^+(?:\s+\^+)*")
_LONGEST = 160
_WIDTH, _BEFORE = 110, 40
"""Characters of a query that are shown, and how many of them before its mark."""


class Advice(NamedTuple):
    """The help of a finding in its parts."""

    text: str
    query: str = ""
    """The line of a query that is at fault, and below it the mark; "" for what is about no query."""
    mark: str = ""


def advice_of(help_: str) -> Advice:
    """What to do, apart from the query that it is about."""
    lines = help_.rstrip("\n").split("\n")
    if len(lines) > 1 and _MARK.fullmatch(lines[-1]):
        return Advice("\n".join(lines[:-2]), lines[-2], lines[-1])
    return Advice("\n".join(lines))


def shortened(text: str) -> str:
    """A sentence of help, of which a long list of names needs no more than its beginning."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(', ')[0] or text[:_LONGEST]}, …"


def combined(told: Iterable[Told]) -> list[Told]:
    """Findings of one place and one code whose sentences differ in a single word become one that lists the words."""
    alike: dict[object, list[Told]] = {}
    for item in told:
        finding = item.finding
        bare = finding._replace(message=str(finding.message.count(" ")), help=advice_of(finding.help).text)
        alike.setdefault(item._replace(finding=bare), []).append(item)
    return [one for items in alike.values() for one in _of_alike(items)]


def _of_alike(told: list[Told]) -> list[Told]:
    """The same of findings that differ in nothing but words of their sentences, as many as there are."""
    kept: list[tuple[Told, list[str], int]] = []
    for item in told:
        for number, (other, named, at) in enumerate(kept):
            where = _differs_at(other, item)
            if where >= 0 and at in (-1, where):
                word = item.finding.message.split(" ")[where]
                names = [*(named or [other.finding.message.split(" ")[where]]), word]
                kept[number] = (_marked(other, item), list(dict.fromkeys(names)), where)
                break
        else:
            kept.append((item, [], -1))
    return [_listing(item, named, at) for item, named, at in kept]


def _differs_at(left: Told, right: Told) -> int:
    """The number of the one word that differs; -1 where more do, or none."""
    pairs = zip(left.finding.message.split(" "), right.finding.message.split(" "), strict=True)
    differing = [number for number, (mine, theirs) in enumerate(pairs) if mine != theirs]
    return differing[0] if len(differing) == 1 else -1


def _marked(left: Told, right: Told) -> Told:
    """The first, with the marks of both where they are under one line."""
    mine, theirs = advice_of(left.finding.help), advice_of(right.finding.help)
    if mine.query != theirs.query or not mine.mark:
        return left
    width = max(len(mine.mark), len(theirs.mark))
    pairs = zip(mine.mark.ljust(width), theirs.mark.ljust(width), strict=True)
    mark = "".join("^" if "^" in pair else " " for pair in pairs)
    return left._replace(finding=left.finding._replace(help="\n".join(filter(None, (mine.text, mine.query, mark)))))


def _listing(item: Told, named: list[str], at: int) -> Told:
    if not named:
        return item
    words = item.finding.message.split(" ")
    words[at] = f"{', '.join(named[:-1])} and {named[-1]}"
    return item._replace(finding=item.finding._replace(message=" ".join(words)))


def excerpt(advice: Advice) -> list[str]:
    """The query and the mark; of a long query the part around the mark."""
    if not advice.mark:
        return []
    first = len(advice.mark) - len(advice.mark.lstrip())
    start = max(0, first - _BEFORE) if len(advice.query) > _WIDTH else 0
    end = start + _WIDTH
    before, after = "…" if start else "", "…" if len(advice.query) > end else ""
    return [f"{before}{advice.query[start:end]}{after}", f"{' ' * len(before)}{advice.mark[start:end]}".rstrip()]
