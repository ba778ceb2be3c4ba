"""Alerts of rule files, read: names, severities and expressions as a spec can have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.naming import alert_name
from gw2mon.importing.monitoring.plainly import plainly
from gw2mon.importing.monitoring.records import inlined
from gw2mon.model import AlertingRule
from gw2mon.names import WATCHDOG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.auditing.estate import Rules
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.model import RecordingRule
    from gw2mon.promql import Expr

_SEVERITIES = {
    "critical": "critical", "warning": "warning", "info": "info",
    **dict.fromkeys(("page", "crit", "fatal", "emergency", "high", "major", "disaster", "p1", "sev1"), "critical"),
    **dict.fromkeys(("information", "notice", "none", "low", "p3", "p4", "sev3"), "info"),
}  # fmt: skip
"""What people call severities; whatever else there is becomes a warning."""


class Alert(NamedTuple):
    """An alert of a rule file."""

    rule: AlertingRule
    name: str
    severity: str
    spelt: str
    """How the rule spells its severity; "" where it has none."""
    expr: Expr
    """With what records compute in their place."""
    notes: tuple[str, ...]
    """What is worth a comment."""

    @property
    def plain(self) -> Expr:
        """The expression in the one spelling."""
        return plainly(self.expr)

    @property
    def texts(self) -> str:
        """All that it tells, to look for what the texts show."""
        return "\n".join(text for _, text in (*self.rule.annotations, *self.rule.labels))


def alerts_in(
    rules: Iterable[Rules], records: Mapping[str, RecordingRule], step: int, ledger: Ledger
) -> Iterator[Alert]:
    """Every alert that a spec can have; the others are reported."""
    for file in rules:
        for name, place in file.unread:
            ledger.miss(lost.ALERT, place, f"{name} is not carried over: nothing can be made of its expression")
        for group in file.groups:
            if group.interval and group.interval != step:
                said = f"group {group.name} is evaluated as often as all others"
                ledger.lose(lost.ALERT, group.origin, said, "say scrape-defaults: {evaluation: …} for all of them")
            for rule in group.rules:
                if isinstance(rule, AlertingRule):
                    yield from _alert(rule, records, group.interval or step, ledger)


def _alert(rule: AlertingRule, records: Mapping[str, RecordingRule], step: int, ledger: Ledger) -> Iterator[Alert]:
    if rule.alert == WATCHDOG and q.metric_names(rule.expr) == ():
        ledger.lose(lost.CHANGED, rule.origin, f"{WATCHDOG} comes by default")
        return
    expr = inlined(rule.expr, records, step)
    if expr is None:
        said = f"{rule.alert} is not carried over: it reads a record that is not here, or that cannot be written out"
        ledger.miss(lost.ALERT, rule.origin, said, "write it in the spec without the record")
        return
    notes = []
    if expr is not rule.expr:
        notes.append("What its recording rules computed stands in its expression.")
    name = alert_name(rule.alert)
    if name != rule.alert:
        notes.append(f"It was called {rule.alert}.")
        ledger.lose(lost.RENAMED, rule.origin, f"alert {rule.alert} is called {name} in the spec")
    spelt = dict(rule.labels).get("severity", "")
    severity = _SEVERITIES.get(spelt.lower(), "warning")
    if severity != spelt:
        notes.append(f"Its severity was {spelt}." if spelt else "CHANGE: it had no severity.")
        was = f"severity {spelt} of {name} becomes {severity}" if spelt else f"{name} had no severity: {severity}"
        ledger.lose(lost.CHANGED, rule.origin, was)
    yield Alert(rule, name, severity, spelt, expr, tuple(notes))
