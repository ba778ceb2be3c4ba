"""What the scenarios promise: both outcomes for every alert, distance from thresholds, exact estimates, honest gaps."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from gw2mon.generators.prometheus import tests as unit_tests
from gw2mon.model import Events, Forecast, LabelFilter, LabelValues, Quantile, Rate, Raw, Share, Value
from gw2mon.promql import parse
from gw2mon.proofs import kept, proofs
from gw2mon.proofs.inputs import labels_of, split_labels
from gw2mon.proofs.scenario import Unprovable, grows, holds, interval_for, moves
from gw2mon.world import world
from tests.generators import sample
from tests.generators.sample import MINUTE, MODEL, REQUESTS, alert
from tests.proofs.proving import alone

ALL = [proof for owner in ("stack", "gw2optimizer") for proof in proofs(MODEL, owner)]
WORLD = world("gw2optimizer", sample.METRICS, sample.JOBS)


@pytest.mark.parametrize("proof", ALL, ids=[f"{p.rule.alert}-{p.rule.severity}" for p in ALL])
def test_every_alert_has_a_case_in_which_it_must_fire_and_one_in_which_it_must_not(proof):
    fires = [any(check.firing for check in scenario.checks) for scenario in proof.scenarios]
    assert any(fires)
    assert proof.rule.alert == "Watchdog" or not all(fires)


@pytest.mark.parametrize("proof", ALL, ids=[f"{p.rule.alert}-{p.rule.severity}" for p in ALL])
def test_checks_come_in_order_and_on_the_grid(proof):
    for scenario in proof.scenarios:
        times = [check.at for check in scenario.checks]
        assert times == sorted(set(times))
        assert all(at >= 0 and at % scenario.interval == 0 for at in times)


def test_generated_tests_name_only_alerts_that_exist():
    known = {"stack": {rule.alert for rule in sample.STACK_DEFAULTS},
             "gw2optimizer": {rule.alert for rule in MODEL.services[0].alerts}}  # fmt: skip
    for artifact in unit_tests.generate(MODEL):
        for test in yaml.safe_load(artifact.text)["tests"]:
            assert {item["alertname"] for item in test.get("alert_rule_test", [])} <= known[artifact.owner]
            assert test["name"].split(" ")[0] in known[artifact.owner]


def test_the_labels_of_every_firing_alert_are_known_beforehand():
    scenarios = [scenario for proof in ALL for scenario in proof.scenarios]
    unknown = [scenario for scenario in scenarios if scenario.kept is None]
    assert [scenario.name for scenario in unknown if any(check.firing for check in scenario.checks)] == []


@pytest.mark.parametrize(
    ("condition", "threshold", "gap"),
    [
        (Share(REQUESTS, "bad", 5 * MINUTE), ("==", "0.5"), "equality"),
        (Share(REQUESTS, "bad", 5 * MINUTE), (">", "1"), "no share can cross"),
        (Share(REQUESTS._replace(split=()), "bad", 5 * MINUTE), (">", "0.1"), "all requests are bad"),
        (Rate(REQUESTS, 5 * MINUTE), ("<", "0"), "less than nothing"),
        (Rate(REQUESTS, 5 * MINUTE), ("==", "1"), "equality"),
        (Quantile(sample.RESPONSES, Decimal("0.95"), 5 * MINUTE), (">", "5"), "largest bucket"),
        (Quantile(sample.RESPONSES, Decimal("0.95"), 5 * MINUTE), (">", "0.05"), "however fast"),
        (Quantile(sample.RESPONSES, Decimal("0.95"), 5 * MINUTE), ("<", "1"), "not above"),
        (Value("gw2_db_up", (), ""), None, "no threshold"),
        (Forecast("gw2_db_up", (), 60 * MINUTE, 60 * MINUTE), ("==", "0"), "exactly one value"),
        (Raw("up == 0", (), ()), None, "without `proof`"),
        (None, None, "no story"),
    ],
)  # fmt: skip
def test_what_cannot_be_proven_says_why(condition, threshold, gap):
    (proof,) = proofs(alone(alert("X", "vector(0) > 1", condition, threshold, hold=MINUTE)), "gw2optimizer")
    assert proof.scenarios == ()
    assert gap in proof.gap


@pytest.mark.parametrize(
    ("window", "hold", "interval"),
    [(5 * MINUTE, 5 * MINUTE, MINUTE), (0, MINUTE, 30_000), (0, 0, MINUTE), (MINUTE, 0, 15_000), (0, 10_000, 15_000),
     (6 * 60 * MINUTE, 60 * MINUTE, 15 * MINUTE)],
)  # fmt: skip
def test_samples_are_as_far_apart_as_windows_allow(window, hold, interval):
    assert interval_for(window, hold) == interval


def test_counters_go_on_from_where_they_were():
    assert grows((None, 3), (2, 1), (Decimal("0.5"), 4), (0, 2)) == "_x3 2 2.5+0.5x3 4x1"


def test_gauges_hold_and_move():
    assert holds((1, 2), (None, 2), (Decimal("0.98"), 1)) == "1x1 _x2 0.98"
    assert moves((10, -3, 3), (0, 0, 1)) == "10-3x2 0"


def test_series_have_values_that_every_filter_lets_through():
    requests = WORLD.metrics["http_requests_total"]
    filters = (LabelFilter("status", "!~", ("2..|2xx",)), LabelFilter("method", "!=", ("GET",)))
    assert labels_of(WORLD, requests, filters) == {
        "job": "gw2optimizer", "instance": "backend:8000", "method": "POST", "status": "4xx",
    }  # fmt: skip


def test_an_open_label_may_hold_what_a_filter_spells():
    label = sample.METRICS[0].labels[1]._replace(values=LabelValues((), 50, closed=False))
    requests = sample.METRICS[0]._replace(labels=(label,))
    opened = world("gw2optimizer", (requests,), sample.JOBS)
    assert labels_of(opened, requests, (LabelFilter("status", "=~", ("503|504",)),))["status"] == "503"
    assert labels_of(opened, requests, (LabelFilter("status", "=~", ("5..",)),))["status"] == "500"
    with pytest.raises(Unprovable, match="no known value of status"):
        labels_of(opened, requests, (LabelFilter("status", "=~", ("zzz.+",)),))


def test_events_split_by_their_good_ones_have_bad_ones_too():
    split = (LabelFilter("status", "=", ("2xx", "4xx")),)
    bad, good = split_labels(WORLD, Events("requests", "http_requests_total", (), split, "good"))
    assert (bad["status"], good["status"]) == ("5xx", "2xx")


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        ("up == 0", {"job": "a", "zone": "z"}),
        ("sum by (job) (rate(up[5m])) > 1", {"job": "a"}),
        ("max without (zone) (up)", None),
        ('absent(up{job="b", zone=~"x"})', {"job": "b"}),
        ("vector(1)", {}),
        ("time() - max(up)", {}),
        ("1 - up / on (zone) up > 0.5", {"zone": "z"}),
        ("up / ignoring (zone) up", {"job": "a"}),
        ("up * on (job) group_left () up", None),
        ('label_replace(up, "x", "y", "", "")', {"job": "a", "zone": "z", "x": "y"}),
        ('label_replace(up, "x", "$1", "job", "(.*)")', None),
        ("up or on () vector(1)", None),
        ("up and on (job) up", {"job": "a", "zone": "z"}),
        ("nothing", None),
        ("histogram_quantile(0.9, sum by (le, job) (up))", {"job": "a"}),
        ("-(up)", {"job": "a", "zone": "z"}),
    ],
)
def test_labels_that_an_expression_keeps(expr, labels):
    assert kept.kept(parse(expr), [("up", {"job": "a", "zone": "z"})], {}) == labels
