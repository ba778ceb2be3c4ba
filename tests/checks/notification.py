"""Alerts that reach nobody, or not whom they should."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import SHOP

CRITICAL = "    - {severity: critical, to: [oncall, chat]}\n"

# The only other critical alert is a warning here, none comes by default, and critical alerts have no route.
NO_PAGES = (
    SHOP.edited("above: {critical: 26h}", "above: {warning: 26h}")
    .edited("dashboards:", "default-alerts: none\n\ndashboards:")
    .edited("{severity: critical, to", "{severity: info, to")
)

MISTAKES = [
    Mistake(
        "GW501", "critical alerts, and a route for all but those",
        "above: {critical: 5%, warning: 1%}", "above: {»critical: 5%, warning: 1%}",
        "no route takes critical alerts such as OrdersFail",
        "they go to chat; add a route: {severity: critical, to: […]}",
        severity="warning", twin="above: {warning: 1%}", draft=NO_PAGES,
    ),
    Mistake(
        "GW502", "a route behind one that takes all of its alerts",
        CRITICAL, "    - {service: shop, to: [oncall, chat]}\n    - »{service: shop, severity: critical, to: oncall}\n",
        "route 2 is never reached: route 1 takes its alerts", "put the narrower route first",
        twin=CRITICAL.replace("{severity", "{service: shop, severity") + CRITICAL,
    ),
    Mistake(
        "GW503", "a receiver that nobody routes to",
        "    chat: {slack:", "    »boss: {webhook: {url: https://example.org/alerts}}\n    chat: {slack:",
        "receiver boss is used by no route", "route to it, or drop it", severity="warning",
    ),
]  # fmt: skip
