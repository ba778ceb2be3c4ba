"""Putting a scenario together: input series with their labels, and the labels that the alert will have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.promql.quoting import quote
from gw2mon.proofs.kept import kept
from gw2mon.proofs.scenario import Scenario, Series, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.proofs.scenario import Check


class Input(NamedTuple):
    """A series to feed: its name, its labels, and its values in promtool's notation; "" where there is none."""

    name: str
    labels: dict[str, str]
    values: str


def build(
    subject: Subject,
    name: str,
    inputs: Iterable[Input],
    checks: tuple[Check, ...],
    labels: Mapping[str, str] | None = None,
) -> Scenario:
    """A scenario of a rule; `labels` tells what its expression leaves on the alert, where its inputs do not."""
    rule, fed = subject.rule, tuple(inputs)
    found = labels if labels is not None else kept(rule.expr, [item[:2] for item in fed], subject.records)
    return Scenario(
        name,
        rule,
        subject.interval,
        tuple(Series(selector_text(item.name, item.labels), item.values) for item in fed if item.values),
        checks,
        None if found is None else tuple(found.items()),
    )


def selector_text(name: str, labels: Mapping[str, str]) -> str:
    """A series as promtool reads it: up{job="api"}."""
    inside = ", ".join(f"{label}={quote(value)}" for label, value in labels.items())
    return f"{name}{{{inside}}}"
