"""Promtool unit tests of SLO rules: a file for each layer of proof, only with what promtool 2.42 reads."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon import promql as q
from gw2mon.generators.prometheus.rules import slo_rule_files, to_be_tested
from gw2mon.model import AlertingRule
from gw2mon.promql.quoting import quote
from gw2mon.proofs.slos import slo_layers
from gw2mon.yamltext import artifact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from gw2mon.artifacts import Artifact
    from gw2mon.generators.prometheus.rules import RuleFile
    from gw2mon.model import Model
    from gw2mon.proofs.slos.case import Case, Layer, Told, Value, Verdict

_ROUND = q.number("1e9")
"""Records are compared to the ninth digit behind the point: further ones are noise of floating point."""

_LABEL = re.compile(r"\{\{-? *\$labels\.([A-Za-z_]\w*) *-?\}\}", re.ASCII)
_BRACES = re.compile(r'\{\{"(\{\{|\}\})"\}\}')
_WITH = re.compile(r"\{\{ with .*?\{\{ end \}\}", re.DOTALL)
_VALUE = re.compile(r"\{\{ \$value.*?\}\}")


def generate(model: Model) -> Iterator[Artifact]:
    """The unit tests of the rule file of each service's SLOs."""
    for file in to_be_tested(model, slo_rule_files(model)):
        for layer in slo_layers(model, file.owner):
            yield _test_file(file, layer)


def _test_file(file: RuleFile, layer: Layer) -> Artifact:
    value = {
        "rule_files": ["../../" + file.path.removeprefix("prometheus/")],
        "evaluation_interval": q.format_duration(layer.evaluation),
        "tests": [_test(case, _everyone(file)) for case in layer.cases],
    }
    return artifact(names.slo_tests_path(file.owner, layer.name), file.owner, file.spec, value)


def _everyone(file: RuleFile) -> dict[tuple[str, str], set[str]]:
    """Which SLOs have an alert of a name and severity."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in file.rules:
        if isinstance(rule, AlertingRule):
            found.setdefault((rule.alert, rule.severity), set()).add(rule.slo)
    return found


def _test(case: Case, everyone: dict[tuple[str, str], set[str]]) -> dict[str, Any]:
    checks = {
        "alert_rule_test": list(_heard(case.told)),
        "promql_expr_test": [*_recorded(case.values), *_fired(case.verdicts, everyone)],
    }
    return {
        "name": case.name,
        "interval": q.format_duration(case.interval),
        "input_series": [{"series": series.selector, "values": series.values} for series in case.series],
        **{key: value for key, value in checks.items() if value},
    }


# --- records ---------------------------------------------------------------------------------------------------------


def _recorded(values: Iterable[Value]) -> Iterator[dict[str, Any]]:
    """One question for each record and time, about all SLOs that have something to say."""
    for (record, at), asked in _together(values, lambda value: (value.record, value.at)).items():
        ids = tuple(dict.fromkeys(value.slo for value in asked))
        series = q.selector(record, (q.one_of("slo_id", ids),))
        expected = [
            {"labels": _braced(value.labels), "value": _number(value.value)}
            for value in asked
            if value.value is not None
        ]
        yield _question(q.div(q.call("round", q.mul(_ROUND, series)), _ROUND), at, expected)


def _number(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("1e-9"), ROUND_HALF_UP).normalize() + 0


# --- alerts ----------------------------------------------------------------------------------------------------------


def _fired(verdicts: Iterable[Verdict], everyone: dict[tuple[str, str], set[str]]) -> Iterator[dict[str, Any]]:
    """One question for each name, severity and time: which SLOs fire, and how many groups of each."""
    kinds = _together(verdicts, lambda verdict: (verdict.at, verdict.rule.alert, verdict.rule.severity))
    for (at, alert, severity), asked in kinds.items():
        ids = tuple(dict.fromkeys(verdict.rule.slo for verdict in asked))
        labels = {"alertname": alert, "alertstate": "firing", "severity": severity}
        some = () if set(ids) == everyone[alert, severity] else (q.one_of("slo_id", ids),)
        firing = q.aggregate("count", q.selector("ALERTS", some, **labels), by=("slo_id",))
        expected = [
            {"labels": _braced([("slo_id", verdict.rule.slo)]), "value": verdict.firing}
            for verdict in asked
            if verdict.firing
        ]
        yield _question(firing, at, expected)


def _heard(told: Iterable[Told]) -> Iterator[dict[str, Any]]:
    """What receivers are told, word for word; an alert that shows what only Prometheus knows is left out."""
    for (alert, at), heard in _together(told, lambda one: (one.rule.alert, one.at)).items():
        expected = [_as_told(one) for one in heard]
        if None not in expected:
            yield {"eval_time": q.format_duration(at), "alertname": alert, "exp_alerts": expected}


def _as_told(told: Told) -> dict[str, Any] | None:
    annotations = {name: _rendered(template, told) for name, template in told.rule.annotations}
    if any("{{" in _BRACES.sub("", text) for text in annotations.values()):
        return None
    return {
        "exp_labels": {**dict(told.labels), **dict(told.rule.labels)},
        "exp_annotations": {name: _BRACES.sub(r"\1", text) for name, text in annotations.items()},
    }


def _rendered(template: str, told: Told) -> str:
    """An annotation as Prometheus renders it, but for texts of the spec that stand for themselves."""
    shown, labels = dict(told.shown), dict(told.labels)
    text = _LABEL.sub(lambda match: labels.get(match[1], ""), template)
    for start, pattern in (("{{ with", _WITH), ("{{ $value", _VALUE)):
        if start in shown:
            text = pattern.sub(shown[start], text)
    return text


def _question(expr: q.Expr, at: int, expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {"expr": q.to_text(expr), "eval_time": q.format_duration(at), "exp_samples": expected}


def _together(items: Iterable[Any], key: Any) -> dict[Any, list[Any]]:  # noqa: ANN401 - any of the three kinds
    found: dict[Any, list[Any]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _braced(labels: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in sorted(labels)) + "}"
