"""Templates in annotations and labels: Prometheus renders them at the worst moment, so they are read here first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.loader import did_you_mean
from gw2mon.model import Absence, Raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import AlertingRule, Service, Stack
    from gw2mon.world import World

FUNCTIONS = frozenset(
    {
        "args",
        "first",
        "label",
        "value",
        "humanize",
        "humanize1024",
        "humanizeDuration",
        "humanizePercentage",
        "humanizeTimestamp",
        "toTime",
        "title",
        "toUpper",
        "toLower",
        "match",
        "reReplaceAll",
        "graphLink",
        "tableLink",
        "query",
        "sortByLabel",
        "strvalue",
        "safeHtml",
        "externalURL",
        "pathPrefix",
        "parseDuration",
        "printf",
        "print",
        "println",
        "len",
        "index",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "and",
        "or",
        "not",
        "html",
        "js",
        "urlquery",
        "slice",
        "call",
        "stripPort",
        "stripDomain",
    }
)
"""Functions of Prometheus 2.42 templates and of Go's own."""

_KEYWORDS = frozenset(
    {"if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil", "true", "false"}
)
_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`')
_LABEL = re.compile(r"(?:\$labels|\.Labels)\.([A-Za-z_][A-Za-z0-9_]*)")
_WORD = re.compile(r"(?<![\w.$])([A-Za-z_]\w*)")


def broken_template(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW405: a template that Prometheus refuses, and with it the whole rule file."""
    for rule, key, text in _texts(service):
        problem = _problem(text)
        if problem is not None:
            yield Finding(
                "GW405",
                "error",
                f"{key} of {rule.alert}: {problem}",
                rule.origin,
                'write {{ $labels.name }} or {{ $value }}; for plain braces write {{ "{{" }}',
            )
    for rule in service.alerts:
        for name, text in rule.labels:
            if "$value" in text or ".Value" in text:
                yield Finding(
                    "GW405",
                    "error",
                    f"label {name} of {rule.alert} holds $value, so each change is a new alert",
                    rule.origin,
                    "put the value into an annotation",
                )


def label_missing(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW404: a template that reads a label which the alert does not carry, and so shows nothing."""
    for rule, key, text in _texts(service):
        carried = carried_labels(rule, world)
        if carried is None:
            continue
        for name in _labels_read(text):
            if name not in carried:
                yield Finding(
                    "GW404",
                    "error",
                    f"{key} of {rule.alert} shows label {name}, which the alert does not have",
                    rule.origin,
                    did_you_mean(name, carried, "labels"),
                )


def carried_labels(rule: AlertingRule, world: World) -> frozenset[str] | None:
    """The labels that an alert can have; None where they cannot be told."""
    own = frozenset(name for name, _ in rule.labels) | {"alertname"}
    if rule.condition is None:
        return None
    if isinstance(rule.condition, Absence):
        return own | {"job"} | {item.label for item in rule.condition.only}
    if not isinstance(rule.condition, Raw):
        return own
    kept = output_labels(q.parse(rule.condition.text), world)
    return None if kept is None else own | kept


def output_labels(expr: q.Expr, world: World) -> frozenset[str] | None:
    """The labels that the result of an expression can have; None where they cannot be told."""
    match expr:
        case q.Paren(inner) | q.Unary(_, inner):
            return output_labels(inner, world)
        case q.VectorSelector(name):
            series = world.series.get(name or "")
            if series is None:
                return None
            return frozenset(label.name for label in (*series.labels, *world.target_labels(series.metric)))
        case q.MatrixSelector(selector):
            return output_labels(selector, world)
        case q.Aggregation(op=op, grouping=grouping, without=without):
            if op in ("topk", "bottomk"):
                return output_labels(expr.expr, world)
            return None if without or op == "count_values" else frozenset(grouping)
        case q.Binary(op=op, lhs=lhs, rhs=rhs) if op in ("and", "unless") or isinstance(rhs, q.NumberLiteral):
            return output_labels(lhs, world)
        case _:
            return None


def _texts(service: Service) -> Iterator[tuple[AlertingRule, str, str]]:
    seen = set()
    for rule in service.alerts:
        for key, text in (*rule.annotations, *((f"label {name}", value) for name, value in rule.labels)):
            if rule.condition is not None and (rule.alert, key, text) not in seen:
                seen.add((rule.alert, key, text))
                yield rule, key, text


def _problem(text: str) -> str | None:
    outside = _ACTION.sub("", text)
    if "{{" in outside or "}}" in outside:
        return "braces {{ … }} are not closed"
    depth = 0
    for action in _ACTION.findall(text):
        code = _STRING.sub("", action)
        words = _WORD.findall(code)
        depth += (words[:1] in (["if"], ["range"], ["with"])) - (words[:1] == ["end"])
        unknown = next((word for word in words if word not in FUNCTIONS | _KEYWORDS), None)
        if unknown is not None:
            return f"there is no function {unknown}; {did_you_mean(unknown, FUNCTIONS)}"
    return "an if, range or with has no end" if depth > 0 else "an end too many" if depth < 0 else None


def _labels_read(text: str) -> list[str]:
    return [name for action in _ACTION.findall(text) for name in _LABEL.findall(action)]
