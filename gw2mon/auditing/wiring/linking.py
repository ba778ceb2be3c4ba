"""Links of alerts to runbooks: pages that are there, and the parts of them that are meant."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from gw2mon.auditing.linting import Linted
from gw2mon.finding import Finding
from gw2mon.loader import nearest_name
from gw2mon.model import AlertingRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing.estate import Estate, Prose

CODE = "GW640"
_NAME = re.compile(r"\{\{-?\s*\$labels\.alertname\s*-?\}\}")
_PAGE = re.compile(r"\.(md|markdown|html)$|/$", re.IGNORECASE)
_ENOUGH = 2
"""Names at the end of a path that tell a page from others."""
_TWIN = re.compile(r"-\d+$")
"""What is appended to the anchor of the second heading with the same words."""


class Page(NamedTuple):
    """A page, and the names of which its path is made."""

    prose: Prose
    names: list[str]


def linking(estate: Estate) -> Iterator[Linted]:
    """Links into the pages that are here, to parts that are not in them."""
    pages = _by_name(estate.pages)
    for rule in (rule for file in estate.rules for group in file.groups for rule in group.rules):
        if not isinstance(rule, AlertingRule):
            continue
        for name, text in rule.annotations:
            found = _fault(_NAME.sub(rule.alert.replace("\\", ""), text).strip(), pages)
            if found is not None:
                page, anchor, advice = found
                place = dict(rule.written).get(name, rule.origin)
                finding = Finding(CODE, "warning", f"{page} has no part #{anchor}", place, advice)
                yield Linted(finding, "shows the wrong thing", rule.alert)


def _by_name(pages: Sequence[Prose]) -> dict[str, list[Page]]:
    """Pages by the last name of their paths; that of a folder stands for its first page."""
    found: dict[str, list[Page]] = defaultdict(list)
    for prose in pages:
        names = _parts(prose.path)
        found[names[-1]].append(Page(prose, names))
        if names[-1] in ("index", "readme") and len(names) > 1:
            found[names[-2]].append(Page(prose, names[:-1]))
    return found


def _fault(link: str, pages: Mapping[str, Sequence[Page]]) -> tuple[str, str, str] | None:
    """The page, the part of it that is missing, and what to do."""
    if "{{" in link or " " in link or not re.match(r"https?://|\.{0,2}/|[\w/-]+\.md", link):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    anchor = unquote(parts.fragment)
    page = _page(unquote(parts.path), pages) if anchor else None
    if page is None or {_plain(anchor), _TWIN.sub("", _plain(anchor))} & {_plain(known) for known in page.anchors}:
        return None
    close = nearest_name(anchor, sorted(page.anchors))
    advice = "who is woken lands at the top of the page" + (f"; did you mean #{close}?" if close else "")
    return page.path.rpartition("/")[2], anchor, advice


def _page(way: str, pages: Mapping[str, Sequence[Page]]) -> Prose | None:
    """The page that a path means, if one of them alone fits its end best.

    A name alone is not enough for a longer path: it may lead to the page of that name in another repository.
    """
    parts = _parts(way.lstrip("/"))
    best: list[Prose] = []
    longest = min(len(parts), _ENOUGH)
    for page in pages.get(parts[-1], ()):
        length = _alike(parts, page.names)
        if length >= longest:
            best = [*(best if length == longest else ()), page.prose]
            longest = length
    return best[0] if len(best) == 1 else None


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many names two paths have in common at their ends."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _parts(way: str) -> list[str]:
    return _PAGE.sub("", way).lower().split("/")


def _plain(anchor: str) -> str:
    """An anchor without what the makers of pages disagree about."""
    return re.sub(r"[-_]+", "-", anchor.lower()).strip("-")
