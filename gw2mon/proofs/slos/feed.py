"""Flows to the series that a target would expose, each amount written in promtool's notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.proofs.build import selector_text
from gw2mon.proofs.inputs import counter_name
from gw2mon.proofs.scenario import Series
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from gw2mon.model import Metric, Pairs
    from gw2mon.proofs.slos.flows import Flow


def exposed(
    flows: Iterable[Flow],
    bounds: Mapping[str, tuple[Decimal, ...]],
    amounts: Callable[[Flow], Sequence[Decimal]],
    write: Callable[[Metric, Sequence[Decimal]], str],
) -> tuple[Series, ...]:
    """All series of the flows; `amounts` tells how much each is over time, `write` puts it into words."""
    by_series: dict[tuple[str, Pairs], list[Flow]] = {}
    for flow in flows:
        by_series.setdefault((flow.metric.name, flow.labels), []).append(flow)
    return tuple(
        Series(selector_text(name, dict(labels)), write(together[0].metric, added))
        for (_, labels), together in by_series.items()
        for name, labels, added in _of_target(together, dict(labels), bounds, amounts)
    )


def _of_target(
    flows: Sequence[Flow],
    labels: dict[str, str],
    bounds: Mapping[str, tuple[Decimal, ...]],
    amounts: Callable[[Flow], Sequence[Decimal]],
) -> Iterator[tuple[str, Pairs, Sequence[Decimal]]]:
    metric = flows[0].metric
    whole = tuple(labels.items())
    if metric.type == "gauge":
        yield metric.name, whole, amounts(flows[0])
        return
    yield counter_name(metric), whole, _added(map(amounts, flows))
    if metric.type == "histogram":
        for bound in (*bounds.get(metric.name, ()), None):
            below = [flow for flow in flows if bound is None or (flow.place is not None and flow.place <= bound)]
            added = _added(map(amounts, below)) or [0 * amount for amount in amounts(flows[0])]
            le = "+Inf" if bound is None else bound_text(bound)
            yield f"{metric.name}_bucket", (*whole, ("le", le)), added


def _added(amounts: Iterable[Sequence[Decimal]]) -> Sequence[Decimal]:
    return [sum(column, start=0 * column[0]) for column in zip(*amounts, strict=True)]
