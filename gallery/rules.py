"""The generated rules, carried out over the past: what they record, and which alerts fired when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from gallery.history import series
from gallery.server import Sample
from gw2mon import promql as q
from gw2mon.promql import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gallery.server import Server
    from gallery.story import Story

STEP, LONG_STEP = 30, 300
"""Seconds between evaluations: of late, and before."""

Rule = dict[str, Any]


def rules_of(output: Path) -> list[Rule]:
    """Every rule of the generated output."""
    folder = output / "prometheus/rules"
    groups = (
        (file, group)
        for file in sorted(folder.rglob("*.yml"))
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    )
    return [{**rule, "of slo": file.parent != folder} for file, group in groups for rule in group["rules"]]


def read_by(rules: Iterable[Rule]) -> set[str]:
    """The names of the series that rules read."""
    return {name for rule in rules for name in q.metric_names(q.parse(rule["expr"]))}


def layers(rules: Iterable[Rule]) -> Iterator[list[Rule]]:
    """The rules in the order in which they can be evaluated: each after the records that it reads."""
    left = list(rules)
    while left:
        waiting = {rule["record"] for rule in left if "record" in rule}
        ready = [rule for rule in left if not read_by([rule]) & waiting]
        if not ready:
            raise SystemExit(f"these records read one another: {', '.join(sorted(waiting))}")
        yield ready
        left = [rule for rule in left if rule not in ready]


def outcome(server: Server, rule: Rule, told: Story) -> Iterator[Sample]:
    """The samples that a rule leaves behind."""
    if rule["of slo"]:
        yield from _outcome(server, rule, told.begin, told.recent - LONG_STEP, LONG_STEP)
    yield from _outcome(server, rule, told.recent, told.end, STEP)


def _outcome(server: Server, rule: Rule, begin: int, end: int, step: int) -> Iterator[Sample]:
    delay = parse_duration(rule.get("for", "0s")) // 1000
    for found in server.over(rule["expr"], begin, end, step):
        labels = {**found["metric"], **rule.get("labels", {})}
        labels.pop("__name__", None)
        points = [(int(moment), float(value)) for moment, value in found["values"]]
        if "record" in rule:
            yield from (Sample(series(rule["record"], tuple(labels.items())), *point) for point in points)
        else:
            yield from _alert(labels | {"alertname": rule["alert"]}, points, delay, step)


def _alert(labels: dict[str, str], points: Sequence[tuple[int, float]], delay: int, step: int) -> Iterator[Sample]:
    """What Prometheus keeps of an alert: whether it is pending or fires, and since when its expression holds."""
    names = {state: series("ALERTS", (*labels.items(), ("alertstate", state))) for state in ("pending", "firing")}
    began = series("ALERTS_FOR_STATE", tuple(labels.items()))
    for moment, since in _held(points, step):
        yield Sample(names["firing" if moment - since >= delay else "pending"], moment, 1)
        yield Sample(began, moment, since)


def _held(points: Iterable[tuple[int, float]], step: int) -> Iterator[tuple[int, int]]:
    """Each moment at which an expression holds, and since when it has."""
    since = before = -step
    for moment, _ in points:
        since = moment if moment - before > step else since
        yield moment, since
        before = moment
