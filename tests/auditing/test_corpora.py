"""What people really have, with defects that comments beside them name: all of those are found, and no others."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from gw2mon import exposition
from gw2mon.auditing import audit

CORPORA = Path(__file__).parent / "corpora"
_MARK = re.compile(r"planted( \(warning\))?: ([\w-]+)")
_END = re.compile(r"# correct|planted")
_LONGEST = 12
"""Lines that belong to a comment at most."""


class Planted(NamedTuple):
    """A defect, and the lines among which it stands."""

    file: str
    first: int
    last: int
    code: str
    """GW401, or the word that a linter has for it."""
    severity: str

    def is_told_by(self, finding):
        """Whether a finding is about this defect."""
        place = finding.position
        named = finding.code == self.code or f"[{self.code}]" in finding.message
        return named and place.file == self.file and self.first <= place.line <= self.last


class Corpus(NamedTuple):
    """A project, what is wrong with it, and what an audit finds."""

    planted: list[Planted]
    findings: list


def planted_in(file, text):
    """The defects that a file names. A comment speaks for the lines up to the next one, as far as they are near."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        for match in _MARK.finditer(line):
            below = number
            while below < len(lines) and "planted" in lines[below]:
                below += 1
            last = next((at for at in range(below + 1, len(lines)) if _END.search(lines[at - 1])), len(lines))
            severity = "warning" if match[1] else "error"
            yield Planted(file, number, min(last, number + _LONGEST), match[2], severity)


@pytest.fixture(scope="module", params=["fastapi", "mixin", "blog"])
def corpus(request):
    root = CORPORA / request.param
    files = [(str(path.relative_to(root)), path.read_bytes()) for path in sorted(root.rglob("*")) if path.is_file()]
    shown = [exposition.read(data.decode()) for name, data in files if name == "exposed.txt"]
    planted = [defect for name, data in files for defect in planted_in(name, data.decode())]
    return Corpus(planted, [item.finding for item in audit(files, shown).told])


def test_every_planted_defect_is_found_where_it_stands(corpus):
    found = {
        defect
        for defect in corpus.planted
        for finding in corpus.findings
        if defect.is_told_by(finding) and finding.severity == defect.severity
    }
    assert [defect for defect in corpus.planted if defect not in found] == []


def test_nothing_else_is_an_error(corpus):
    errors = [finding for finding in corpus.findings if finding.severity == "error"]
    assert [error for error in errors if not any(defect.is_told_by(error) for defect in corpus.planted)] == []


def test_many_defects_are_planted():
    texts = ((str(path), path.read_text(encoding="utf-8")) for path in CORPORA.rglob("*") if path.is_file())
    assert len([defect for name, text in texts for defect in planted_in(name, text)]) >= 50
