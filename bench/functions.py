# ruff: noqa: INP001 - scripts, not a package
"""What the generated functions cost, beside the functions that people write by hand and beside the bare calls."""

from __future__ import annotations

import time
import timeit
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import CollectorRegistry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CALLS = 2_000
"""Calls in a row: few enough for a quiet moment of the machine, and many beside the clock's own cost."""
ROUNDS = 10
"""Rounds for each run that is asked for. The least time counts, which only the code itself explains."""


class Case(NamedTuple):
    """A call as applications make it, and what it comes down to once all series are found."""

    what: str
    call: str
    bare: str

    @property
    def goal(self) -> str:
        """The dearest that it may be beside the bare calls."""
        return "≤ 1.5" if ";" in self.bare else "≤ 1.6"


CASES = (
    Case(
        "track_ai_request",
        'track_ai_request(model="mistral", operation="compose_team", duration=1.2)',
        "requests(); duration(1.2)",
    ),
    Case(
        "track_ai_request with tokens",
        'track_ai_request(model="mistral", operation="compose_team", duration=1.2, status="success", '
        "tokens_prompt=812, tokens_completion=97)",
        "requests(); duration(1.2); prompt(812); completion(97)",
    ),
    Case("track_db_query", 'track_db_query(operation="select", table="builds", duration=0.02)', "query(0.02)"),
    Case(
        "track_db_query with an error",
        'track_db_query(operation="select", table="builds", duration=0.02, error="IntegrityError")',
        "query(0.02); failed()",
    ),
    Case("track_cache_operation", 'track_cache_operation(operation="get", result="hit")', "cache()"),
    Case(
        "track_external_api",
        'track_external_api(service="gw2api", endpoint="/v2/builds", duration=0.3, status="200")',
        "api(); api_duration(0.3)",
    ),
    Case("track_build_created", 'track_build_created(profession="Guardian", game_mode="WvW")', "build()"),
    Case("track_team_created, of 7 players", 'track_team_created(game_mode="WvW", size=7)', "team()"),
)


def figures(spec: Path, runs: int) -> Iterator[tuple[str, float, float, str]]:
    """What is measured, the seconds of so many calls, those of the yardstick, and the greatest ratio wanted."""
    from tests.python.handwritten import Handwritten

    by_hand, generated = Handwritten(), _generated(spec)  # type: ignore[no-untyped-call]
    for case in CASES:
        seconds = _least(
            {
                "generated": (case.call, _members(generated)),
                "by hand": (case.call, _members(by_hand)),
                "bare": (case.bare, _bound(by_hand)),
            },
            runs * ROUNDS,
        )
        yield f"{case.what}, by hand", seconds["generated"], seconds["by hand"], "≤ 0.45"
        yield f"{case.what}, bare calls", seconds["generated"], seconds["bare"], case.goal


def _generated(spec: Path) -> object:
    """The metrics of a spec on a registry of their own."""
    from gw2mon import project
    from gw2mon.generators.python.metrics import metrics_module

    model, _ = project.analyse(project.load([spec]).sources)
    module = ModuleType("generated")
    module.__file__ = __file__
    exec(compile(metrics_module(model.services[0]), "metrics.py", "exec"), vars(module))  # noqa: S102 - our own output
    return module.Metrics(CollectorRegistry())


def _members(metrics: object) -> dict[str, object]:
    return {name: getattr(metrics, name) for name in dir(metrics) if name.startswith("track_")}


def _bound(metrics: object) -> dict[str, object]:
    """The methods of the series that the cases touch, found beforehand."""
    from tests.python.handwritten import Handwritten

    assert isinstance(metrics, Handwritten)  # noqa: S101 - tells the type
    return {
        "requests": metrics.ai_requests_total.labels("mistral", "compose_team", "success").inc,
        "duration": metrics.ai_request_duration.labels("mistral", "compose_team").observe,
        "prompt": metrics.ai_tokens_used.labels("mistral", "prompt").inc,
        "completion": metrics.ai_tokens_used.labels("mistral", "completion").inc,
        "query": metrics.db_query_duration.labels("select", "builds").observe,
        "failed": metrics.db_errors_total.labels("select", "IntegrityError").inc,
        "build": metrics.builds_created_total.labels("Guardian", "WvW").inc,
        "team": metrics.teams_created_total.labels("WvW", "10").inc,
        "cache": metrics.cache_operations_total.labels("get", "hit").inc,
        "api": metrics.external_api_requests_total.labels("gw2api", "/v2/builds", "200").inc,
        "api_duration": metrics.external_api_duration.labels("gw2api", "/v2/builds").observe,
    }


def _least(statements: Mapping[str, tuple[str, Mapping[str, object]]], rounds: int) -> dict[str, float]:
    """The least processor time of each statement, all of them taking turns."""
    timers = {
        name: timeit.Timer(statement, timer=time.thread_time, globals=dict(names))
        for name, (statement, names) in statements.items()
    }
    taken: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            taken[name].append(timer.timeit(CALLS))
    return {name: min(found) for name, found in taken.items()}
