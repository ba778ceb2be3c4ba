"""Scenarios of raw PromQL, from the inputs that its author gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql import MatrixSelector, PromQLError, Subquery, VectorSelector, parse, walk
from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import labels_of_selector
from gw2mon.proofs.scenario import Check, Unprovable, cut_short, fires_after, grows, holds, never_fires, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Example, Raw
    from gw2mon.promql import Expr
    from gw2mon.proofs.scenario import Scenario, Subject, Timeline


def raw_scenarios(condition: Raw, subject: Subject) -> Iterator[Scenario]:
    """Silent inputs, then firing ones, then silent ones again; and silent ones all the time."""
    if not condition.fires or not condition.silent:
        raise Unprovable("is raw PromQL without `proof`, so nobody knows which inputs it is about")
    window = widest(subject.rule.expr)
    line = timeline(subject, window)
    silent = {example.selector: example for example in condition.silent}
    firing = {example.selector: example for example in condition.fires}
    both = tuple(dict.fromkeys((*silent, *firing)))
    whole = (silent, firing, silent)
    yield build(subject, "fires for the inputs of its proof", [_input(name, whole, line) for name in both],
                _checks(line, subject.rule.hold, window))  # fmt: skip
    yield build(subject, "stays silent for the other inputs of its proof",
                [_input(name, (silent,) * 3, line) for name in silent], never_fires(line))  # fmt: skip
    if window == 0 and (brief := cut_short(line, subject.rule.hold)):
        yield build(subject, "stays silent when it is over before `for` is",
                    [_input(name, whole, brief) for name in both], never_fires(brief))  # fmt: skip


def widest(expr: Expr) -> int:
    """The longest time that an expression looks back, in milliseconds."""
    ranges = [node.range for node in walk(expr) if isinstance(node, MatrixSelector | Subquery)]
    return max((window for window in ranges if isinstance(window, int)), default=0)


def _checks(line: Timeline, hold: int, window: int) -> tuple[Check, ...]:
    if window == 0:
        return fires_after(line, hold, 0)
    before = line.healthy - line.interval
    return (Check(before, firing=False), Check(line.last, firing=True), Check(line.end, firing=False))


def _selector(text: str) -> VectorSelector | None:
    try:
        parsed = parse(text)
    except PromQLError:
        return None
    return parsed if isinstance(parsed, VectorSelector) else None


def _input(selector: str, phases: tuple[dict[str, Example], ...], line: Timeline) -> Input:
    parsed = _selector(selector)
    if parsed is None or parsed.name is None:
        raise Unprovable(f"has a proof whose input {selector} is no plain selector")
    given = [phase.get(selector) for phase in phases]
    counter = any(example.per_second for example in given if example)
    amounts = [None if example is None else example.value * line.interval / 1000 if counter else example.value
               for example in given]  # fmt: skip
    values = (grows if counter else holds)(*zip(amounts, line.phases, strict=True))
    return Input(parsed.name, labels_of_selector(parsed), values)
