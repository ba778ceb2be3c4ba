"""The last step: does every alert reach a person?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.finding import Finding
from gw2mon.names import WATCHDOG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import AlertingRule, Model, Notify


def severity_without_route(model: Model) -> Iterator[Finding]:
    """GW501: a critical alert that no route names falls to the default receivers."""
    notify = model.stack.notify
    if notify is None:
        return
    for service in model.services:
        lost = [rule for rule in service.alerts if rule.severity == "critical" and not _routed(rule, notify)]
        for rule in sorted(lost, key=lambda rule: rule.condition is None)[:1]:  # rather one that a person wrote
            yield Finding(
                "GW501",
                "warning",
                f"no route takes {rule.severity} alerts such as {rule.alert}",
                rule.origin,
                f"they go to {', '.join(notify.default)}; add a route: {{severity: {rule.severity}, to: […]}}",
            )


def nobody_is_told(model: Model) -> Iterator[Finding]:
    """GW225: alerts, but no receivers in any of the specs."""
    if model.stack.notify is not None:
        return
    for service in model.services:
        wants = not service.outputs or any(prefix.startswith("alertmanager") for prefix in service.outputs)
        own = next((rule for rule in service.alerts if rule.alert != WATCHDOG and rule.condition is not None), None)
        if wants and own is not None:
            yield Finding(
                "GW225",
                "warning",
                f"nobody is told when {own.alert} fires: no spec has notify",
                own.origin,
                "add notify with receivers and routes, or leave alertmanager out of outputs",
            )


def _routed(rule: AlertingRule, notify: Notify) -> bool:
    labels = dict(rule.labels)
    return any(all(labels.get(label) == value for label, value in route.matchers) for route in notify.routes)
