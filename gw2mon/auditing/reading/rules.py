"""Rule files of Prometheus, and the PrometheusRule of its operator, as groups of the Model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import documents
from gw2mon import promql as q
from gw2mon.auditing.estate import Rules
from gw2mon.model import AlertingRule, Raw, RecordingRule, RuleGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.documents import Node, Report
    from gw2mon.finding import Position
    from gw2mon.model import Rule

_RULE = ("alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations")
_GROUP = ("name", "interval", "rules", "limit", "query_offset", "labels", "partial_response_strategy", "concurrency")


def read(path: str, node: Node, report: Report) -> Rules:
    """The groups of a rule file; what cannot be read is reported, and left out."""
    top = node.child("spec") if node.child("kind").value == "PrometheusRule" else node
    broken: list[Node] = []
    groups = tuple(_group(group, report, broken) for group in documents.items(top.child("groups"), report))
    return Rules(path, groups, len(broken))


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
    expr = _parsed(node.child("expr"), report)
    is_alert = node.child("alert").value is not None
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
            close = documents.nearest_name(key, known)
            advice = f"did you mean {close}?" if close else f"it knows {', '.join(known)}"
            report.error("GW103", child, f"Prometheus knows no key {key} here, and refuses the file", advice)
