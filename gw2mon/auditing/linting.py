"""The linters of compose files and dashboards, asked about files of others, with the place of each problem."""

from __future__ import annotations

import re
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import compose_lint, dashboard_lint
from gw2mon.finding import Finding
from gw2mon.jsonplaces import position
from gw2mon.loader import key_position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.auditing.estate import Board, Compose, Estate
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.documents import Node
    from gw2mon.finding import Severity

COMPOSE, BOARD = "GW631", "GW731"
_STEP = re.compile(r"[^.\[\]]+|\[(\d+)\]")

_COMPOSE: dict[Meaning, frozenset[str]] = {
    "lets someone in": frozenset(
        "open-port admin-api open-lifecycle default-password open-grafana secret-in-environment secret-in-command "  # noqa: SIM905
        "secret-in-file too-mighty docker-socket host-root writable-config".split()
    ),
    "loses data": frozenset(
        "lost-data data-in-memory short-retention bad-retention shared-data cannot-write-data".split()  # noqa: SIM905
    ),
    "shows nothing": frozenset(
        "no-dashboards unread-dashboards no-data-source bad-data-source unknown-data-source slow-scrapes".split()  # noqa: SIM905
    ),
    "fires for the wrong reason": frozenset({"measures-container"}),
    "never fires": frozenset(
        "no-rules unread-rules unreachable unknown-host no-way-to-host asks-itself nobody-told sample-configuration "  # noqa: SIM905
        "no-configuration".split()
    ) | compose_lint.ERRORS,
}  # fmt: skip
_BOARD: dict[Meaning, frozenset[str]] = {
    "shows nothing": frozenset(
        "panel-no-targets-rule no-panels undeclared-variable matches-nothing unpaired-sides bad-time-range "  # noqa: SIM905
        "no-selection unknown-panel-type lost-in-row".split()
    ),
    "shows the wrong thing": frozenset(
        "sum-of-samples stacked-percentiles unit-mismatch percent-for-ratio averaged-percentiles wrong-percentile "  # noqa: SIM905
        "several-with-equals one-name-for-many twin-panel".split()
    ),
}
_TWICE = frozenset({"target-promql-rule", "rate-of-gauge", "bad-quantile", "target-counter-agg-rule"})
"""What the checks of queries say with more certainty."""


class Linted(NamedTuple):
    """A problem as a finding, and what it means to a person."""

    finding: Finding
    meaning: Meaning


def linted(estate: Estate) -> Iterator[Linted]:
    """What the linters say of every compose file and every dashboard."""
    for compose in estate.composes:
        yield from _of_compose(compose, estate)
    for board in estate.boards:
        yield from _of_board(board, estate.texts[board.path])


def _of_compose(compose: Compose, estate: Estate) -> Iterator[Linted]:
    for problem in compose_lint.lint(compose.node.value, _beside(compose, estate)):
        place = key_position(compose.node.document, _path(compose.node, problem.path))
        said = f"{problem.message} [{problem.code}]"
        severity: Severity = compose_lint.severity(problem)
        yield Linted(Finding(COMPOSE, severity, said, place), _meaning(problem.code, _COMPOSE))


def _beside(compose: Compose, estate: Estate) -> dict[str, Any]:
    """The files at and beneath the folder of a compose file, by their paths from there."""
    folder = dirname(normpath(compose.path))
    found: dict[str, Any] = {}
    for path, text in estate.texts.items():
        way = normpath(path)
        if not folder or way.startswith(f"{folder}/"):
            found[way[len(folder) + 1 if folder else 0 :]] = estate.data.get(path, text)
    return found


def _of_board(board: Board, text: str) -> Iterator[Linted]:
    for problem in dashboard_lint.lint(dict(board.data)):
        if problem.code in _TWICE:
            continue
        place = position(board.path, text, board.place(problem.path))
        said = f"{problem.message} [{problem.code}]"
        yield Linted(Finding(BOARD, "warning", said, place), _meaning(problem.code, _BOARD))


def _meaning(code: str, table: Mapping[Meaning, frozenset[str]]) -> Meaning:
    return next((meaning for meaning, codes in table.items() if code in codes), "style")


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
