"""The routes of an alertmanager.yml, asked whom they tell of an alert, and said again in the words of a spec.

A spec has routes by severity and team, and its first match counts. So the tree is not translated: it is asked for
every severity and team that there is, and the answers are written down. What hangs on other labels cannot be, and is
reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import promql as q
from gw2mon.documents import Node, Report, items
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.names import WATCHDOG
from gw2mon.parts import record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.importing.monitoring.receivers import Receivers

SEVERITIES = ("critical", "warning", "info")
_MATCHER = re.compile(r"""\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*?))\s*(?:,|$)""")
_SAYABLE = frozenset({"severity", "team", "service"})
_READ = frozenset({
    "receiver", "matchers", "match", "match_re", "routes", "continue", "repeat_interval", "group_by", "group_wait",
    "group_interval",
})  # fmt: skip
_USUAL = {"critical": "1h", "warning": "12h", "info": "1d"}
"""How often an alert is told again where a route says nothing."""
_TIMES = {"group_wait": ("group-wait", "30s"), "group_interval": ("group-interval", "5m")}


class Condition(NamedTuple):
    """A matcher of a route."""

    label: str
    op: str
    value: str

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels satisfies it; a label that is missing is empty."""
        given = labels.get(self.label, "")
        same = (given == self.value) if "~" not in self.op else q.regex_matches(self.value, given) is True
        return same is (self.op in ("=", "=~"))


class _Leaf(NamedTuple):
    receiver: str
    repeat: str


class Asked(NamedTuple):
    """Of which alerts the tree is asked."""

    severities: Mapping[str, Sequence[str]]
    """Those of the spec, each with the spellings that rules have for it, the most frequent first."""
    teams: Sequence[str]
    """The team of the spec first."""
    service: str

    def labels(self, severity: str, team: str) -> dict[str, str]:
        """The labels of an alert."""
        return {"severity": severity, "team": team, "service": self.service}


class Told(NamedTuple):
    """Who hears of alerts: the section of a spec, without its receivers, and the receivers that it names."""

    section: dict[str, Any]
    used: tuple[str, ...]


def conditions_of(route: Node) -> tuple[Condition, ...]:
    """All matchers of a route, in whichever of the three notations."""
    held = record(route.value)
    old = [Condition(str(name), "=", str(value)) for name, value in record(held.get("match")).items()]
    patterns = [Condition(str(name), "=~", str(value)) for name, value in record(held.get("match_re")).items()]
    written = held.get("matchers")
    texts = [written] if isinstance(written, str) else [str(item) for item in sequence(written)]
    return (*old, *patterns, *(found for text in texts for found in _parsed(text)))


def _parsed(text: str) -> Iterator[Condition]:
    """Conditions of a text such as `severity="critical"`, or `{severity=~"a|b", team="x"}`."""
    inner = text.strip()
    inner = inner[1:-1] if inner.startswith("{") and inner.endswith("}") else inner
    for name, op, quoted, bare in _MATCHER.findall(inner):
        yield Condition(name, op, re.sub(r"\\(.)", r"\1", quoted) or bare)


def told_by(node: Node, receivers: Receivers, asked: Asked, ledger: Ledger) -> Told:
    """Who hears of what.

    Where severities that become one were told to different people, it goes by the first spelling, and that is reported.
    """
    root = node.child("route")
    _report_unsayable(root, asked, ledger, top=True)
    _report_rest(node, ledger)
    _report_merged(root, asked, ledger)
    default = tuple(receivers.of.get(str(root.child("receiver").value or ""), ()))
    routes = list(_routes(root, receivers, asked))
    if not default:
        default = tuple(routes[-1]["to"]) if routes else tuple(receivers.entries)[:1]
        ledger.miss(lost.ROUTE, root.child("receiver").position, "the default route told nobody, and now does")
    routes = [route for route in routes if tuple(route["to"]) != default or _is_needed(route)]
    section: dict[str, Any] = {}
    if routes:
        section["routes"] = [{**route, "to": _one_or_list(route["to"])} for route in routes]
    section["default"] = _one_or_list(default)
    watchdog = receivers.of.get(_watchdog(root), [])
    if watchdog:
        section["watchdog"] = watchdog[0]
    for key, (said, usual) in _TIMES.items():
        if (value := str(root.child(key).value or "")) and value != usual:
            section[said] = value
    used = dict.fromkeys((*default, *watchdog[:1], *(name for route in routes for name in route["to"])))
    return Told(section, tuple(used))


def _is_needed(route: Mapping[str, Any]) -> bool:
    """Whether a route to the default is one all the same: it repeats otherwise, or keeps a team out of another."""
    return "repeat" in route or "team" in route or route["severity"] == "critical"


