"""From spec files to everything that a command needs: Model, findings, artefacts, and who owns what.

This is the library's front door as much as the command line's; nothing here prints or exits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.names import STACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.artifacts import Artifact
    from gw2mon.finding import Finding
    from gw2mon.loader import Source
    from gw2mon.model import Model

SPECS = "specs"
"""Folder whose *.yaml files are the specs when none is named."""


class Loaded(NamedTuple):
    """Specs that could be read, and all that is wrong with the others."""

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    """What stands in each file, as far as it can be shown."""


class Scope(NamedTuple):
    """Which files a run is responsible for."""

    owners: frozenset[str]
    left_alone: frozenset[str]
    """Services of the output that were not given; their files, and the shared ones, stay as they are."""


def load(paths: Sequence[Path | str]) -> Loaded:
    """Read specs.

    Raises:
        FileError: when a file cannot be read.
    """
    from gw2mon import files, loader

    sources: list[Source] = []
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    for path in paths:
        data = files.read_source(Path(path))
        texts[str(path)] = data.decode("utf-8-sig", errors="replace")
        loaded = loader.load(data, str(path))
        findings.extend(loaded.findings)
        if loaded.source is not None:
            sources.append(loaded.source)
    return Loaded(tuple(sources), tuple(findings), texts)


def analyse(sources: Sequence[Source], today: str = "") -> tuple[Model, tuple[Finding, ...]]:
    """Compile specs and check the Model: the Model, and every finding about it that no spec suppresses.

    `today`, such as 2026-12-31, decides which suppressions have expired; without it none has.
    """
    from gw2mon.checks import check
    from gw2mon.compiler import compile_specs
    from gw2mon.suppressions import without_suppressed

    compiled = compile_specs(sources)
    return compiled.model, without_suppressed((*compiled.findings, *check(compiled.model)), sources, today)


def responsibility(model: Model, existing: Sequence[str], *, everything: bool) -> Scope:
    """What a run may write: all of it when every spec was read, else only what belongs to the given services.

    The shared files are made from all services, so a run that sees only some of them cannot write them.
    """
    given = frozenset(service.name for service in model.services)
    others = frozenset(existing) - given - {STACK}
    if everything:
        return Scope(given | others | {STACK}, frozenset())
    return Scope(given if others else given | {STACK}, others)


def certain(findings: Sequence[Finding], scope: Scope) -> tuple[Finding, ...]:
    """Findings that hold although some services were not given: receivers may stand in a spec that was not read."""
    return tuple(finding for finding in findings if finding.code != "GW225" or not scope.left_alone)


def artifacts_of(model: Model, scope: Scope) -> tuple[Artifact, ...]:
    """The artefacts of a run, those of other owners left out."""
    from gw2mon.generators import generate

    return tuple(artifact for artifact in generate(model) if artifact.owner in scope.owners)
