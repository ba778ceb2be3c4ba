"""Specs that promise something, the rules that follow, and their generated tests on disk."""

from __future__ import annotations

from functools import cache

import yaml

from gw2mon import compiler, loader
from gw2mon.generators.prometheus import rules, slo_tests
from gw2mon.model import AlertingRule, RecordingRule
from gw2mon.promql import to_text
from tests.spec_editing import draft, model_of
from tests.tools import CHECKOUT

PROMISES = draft("promises")
REFERENCE = PROMISES._replace(
    file="gw2optimizer.yaml", text=(CHECKOUT / "specs/gw2optimizer.yaml").read_text(encoding="utf-8")
)
QUICK, LONG = ("records", "windows", "alerts"), ("hours", "days")


def promising(*promises):
    """The shop with other promises, each as a line of the spec."""
    head = PROMISES.text[: PROMISES.text.index("\nslos:\n")]
    return PROMISES._replace(text=f"{head}\nslos:\n" + "".join(f"  {promise}\n" for promise in promises))


@cache
def model(spec):
    return model_of(spec)


def compiled(spec):
    """The Model of a spec, whatever the checks say of it."""
    source = loader.load(spec.clean.encode(), spec.file).source
    return compiler.compile_specs([source]).model


def rules_of(promise, named=None):
    """All rules of the only SLO, or of the one of this name, in the order of evaluation."""
    found = compiled(promise if hasattr(promise, "text") else promising(promise))
    groups = found.services[0].slo_groups
    group = next(each for each in groups if named is None or each.name == f"slo-promises-{named}")
    return group.rules


def records_of(promise, named=None):
    """Record to its expression as text."""
    return {rule.record: to_text(rule.expr) for rule in rules_of(promise, named) if isinstance(rule, RecordingRule)}


def alerts_of(promise, named=None):
    """Alerts, each with its level before it, and its rule."""
    return {
        f"{dict(rule.labels)['slo_severity']} {rule.alert}": rule
        for rule in rules_of(promise, named)
        if isinstance(rule, AlertingRule)
    }


def written(model, folder):
    """The rule files and the tests of SLOs in a folder: paths of the tests by layer."""
    tests = {}
    for artifact in (*rules.generate(model), *slo_tests.generate(model)):
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
        if "/tests/" in artifact.path:
            tests[path.stem.removeprefix("slos-")] = path
    return tests


def loaded(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))