def _report_merged(root: Node, asked: Asked, ledger: Ledger) -> None:
    for severity, (first, *others) in asked.severities.items():
        for spelt in others:
            before, after = (
                {leaf.receiver for team in asked.teams for leaf in _whom(root, asked.labels(text, team))}
                for text in (spelt, first)
            )
            if before != after:
                whose = f"of severity {spelt}" if spelt else "without severity"
                said = f"alerts {whose} were told {', '.join(sorted(before))}, and now {', '.join(sorted(after))}"
                ledger.lose(lost.ROUTE, root.position, said, f"they are of severity {severity} now")


def _one_or_list(names: Iterable[str]) -> str | list[str]:
    found = list(names)
    return found[0] if len(found) == 1 else found


def _routes(root: Node, receivers: Receivers, asked: Asked) -> Iterator[dict[str, Any]]:
    """A route for each severity; before them those of teams that are told otherwise than the team of the spec."""
    ways = [
        (severity, team, _whom(root, asked.labels(spelt, team)))
        for team in asked.teams for severity, (spelt, *_) in asked.severities.items()
    ]  # fmt: skip
    usual = {severity: leaves for severity, team, leaves in ways if team == asked.teams[0]}
    others = [(severity, team, leaves) for severity, team, leaves in ways if leaves != usual[severity]]
    for severity, team, leaves in (*others, *((severity, "", leaves) for severity, leaves in usual.items())):
        to = list(dict.fromkeys(name for leaf in leaves for name in receivers.of.get(leaf.receiver, ())))
        if to:
            repeat = leaves[-1].repeat
            yield {
                "severity": severity, **({"team": team} if team else {}), "to": to,
                **({"repeat": repeat} if repeat and repeat != _USUAL[severity] else {}),
            }  # fmt: skip


def _whom(root: Node, labels: Mapping[str, str]) -> tuple[_Leaf, ...]:
    """The receivers of an alert, as Alertmanager finds them: the first child that matches, more while they say so."""
    found = tuple(_below(root, labels, str(root.child("repeat_interval").value or "")))
    return tuple(dict.fromkeys(found))


def _below(route: Node, labels: Mapping[str, str], repeat: str, receiver: str = "") -> Iterator[_Leaf]:
    receiver = str(route.child("receiver").value or receiver)
    repeat = str(route.child("repeat_interval").value or repeat)
    reached = False
    for child in items(route.child("routes"), Report([])):
        if all(condition.holds(labels) for condition in conditions_of(child)):
            reached = True
            yield from _below(child, labels, repeat, receiver)
            if child.child("continue").value is not True:
                break
    if not reached:
        yield _Leaf(receiver, repeat)


def _watchdog(root: Node) -> str:
    for child in items(root.child("routes"), Report([])):
        conditions = conditions_of(child)
        is_named = any(condition.label == "alertname" for condition in conditions)
        if is_named and all(condition.holds({"alertname": WATCHDOG}) for condition in conditions):
            return str(child.child("receiver").value or "")
    return ""


def _report_unsayable(route: Node, asked: Asked, ledger: Ledger, *, top: bool) -> None:
    """Whatever of a route and those below it hangs on what a spec does not know."""
    conditions = conditions_of(route)
    for condition in () if top else conditions:
        if condition.label in _SAYABLE or condition == Condition("alertname", "=", WATCHDOG):
            known = {"team": asked.teams, "service": (asked.service,)}.get(condition.label)
            if known is not None and condition.op == "=" and condition.value not in known:
                said = f"a route of {condition.label} {condition.value}, of which no alert is"
                ledger.lose(lost.ROUTE, route.position, said)
            continue
        said = f"a route by {condition.label} is not carried over; its alerts go where their severity goes"
        ledger.lose(lost.ROUTE, route.position, said)
        break
    for key in record(route.value):
        place = route.child(key).position
        if key not in _READ or (key in ("group_wait", "group_interval") and not top):
            ledger.lose(lost.ROUTE, place, f"{key} of a route is not carried over")
        elif key == "group_by" and sequence(route.child(key).value) != ["service", "severity"]:
            ledger.lose(lost.ROUTE, place, "group_by is not carried over: alerts are grouped by service and severity")
    for child in items(route.child("routes"), Report([])):
        _report_unsayable(child, asked, ledger, top=False)


def _report_rest(node: Node, ledger: Ledger) -> None:
    said = {
        "inhibit_rules": "critical alerts mute warnings of the same service and signal, and nothing else is muted",
        "time_intervals": "no route knows the time", "mute_time_intervals": "no route knows the time",
    }  # fmt: skip
    for key, advice in said.items():
        for item in items(node.child(key), Report([])):
            ledger.lose(lost.ROUTE, item.position, f"one of {key} is not carried over", advice)
