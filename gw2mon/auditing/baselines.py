"""A baseline: today's findings, accepted, so that only new ones fail a run.

One finding a line, in the order of paths: how often, path, code, alert or panel, sentence, with tabs between them. No
line numbers, since files grow. Paths are seen from the folder of the baseline.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gw2mon.auditing import Told

HEAD = "# gw2mon audit, baseline 1: findings that are accepted. One a line: how often, path, code, subject, message."
_LINE = re.compile(r"(\d{1,9})\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")


class Key(NamedTuple):
    """What a finding is known by."""

    path: str
    code: str
    subject: str
    message: str

    def __str__(self) -> str:
        """Return it as a person reads it."""
        subject = f"{self.subject}: " if self.subject and self.subject not in self.message else ""
        return f"{self.path} {self.code} {subject}{self.message}"


Known = Counter[Key]


class Compared(NamedTuple):
    """Findings beside a baseline."""

    new: tuple[Told, ...]
    known: int
    gone: tuple[Key, ...]
    """What the baseline has and nobody finds any more."""


def is_baseline(text: str) -> bool:
    """Whether a text is one."""
    return text.split("\n", 1)[0].rstrip("\r") == HEAD


def parse(text: str) -> Known:
    """What a baseline accepts; lines that are none of its own are passed over, as after a merge."""
    found: Known = Counter()
    for match in map(_LINE.fullmatch, text.splitlines()):
        if match:
            found[Key(*match.groups()[1:])] += int(match[1])
    return found


def written(told: Iterable[Told], seen_from: Callable[[str], str]) -> str:
    """A baseline that accepts findings; `seen_from` spells a path from the folder in which it will lie."""
    counted = Counter(key_of(item, seen_from) for item in told)
    lines = ("\t".join((str(number), *key)) for key, number in sorted(counted.items()))
    return "\n".join((HEAD, *lines)) + "\n"


def compared(told: Iterable[Told], known: Known, seen_from: Callable[[str], str]) -> Compared:
    """Which findings are new: of several of one key those beyond the number that is accepted."""
    left = Counter(known)
    new = []
    for item in told:
        key = key_of(item, seen_from)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(item)
    gone = tuple(sorted(key for key, number in left.items() if number > 0))
    return Compared(tuple(new), sum(known.values()) - sum((+left).values()), gone)


def key_of(item: Told, seen_from: Callable[[str], str]) -> Key:
    """What a finding is known by, whatever its line."""
    position = item.finding.position
    path = seen_from(position.file) if position else ""
    return Key(*map(visible, (path, item.finding.code, item.subject, item.finding.message)))
