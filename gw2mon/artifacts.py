"""Generated files as values: generators return them, `files.write` and `files.drift` consume them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gw2mon.finding import Position

STACK = "stack"
"""The owner of files that all services share. No service may bear this name."""


class Source(NamedTuple):
    """From this line of an artefact on (counted from 1), the text stems from `position` in the spec."""

    line: int
    position: Position


class Artifact(NamedTuple):
    """A file to write.

    `path` is relative to the output directory and uses `/`. `owner` is the service the file belongs to, or `STACK`.
    `sources` are sorted by line; an artefact that knows nothing about its origin leaves them empty.
    """

    path: str
    text: str
    owner: str
    sources: tuple[Source, ...] = ()


def digest(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, in hexadecimal. Raises UnicodeEncodeError on a lone surrogate."""
    from hashlib import sha256  # 8 ms of start-up that most commands can do without

    return sha256(text.encode("utf-8")).hexdigest()


def origin(artifact: Artifact, line: int) -> Position | None:
    """Return the place in the spec that a line of the artefact stems from, or None before the first source."""
    index = bisect_right(artifact.sources, line, key=lambda source: source.line)
    return artifact.sources[index - 1].position if index else None
