"""The alerts of the guide, word for word, against the proofs of what they were meant to say: six of six are refuted.

`promtool check rules` finds nothing wrong with any of them.
"""

from __future__ import annotations

import pytest

from gw2mon.model import Share
from gw2mon.promql import parse
from gw2mon.proofs import proofs
from tests.generators import sample
from tests.proofs.proving import alone, failed_stories, verdict, write

ERROR_RATE = 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05'
P95 = "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m]))"
SUCCESS = 'sum(rate(http_requests_total{status!~"5.."}[5m])) / sum(rate(http_requests_total[5m])) < 0.95'
GUIDE = {
    "HighErrorRate": ERROR_RATE,
    "SlowResponses": f"{P95} > 2",
    "SlowResponsesWarning": f"{P95} > 1",
    "DatabaseDown": "gw2_db_connections_active == 0",
    "LowCacheHitRate": "gw2_cache_hit_rate < 0.5",
    "LowSuccess": SUCCESS,
}


def meant(name, severity="critical"):
    """What we make of it, with annotations that need no values, so that promtool names the stories that fail."""
    found = next(alert for alert in sample.ALERTS if alert.alert == name and alert.severity == severity)
    return found._replace(annotations=(("summary", name),))


def refuted(promtool, folder, alert, guide, **inputs):
    judged = verdict(promtool, folder, alert, alert._replace(expr=parse(guide)), **inputs)
    assert not judged.passed
    return {story.partition(") ")[2].partition(":")[0] for story in failed_stories(judged)}


def of_default_buckets(series):
    """The instrumentator's default bounds of this histogram are 0.1, 0.5 and 1."""
    return "le=" not in series or any(f'le="{bound}"' in series for bound in ("0.1", "0.5", "1.0", "+Inf"))


def test_promtool_check_rules_accepts_all_of_them(promtool, tmp_path):
    rules = "".join(f"  - alert: {name}\n    expr: {expr!r}\n" for name, expr in GUIDE.items())
    ran = promtool.run("check", "rules", write(tmp_path, "guide.yml", f"groups:\n- name: guide\n  rules:\n{rules}"))
    assert ran.returncode == 0, ran.stderr


def test_error_rate_without_sums_is_1_as_soon_as_there_is_any_error(promtool, tmp_path):
    stories = refuted(promtool, tmp_path, meant("HighErrorRate"), ERROR_RATE)
    assert "stays silent just within its limit" in stories


@pytest.mark.parametrize(("severity", "guide"), [("critical", f"{P95} > 2"), ("warning", f"{P95} > 1")])
def test_p95_above_a_second_cannot_be_seen_by_buckets_that_end_there(severity, guide, promtool, tmp_path):
    stories = refuted(promtool, tmp_path, meant("SlowResponses", severity), guide, keep=of_default_buckets)
    assert "fires when everything is slow" in stories


def test_no_connections_are_not_a_database_that_is_down(promtool, tmp_path):
    idle = ("gw2_db_connections_active", "0x100")
    stories = refuted(promtool, tmp_path, meant("DatabaseDown"), GUIDE["DatabaseDown"], add=(idle,))
    assert "stays silent at 1" in stories


def test_a_hit_rate_that_nobody_has_set_is_0_and_fires(promtool, tmp_path):
    unset = ("gw2_cache_hit_rate", "0x200")
    alert = meant("LowCacheHitRate", "warning")
    stories = refuted(promtool, tmp_path, alert, GUIDE["LowCacheHitRate"], add=(unset,))
    assert "stays silent just within its limit" in stories


def test_success_over_total_says_nothing_when_nothing_ever_succeeded(promtool, tmp_path):
    alert = sample.alert("LowSuccess", SUCCESS, Share(sample.REQUESTS, "good", 5 * sample.MINUTE), ("<", "0.95"),
                         hold=5 * sample.MINUTE, annotations=(("summary", "LowSuccess"),))  # fmt: skip
    assert refuted(promtool, tmp_path, alert, SUCCESS) == {"fires when there are only bad events from the start on"}


def test_a_threshold_beyond_the_buckets_is_told_and_not_proven_vacuously():
    metrics = tuple(metric._replace(buckets=metric.buckets[:4]) for metric in sample.METRICS)
    model = alone(meant("SlowResponses"))
    model = model._replace(services=(model.services[0]._replace(metrics=metrics),))
    (proof,) = proofs(model, "gw2optimizer")
    assert proof.scenarios == ()
    assert proof.gap == "has a threshold at or beyond the largest bucket, which no estimate exceeds"
