"""alertmanager.yml: routes that nothing comes to, receivers that tell nobody, alerts that only the default takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.wiring.alertmanager_keys import INTEGRATIONS
from gw2mon.auditing.wiring.refusing import items
from gw2mon.auditing.wiring.routes import every, may_come, tree, unreachable
from gw2mon.compose_lint.prometheus import milliseconds
from gw2mon.finding import Finding
from gw2mon.model import AlertingRule
from gw2mon.parts import record, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.auditing.estate import Estate, Routing
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.auditing.wiring.routes import Route

CODE, WITHOUT_ROUTE = "GW636", "GW501"
_GRAVE = re.compile(r"(?i)crit|page|emerg|fatal|disaster|high|urgent|sev-?[01]|p[01]")
_ON_PURPOSE = re.compile(
    r"(?i)null|none|nobody|blackhole|black-hole|devnull|/dev/null|drop|silen|ignore|void|noop|mute"
)
"""Names of receivers that tell nobody because somebody wanted it so."""
_GROUP_INTERVAL, _REPEAT_INTERVAL = "5m", "4h"


def routing(estate: Estate) -> Iterator[Linted]:
    """Everything about routes that Alertmanager accepts, and that is not what anybody wants."""
    rules = [rule for file in estate.rules for group in file.groups for rule in group.rules]
    alerts = [rule for rule in rules if isinstance(rule, AlertingRule)]
    for file in estate.routing:
        root = tree(file.node.child("route"))
        yield from _unreachable(root)
        yield from _receivers(file, root)
        yield from _lost(root, alerts)
        yield from _pace(root)


def _unreachable(root: Route) -> Iterator[Linted]:
    for route, before in unreachable(root):
        if before is None:
            said, advice = "no alert can come here: its matchers, and those above it, contradict each other", ""
        else:
            said = f"no alert comes here: {before.called} in line {before.node.position.line} takes them all"
            advice = "move this one before it, or add continue: true to that one"
        finding = Finding(
            CODE, "error", said, route.node.position, f"{route.receiver} is never told; {advice}".rstrip("; ")
        )
        yield Linted(finding, "tells nobody")


def _receivers(file: Routing, root: Route) -> Iterator[Linted]:
    used = {route.receiver for route in every(root)}
    for receiver in items(file.node.child("receivers")):
        held = record(receiver.value)
        name = str(held.get("name") or "")
        place = receiver.child("name").position
        tells = any(held.get(kind) for kind in INTEGRATIONS)
        if name and name not in used:
            said = f"no route leads to {name}"
            yield Linted(Finding(CODE, "warning", said, place, "add a route to it, or take it away"), "style")
        elif not tells and name and (not _ON_PURPOSE.search(name) or (name == root.receiver and not root.routes)):
            said = f"{name} is told, and passes nothing on: it has neither mail nor chat nor anything else"
            advice = "whatever is routed to it reaches nobody: add one, such as email_configs"
            yield Linted(Finding(CODE, "warning", said, place, advice), "tells nobody")


def _lost(root: Route, alerts: list[AlertingRule]) -> Iterator[Linted]:
    """Severities that no route takes, although there are routes for others."""
    if not any(matcher.label == "severity" for route in every(root) for matcher in route.matching.matchers):
        return
    seen: set[str] = set()
    for rule in alerts:
        severity = dict(rule.labels).get("severity", "")
        if not severity or "{{" in severity or severity in seen:
            continue
        labels = {name: value for name, value in (*rule.labels, ("alertname", rule.alert)) if "{{" not in value}
        if any(may_come(route, labels) for route in root.routes):
            continue
        seen.add(severity)
        said = f"no route takes {severity} alerts such as {rule.alert}"
        place = dict(rule.written).get("label severity", rule.origin)
        advice = f'they go to {root.receiver} with all the rest; add a route with severity="{severity}"'
        meaning: Meaning = "tells nobody" if _GRAVE.search(severity) else "style"
        yield Linted(Finding(WITHOUT_ROUTE, "warning", said, place, advice), meaning, rule.alert)


def _pace(root: Route, group: str = _GROUP_INTERVAL, repeat: str = _REPEAT_INTERVAL) -> Iterator[Linted]:
    """What a reader would not expect: of the times, those are inherited that a route leaves out."""
    held = record(root.node.value)
    labels = texts(held.get("group_by"))
    if len(labels) == 1 and labels[0] not in ("...", "alertname") and "group_by" in held:
        # Two labels or more are somebody's idea of what belongs together.
        said = f"alerts of all names are told together, one message for each {labels[0]}"
        advice = "one message may hold many kinds of trouble; group_by: [alertname, …] keeps them apart"
        yield Linted(Finding(CODE, "warning", said, root.node.child("group_by").position, advice), "style")
    group, repeat = str(held.get("group_interval") or group), str(held.get("repeat_interval") or repeat)
    times = milliseconds(group), milliseconds(repeat)
    if times[0] and times[1] and times[1] < times[0] and {"group_interval", "repeat_interval"} & held.keys():
        said = f"repeat_interval {repeat} is shorter than group_interval {group}, and never counts"
        place = root.node.either("repeat_interval", "group_interval").position
        yield Linted(Finding(CODE, "warning", said, place, f"it is told every {group} at most"), "style")
    for route in root.routes:
        yield from _pace(route, group, repeat)
