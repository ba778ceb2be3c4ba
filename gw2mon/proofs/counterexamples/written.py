"""A demonstration as files: the rule with the records that it reads, and promtool tests about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import promql as q
from gw2mon import yamltext
from gw2mon.inference import infer
from gw2mon.model import Quantile, Raw, Share
from gw2mon.promql.operators import COMPARISONS
from gw2mon.proofs.build import selector_text
from gw2mon.proofs.counterexamples.stories import Length, Story, stories
from gw2mon.proofs.scenario import Series, ceiling, interval_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gw2mon.model import AlertingRule, RecordingRule
    from gw2mon.proofs.counterexamples.claims import Claim

EXISTS = "what is compared exists"
"""The test that keeps a demonstration from being empty."""
STORY = "# story"
"""Stands in the query that asks whether the alert fires, before the number of the story."""
_MOST_SAMPLES = 9_000
"""Promtool reads 10,000 samples in a query at most."""
_ABOUT_VALUES = ("GW401", "GW402")
_UNSAFE = re.compile(r"[^\w.-]+")
"""What no name of a file needs; others call their alerts as they please."""
_LONG, _FEW = 3_000, 2
"""From so many samples on, only the first stories are told: each is evaluated at every one of them."""


class Demonstration(NamedTuple):
    """The files of a claim, by name; the one that promtool is given, and what it holds."""

    claim: Claim
    files: Mapping[str, str]
    test: str
    stories: tuple[str, ...]
    series: int
    """Series in the largest of them."""
    obstacle: str = ""
    """Why no test can be made; "" where it can."""


def demonstration(claim: Claim) -> Demonstration:
    """What shows a claim."""
    records = _records(claim)
    exprs = (claim.rule.expr, *(record.expr for record in records))
    length = _length(claim, exprs)
    if length.samples > _MOST_SAMPLES:
        return Demonstration(claim, {}, "", (), 0, "it looks back over more samples than promtool reads")
    told = stories(claim, exprs, length)
    told = told if length.samples < _LONG else told[:_FEW]
    named = (claim.world.service, claim.rule.alert, claim.rule.severity, claim.verdict)
    stem = _UNSAFE.sub("_", "-".join(part for part in named if part))
    files = {
        f"{stem}.rules.yml": yamltext.dump(_rules(claim, records)),
        f"{stem}.test.yml": yamltext.dump(_tests(claim, told, length, f"{stem}.rules.yml")),
    }
    series = max((len(story.series) for story in told), default=0)
    return Demonstration(claim, files, f"{stem}.test.yml", tuple(story.name for story in told), series)


def _records(claim: Claim) -> tuple[RecordingRule, ...]:
    """The records that a rule rests on, those first that others read."""
    by_name = {record.record: record for record in claim.world.records}
    found: dict[str, RecordingRule] = {}
    todo = [claim.rule.expr]
    while todo:
        for node in q.walk(todo.pop()):
            record = by_name.get(node.name or "") if isinstance(node, q.VectorSelector) else None
            if record is not None and record.record not in found:
                found[record.record] = record
                todo.append(record.expr)
    return tuple(reversed(found.values()))


def _length(claim: Claim, exprs: Sequence[q.Expr]) -> Length:
    """As long as the rule looks back, and then as it waits; at the pace of the scrapes, or slower where it can be."""
    ranges = [node.range for expr in exprs for node in q.walk(expr) if isinstance(node, q.MatrixSelector)]
    shortest = min((window for window in ranges if isinstance(window, int)), default=0)
    interval = max(interval_for(shortest, claim.rule.hold), claim.interval)
    back = sum(_looks_back(expr) for expr in exprs)
    return Length(interval, (ceiling(back + claim.rule.hold, interval)) // interval + 5)


def _looks_back(expr: q.Expr) -> int:
    """How long ago the oldest sample may be that an expression reads, in milliseconds."""
    own = [getattr(expr, key, 0) for key in ("range", "offset")]
    if isinstance(expr, q.MatrixSelector):
        own.append(expr.selector.offset)
        return sum(abs(each) for each in own if isinstance(each, int))
    inner = max((_looks_back(child) for child in q.children(expr)), default=0)
    return sum(abs(each) for each in own if isinstance(each, int)) + inner


def _rules(claim: Claim, records: Sequence[RecordingRule]) -> dict[str, Any]:
    rule = claim.rule
    listed: list[dict[str, Any]] = [
        {"record": each.record, "expr": q.to_text(each.expr), **({"labels": dict(each.labels)} if each.labels else {})}
        for each in records
    ]
    hold = {"for": q.format_duration(rule.hold)} if rule.hold else {}
    # Templates of labels are left out: whether they can be rendered is another question.
    labels = {name: value for name, value in rule.labels if "{{" not in value}
    listed.append({"alert": rule.alert, "expr": _as_written(rule), **hold, "labels": labels})
    return {"groups": [{"name": "counterexample", "rules": listed}]}


def _as_written(rule: AlertingRule) -> str:
    """The PromQL of a rule as it stands where somebody wrote all of it."""
    if isinstance(rule.condition, Raw) and rule.threshold is None:
        return rule.condition.text
    return q.to_text(rule.expr)


def _tests(claim: Claim, told: Sequence[Story], length: Length, rules: str) -> dict[str, Any]:
    tests = [_test(claim, story, number, length) for number, story in enumerate(told, start=1)]
    compared = _compared(claim)
    if compared is not None:
        tests.append(_existing(compared, told, length))
    return {"rule_files": [rules], "evaluation_interval": q.format_duration(length.interval), "tests": tests}


def _existing(compared: q.Expr, told: Sequence[Story], length: Length) -> dict[str, Any]:
    """One story after the other: in one of them at least there must be something to compare."""
    told = told if length.samples * len(told) < _LONG else told[:1]
    selectors = dict.fromkeys(item.selector for story in told for item in story.series)
    series = []
    for selector in selectors:
        values = [_values(story, selector) or f"_x{length.samples}" for story in told]
        series.append(Series(selector, " ".join(values)))
    whole = length._replace(samples=length.samples * len(told))
    span = f"[{q.format_duration(whole.interval * whole.samples)}:{q.format_duration(whole.interval)}]"
    check = _check(f"max_over_time(count({q.to_text(compared)}){span}) > bool 0", whole, "{}", 1)
    return _asking(EXISTS, Story(EXISTS, tuple(series), ()), length, [check])


def _values(story: Story, selector: str) -> str:
    return next((item.values for item in story.series if item.selector == selector), "")


def _test(claim: Claim, story: Story, number: int, length: Length) -> dict[str, Any]:
    rule = claim.rule
    # Promtool names no test that fails, but repeats the query.
    mark = f" {STORY} {number}"
    own = selector_text("ALERTS", {"alertname": rule.alert, "alertstate": "firing"})
    if claim.verdict == "never":
        span = q.format_duration(length.interval * length.samples)
        verdict = _check(f"count(count_over_time({own}[{span}])){mark}", length)
    else:
        verdict = _check(f"count({own}) > bool 0{mark}", length, "{}", 1)
    fed = [_check(f"count({q.to_text(selector)})", length, "{}", count) for selector, count in story.found]
    return _asking(f"{_SAID[claim.verdict]}: {story.name}", story, length, [verdict, *fed])


_SAID = {"never": "stays silent", "always": "fires"}


def _asking(name: str, story: Story, length: Length, checks: list[dict[str, Any]]) -> dict[str, Any]:
    series = [{"series": item.selector, "values": item.values} for item in story.series]
    return {
        "name": name,
        "interval": q.format_duration(length.interval),
        "input_series": series,
        "promql_expr_test": checks,
    }


def _check(expr: str, length: Length, labels: str = "", value: int = 0) -> dict[str, Any]:
    expected = [{"labels": labels, "value": value}] if labels else []
    at = length.interval * (length.samples - 1)
    return {"expr": expr, "eval_time": q.format_duration(at), "exp_samples": expected}


def _compared(claim: Claim) -> q.Expr | None:
    """The value that an alert compares, if it can exist at all."""
    if not any(finding.code in _ABOUT_VALUES for finding in claim.findings):
        return None
    node = claim.rule.expr
    if isinstance(claim.rule.condition, Share | Quantile) and isinstance(node, q.Binary) and node.op == "and":
        node = node.lhs
    while isinstance(node, q.Paren):
        node = node.expr
    if not isinstance(node, q.Binary) or node.op not in COMPARISONS or node.return_bool:
        return None
    found = infer(node.lhs, claim.world)
    return node.lhs if found.kind == "instant vector" and found.empty is None else None
