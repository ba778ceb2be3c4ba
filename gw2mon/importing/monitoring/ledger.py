"""What a spec does not take over, and why: each is a finding at its place, and a line at the end of the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import Finding, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.finding import Position, Severity

ALERT, CHANGED, ROUTE, SECRET = "GW841", "GW842", "GW843", "GW844"
PANEL, SCRAPE, METRIC, FILE = "GW845", "GW846", "GW847", "GW848"
RENAMED = "GW804"
_SAID_THERE = frozenset({CHANGED, RENAMED, SECRET})
"""What is carried over in another form: the spec says it where it stands."""
_HELP = {
    ALERT: "say in the spec what it was for, as an alert or a panel",
    CHANGED: "look at it in the spec",
    ROUTE: "routes of a spec go by severity, team and service; who misses it writes it into the spec in those words",
    SECRET: "write the secret into the file, replace it, and delete it where it stands: it was exposed",
    PANEL: "dashboards of a spec are drawn alike; what is missing can be said in the spec or is not needed",
    SCRAPE: "look whether the service needs it",
    METRIC: "rename it in the service, and declare it",
    FILE: "gw2mon generate writes its own",
    RENAMED: "whatever holds the old name finds nothing",
}


class Ledger(NamedTuple):
    """Where it is collected."""

    findings: list[Finding]

    def lose(self, code: str, place: Position | None, message: str, advice: str = "") -> None:
        """Something is not carried over, or not as it was."""
        self._say("warning", code, place, message, advice)

    def miss(self, code: str, place: Position | None, message: str, advice: str = "") -> None:
        """Something that somebody relies on is missing from the spec."""
        self._say("error", code, place, message, advice)

    def _say(self, severity: Severity, code: str, place: Position | None, message: str, advice: str) -> None:
        self.findings.append(Finding(code, severity, visible(message), place, advice or _HELP[code]))

    def missing(self) -> Iterator[str]:
        """What is nowhere in the spec, with its place."""
        for each in self.findings:
            if each.code in _HELP and each.code not in _SAID_THERE:
                yield f"{spelt(each.position)}: {each.message}" if each.position else each.message


def spelt(place: Position | None) -> str:
    """A place as a comment names it: file and line."""
    return visible(f"{place.file}:{place.line}") if place else ""
