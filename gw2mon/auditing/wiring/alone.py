"""Configurations that no compose file mounts: what the compose linter says of the others is asked of them as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.auditing.consequences import CONSEQUENCES
from gw2mon.auditing.linting import COMPOSE, Linted, nodes_of, place_in
from gw2mon.auditing.meanings import OF_COMPOSE, placed
from gw2mon.compose_lint import ERRORS
from gw2mon.compose_lint.prometheus import malformed, refusals
from gw2mon.compose_lint.secrets import literals_in
from gw2mon.finding import Finding, visible
from gw2mon.parts import Part, Problem, record, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Estate, Routing, Scraping
    from gw2mon.auditing.stacks import Composed

OPEN = "GW661"


def alone(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """What Prometheus refuses, and secrets. Their values are never shown."""
    kinds = ("prometheus", "alertmanager")
    told = {path for each in stacks for kind in kinds for path, _ in each.configured(kind)}
    places = nodes_of(estate)
    for scraping in estate.scraping:
        if scraping.path not in told:
            for problem in _problems(Part("", record(scraping.node.value))):
                said = visible(f"{problem.message} [{problem.code}]")
                place = place_in(scraping.path, problem.path, places, estate.texts)
                advice, severity = CONSEQUENCES.get(problem.code, ""), "error" if problem.code in ERRORS else "warning"
                finding = Finding(COMPOSE, severity, said, place, advice)  # type: ignore[arg-type]
                yield Linted(finding, placed(problem.code, OF_COMPOSE))
    read: tuple[Scraping | Routing, ...] = (*estate.scraping, *estate.routing)
    for file in read:
        for key, part in literals_in(file.node.value) if file.path not in told else ():
            said = f"the value of {key} stands in {file.path.rpartition('/')[2]}"
            advice = f"whoever may read the repository has it: change it, and use {key}_file"
            place = place_in(file.path, part, places, estate.texts)
            yield Linted(Finding(OPEN, "warning", said, place, advice), "lets someone in")


def _problems(config: Part) -> Iterator[Problem]:
    yield from refusals(config)
    for job in config.records("scrape_configs"):
        # Where labels are rewritten, a target may be what a prober asks for, and no address.
        for group in job.records("static_configs") if "relabel_configs" not in job.data else ():
            for address in texts(group.data.get("targets")):
                said = malformed(address)
                if said:
                    yield group.problem("bad-target", said, "targets")
