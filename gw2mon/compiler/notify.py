"""Receivers and routes: every severity must reach a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.model import Email, Integration, Notify, PagerDuty, Receiver, Route, Slack, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.scope import Scope
    from gw2mon.spec.notify import Notify as NotifySpec
    from gw2mon.spec.notify import Receiver as ReceiverSpec
    from gw2mon.spec.notify import Route as RouteSpec

_REPEAT = {"critical": 3_600_000, "warning": 43_200_000, "info": 86_400_000}
"""Milliseconds after which an unresolved alert is told again: an hour for a page, half a day for a mail."""


def notify_of(scope: Scope, services: Iterable[str], teams: Iterable[str]) -> Notify | None:
    """The notification of the whole stack, or None when this spec has none."""
    entry = scope.spec.notify
    if entry is None:
        return None
    receivers = tuple(
        Receiver(name, _integrations(item), scope.at("notify", "receivers", name))
        for name, item in entry.receivers.items()
    )
    routes = tuple(_route(scope, number, item, entry) for number, item in enumerate(entry.routes))
    _check_names(scope, entry, set(services), set(teams))
    _check_shadows(scope, routes)
    named = tuple(name for name in entry.default or () if name in entry.receivers)
    default = named or (routes[-1].to if routes else (receivers[0].name,))
    _check_used(scope, entry, entry.default or default)
    return Notify(
        receivers,
        routes,
        default,
        entry.watchdog if entry.watchdog in entry.receivers else "",
        group_wait=entry.group_wait.milliseconds if entry.group_wait else 30_000,
        group_interval=entry.group_interval.milliseconds if entry.group_interval else 300_000,
        origin=scope.at("notify"),
    )


def _integrations(entry: ReceiverSpec) -> tuple[Integration, ...]:
    found: list[Integration] = []
    if entry.pagerduty:
        found.append(PagerDuty(entry.pagerduty.routing_key_file))
    if entry.slack:
        found.append(Slack(entry.slack.channel, entry.slack.api_url_file))
    if entry.email:
        mail = entry.email
        found.append(
            Email(mail.to, mail.from_, mail.smarthost, mail.auth_username, mail.auth_password_file, mail.require_tls)
        )
    if entry.webhook:
        found.append(Webhook(entry.webhook.url, entry.webhook.credentials_file))
    return tuple(found)


def _route(scope: Scope, number: int, entry: RouteSpec, notify: NotifySpec) -> Route:
    path = ("notify", "routes", number)
    for index, name in enumerate(entry.to):
        if name not in notify.receivers:
            scope.unknown("receiver", name, notify.receivers, (*path, "to", index))
    pairs = (("severity", entry.severity), ("team", entry.team), ("service", entry.service))
    matchers = tuple((label, value) for label, value in pairs if value is not None)
    repeat = entry.repeat.milliseconds if entry.repeat else _REPEAT.get(entry.severity or "warning", _REPEAT["warning"])
    return Route(matchers, tuple(name for name in entry.to if name in notify.receivers), repeat, scope.at(*path))


def _check_names(scope: Scope, entry: NotifySpec, services: set[str], teams: set[str]) -> None:
    for index, name in enumerate(entry.default or ()):
        if name not in entry.receivers:
            scope.unknown("receiver", name, entry.receivers, ("notify", "default", index))
    if entry.watchdog is not None and entry.watchdog not in entry.receivers:
        scope.unknown("receiver", entry.watchdog, entry.receivers, ("notify", "watchdog"))
    for number, route in enumerate(entry.routes):
        path = ("notify", "routes", number)
        if route.service is not None and route.service not in services:
            scope.unknown("service", route.service, services, (*path, "service"))
        if route.team is not None and route.team not in teams:
            scope.unknown("team", route.team, teams, (*path, "team"))


def _check_shadows(scope: Scope, routes: tuple[Route, ...]) -> None:
    for number, route in enumerate(routes):
        earlier = next(
            (index for index, other in enumerate(routes[:number]) if set(other.matchers) <= set(route.matchers)), None
        )
        if earlier is not None:
            scope.error(
                "GW502",
                f"route {number + 1} is never reached: route {earlier + 1} takes its alerts",
                ("notify", "routes", number),
                "put the narrower route first",
            )


def _check_used(scope: Scope, entry: NotifySpec, default: tuple[str, ...]) -> None:
    used = {name for route in entry.routes for name in route.to} | set(default) | {entry.watchdog}
    if used - {None, *entry.receivers}:
        return  # reported as unknown; the receiver that was meant would seem unused
    for name in entry.receivers:
        if name not in used:
            scope.warn(
                "GW503",
                f"receiver {name} is used by no route",
                ("notify", "receivers", name),
                "route to it, or drop it",
            )
