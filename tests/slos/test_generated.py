"""The generated tests of SLOs, run by every promtool: for the reference, and for a spec with every way to promise."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gw2mon.model import AlertingRule
from gw2mon.proofs.slos import slo_layers
from gw2mon.proofs.slos.claim import claims_of, ratio
from tests.slos.promising import LONG, PROMISES, QUICK, REFERENCE, loaded, model, promising, written

SPECS = pytest.mark.parametrize("spec", [PROMISES, REFERENCE], ids=lambda spec: spec.file)


def layers(spec):
    return slo_layers(model(spec), model(spec).services[0].name)


def verdicts(spec):
    return [verdict for layer in layers(spec) for case in layer.cases for verdict in case.verdicts]


@pytest.fixture(scope="module")
def tests_of(tmp_path_factory):
    """The files of a spec, written once."""
    made = {}

    def tests_of(spec):
        if spec not in made:
            made[spec] = written(model(spec), tmp_path_factory.mktemp("slos"))
        return made[spec]

    return tests_of


# The committed files of the reference are run by tests/test_generated.py.
@pytest.mark.parametrize("layer", QUICK)
def test_every_record_and_alert_of_every_kind_of_promise_is_as_it_must_be(layer, promtool, tests_of):
    ran = promtool.run("test", "rules", tests_of(PROMISES)[layer])
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.prove
@pytest.mark.parametrize("layer", LONG)
def test_every_kind_of_promise_wakes_somebody_in_time_and_nobody_without_need(layer, promtools, tests_of):
    ran = promtools[-1].run("test", "rules", tests_of(PROMISES)[layer])
    assert ran.returncode == 0, ran.stdout + ran.stderr


@SPECS
def test_promtool_takes_the_rules_without_a_remark(spec, promtool, tests_of):
    folder = tests_of(spec)["alerts"].parents[2]
    ran = promtool.run("check", "rules", "--lint=all", "--lint-fatal", *(folder / "rules/slos").glob("*.yml"))
    assert ran.returncode == 0, ran.stdout + ran.stderr


@SPECS
def test_vmalert_takes_the_rules(spec, vmalert, tests_of):
    folder = tests_of(spec)["alerts"].parents[2]
    (rules,) = (folder / "rules/slos").glob("*.yml")
    ran = vmalert.run("-dryRun", f"-rule={rules}")
    assert ran.returncode == 0, ran.stderr


@SPECS
def test_each_alert_has_a_case_that_fires_and_one_that_stays_silent(spec):
    alerts = {
        (rule.slo, rule.alert, rule.severity)
        for group in model(spec).services[0].slo_groups
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    }
    for fires in (True, False):
        proven = {(each.rule.slo, each.rule.alert, each.rule.severity)
                  for each in verdicts(spec) if bool(each.firing) is fires}  # fmt: skip
        assert proven == alerts


@SPECS
def test_from_raw_samples_too_each_burn_alert_fires_once_and_is_silent_once(spec):
    """But where an incident that is about another promise of the same metric cannot reach it."""
    found = {True: set(), False: set()}
    for layer in layers(spec):
        if layer.name in LONG:
            for case in layer.cases:
                for each in case.verdicts:
                    found[bool(each.firing)].add((each.rule.slo, each.rule.alert, each.rule.severity))
    asked = {(rule.slo, rule.alert, rule.severity)
             for group in model(spec).services[0].slo_groups
             for rule in group.rules
             if isinstance(rule, AlertingRule) and rule.alert == "SLOErrorBudgetBurn"}  # fmt: skip
    assert asked <= found[True]
    assert asked <= found[False]


@SPECS
def test_every_record_has_a_value_that_it_must_hold_and_all_but_what_is_promised_may_be_absent(spec):
    service = model(spec).services[0]
    records = {(promise.id, record.record) for promise, group in zip(service.slos, service.slo_groups, strict=True)
               for record in group.rules if not isinstance(record, AlertingRule)}  # fmt: skip
    values = [value for layer in layers(spec) for case in layer.cases for value in case.values]
    assert {(value.slo, value.record) for value in values if value.value is not None} == records
    assert {value.record for value in values if value.value is None} == {record for _, record in records} - {
        "slo_info", "slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days",
    }  # fmt: skip


def test_no_label_and_no_annotation_of_an_alert_is_left_to_chance(tests_of):
    told = {
        name: set() for name in ("SLOErrorBudgetBurn", "SLOAllFailing", "SLOErrorBudgetExhausted", "SLODataMissing")
    }
    for case in loaded(tests_of(PROMISES)["alerts"])["tests"]:
        for check in case.get("alert_rule_test", ()):
            told[check["alertname"]] |= {alert["exp_labels"]["slo_id"] for alert in check["exp_alerts"]}
    promises = {promise.id: promise for promise in model(PROMISES).services[0].slos}
    assert told["SLOErrorBudgetBurn"] == set(promises)
    assert told["SLOAllFailing"] == {name for name, promise in promises.items() if promise.counts_events}
    assert told["SLOErrorBudgetExhausted"] == {name for name, promise in promises.items() if promise.exhausted}
    assert told["SLODataMissing"] == {name for name, promise in promises.items() if promise.no_data != "none"}


def test_the_number_of_tests_does_not_grow_with_the_number_of_promises():
    def lines(many):
        return promising(*(f"x{n}: {{of: requests, objective: 99.{n}%, window: 30d}}" for n in range(1, many + 1)))

    few, many = ([len(layer.cases) for layer in layers(lines(number))] for number in (2, 9))
    assert few == many


def test_promql_whose_inputs_nobody_knows_is_proven_from_its_records_on(tmp_path, promtools):
    """What is added up here is not known; that alerts do what the records say can."""
    failures, mails = (f'sum(rate(shop_mail{kind}_total{{job="promises"}}[$window]))' for kind in ("_failures", "s"))
    spec = promising(f"x: {{query: {{bad: '{failures}', total: '{failures} + {mails}'}}, objective: 99%, window: 30d}}")
    assert [layer.name for layer in layers(spec)] == ["windows", "alerts"]
    for path in written(model(spec), tmp_path).values():
        ran = promtools[-1].run("test", "rules", path)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_same_spec_gives_the_same_tests_whatever_the_hash_seed():
    code = (
        "from tests.slos.promising import PROMISES, model\n"
        "from gw2mon.generators.prometheus import slo_tests\n"
        "import hashlib\n"
        "text = ''.join(each.text for each in slo_tests.generate(model(PROMISES)))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


@SPECS
def test_no_case_is_without_inputs_but_those_that_say_so(spec):
    empty = {case.name for layer in layers(spec) for case in layer.cases if not case.series}
    assert empty == {"nothing is there: nothing is said but what is promised", "there never were any data"}


@SPECS
def test_no_share_lies_so_near_to_its_limit_that_the_order_of_a_sum_could_decide(spec):
    service = model(spec).services[0]
    inputs = {}
    for layer in layers(spec):
        for case in layer.cases if layer.name in ("alerts", "windows") else ():
            for series in case.series:
                numbers = re.findall(r"(?<![\d.x_])\d+(?:\.\d+)?(?=x|$| )", series.values)
                record, _, labels = series.selector.partition("{")
                inputs.setdefault((record, re.search('slo_id="(.*?)"', labels + 'slo_id=""')[1]), set()).update(numbers)
    for claim in claims_of(service, model(spec).stack):
        for pair in claim.pairs:
            for window in (pair.short, pair.long):
                found = {float(number) for number in inputs[ratio(window), claim.slo.id]}
                assert min(abs(share / claim.limit(pair) - 1) for share in found) >= 0.004
