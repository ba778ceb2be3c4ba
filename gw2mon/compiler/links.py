"""From an alert to the panel that shows what it is about, so that a woken person is one click from the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.model import AlertingRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.model import Dashboard, Rule, RuleGroup


def linked(
    groups: Sequence[RuleGroup], service: str, dashboards: Sequence[Dashboard], grafana: str
) -> tuple[RuleGroup, ...]:
    """Rule groups whose alerts carry `dashboard_url`, where a dashboard shows their threshold or their SLO.

    `grafana` is the address of Grafana; without one the annotation is the path alone.
    """
    panels = _panels(service, dashboards)
    slos = any(dashboard.name == names.SLO_DASHBOARD for dashboard in dashboards)
    return tuple(
        group._replace(rules=tuple(_rule(rule, service, panels, grafana, slos=slos) for rule in group.rules))
        for group in groups
    )


def _rule(rule: Rule, service: str, panels: Mapping[str, str], grafana: str, *, slos: bool) -> Rule:
    if not isinstance(rule, AlertingRule):
        return rule
    path = panels.get(rule.alert, "")
    if rule.slo and slos:
        path = f"/d/{names.dashboard_uid(service, names.SLO_DASHBOARD)}?var-slo={rule.slo}"
    if not path:
        return rule
    return rule._replace(annotations=(*rule.annotations, ("dashboard_url", f"{grafana.rstrip('/')}{path}")))


def _panels(service: str, dashboards: Sequence[Dashboard]) -> dict[str, str]:
    """Alert to the path of the first panel that draws its threshold."""
    found: dict[str, str] = {}
    for dashboard in dashboards:
        uid = names.dashboard_uid(service, dashboard.name)
        for row in dashboard.rows:
            for panel in row.panels:
                number = names.panel_id(uid, row.title, panel.key)
                for line in panel.lines:
                    found.setdefault(line.alert, f"/d/{uid}?viewPanel={number}")
    return found
