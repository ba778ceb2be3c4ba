"""Rule files of Prometheus, and the PrometheusRule of its operator, as groups of the Model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import documents
from gw2mon import promql as q
from gw2mon.auditing.estate import Rules
from gw2mon.documents import Report
from gw2mon.loader import nearest_name
from gw2mon.model import AlertingRule, Raw, RecordingRule, RuleGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.documents import Node
    from gw2mon.finding import Position
    from gw2mon.model import Rule

_RULE = ("alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations")
_FILE = ("groups", "namespace")
_TWICE = "GW102"
"""A key that stands twice: most readers of YAML take one of the two, Prometheus neither."""
_ONLY_OF_ALERTS = ("for", "keep_firing_for", "annotations")
_GROUP = ("name", "interval", "rules", "limit", "query_offset", "labels", "partial_response_strategy", "concurrency")


def read(path: str, node: Node, report: Report) -> Rules:
    """The groups of a rule file; what cannot be read is reported, and left out.

    Every error that is reported here is one for which Prometheus refuses the whole file.
    """
    is_resource = node.child("kind").value == "PrometheusRule"
    top = node.child("spec") if is_resource else node
    own = Report([finding for finding in node.document.findings if finding.code == _TWICE])
    broken: list[Node] = []
    if not is_resource:
        _complain_of_strangers(top, _FILE, own)
    listed = documents.items(top.child("groups"), own)
    groups = tuple(_group(group, own, broken) for group in listed)
    _complain_of_twins(listed, own)
    report.findings.extend(finding for finding in own.findings if finding.code != _TWICE)
    unread = tuple((str(each.child("alert").value), _place(each, "expr")) for each in broken)
    return Rules(path, groups, unread, tuple(item for item in own.findings if item.severity == "error"), is_resource)


def _complain_of_twins(groups: list[Node], report: Report) -> None:
    seen: set[str] = set()
    for group in groups:
        name = str(group.child("name").value or "")
        if not name:
            report.error("GW803", group, "a group without a name: Prometheus refuses the file", "name it: name: …")
        elif name in seen:
            said = f"two groups of this file are called {name}, and Prometheus refuses the file"
            report.error("GW803", group.child("name"), said, "give one of them another name")
        seen.add(name)


def _group(node: Node, report: Report, broken: list[Node]) -> RuleGroup:
    _complain_of_strangers(node, _GROUP, report)
    shared = _pairs(node.child("labels"), report)
    rules = [_rule(item, shared, report, broken) for item in documents.items(node.child("rules"), report)]
    return RuleGroup(
        documents.text(node.child("name"), report),
        _duration(node.child("interval"), report) or None,
        tuple(rule for rule in rules if rule is not None),
        node.position,
    )


def _rule(node: Node, shared: dict[str, str], report: Report, broken: list[Node]) -> Rule | None:
    _complain_of_strangers(node, _RULE, report)
    is_alert = node.child("alert").value not in (None, "")
    _complain_of_form(node, report, is_alert=is_alert)
    expr = _parsed(node.child("expr"), report)
    if expr is None:
        broken.extend([node] if is_alert else [])
        return None
    text = str(node.child("expr").value)
    labels = tuple({**shared, **_pairs(node.child("labels"), report)}.items())
    if not is_alert:
        return RecordingRule(documents.text(node.child("record"), report), expr, labels, origin=_place(node, "expr"))
    annotations = tuple(_pairs(node.child("annotations"), report).items())
    return AlertingRule(
        documents.text(node.child("alert"), report),
        expr,
        Raw(text, (), (), _place(node, "expr")),
        None,
        _duration(node.child("for"), report),
        _duration(node.child("keep_firing_for"), report),
        labels,
        annotations,
        origin=node.position,
        written=tuple(_places(node)),
    )


def _complain_of_form(node: Node, report: Report, *, is_alert: bool) -> None:
    """A rule is either an alert or a record, and a record neither waits nor explains itself."""
    is_record = node.child("record").value not in (None, "")
    if is_alert == is_record and isinstance(node.value, dict):
        said = "a rule that is an alert and a record" if is_alert else "a rule that is neither an alert nor a record"
        report.error("GW803", node, f"{said}: Prometheus refuses the file", "name it once: alert: … or record: …")
    for key in _ONLY_OF_ALERTS if is_record and not is_alert else ():
        if node.child(key).value:
            said = f"{key} in a recording rule: Prometheus refuses the file"
            report.error("GW803", node.child(key), said, "take it away, or make the rule an alert")
    if node.child("labels", "__name__").value is not None:
        said = "no rule may set the label __name__: Prometheus refuses the file"
        report.error("GW803", node.child("labels", "__name__"), said, "give the label another name")


def _parsed(node: Node, report: Report) -> q.Expr | None:
    if node.value is None:
        report.error("GW301", node, "a rule without expr", "say what it asks: expr: …")
        return None
    text = str(node.value)
    try:
        return q.parse(text)
    except q.PromQLError as error:
        advice = q.excerpt(text, error.span)
        report.error("GW301", node, f"this is no PromQL: {error.message}", advice)
        return None


def _duration(node: Node, report: Report) -> int:
    """Milliseconds; 0 where nothing is said or it is none."""
    text = documents.text(node, report)
    if not text:
        return 0
    try:
        return q.parse_duration(text)
    except (ValueError, q.PromQLError):
        report.error("GW803", node, f"{text} is no duration", "write it like 5m or 1h30m")
        return 0


def _pairs(node: Node, report: Report) -> dict[str, str]:
    found: dict[str, Any] = documents.record(node, report)
    for name, child in found.items():
        if isinstance(child.value, dict | list):
            report.error("GW803", child, f"{name}: expected text, and Prometheus refuses the file", "write one text")
    # A text keeps its lines: a description of several is a template of several.
    return {name: str(child.value) for name, child in found.items() if child.value is not None}


def _place(node: Node, key: str) -> Position:
    return node.child(key).position


def _places(node: Node) -> Iterator[tuple[str, Position]]:
    for name in node.child("annotations").value or () if isinstance(node.child("annotations").value, dict) else ():
        yield name, node.child("annotations", name).position
    for name in node.child("labels").value or () if isinstance(node.child("labels").value, dict) else ():
        yield f"label {name}", node.child("labels", name).position


def _complain_of_strangers(node: Node, known: tuple[str, ...], report: Report) -> None:
    """Prometheus refuses the whole file for a key that it does not know."""
    for key, child in documents.record(node, report).items():
        if key not in known:
            close = nearest_name(key, known)
            advice = f"did you mean {close}?" if close else f"it knows {', '.join(known)}"
            report.error("GW103", child, f"Prometheus knows no key {key} here, and refuses the file", advice)
