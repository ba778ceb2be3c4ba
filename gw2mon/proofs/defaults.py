"""Scenarios of the alerts that come by default: their stories are known, their inputs follow from their selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.promql import Aggregation, Call, MatrixSelector, VectorSelector, literal_alternatives, walk
from gw2mon.proofs.build import Input, build
from gw2mon.proofs.inputs import labels_of_selector
from gw2mon.proofs.raw import widest
from gw2mon.proofs.scenario import (
    Check,
    Unprovable,
    cut_short,
    fires_after,
    grows,
    holds,
    never_fires,
    timeline,
    vanishes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gw2mon.promql import Expr
    from gw2mon.proofs.scenario import Scenario, Subject, Timeline


def default_scenarios(subject: Subject) -> Iterator[Scenario]:
    """The scenarios of a default alert. Raises Unprovable for one whose story is not known."""
    tell = STORIES.get(subject.rule.alert)
    if tell is None:
        raise Unprovable("has no condition, and no story is written for it")
    return tell(subject)


def _always(subject: Subject) -> Iterator[Scenario]:
    checks = (Check(0, firing=True), Check(10 * subject.interval, firing=True))
    yield build(subject, "fires all the time", (), checks)


def _grown(subject: Subject) -> Iterator[Scenario]:
    """Each counter in turn begins to grow; none grows, whatever its height."""
    expr = subject.rule.expr
    line = timeline(subject, widest(expr))
    grouping = {name: f"{name}-1" for node in walk(expr) if isinstance(node, Aggregation) for name in node.grouping}
    counters = [node.selector for node in walk(expr) if isinstance(node, MatrixSelector)]

    def inputs(growing: VectorSelector | None) -> list[Input]:
        still, moving = grows((7, 1), (0, line.samples - 1)), grows(*zip((0, 1, 0), line.phases, strict=True))
        return [Input(str(each.name), {**labels_of_selector(each), "instance": "example:9090", **grouping},
                      moving if each is growing else still) for each in counters]  # fmt: skip

    for counter in counters:
        yield build(subject, f"fires when {counter.name} grows", inputs(counter),
                    fires_after(line, subject.rule.hold, 1), grouping)  # fmt: skip
    yield build(subject, "stays silent while nothing grows", inputs(None), never_fires(line))


def _flagged(subject: Subject) -> Iterator[Scenario]:
    """A flag that is 1 while all is well."""
    flag = _first(subject.rule.expr)
    labels = {**labels_of_selector(flag), "instance": "example:9090"}
    line = timeline(subject, 0)

    def inputs(value: int, line: Timeline) -> tuple[Input, ...]:
        return (Input(str(flag.name), labels, holds(*zip((1, value, 1), line.phases, strict=True))),)

    yield build(subject, f"fires when {flag.name} is 0", inputs(0, line), fires_after(line, subject.rule.hold, 0))
    yield build(subject, f"stays silent while {flag.name} is 1", inputs(1, line), never_fires(line))
    if brief := cut_short(line, subject.rule.hold):
        yield build(subject, "stays silent when it is over before `for` is", inputs(0, brief), never_fires(brief))


def _target_down(subject: Subject) -> Iterator[Scenario]:
    """Two targets of each job: all of them down, one of them down, gone, or missing a few scrapes."""
    expr, hold = subject.rule.expr, subject.rule.hold
    jobs = _jobs(_first(expr))
    every = any(isinstance(node, Aggregation) and node.op == "max" for node in walk(expr))
    line = timeline(subject, 0)

    def inputs(up: str, first: str, second: str) -> list[Input]:
        down = {("example-1:9090", jobs[0]): first, ("example-2:9090", jobs[0]): second}
        return [Input("up", {"job": job, "instance": instance}, down.get((instance, job), up))
                for job in jobs for instance in ("example-1:9090", "example-2:9090")]  # fmt: skip

    def values(*phases: int | None, line: Timeline = line) -> str:
        return holds(*zip(phases, line.phases, strict=True))

    up, down = values(1, 1, 1), values(1, 0, 1)
    fires, labels = fires_after(line, hold, 0), {"job": jobs[0]}
    if every:
        yield build(subject, "fires when every target of a job is down", inputs(up, down, down), fires, labels)
        yield build(subject, "stays silent while one target is up", inputs(up, down, up), never_fires(line))
    else:
        yield build(subject, "fires when one of several targets is down", inputs(up, down, up), fires, labels)
    if any(isinstance(node, Call) and node.function == "absent" for node in walk(expr)):
        lost = vanishes(line)
        yield build(subject, "fires when a job has no targets any more", inputs(up, lost, lost), fires, labels)
    yield build(subject, "stays silent while all is up", inputs(up, up, up), never_fires(line))
    if brief := cut_short(line, hold):
        blip = values(1, 0, 1, line=brief)
        yield build(subject, "stays silent when it is over before `for` is", inputs(up, blip, blip), never_fires(brief))


def _metric_missing(subject: Subject) -> Iterator[Scenario]:
    """Each metric in turn is gone while its target is up; all are gone because the target is down."""
    found = [node for node in walk(subject.rule.expr) if isinstance(node, VectorSelector)]
    metrics = [node for node in found if node.name != "up"]
    jobs = _jobs(next(node for node in found if node.name == "up"))
    line = timeline(subject, 0)
    present, gone = holds((1, line.samples)), vanishes(line)

    def inputs(missing: list[VectorSelector], up: str) -> list[Input]:
        targets = [Input("up", {"job": job, "instance": "example:9090"}, up) for job in jobs]
        rest = [Input(str(each.name), {**labels_of_selector(each), "instance": "example:9090"},
                      gone if each in missing else present) for each in metrics]  # fmt: skip
        return [*targets, *rest]

    for metric in metrics:
        labels = {"job": labels_of_selector(metric)["job"], "metric": str(metric.name)}
        yield build(subject, f"fires when {metric.name} of {labels['job']} is gone", inputs([metric], present),
                    fires_after(line, subject.rule.hold, 0), labels)  # fmt: skip
    yield build(subject, "stays silent while every metric is there", inputs([], present), never_fires(line))
    down = holds(*zip((1, 0, 1), line.phases, strict=True))
    yield build(subject, "stays silent while the target is down, which another alert tells", inputs(metrics, down),
                never_fires(line))  # fmt: skip


def _first(expr: Expr) -> VectorSelector:
    return next(node for node in walk(expr) if isinstance(node, VectorSelector))


def _jobs(selector: VectorSelector) -> tuple[str, ...]:
    matcher = next(matcher for matcher in selector.matchers if matcher.name == "job")
    return (matcher.value,) if matcher.op == "=" else literal_alternatives(matcher.value) or (matcher.value,)


STORIES: dict[str, Callable[[Subject], Iterator[Scenario]]] = {
    "AlertmanagerNotificationFailures": _grown,
    "MetricMissing": _metric_missing,
    "PrometheusConfigReloadFailed": _flagged,
    "PrometheusNotificationFailures": _grown,
    "PrometheusRuleFailures": _grown,
    "TargetDown": _target_down,
    "UnknownLabelValues": _grown,
    "Watchdog": _always,
}
"""Default alert to its story."""
