"""An audit for programs: JSON with the verdicts, the alerts, the findings, and what all of it rests on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gw2mon.auditing.summing import read_in
from gw2mon.auditing.verdicts import first_line, tally, verdicts
from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Collection

    from gw2mon.auditing import Audit, Told
    from gw2mon.auditing.baselines import Compared
    from gw2mon.finding import Position


def render_json(audit: Audit, told: Collection[Told], compared: Compared | None) -> str:
    """One record; `told` are the findings to list, which without a baseline are all."""
    found = verdicts(audit)
    known = audit.known
    record: dict[str, Any] = {
        "summary": first_line(found),
        "verdicts": {"alerts": len(found), **{str(outcome): number for outcome, number in tally(found).items()}},
        "alerts": [{"alert": each.alert, "verdict": each.outcome, **_place(each.place)} for each in found],
        "findings": [_finding(item) for item in told],
        "read": read_in(audit.estate),
        "known": {"sources": list(known.sources), "unaccounted": list(known.unaccounted)},
        "baseline": {"known": compared.known, "gone": [key._asdict() for key in compared.gone]} if compared else None,
    }
    return json.dumps(record, indent=2) + "\n"


def _finding(item: Told) -> dict[str, Any]:
    finding = item.finding
    return {
        "code": finding.code,
        "severity": finding.severity,
        "meaning": item.meaning,
        "subject": visible(item.subject) or None,
        **_place(finding.position),
        "message": finding.message,
        "help": finding.help,
    }


def _place(place: Position | None) -> dict[str, str | int | None]:
    file, line, column = place or (None, None, None)
    return {"file": file, "line": line, "column": column}
