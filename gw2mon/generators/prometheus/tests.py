"""Promtool unit tests: the scenarios of each alert, written as anyone can read and run them.

Only what promtool 2.42 reads. An alert that is the only one of its name is compared whole, with `exp_alerts`. Where
others have the same name, or annotations show a measured value, it is asked for through the series `ALERTS`, by its
labels: `exp_alerts` would want the others too, and the digits of the value.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators.prometheus.rules import rule_files, to_be_tested
from gw2mon.promql import format_duration
from gw2mon.promql.quoting import quote
from gw2mon.proofs import proofs
from gw2mon.yamltext import Part, artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.artifacts import Artifact
    from gw2mon.generators.prometheus.rules import RuleFile
    from gw2mon.model import Model
    from gw2mon.proofs import Proof
    from gw2mon.proofs.scenario import Check, Scenario

_LABEL = re.compile(r"\{\{-? *\$labels\.([A-Za-z_]\w*) *-?\}\}", re.ASCII)
_BRACES = re.compile(r'\{\{"(\{\{|\}\})"\}\}')


def generate(model: Model) -> Iterator[Artifact]:
    """The unit tests of each rule file, in one file for each interval.

    Promtool evaluates all rules of a file at one pace: apart, what needs seconds does not slow down what takes days.
    """
    for file in to_be_tested(model, rule_files(model)):
        found = proofs(model, file.owner)
        named = Counter(proof.rule.alert for proof in found)
        for interval, proven in groupby(sorted(filter(_is_proven, found), key=_interval), key=_interval):
            yield _test_file(file, interval, tuple(proven), named)


def _is_proven(proof: Proof) -> bool:
    return bool(proof.scenarios)


def _interval(proof: Proof) -> int:
    return proof.scenarios[0].interval


def _test_file(file: RuleFile, interval: int, proven: tuple[Proof, ...], named: Counter[str]) -> Artifact:
    path = names.rule_tests_path(file.owner, format_duration(interval))
    value = {
        "rule_files": ["../../" + file.path.removeprefix("prometheus/")],
        "evaluation_interval": format_duration(interval),
        "tests": [
            Part(_test(scenario, alone=named[proof.rule.alert] == 1), proof.rule.origin)
            for proof in proven
            for scenario in proof.scenarios
        ],
    }
    return artifact(path, file.owner, file.spec, value)


def _test(scenario: Scenario, *, alone: bool) -> dict[str, Any]:
    rule = scenario.rule
    annotations = _rendered(scenario) if alone else None
    compared = [check for check in scenario.checks if alone and (annotations is not None or not check.firing)]
    asked = [check for check in scenario.checks if check not in compared]
    checks = {
        "alert_rule_test": [_compared(scenario, check, annotations or {}) for check in compared],
        "promql_expr_test": [_asked(scenario, check) for check in asked],
    }
    return {
        "name": f"{rule.alert} ({rule.severity}) {scenario.name}",
        "interval": format_duration(scenario.interval),
        "input_series": [{"series": series.selector, "values": series.values} for series in scenario.series],
        **{key: value for key, value in checks.items() if value},
    }


def _compared(scenario: Scenario, check: Check, annotations: dict[str, str]) -> dict[str, Any]:
    labels = dict((*(scenario.kept or ()), *scenario.rule.labels))
    expected = [{"exp_labels": labels, "exp_annotations": annotations}] if check.firing else []
    return {"alertname": scenario.rule.alert, "eval_time": format_duration(check.at), "exp_alerts": expected}


def _asked(scenario: Scenario, check: Check) -> dict[str, Any]:
    rule = scenario.rule
    own = {"alertname": rule.alert, "alertstate": "firing", **dict(rule.labels)}
    if scenario.kept is None:
        expr, labels = f"count(ALERTS{_braced(own)})", "{}"
    else:
        asked = {name: own[name] for name in ("alertname", "alertstate", "severity")}
        expr, labels = f"ALERTS{_braced(asked)}", f"ALERTS{_braced({**own, **dict(scenario.kept)})}"
    expected = [{"labels": labels, "value": 1}] if check.firing else []
    return {"expr": expr, "eval_time": format_duration(check.at), "exp_samples": expected}


def _braced(labels: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in sorted(labels.items())) + "}"


def _rendered(scenario: Scenario) -> dict[str, str] | None:
    """The annotations as Prometheus will render them, or None where they show what only Prometheus knows."""
    if scenario.kept is None:
        return None
    # Templates see the labels that the expression leaves, and not those that the rule adds.
    labels = dict(scenario.kept)
    rendered = {}
    for name, template in scenario.rule.annotations:
        text = _LABEL.sub(lambda match: labels.get(match[1], ""), template)
        if "{{" in _BRACES.sub("", text):
            return None
        rendered[name] = _BRACES.sub(r"\1", text)
    return rendered
