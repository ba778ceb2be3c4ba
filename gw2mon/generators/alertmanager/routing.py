"""Which receivers each alert reaches, told from the Model alone, and the same as a table for amtool.

The expectation does not read alertmanager.yml, so that a mistake in writing its routes cannot hide itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.model import AlertingRule
from gw2mon.yamltext import artifact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model, Notify

_HOW_TO = """\
Each alert of these specs, and the receiver that it must reach. To try one by hand:
amtool config routes test --config.file=alertmanager.yml --verify.receivers=RECEIVER alertname=… service=… …"""
_IDENTITY = ("alertname", "service", "team", "severity", "signal")


def generate(model: Model, notify: Notify) -> Artifact:
    """The routing table of every alert of the stack."""
    path, spec = names.ROUTING_TESTS, model.stack.spec
    tests = [
        {"receiver": receiver_name(receivers_of(notify, labels)),
         "alert": {name: labels[name] for name in _IDENTITY if name in labels}}
        for labels in alert_labels(model)
    ]  # fmt: skip
    made = artifact(path, names.STACK, spec, {"tests": tests})
    first, second, rest = made.text.split("\n", 2)
    how_to = "\n".join(f"# {line}" for line in _HOW_TO.split("\n"))
    return made._replace(text=f"{first}\n{second}\n#\n{how_to}\n{rest}")


def alert_labels(model: Model) -> Iterator[dict[str, str]]:
    """The labels of every alerting rule, as Alertmanager sees them, without what the rule's expression adds."""
    owners = (model.stack.groups, *((*service.groups, *service.slo_groups) for service in model.services))
    for groups in owners:
        for rule in (rule for group in groups for rule in group.rules):
            if isinstance(rule, AlertingRule):
                yield {"alertname": rule.alert, **dict(rule.labels)}


def receivers_of(notify: Notify, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The receivers of the spec that an alert of these labels reaches; none for a Watchdog nobody listens to."""
    if labels["alertname"] == names.WATCHDOG:
        return (notify.watchdog,) if notify.watchdog else ()
    for route in notify.routes:
        if all(labels.get(name) == value for name, value in route.matchers):
            return route.to
    return notify.default


def receiver_name(receivers: tuple[str, ...]) -> str:
    """The Alertmanager receiver that stands for receivers of the spec."""
    return names.combined_receiver(receivers) if receivers else names.NOBODY
