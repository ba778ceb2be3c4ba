"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gw2mon import __version__
from gw2mon.finding import in_order, visible
from gw2mon.pages import all_codes, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(findings: Iterable[Finding]) -> str:
    """One run of the tool, with a rule for each code that occurs."""
    ordered = in_order(findings)
    codes = sorted({finding.code for finding in ordered})
    driver = {"name": "gw2mon", "version": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(finding, codes.index(finding.code)) for finding in ordered]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    name = all_codes().get(code, code)
    rule: dict[str, Any] = {"id": code, "name": name, "shortDescription": {"text": name.replace("-", " ")}}
    page = page_of(code)
    return {**rule, "help": {"text": page, "markdown": page}} if page else rule


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    lines = [finding.message, *finding.help.split("\n")] if finding.help else [finding.message]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": "\n".join(visible(line) for line in lines)},
    }
    if finding.position is None:
        return result
    file, line, column = finding.position
    place = {
        "artifactLocation": {"uri": quote(file.replace("\\", "/"))},
        "region": {"startLine": line, "startColumn": column},
    }
    return {**result, "locations": [{"physicalLocation": place}]}
