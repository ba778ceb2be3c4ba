# ruff: noqa: INP001 - scripts, not a package
"""What inference and the checks of queries cost, on expressions as people write them."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gw2mon.checks.sources import Source
    from gw2mon.checks.written import Written

CORRECT = Path(__file__).parents[1] / "mutants" / "correct"
LONG = 200
"""Terms of the long expression."""


def figures(runs: int) -> Iterator[tuple[str, float, float]]:
    """What is measured, with the seconds that it takes and those that parsing the same expressions takes."""
    from gw2mon import promql as q
    from gw2mon.checks.queries import problems
    from gw2mon.checks.written import about

    queries = _queries()
    world = queries[0].world

    def parsed() -> None:
        for at in queries:
            q.parse(at.text, variables=True)

    def checked() -> None:
        for at in queries:
            list(problems(about(_source(at), at.service, world, at.stack)))

    term = 'sum(rate(mail_sent_total{job="api", result="bounced"}[5m]))'
    text = " + ".join([term] * LONG)
    expr = q.parse(text)

    def long() -> None:
        first = queries[0]
        list(problems(about(_source(first)._replace(text=text, expr=expr), first.service, world, first.stack)))

    usual, yardstick = _seconds(checked, runs), _seconds(parsed, runs)
    rate = len(queries) / usual
    yield f"inference and checks, {len(queries)} queries ({rate:,.0f} a second)", usual, yardstick
    yield f"the same of one query of {LONG} terms", _seconds(long, runs), _seconds(lambda: _parse(text), runs)


def _source(at: Written) -> Source:
    from gw2mon.checks.sources import Source

    return Source(at.where, at.kind, at.text, at.expr, at.origin, at.rules)


def _parse(text: str) -> None:
    from gw2mon import promql as q

    q.parse(text)


def _seconds(work: Callable[[], None], runs: int) -> float:
    """Median processor time; one more run goes before, uncounted."""
    taken = []
    for _ in range(runs + 1):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return median(taken[1:] or taken)


def _queries() -> list[Written]:
    """The correct queries of the mutation benchmark, in the world of its spec."""
    from gw2mon.checks.written import written
    from gw2mon.world import world_of
    from mutants import compiling, planting

    found: list[Written] = []
    world = None
    for path in sorted(CORRECT.glob("*.yaml")):
        model = compiling.analysed(f"{planting.bare()}\n{path.read_text(encoding='utf-8')}").model
        if model is None:
            raise ValueError(f"{path.name} cannot be read")
        world = world or world_of(model.services[0], model.stack)
        found.extend(written(model.services[0], world, model.stack))
    return found
