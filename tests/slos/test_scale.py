"""Hundreds of SLOs in one spec: nothing is done for each that was done for one of its shape, or that nobody wants.

How long it takes is shown by `make bench`; here the work is counted.
"""

import importlib

import pytest

from bench.many import spec_of
from gw2mon import generators, loader, promql
from gw2mon.compiler import compile_specs
from gw2mon.generators.prometheus import slo_tests

# The package names its function the same as the module.
pretty = importlib.import_module("gw2mon.promql.pretty")


def model(slos, outputs="[prometheus/rules]"):
    text = spec_of(slos).replace("[prometheus/rules]", outputs)
    return compile_specs([loader.load(text.encode(), "gateway.yaml").source]).model


def rules(slos):
    (service,) = model(slos).services
    return [rule for group in service.slo_groups for rule in group.rules]


def test_a_rule_is_laid_out_once_for_all_slos_of_its_shape(monkeypatch):
    laid_out = []
    monkeypatch.setattr(pretty, "_layouts", {})
    monkeypatch.setattr(pretty, "laid_out", lambda *args, real=pretty.laid_out: laid_out.append(args) or real(*args))
    for rule in rules(4):
        promql.pretty(rule.expr)
    few = len(laid_out)
    for rule in rules(100):
        promql.pretty(rule.expr)
    assert 0 < few == len(laid_out)


@pytest.mark.parametrize(("slos", "of_another"), [(100, 40), (40, 100)])
def test_rules_read_the_same_whatever_was_laid_out_before(monkeypatch, slos, of_another):
    monkeypatch.setattr(pretty, "_layouts", {})
    for rule in rules(of_another):
        promql.pretty(rule.expr)
    for rule in rules(slos):
        assert promql.pretty(rule.expr) == pretty.laid_out(rule.expr, 100)


def test_a_spec_that_asks_for_rules_pays_for_no_proofs_and_no_dashboards(monkeypatch):
    asked = []
    monkeypatch.setattr(slo_tests, "slo_layers", lambda _, owner: asked.append(owner) or ())
    generated = generators.generate(model(4))
    assert {artifact.path for artifact in generated} >= {"prometheus/rules/slos/gateway.yml"}
    assert not asked
    assert not model(4).services[0].dashboards


@pytest.mark.parametrize(
    "outputs", ["[prometheus]", "[prometheus/tests]", "[prometheus/tests/gateway/slos-alerts.yml]"]
)
def test_a_spec_that_asks_for_their_tests_has_its_proofs_made(monkeypatch, outputs):
    asked = []
    monkeypatch.setattr(slo_tests, "slo_layers", lambda _, owner: asked.append(owner) or ())
    generators.generate(model(2, outputs))
    assert asked == ["gateway"]
