"""A generated test is worth its time only if it fails when the rule is wrong."""

from __future__ import annotations

import pytest

from tests.generators.sample import ALERTS, OTHER_ALERTS
from tests.proofs.proving import alone, changed, verdict, verdicts

BY_NAME = {alert.alert: alert for alert in (*reversed(ALERTS), *OTHER_ALERTS)}
"""The critical one of two alerts of a name."""

_SHARE = (
    '(sum(rate(http_requests_total{job="gw2optimizer", status="5xx"}[5m])) or 0 * '
    'sum(rate(http_requests_total{job="gw2optimizer"}[5m]))) / '
    '(sum(rate(http_requests_total{job="gw2optimizer"}[5m])) > 0)'
)
_GOOD_OVER_TOTAL = (
    'sum(rate(http_requests_total{job="gw2optimizer", status!="5xx"}[5m])) / '
    'sum(rate(http_requests_total{job="gw2optimizer"}[5m]))'
)
_RECORD = "gw2optimizer:requests_bad:ratio_rate5m"


def spelt_out(alert):
    """The alert on the share itself instead of its record, so that its expression can be changed."""
    return changed(alert, _RECORD, _SHARE)


def timed(alert):
    """`for` doubled and halved, or present where it was not."""
    return [alert._replace(hold=hold) for hold in (alert.hold * 2, alert.hold // 2, 0)]


MUTANTS = {
    "HighErrorRate": (
        ("> 0.05", "> 0.0525"), ("> 0.05", "> 0.0475"), ("> 0.05", "> 0.5"), ("> 0.05", "< 0.05"), ("[5m]", "[10m]"),
        ("[5m]", "[150s]"), ("sum(", "("), (', status="5xx"', ""), ('status="5xx"', 'status="4xx"'),
        (f"{_SHARE} >", f"1 - {_GOOD_OVER_TOTAL} >"),
    ),
    "SlowResponses": (
        ("> 2", "> 2.1"), ("> 2", "> 1.9"), ("> 2", "< 2"), ("0.95", "0.9"), ("0.95", "0.99"), ("[5m]", "[10m]"),
        ("[5m]", "[150s]"), ("sum by (le)", "max without (le)"), ("_bucket", "_count"),
    ),
    "DatabaseDown": (("== 0", "== 1"), ("== 0", "> 0"), ("gw2_db_up", "gw2_db_uq"), ("gw2optimizer", "other")),
    "LowCacheHitRate": (("< 0.5", "< 0.525"), ("< 0.5", "< 0.475"), ("< 0.5", "> 0.5")),
    "DiskUsage": (("> 0.8", "> 0.88"), ("> 0.8", "> 0.72"), ("> 0.8", "< 0.8"), ("1 - ", "")),
    "FewErrorsGuarded": ((">= 50", ">= 60"), (">= 50", ">= 40")),
    "SlowGuarded": ((">= 20", ">= 24"), (">= 20", ">= 16")),
    "TrafficSurge": (("> 500", "> 525"), ("> 500", "> 475"), ("[5m]", "[10m]"), ("rate", "increase")),
    "NoTraffic": (("< 0.1", "< 0.105"), ("< 0.1", "< 0.095"), ("< 0.1", "> 0.1")),
    "QueueLong": (("> 100", "> 105"), ("> 100", "> 95"), ("mails", "builds")),
    "QueueGone": (("absent", "count"), ("gw2optimizer", "other")),
    "BackupOld": (("> 93600", "> 98280"), ("> 93600", "> 88920"), ("time() - ", "")),
    "DiskFull": (("345600", "86400"), ("345600", "864000"), ("< 0", "> 0")),
}  # fmt: skip


# The forms that the guide uses are tried always, the others in the long proofs.
QUICK = ("HighErrorRate", "SlowResponses", "DatabaseDown", "DiskUsage")
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.prove) for name in MUTANTS]


def mutated(name):
    alert = BY_NAME[name]
    return spelt_out(alert) if name == "HighErrorRate" else alert


@pytest.mark.parametrize("name", NAMES)
def test_the_generated_tests_of_an_alert_notice_every_mistake_in_its_rule(name, promtools, tmp_path):
    alert = mutated(name)
    mutants = [*(changed(alert, old, new) for old, new in MUTANTS[name]), *(timed(alert) if alert.hold else [])]
    found = verdicts(promtools[-1], tmp_path, alert, mutants)
    labels = [*MUTANTS[name], "for doubled", "for halved", "no for"]
    assert [label for label, judged in zip(labels, found, strict=False) if judged.passed] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_the_rule_itself_passes(name, promtool, tmp_path):
    judged = verdict(promtool, tmp_path, mutated(name))
    assert judged.passed, judged.said


def test_another_severity_is_noticed(promtool, tmp_path):
    alert = BY_NAME["HighErrorRate"]
    labels = tuple((name, "warning" if name == "severity" else value) for name, value in alert.labels)
    assert not verdict(promtool, tmp_path, alert, alert._replace(labels=labels)).passed


def test_another_summary_is_noticed_where_annotations_are_known_beforehand(promtool, tmp_path):
    alert = BY_NAME["DatabaseDown"]
    other = alert._replace(annotations=(("summary", "All is well"), alert.annotations[1]))
    assert not verdict(promtool, tmp_path, alert, other).passed


def test_a_rule_file_without_the_alert_is_noticed(promtool, tmp_path):
    alert = BY_NAME["HighErrorRate"]
    assert alone(alert).services[0].alerts
    assert not verdict(promtool, tmp_path, alert, alert._replace(alert="SomethingElse")).passed
