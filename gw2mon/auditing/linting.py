"""The linters of compose files and dashboards, asked about files of others, with the place of each problem."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import compose_lint, dashboard_lint
from gw2mon.auditing.consequences import CONSEQUENCES, UNANSWERED, UNANSWERED_IN
from gw2mon.auditing.meanings import OF_BOARDS, OF_COMPOSE, placed
from gw2mon.auditing.stacks import composed, retention_of
from gw2mon.finding import Finding, Position
from gw2mon.jsonplaces import position
from gw2mon.loader import key_position
from gw2mon.parts import record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.auditing.estate import Board, Compose, Estate, Provisioning, Routing, Scraping
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.auditing.stacks import Composed
    from gw2mon.dashboard_lint.walking import Problem
    from gw2mon.documents import Node

COMPOSE, BOARD = "GW631", "GW731"
_STEP = re.compile(r"[^.\[\]]+|\[(\d+)\]")

_REPLACED = frozenset({"graph", "singlestat", "table-old"})
"""Panels that Grafana draws with those that took their place."""
_TWICE = frozenset({"target-promql-rule", "rate-of-gauge", "bad-quantile", "target-counter-agg-rule"})
"""What the checks of queries say with more certainty."""
_ELSEWHERE = frozenset({"unread-rules", "unread-dashboards", "unknown-data-source", "bad-alertmanager-config"})
"""What is only known when all files have been seen, those of other compose files too: the wiring tells it."""


class Linted(NamedTuple):
    """A problem as a finding, what it means to a person, and the panel or the service that it is about."""

    finding: Finding
    meaning: Meaning
    subject: str = ""


def linted(estate: Estate) -> Iterator[Linted]:
    """What the linters say of every compose file and every dashboard."""
    places = nodes_of(estate)
    stacks = composed(estate)
    # Of each rule it is said how far it looks back, once it is known for how long samples are kept.
    elsewhere = _ELSEWHERE | ({"short-retention"} if retention_of(stacks) else set())
    for each in stacks:
        yield from _of_compose(each, elsewhere, places, estate.texts)
    for board in estate.boards:
        yield from _of_board(board, estate.texts[board.path])


def _of_compose(
    each: Composed, elsewhere: frozenset[str], places: Mapping[str, Node], texts: Mapping[str, str]
) -> Iterator[Linted]:
    for problem in compose_lint.lint(each.document, each.stack.files, is_whole=each.stack.is_whole):
        if problem.code in elsewhere or (problem.code == "bad-data-source" and problem.path.endswith(".type")):
            continue
        file, part = _file_and_part(problem.path, each)
        said = f"{problem.message} [{problem.code}]"
        place = place_in(file, part, places, texts)
        meaning, advice = placed(problem.code, OF_COMPOSE), CONSEQUENCES.get(problem.code, "")
        if problem.code in UNANSWERED and part.startswith(tuple(UNANSWERED_IN)):
            meaning, advice = next(value for key, value in UNANSWERED_IN.items() if part.startswith(key))
        yield Linted(Finding(COMPOSE, compose_lint.severity(problem), said, place, advice), meaning)


def _file_and_part(spelt: str, each: Composed) -> tuple[str, str]:
    """The file that a problem is about, as it was given, and the part of it: `prometheus.yml:.scrape_configs[0]`."""
    file, colon, part = spelt.partition(":")
    if file in each.paths and (colon or spelt == file):
        return each.paths[file], part.strip(". ")
    return each.compose.path, spelt


def place_in(path: str, part: str, places: Mapping[str, Node], texts: Mapping[str, str]) -> Position:
    """Where a part of a file stands; of a file that is no YAML, and no JSON either, its beginning."""
    if path in places:
        node = places[path]
        return key_position(node.document, _path(node, part))
    return position(path, texts[path], part) if path.lower().endswith(".json") else Position(path, 1, 1)


def nodes_of(estate: Estate) -> dict[str, Node]:
    """The documents of an estate by their paths."""
    read: tuple[Scraping | Routing | Provisioning | Compose, ...] = (
        *estate.scraping, *estate.routing, *estate.provisioning, *estate.composes,
    )  # fmt: skip
    return {item.path: item.node for item in read}


def _of_board(board: Board, text: str) -> Iterator[Linted]:
    for problem in dashboard_lint.lint(dict(board.data), rules=dashboard_lint.RULES_FOR_OTHERS):
        if (
            problem.code in _TWICE
            or _is_repaired(problem)
            or (problem.code == "no-panels" and sequence(board.data.get("rows")))
        ):
            continue
        place = position(board.path, text, board.place(problem.path))
        said = f"{problem.message} [{problem.code}]"
        finding = Finding(BOARD, "warning", said, place)
        yield Linted(finding, placed(problem.code, OF_BOARDS), _panel(board.data, problem.path) or board.title)


def _is_repaired(problem: Problem) -> bool:
    """Whether Grafana makes good at load what is wrong, without a word: `gw2mon dashboards upgrade` tells it."""
    if problem.code == "wrong-type":
        return problem.path.rpartition(".")[2] == "datasource"
    return problem.code == "unknown-panel-type" and problem.message.rpartition(" ")[2] in _REPLACED


def _panel(data: Any, spelt: str) -> str:  # noqa: ANN401 - what lies in a dashboard
    """The title of the innermost panel or row that a path leads into; "" where it leads into none."""
    title = ""
    for match in _STEP.finditer(spelt):
        data = data[int(match[1])] if match[1] and _holds(data, int(match[1])) else record(data).get(match[0])
        if match[1] and isinstance(record(data).get("title"), str):
            title = record(data)["title"]
    return title


def _holds(data: Any, number: int) -> bool:  # noqa: ANN401 - the same
    return isinstance(data, list) and number < len(data)


def _path(node: Node, spelt: str) -> tuple[str | int, ...]:
    """The keys and numbers of `services.web.ports[0]`; of a key that holds dots its beginning is looked for."""
    path: list[str | int] = []
    value: Any = node.value
    for match in _STEP.finditer(spelt):
        step: str | int = int(match[1]) if match[1] else match[0]
        path.append(step)
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(path)
