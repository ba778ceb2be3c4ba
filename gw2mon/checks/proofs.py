"""Proofs: each alert needs inputs for which it fires and for which it stays silent; raw PromQL must name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.sources import raw_alerts
from gw2mon.finding import Finding
from gw2mon.model import Raw
from gw2mon.proofs import proofs as derive
from gw2mon.proofs.slos.listing import GAP, is_never_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Condition, Model, Service, Stack
    from gw2mon.world import World


def alert_without_proof(model: Model) -> Iterator[Finding]:
    """GW406: an alert for which no scenario could be made; nothing shows that it can fire, or be silent."""
    for service in model.services:
        for proof in derive(model, service.name):
            if proof.gap and not _has_unusable_input(proof.rule.condition):
                raw = proof.rule.condition if isinstance(proof.rule.condition, Raw) else None
                needs_inputs = raw is not None and not raw.fires
                advice = "add proof: {fires: {selector: value}, silent: {selector: value}}" if needs_inputs else ""
                yield Finding(
                    "GW406",
                    "warning",
                    f"nothing proves that {proof.rule.alert} works: it {proof.gap}",
                    raw.origin if raw else proof.rule.origin,
                    advice,
                )

    for service in model.services:
        for promise in filter(is_never_missing, service.slos):
            yield Finding(
                "GW406",
                "warning",
                f"nothing proves that the alerts of SLO {promise.name} work: it {GAP}",
                promise.origin,
                "leave out `or vector(…)`: where nothing is measured nothing must be said, and SLODataMissing tells it",
            )


def _has_unusable_input(condition: Condition | None) -> bool:
    """Whether the reason is one that is told of the input itself."""
    if not isinstance(condition, Raw):
        return False
    return any(_selector_problem(example.selector) for example in (*condition.fires, *condition.silent))


def unusable_input(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW408: an input of a proof that names no series."""
    for rule, raw in raw_alerts(service):
        for example in (*raw.fires, *raw.silent):
            problem = _selector_problem(example.selector)
            if problem is not None:
                yield Finding(
                    "GW408",
                    "error",
                    f"{example.selector} in the proof of {rule.alert} {problem}",
                    example.origin,
                    'name one series: metric{label="value", …}',
                )


def _selector_problem(text: str) -> str | None:
    try:
        expr = q.parse(text)
    except q.PromQLError as error:
        return f"is no selector: {error.message}"
    if not isinstance(expr, q.VectorSelector) or expr.name is None or expr.offset or expr.at is not None:
        return "is no plain selector"
    return next(
        (
            f"has {matcher.name}{matcher.op}, and only = names one series"
            for matcher in expr.matchers
            if matcher.op != "="
        ),
        None,
    )
