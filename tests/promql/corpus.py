"""The expressions of `corpus_valid.txt` and `corpus_invalid.txt`."""

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Invalid(NamedTuple):
    text: str
    place: str
    message: str


def sections(name: str) -> dict[str, list[str]]:
    """The lines of a corpus under the first words of each `## heading`; blank lines and `# titles` are left out."""
    found: dict[str, list[str]] = {}
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line[3:].partition(":")[0], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def invalid_of(line: str) -> Invalid:
    """`expression  =>  line:column: message`."""
    text, _, error = line.partition("  =>  ")
    place, _, message = error.partition(": ")
    return Invalid(text, place, message)


VALID = sections("corpus_valid.txt")
EVERY_VALID = [text for texts in VALID.values() for text in texts]
BOTH, THREE, EXPERIMENTAL, TWO = VALID.values()
REFUSED, STRICTER = ([invalid_of(line) for line in lines] for lines in sections("corpus_invalid.txt").values())
