"""An audit in words: first what it means for the alerts, then each finding under what it means to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.meanings import MEANINGS, meaning_of
from gw2mon.finding import in_order, render_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing import Audit, Told
    from gw2mon.auditing.asking import Judged
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.finding import Finding

_STYLE = "style"
_VERDICTS = ("never fires", "always fires", "fires for the wrong reason")


class Verdicts(NamedTuple):
    """How many alerts there are of each kind."""

    never: int
    always: int
    wrong: int
    unsure: int
    """Nothing is proven, but something is suspected, such as a metric that nobody has shown."""
    work: int
    """Nothing is wrong with them that could be found."""

    @property
    def total(self) -> int:
        """All alerts."""
        return sum(self)


def verdicts(audit: Audit) -> Verdicts:
    """Count the alerts by the worst that is proven of them; those that are no PromQL never fire."""
    counted = [_verdict(judged) for judged in audit.alerts]
    broken = sum(file.unreadable for file in audit.estate.rules)
    return Verdicts(
        counted.count("never fires") + broken,
        counted.count("always fires"),
        counted.count("fires for the wrong reason"),
        counted.count("unsure"),
        counted.count("works"),
    )


def _verdict(judged: Judged) -> str:
    proven = {meaning_of(finding.code) for finding in judged.findings if finding.severity == "error"}
    worst = next((meaning for meaning in _VERDICTS if meaning in proven), None)
    if worst is not None:
        return worst
    return "unsure" if any(meaning_of(finding.code) != _STYLE for finding in judged.findings) else "works"


def first_line(audit: Audit) -> str:
    """15 alerts: 2 work, 11 can never fire, 1 always fires, 1 fires for the wrong reason."""
    found = verdicts(audit)
    if not found.total:
        return "no alerts found"
    said = (
        (found.work, "work", "works"),
        (found.never, "can never fire", "can never fire"),
        (found.always, "always fire", "always fires"),
        (found.wrong, "fire for the wrong reason", "fires for the wrong reason"),
        (found.unsure, "may not work", "may not work"),
    )
    parts = [f"{number} {one if number == 1 else many}" for number, many, one in said if number]
    return f"{found.total} alert{'' if found.total == 1 else 's'}: {', '.join(parts)}"


def text(audit: Audit, told: Sequence[Told], *, everything: bool) -> str:
    """The whole report for people; style is only counted unless everything is asked for."""
    return "\n".join((first_line(audit), *_sections(told, audit.estate.texts, everything=everything))) + "\n"


def _sections(told: Sequence[Told], texts: Mapping[str, str], *, everything: bool) -> Iterator[str]:
    for meaning, findings in grouped(told):
        if meaning == _STYLE and not everything:
            yield f"\n{meaning}: {len(findings)} (--all lists them)"
        else:
            yield f"\n{meaning}: {len(findings)}\n"
            yield render_text(findings, texts).rstrip("\n")


def grouped(told: Sequence[Told]) -> Iterator[tuple[Meaning, list[Finding]]]:
    """The findings of each meaning, the worst first, in the order of files and lines."""
    for meaning in MEANINGS:
        findings = in_order(item.finding for item in told if item.meaning == meaning)
        if findings:
            yield meaning, findings
