"""alertmanager.yml: the tree of routes, what mutes what, and the receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators.alertmanager.receivers import receivers
from gw2mon.generators.alertmanager.routing import alert_labels, receiver_name, receivers_of
from gw2mon.model import PagerDuty
from gw2mon.promql import format_duration, regex_escape
from gw2mon.promql.quoting import quote
from gw2mon.yamltext import Part, artifact

if TYPE_CHECKING:
    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model, Notify, Route

_REPEAT_DEFAULT = 12 * 3_600_000
"""Milliseconds between two notifications about what no route takes."""

_ONE_INCIDENT = "One incident is one notification: alerts that start together are told together."
_NOT_LOST = "Whatever no route takes reaches people too: a misspelt severity must not be silent."
_WATCHDOG = "Always firing. When these notifications stop, alerting itself is broken, and whoever gets them says so."
_MUTING = "A critical alert mutes the warnings about the same thing."
_TICKETS = "A page about an SLO mutes its tickets: whoever is awake need not also read a mail."
_DATA_LOST = "Nothing that is down delivers data."
_NOT_PAGED = (
    "Not those that go to PagerDuty: muting one there would also hold back the message that it is over,\n"
    "and the incident would stay open."
)


def generate(model: Model, notify: Notify) -> Artifact:
    """The configuration of the one Alertmanager that all services share."""
    inhibitions = _inhibitions(model, notify)
    value = {
        "templates": [names.ALERTMANAGER_TEMPLATES.removeprefix("alertmanager/")],
        "route": Part(_root(notify), notify.origin),
        **({"inhibit_rules": inhibitions} if inhibitions else {}),
        "receivers": Part(receivers(notify), notify.origin),
    }
    return artifact(names.ALERTMANAGER_CONFIG, names.STACK, model.stack.spec, value)


def _root(notify: Notify) -> dict[str, Any]:
    return {
        "receiver": Part(receiver_name(notify.default), comment=_NOT_LOST),
        "group_by": Part(["service", "severity"], comment=_ONE_INCIDENT),
        "group_wait": format_duration(notify.group_wait),
        "group_interval": format_duration(notify.group_interval),
        "repeat_interval": format_duration(_REPEAT_DEFAULT),
        "routes": [_watchdog(notify), *(Part(_route(route), route.origin) for route in notify.routes)],
    }


def _watchdog(notify: Notify) -> Part:
    # An interval below the repetition, because a repetition that is due just after a tick waits for the next one.
    route = {
        "receiver": receiver_name((notify.watchdog,) if notify.watchdog else ()),
        "matchers": [f"alertname={quote(names.WATCHDOG)}"],
        "group_by": ["alertname"],
        "group_wait": "1s",
        "group_interval": "30s",
        "repeat_interval": "1m",
    }
    return Part(route, comment=_WATCHDOG)


def _route(route: Route) -> dict[str, Any]:
    return {
        "receiver": receiver_name(route.to),
        "matchers": [f"{label}={quote(value)}" for label, value in route.matchers],
        "repeat_interval": format_duration(route.repeat),
    }


def _inhibitions(model: Model, notify: Notify) -> list[Part]:
    """What mutes what, service by service where some warnings page someone."""
    warnings = [labels for labels in alert_labels(model) if labels.get("severity") == "warning"]
    paged = {labels["service"] for labels in warnings if _pages(notify, receivers_of(notify, labels))}
    if {labels["service"] for labels in warnings} <= paged:
        return []
    except_paged = [f"service!~{quote('|'.join(regex_escape(name) for name in sorted(paged)))}"] if paged else []
    slos = [slo for service in model.services if service.slo_groups for slo in service.slos]
    muting = f"{_MUTING}\n{_NOT_PAGED}" if paged else _MUTING
    # Tickets of SLOs have a rule of their own: an SLO that is kept apart by labels is muted label by label.
    targets = ['severity="warning"', *(['slo_severity=""'] if slos else []), *except_paged]
    rules = [_inhibition(['severity="critical"'], targets, ["service", "signal"], muting)]
    if slos:
        # Labels that both sides lack count as equal, so those of all SLOs can stand in one rule.
        groups = sorted({label for slo in slos for label in slo.by})
        tickets = ['slo_severity="ticket"', *except_paged]
        lost = [f"alertname={quote(names.DATA_MISSING)}", *tickets]
        rules.append(_inhibition(['slo_severity="page"'], tickets, ["slo_id", *groups], _TICKETS))
        rules.append(_inhibition([f"alertname={quote(names.TARGET_DOWN)}"], lost, ["service"], _DATA_LOST))
    return rules


def _inhibition(source: list[str], target: list[str], equal: list[str], comment: str) -> Part:
    return Part({"source_matchers": source, "target_matchers": target, "equal": equal}, comment=comment)


def _pages(notify: Notify, told: tuple[str, ...]) -> bool:
    return any(
        isinstance(integration, PagerDuty)
        for receiver in notify.receivers
        if receiver.name in told
        for integration in receiver.integrations
    )
