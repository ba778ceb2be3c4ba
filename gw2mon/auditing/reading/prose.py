"""Pages in Markdown, such as runbooks: the anchors that links can lead to."""

from __future__ import annotations

import re

from gw2mon.auditing.estate import Prose

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)(?:[ \t]+#*)?[ \t]*$|^(\S.*)\n {0,3}(?:=+|-{2,})[ \t]*$", re.MULTILINE)
_GIVEN = re.compile(r"""<a\s+(?:name|id)=["']([^"']+)["']|\{#([\w-]+)\}""")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]+>|\{#[^}]*\}")
_MARKUP = re.compile(r"[^\w\- ]")


def read(path: str, text: str) -> Prose:
    """The anchors of a page: of its headings, as GitHub and GitLab make them, and those that are written out."""
    plain = _FENCED.sub("", text)
    headings = {_anchor(match[1] or match[2]) for match in _HEADING.finditer(plain)}
    given = {one or other for one, other in _GIVEN.findall(plain)}
    return Prose(path, frozenset(headings | given))


def _anchor(heading: str) -> str:
    shown = _LINK.sub(lambda match: match[1] or "", heading)
    return _MARKUP.sub("", shown.strip().lower()).replace(" ", "-")
