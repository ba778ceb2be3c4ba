"""The forms in which findings are printed, by name."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from gw2mon import finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.finding import Finding


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


class Form(StrEnum):
    """How an audit is printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"
    markdown = "markdown"


def render(findings: Sequence[Finding], form: Format, texts: Mapping[str, str] | None = None) -> str:
    """The findings in one form; `texts` holds what stands in the files that they are about."""
    match form:
        case Format.json:
            return finding.render_json(findings)
        case Format.github:
            return finding.render_github(findings)
        case Format.sarif:
            from gw2mon.sarif import render_sarif  # with the pages of all codes, which others need not read

            return render_sarif(findings)
        case _:
            return finding.render_text(findings, texts)
