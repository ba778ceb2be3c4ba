"""What alerts and SLOs rest on: the selectors of stored series at the bottom of their rules, through all records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gw2mon import names
from gw2mon import promql as q
from gw2mon.model import AlertingRule, Quantile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from gw2mon.model import RecordingRule, RuleGroup, Service
    from gw2mon.world import World

_Key = TypeVar("_Key")
_NAMED = 3
"""Alerts and SLOs that a message names; the others are counted."""


class Foundations(NamedTuple):
    """What must be there for the alerts and SLOs of a service to work."""

    selectors: Mapping[q.VectorSelector, tuple[str, ...]]
    """Selector of stored series, without offset, to the alerts and SLOs that rest on it."""
    metrics: Mapping[str, tuple[str, ...]]
    """The same by the name of the metric."""
    bounds: Mapping[str, Mapping[Decimal, tuple[str, ...]]]
    """Histogram to the bounds with which alerts compare its quantiles."""
    panels: Mapping[str, tuple[str, ...]]
    """Metric to the panels that a person put on a dashboard to show it."""


def foundations(service: Service, groups: Iterable[RuleGroup], world: World) -> Foundations:
    """What the alerts in some groups, and the SLOs of the service, rest on."""
    by_selector: dict[q.VectorSelector, dict[str, None]] = {}
    by_metric: dict[str, dict[str, None]] = {}
    for who, expr in _promises(service, groups):
        for found in _stored(expr, world):
            by_selector.setdefault(found, {})[who] = None
            by_metric.setdefault(world.series[str(found.name)].metric.name, {})[who] = None
    return Foundations(_settled(by_selector), _settled(by_metric), _bounds(service), _panels(service, world))


def named(who: Iterable[str]) -> str:
    """Alerts, SLOs or panels in a sentence; of many the first few."""
    listed = list(who)
    more = len(listed) - _NAMED
    return f"{', '.join(listed[:_NAMED])} and {more} more" if more > 0 else " and ".join(listed)


def rests(who: tuple[str, ...]) -> str:
    """The end of a sentence about what somebody rests on; "" where nobody does."""
    return f", and {named(who)} rest{'s' if len(who) == 1 else ''} on it" if who else ""


def _promises(service: Service, groups: Iterable[RuleGroup]) -> Iterator[tuple[str, q.Expr]]:
    slos = {slo.id: f"SLO {slo.name}" for slo in service.slos}
    by_group = {names.slo_group(identity): who for identity, who in slos.items()}
    for group in groups:
        for rule in group.rules:
            if group.name in by_group:
                yield by_group[group.name], rule.expr
            elif isinstance(rule, AlertingRule):
                yield slos.get(rule.slo, f"alert {rule.alert}"), rule.expr


def _stored(expr: q.Expr, world: World) -> Iterator[q.VectorSelector]:
    """The selectors of series that are scraped, below the expression and the records that it reads."""
    todo, seen = [expr], set[int]()
    while todo:
        for selector in q.selectors(q.transform(todo.pop(), _without_absences)):
            name = q.metric_name(selector)
            if name in world.series:
                yield q.VectorSelector(name, tuple(item._replace(span=q.NO_SPAN) for item in selector.matchers))
            read = [rule for rule in world.records if _reads(selector, rule) and id(rule) not in seen]
            seen.update(map(id, read))
            todo.extend(rule.expr for rule in read)


def _without_absences(node: q.Expr) -> q.Expr:
    """What is watched for being absent need not be there for that."""
    return q.number(1) if isinstance(node, q.Call) and node.function in ("absent", "absent_over_time") else node


def _reads(selector: q.VectorSelector, rule: RecordingRule) -> bool:
    """Whether a selector finds what a rule records: those of all SLOs have the same names, and differ by a label."""
    labels = dict(rule.labels)
    return q.metric_name(selector) == rule.record and all(
        labels.get(matcher.name, matcher.value) == matcher.value for matcher in selector.matchers if matcher.op == "="
    )


def _bounds(service: Service) -> dict[str, dict[Decimal, tuple[str, ...]]]:
    """Thresholds on quantiles, which are only true where they are bounds."""
    found: dict[str, dict[Decimal, tuple[str, ...]]] = {}
    for rule in service.alerts:
        if isinstance(rule.condition, Quantile) and rule.threshold is not None:
            of_metric = found.setdefault(rule.condition.latency.metric, {})
            who = (*of_metric.get(rule.threshold.value, ()), f"alert {rule.alert}")
            of_metric[rule.threshold.value] = tuple(dict.fromkeys(who))
    return found


def _panels(service: Service, world: World) -> dict[str, tuple[str, ...]]:
    """Dashboards that come by themselves show every metric, and say nothing about whether anybody needs it."""
    found: dict[str, dict[str, None]] = {}
    for dashboard in service.dashboards:
        for panel in (panel for row in dashboard.rows for panel in row.panels if panel.origin is not None):
            for name in (name for query in panel.queries for name in q.metric_names(query.expr)):
                if name in world.series:
                    found.setdefault(world.series[name].metric.name, {})[f"panel {panel.title}"] = None
    return _settled(found)


def _settled(found: Mapping[_Key, Mapping[str, None]]) -> dict[_Key, tuple[str, ...]]:
    return {key: tuple(who) for key, who in found.items()}
