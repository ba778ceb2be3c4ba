"""What else of a Prometheus decides whether alerts reach anybody and budgets are right: Alertmanager, retention."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.model import Model

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.")
_RETENTION = re.compile(r"(\d+[a-z]+)+")


def setting_differences(
    model: Model, retention: str, alertmanagers: Sequence[str] | None, version: str
) -> Iterator[Finding]:
    """GW659: settings that are not what the specs rest on; "" and None are settings that could not be asked for."""
    yield from _kept_too_short(model, retention)
    if alertmanagers is not None:
        yield from _nobody_told(model, alertmanagers)
    yield from _too_old(model, version)


def _kept_too_short(model: Model, told: str) -> Iterator[Finding]:
    """The time of a retention such as "15d or 10GiB"."""
    found = _RETENTION.match(told)
    windows = [(slo.window, slo) for service in model.services for slo in service.slos]
    if not found or not windows:
        return
    try:
        kept = q.parse_duration(found[0])
    except q.PromQLError:
        return  # a size
    window, slo = max(windows, key=lambda pair: pair[0])
    if 0 < kept < window:
        message = f"Prometheus keeps samples for {found[0]}, but SLO {slo.name} looks back {q.format_duration(window)}"
        advice = f"start it with --storage.tsdb.retention.time={q.format_duration(model.stack.retention)}"
        yield Finding("GW659", "error", message, slo.origin, advice)


def _nobody_told(model: Model, active: Sequence[str]) -> Iterator[Finding]:
    stack = model.stack
    if stack.alertmanagers and not active:
        message = "Prometheus sends its alerts to no Alertmanager"
        advice = f"its alerting section must name {', '.join(stack.alertmanagers)}: copy prometheus.yml and reload it"
        yield Finding("GW659", "error", message, stack.origin, advice)
        return
    for address in stack.alertmanagers:
        if not any(f"//{address}/" in f"{url}/" for url in active):
            message = f"Prometheus does not send its alerts to {address}"
            advice = (
                "copy generated/prometheus/prometheus.yml there and reload Prometheus, or change stack.alertmanagers"
            )
            yield Finding("GW659", "warning", message, stack.origin, advice)


def _too_old(model: Model, told: str) -> Iterator[Finding]:
    found = _VERSION.match(told)
    wanted = model.stack.prometheus_version
    if found and (int(found[1]), int(found[2])) < wanted:
        message = f"Prometheus {told} is older than the specs expect, {wanted[0]}.{wanted[1]}"
        advice = "upgrade it, or set stack.prometheus-version so that gw2mon keeps to what it knows"
        yield Finding("GW659", "warning", message, model.stack.origin, advice)
