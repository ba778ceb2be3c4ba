"""What every part of the compiler is given: the spec, where its parts stand, and a place to report to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import Finding, Position
from gw2mon.loader import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from gw2mon.finding import Severity
    from gw2mon.loader import Source
    from gw2mon.spec import Spec


class Scope(NamedTuple):
    """One spec under compilation. `findings` is appended to: mistakes never end the run."""

    source: Source
    findings: list[Finding]

    @property
    def spec(self) -> Spec:
        """The spec itself."""
        return self.source.spec

    def at(self, *path: str | int) -> Position:
        """Where a part of the spec stands."""
        return self.source.at(*path)

    def error(self, code: str, message: str, path: tuple[str | int, ...], advice: str = "") -> None:
        """Report a mistake at the key of a path."""
        self.report(code, "error", message, self.source.at(*path), advice)

    def warn(self, code: str, message: str, path: tuple[str | int, ...], advice: str = "") -> None:
        """Report something doubtful at the key of a path."""
        self.report(code, "warning", message, self.source.at(*path), advice)

    def report(self, code: str, severity: Severity, message: str, position: Position, advice: str = "") -> None:
        """Report at a position."""
        self.findings.append(Finding(code, severity, message, position, advice))

    def unknown(
        self, what: str, name: str, known: Collection[str], path: tuple[str | int, ...], code: str = "GW204"
    ) -> None:
        """Report a name that refers to nothing, with the nearest one that exists, at its value."""
        self.report(
            code, "error", f"unknown {what} {name}", self.source.value_at(*path), did_you_mean(name, known, f"{what}s")
        )
