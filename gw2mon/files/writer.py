"""Write the artefacts: all of them or none, and never over what a person made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.files import journal, survey
from gw2mon.files.decisions import Action, Decision, Terms, decide
from gw2mon.files.lock import locked
from gw2mon.files.refusals import FileError
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from gw2mon.artifacts import Artifact
    from gw2mon.files.survey import Target


class Outcome(NamedTuple):
    """What a run did: everything in `actions`, or nothing at all and `refusals` say why.

    `recovered`: an earlier run had been interrupted, and was completed first.
    """

    actions: tuple[Action, ...]
    refusals: tuple[Finding, ...] = ()
    recovered: bool = False


def never(_path: Path) -> bool:
    """Say of no file that git holds it: the answer where there is no git."""
    return False


def write(
    output: Path,
    artifacts: Sequence[Artifact],
    owners: Collection[str],
    *,
    force: bool = False,
    is_committed: Callable[[Path], bool] = never,
) -> Outcome:
    """Make the output directory hold exactly these artefacts, as far as it belongs to `owners`.

    An owner without artefacts loses its files and its manifest. `force` replaces what people wrote and keeps it
    under another name; links, folders and devices in the way are refused all the same. `is_committed` tells whether
    git holds what lies at a path, which may then be replaced; it is asked about edited files only.

    Whatever is wrong with the disk is a refusal too. Only an interruption (KeyboardInterrupt) is raised.
    """
    if findings := survey.check(artifacts, owners):
        return Outcome((), findings)
    recovered = False
    try:
        with locked(output, create=True) as root:
            recovered = journal.finish(root)
            targets = [t for t in survey.survey(root, output, artifacts, owners) if t.state != "gone"]
            decided = [decide(root, target, Terms(output, force, is_committed)) for target in targets]
            refused = tuple(item for item in decided if isinstance(item, Finding))
            if refused:
                return Outcome((), refused, recovered)
            return Outcome(_carry_out(root, targets, decided), (), recovered)
    except FileError as error:
        return Outcome((), error.findings, recovered)


def _carry_out(root: int, targets: Sequence[Target], decided: Sequence[Decision | Finding]) -> tuple[Action, ...]:
    agreed = [item for item in decided if isinstance(item, Decision)]
    steps = [decision.step for decision in agreed if decision.step]
    texts = {target.path: target.wanted.text for target in targets if target.wanted}
    saved = journal.replace(root, steps, texts) if steps else {}
    return tuple(action._replace(backup=saved.get(action.path, "")) for action, _ in agreed)
