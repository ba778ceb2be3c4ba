"""The formulas hold for any threshold, window and `for`, not only for those that people usually choose."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from gw2mon.model import Forecast, Quantile, Rate, Share, Staleness, Value
from gw2mon.promql import format_duration
from gw2mon.proofs import proofs
from tests.generators.sample import LOOKUPS, MINUTE, REQUESTS, RESPONSES, alert
from tests.proofs.proving import alone, verdict

TOTAL = 'sum(rate(http_requests_total{job="gw2optimizer"}[W]))'
BAD = f'(sum(rate(http_requests_total{{job="gw2optimizer", status="5xx"}}[W])) or 0 * {TOTAL}) / ({TOTAL} > 0)'
GETS = 'sum(rate(gw2_cache_operations_total{job="gw2optimizer", operation="get"}[W]))'
MISSES = 'sum(rate(gw2_cache_operations_total{job="gw2optimizer", operation="get", result=~"miss|error"}[W]))'
GOOD = f"1 - ({MISSES} or 0 * {GETS}) / ({GETS} > 0)"
BUCKETS = 'sum by (le) (rate(http_request_duration_seconds_bucket{job="gw2optimizer"}[W]))'


def drawn(number):
    """An alert with a threshold, a window and a `for` that nobody chose."""
    dice = random.Random(number)  # noqa: S311 - the same alerts in every run
    over = dice.choice((1, 2, 5, 7, 10, 30, 60)) * MINUTE
    hold = dice.choice((0, 30_000, 90_000, 2 * MINUTE, 5 * MINUTE, 17 * MINUTE))
    share, value = f"0.{dice.randrange(1, 1000):03}", str(dice.choice((1, 7, 250, 12_345)))
    quantile = dice.choice(("0.5", "0.9", "0.99"))
    latency = dice.choice(("0.15", "0.2", "0.7", "1", "1.9", "2", "3.5"))
    return dice.choice((
        lambda: _alert(f"{BAD} > {share}", Share(REQUESTS, "bad", over), (">", share), over, hold),
        lambda: _alert(f"{GOOD} < {share}", Share(LOOKUPS, "good", over), ("<", share), over, hold),
        lambda: _alert(f"{BAD} < {share}", Share(REQUESTS, "bad", over), ("<", share), over, hold),
        lambda: _alert(f"{TOTAL} > {value}", Rate(REQUESTS, over), (">", value), over, hold),
        lambda: _alert(f"{TOTAL} < {value}", Rate(REQUESTS, over), ("<", value), over, hold),
        lambda: _alert(f"histogram_quantile({quantile}, {BUCKETS}) > {latency}",
                       Quantile(RESPONSES, Decimal(quantile), over), (">", latency), over, hold),
        lambda: _alert(f'max(gw2_queue_length{{job="gw2optimizer"}}) > -{value}', Value("gw2_queue_length", (), ""),
                       (">", f"-{value}"), over, hold),
        lambda: _alert(f'time() - max(gw2_db_up{{job="gw2optimizer"}}) > {value}', Staleness("gw2_db_up", ()),
                       (">", value), over, hold),
        lambda: _alert(f'max(predict_linear(gw2_queue_length{{job="gw2optimizer"}}[W], 7200)) > {value}',
                       Forecast("gw2_queue_length", (), over, 120 * MINUTE), (">", value), over, hold),
    ))()  # fmt: skip


def _alert(expr, condition, threshold, over, hold):
    return alert("Drawn", expr.replace("[W]", f"[{format_duration(over)}]"), condition, threshold, hold=hold)


@pytest.mark.parametrize("number", [*range(12), *(pytest.param(n, marks=pytest.mark.prove) for n in range(12, 150))])
def test_the_scenarios_of_any_alert_are_right(number, promtools, tmp_path):
    rule = drawn(number)
    (proof,) = proofs(alone(rule), "gw2optimizer")
    assert proof.scenarios, proof.gap
    judged = verdict(promtools[number % len(promtools)], tmp_path, rule)
    assert judged.passed, judged.said
