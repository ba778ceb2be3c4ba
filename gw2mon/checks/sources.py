"""Where people write PromQL: alerts and their proofs, panels, and queries of SLOs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.checks.panels import laid_out
from gw2mon.inference.values import is_variable
from gw2mon.model import QuerySli, RatioSli, Raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.finding import Position
    from gw2mon.model import AlertingRule, Service

Kind = Literal["alert", "record", "panel", "slo", "proof"]
_IN_PROMQL = "formula/"
"""How the key of a panel begins that says its expression itself."""


class Source(NamedTuple):
    """An expression and where it stands."""

    where: str
    """How it is called: OrdersFail, panel Orders, SLO availability."""
    kind: Kind
    text: str
    expr: q.Expr
    origin: Position | None
    rules: tuple[AlertingRule, ...] = ()
    """The rules of an alert, which differ in severity and threshold."""


def sources(service: Service) -> Iterator[Source]:
    """Every expression that a person wrote about a service."""
    yield from _of_alerts(service)
    yield from _of_panels(service)
    yield from _of_slos(service)


def raw_alerts(service: Service) -> Iterator[tuple[AlertingRule, Raw]]:
    """The alerts in PromQL, once each."""
    for rules in _alerts(service):
        if isinstance(rules[0].condition, Raw):
            yield rules[0], rules[0].condition


def _alerts(service: Service) -> Iterator[tuple[AlertingRule, ...]]:
    by_name: dict[str, list[AlertingRule]] = {}
    for rule in service.alerts:
        by_name.setdefault(rule.alert, []).append(rule)
    return (tuple(rules) for rules in by_name.values())


def _of_alerts(service: Service) -> Iterator[Source]:
    for rules in _alerts(service):
        name, raw = rules[0].alert, rules[0].condition
        if isinstance(raw, Raw):
            yield Source(name, "alert", raw.text, q.parse(raw.text), raw.origin, rules)
            for example in (*raw.fires, *raw.silent):
                expr = _selector(example.selector)
                if expr is not None:
                    yield Source(f"the proof of {name}", "proof", example.selector, expr, example.origin)


def _of_panels(service: Service) -> Iterator[Source]:
    for panel in (panel for entry in service.dashboards for panel in laid_out(entry)):
        if panel.key.startswith(_IN_PROMQL):
            yield from (_printed(f"panel {panel.title}", "panel", it.expr, panel.origin) for it in panel.queries)


def _of_slos(service: Service) -> Iterator[Source]:
    for slo in service.slos:
        match slo.sli:
            case QuerySli(bad, total) if bad != total:
                yield _printed(f"SLO {slo.name}", "slo", q.div(bad, total), slo.origin)
            case RatioSli(ratio):
                yield _printed(f"SLO {slo.name}", "slo", ratio, slo.origin)


def _printed(where: str, kind: Kind, expr: q.Expr, origin: Position | None) -> Source:
    """An expression whose text is not kept: it is printed again, so that places in it can be shown."""
    expr = q.transform(expr, _as_written)
    text = q.to_text(expr)
    return Source(where, kind, text, q.parse(text, variables=True), origin)


def _as_written(node: q.Expr) -> q.Expr:
    """A selector without the variables that every panel gets."""
    if not isinstance(node, q.VectorSelector):
        return node
    own = tuple(item for item in node.matchers if item.span != q.NO_SPAN or not is_variable(item.value))
    return node._replace(matchers=own)


def _selector(text: str) -> q.Expr | None:
    """The selector of an input; None where it is none, which is told elsewhere."""
    try:
        expr = q.parse(text)
    except q.PromQLError:
        return None
    return expr if isinstance(expr, q.VectorSelector) and expr.name is not None else None
