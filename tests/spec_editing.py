"""Specs as people write them, the small edits that break them, and what gw2mon says to that."""

from pathlib import Path
from typing import NamedTuple

from gw2mon import finding, loader, project

FOLDER = Path(__file__).parent / "specs"
TODAY = "2026-03-01"
HERE = "»"
"""Stands in an edited spec before the place that a finding must point at."""


class Draft(NamedTuple):
    """The text of a spec under the name that its author gives it."""

    file: str
    text: str

    def edited(self, old: str, new: str) -> "Draft":
        """Replace a piece of text that stands exactly once."""
        assert self.text.count(old) == 1, f"{old!r} stands {self.text.count(old)} times in {self.file}"
        return self._replace(text=self.text.replace(old, new))

    def without(self, section: str) -> "Draft":
        """Drop a section of the top level."""
        start = self.text.index(f"\n{section}:") + 1
        end = self.text.find("\n\n", start)
        return self._replace(text=self.text[:start] + (self.text[end + 2 :] if end > 0 else ""))

    @property
    def place(self) -> finding.Position:
        """Where the mark stands."""
        assert self.text.count(HERE) == 1, f"one {HERE} must stand in {self.file}"
        before = self.text[: self.text.index(HERE)]
        return finding.Position(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))

    @property
    def clean(self) -> str:
        """The text without the mark."""
        return self.text.replace(HERE, "")


def draft(name: str) -> Draft:
    return Draft(f"{name}.yaml", (FOLDER / f"{name}.yaml").read_text())


SHOP, STOCK, SMALLEST = draft("shop"), draft("stock"), draft("smallest")


def findings_of(*drafts: Draft) -> list[finding.Finding]:
    """All that `gw2mon check` reports about specs."""
    loaded = [loader.load(item.clean.encode(), item.file) for item in drafts]
    found = [each for result in loaded for each in result.findings]
    sources = [result.source for result in loaded if result.source is not None]
    if len(sources) == len(drafts):
        _, analysed = project.analyse(sources, TODAY)
        found.extend(analysed)
    return finding.in_order(found)


def report(*drafts: Draft) -> str:
    """What a person reads."""
    return finding.render_text(findings_of(*drafts))


def model_of(*drafts: Draft):
    """The Model of specs that have no errors."""
    loaded = [loader.load(item.clean.encode(), item.file) for item in drafts]
    sources = [result.source for result in loaded if result.source is not None]
    assert len(sources) == len(drafts), report(*drafts)
    model, found = project.analyse(sources)
    assert not [each for each in found if each.severity == "error"], finding.render_text(found)
    return model
