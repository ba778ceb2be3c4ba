"""From rules to people: whether a Prometheus loads the rules, and whether it knows an Alertmanager that runs."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.wiring.ways import found
from gw2mon.compose_lint.inside import config_path, matching
from gw2mon.finding import Finding, Position
from gw2mon.model import AlertingRule
from gw2mon.parts import record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Estate, Rules, Scraping
    from gw2mon.auditing.stacks import Composed

UNLOADED, UNTOLD = "GW632", "GW633"
_SEEN = (".yml", ".yaml", ".json")
"""Endings of files that an audit reads."""
_SHOWN = 3


class Loaded(NamedTuple):
    """What the rule_files of a prometheus.yml lead to."""

    files: frozenset[str]
    nowhere: tuple[tuple[str, Position], ...]
    """Patterns to which no file belongs, and where they stand."""


def loading(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """GW632: rule files that no Prometheus loads, and patterns that lead nowhere."""
    rules = [file for file in estate.rules if not file.is_resource and any(group.rules for group in file.groups)]
    loaded = [_loaded(scraping, rules, stacks) for scraping in estate.scraping]
    if len(estate.texts) > 1:
        for scraping, each in zip(estate.scraping, loaded, strict=True):
            for pattern, place in each.nowhere:
                said = f"among the files here there is no {pattern} for {_name(scraping.path)} to load"
                advice = "Prometheus starts without a word, and no alert of these files ever fires"
                yield Linted(Finding(UNLOADED, "warning", said, place, advice), "never fires")
    read = frozenset(path for each in loaded for path in each.files)
    left = [file for file in rules if file.path not in read and not _is_given_to_others(file.path, stacks)]
    if not left or not estate.scraping:
        return
    if not any(scraping.rule_files for scraping in estate.scraping):
        said = f"it has no rule_files: nothing loads {_some([_name(file.path) for file in left])}"
        advice = f"{_lost(left)}: add rule_files with their paths"
        for scraping in estate.scraping[:1]:
            yield Linted(Finding(UNLOADED, "warning", said, scraping.origin, advice), "never fires")
        return
    names = _some([_name(scraping.path) for scraping in estate.scraping])
    for file in left:
        said = f"nothing loads {_name(file.path)}: no rule_files of {names} leads to it"
        yield Linted(Finding(UNLOADED, "warning", said, Position(file.path, 1, 1), _lost([file])), "never fires")


def _loaded(scraping: Scraping, rules: Sequence[Rules], stacks: Sequence[Composed]) -> Loaded:
    files: set[str] = set()
    nowhere = []
    paths = [file.path for file in rules]
    for pattern, place in scraping.rule_files:
        inside = _inside(scraping, pattern, stacks)
        here = found(pattern, scraping.path, paths) if inside is None else inside
        files.update(here)
        if not here and inside is None and pattern.endswith(_SEEN):
            nowhere.append((pattern, place))
    return Loaded(frozenset(files), tuple(nowhere))


def _inside(scraping: Scraping, pattern: str, stacks: Sequence[Composed]) -> list[str] | None:
    """What the containers that run with a configuration find; None where no compose file tells."""
    known: list[str] | None = None
    for each in stacks:
        for path, service in each.configured("prometheus"):
            if path == scraping.path:
                here = matching(each.stack, service, normpath(join(dirname(config_path(service)), pattern)))
                if here is None:
                    return None
                known = [*(known or ()), *(each.paths[file] for file in here)]
    return known


def _is_given_to_others(path: str, stacks: Sequence[Composed]) -> bool:
    """Whether a service mounts it that is no Prometheus, such as a ruler of another make."""
    for each in stacks:
        ways = {given: way for way, given in each.paths.items()}
        for service in each.stack.services:
            for mount in service.mounts if service.kind != "prometheus" else ():
                source = normpath(mount.source) if mount.kind == "bind" and mount.source else ""
                way = ways.get(path, "")
                if way and source not in ("", ".") and (way == source or way.startswith(f"{source}/")):
                    return True
    return False


def _lost(files: Sequence[Rules]) -> str:
    count = sum(isinstance(rule, AlertingRule) for file in files for group in file.groups for rule in group.rules)
    if not count:
        return "what it records is missing wherever it is asked for"
    return f"its {count} alerts never fire" if count > 1 else "its alert never fires"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def telling(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """GW633: a Prometheus that knows no Alertmanager, and an alertmanager.yml that nothing runs with."""
    is_run = any(True for each in stacks for _ in each.stack.of("alertmanager"))
    covered = {
        path for each in stacks for path, _ in each.configured("prometheus") if list(each.stack.of("alertmanager"))
    }
    for scraping in estate.scraping:
        knows = sequence(record(record(scraping.node.value).get("alerting")).get("alertmanagers"))
        if not knows and scraping.rule_files and scraping.path not in covered and (estate.routing or is_run):
            said = f"{_name(scraping.path)} names no Alertmanager, although there is one"
            advice = "alerts fire, and nobody is told: add alerting.alertmanagers"
            yield Linted(Finding(UNTOLD, "warning", said, scraping.origin, advice), "tells nobody")
    runs_prometheus = any(True for each in stacks for _ in each.stack.of("prometheus"))
    if runs_prometheus and not any(map(_may_run_alertmanager, stacks)):
        for routing in estate.routing:
            said = f"no service of {_some([_name(each.compose.path) for each in stacks])} runs an Alertmanager"
            advice = "alerts fire, and nobody is told: add a service alertmanager that reads this file"
            yield Linted(Finding(UNTOLD, "warning", said, routing.node.position, advice), "tells nobody")


def _may_run_alertmanager(each: Composed) -> bool:
    words = (
        word
        for service in each.stack.services
        for word in (service.name, service.image, *(service.command or ()), str(service.part.data.get("build", "")))
    )
    is_open = "include" in record(each.compose.node.value) or any(service.is_partial for service in each.stack.services)
    return is_open or any("alertmanager" in word.lower() for word in words)
