"""What gw2mon makes of the text of a spec: findings and files."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import loader, project
from gw2mon.generators import GENERATORS

if TYPE_CHECKING:
    from gw2mon.artifacts import Artifact
    from gw2mon.finding import Finding
    from gw2mon.model import Model

FILE = "spec.yaml"
FILLED = ("alertmanager", "blackbox", "prometheus", "python")
"""Folders that mutants are generated into. Dashboards take as long as all the rest, and no program reads them here."""

REFERENCE = Path(__file__).parents[1] / "specs" / "gw2optimizer.yaml"


class Analysed(NamedTuple):
    """A spec as `gw2mon check` sees it; no model where it cannot be read."""

    model: Model | None
    findings: tuple[Finding, ...]


@lru_cache(maxsize=8)
def analysed(text: str) -> Analysed:
    """Read, compile and check a spec."""
    loaded = loader.load(text.encode(), FILE)
    if loaded.source is None:
        return Analysed(None, loaded.findings)
    model, findings = project.analyse([loaded.source])
    return Analysed(model, (*loaded.findings, *findings))


def findings_of(text: str) -> tuple[Finding, ...]:
    """All that `gw2mon check` reports about a spec."""
    return analysed(text).findings


class Made(NamedTuple):
    """Files, or how it went wrong: `crash` is what a user would see as a traceback."""

    artifacts: tuple[Artifact, ...]
    crash: str = ""


def made_of(text: str) -> Made:
    """What `gw2mon generate --no-check` makes of a spec, however broken, in the folders of `FILLED`."""
    model = analysed(text).model
    if model is None:
        return Made(())
    try:
        return Made(tuple(artifact for folder in FILLED for artifact in GENERATORS[folder](model)))
    except Exception as error:  # noqa: BLE001 - whatever it is, a crash is a result of the benchmark
        return Made((), f"{type(error).__name__}: {error}")


@cache
def reference() -> tuple[Artifact, ...]:
    """The files of the reference spec, which those of `generated/` are."""
    model = analysed(REFERENCE.read_text(encoding="utf-8")).model
    if model is None:
        raise ValueError(f"{REFERENCE.name} cannot be read")
    return project.artifacts_of(model, project.responsibility(model, [], everything=True))
