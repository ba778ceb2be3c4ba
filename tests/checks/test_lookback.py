"""How old the oldest sample is that a query reads: windows, offsets and subqueries add up."""

import pytest

from gw2mon import promql as q
from gw2mon.checks.lookback import looks_back

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("up", 0),
        ("rate(orders_total[1h])", 1),
        ("rate(orders_total[1h] offset 23h)", 24),
        ("up offset 1d", 24),
        ("up offset -1d", 0),
        ("max_over_time(rate(orders_total[1h])[6h:5m])", 7),
        ("max_over_time(rate(orders_total[1h] offset 1h)[6h:5m] offset 2h)", 10),
        ("rate(orders_total[1h]) / rate(orders_total[1h] offset 1w)", 169),
        ("rate(orders_total[$__rate_interval])", 0),
    ],
)
def test_a_query_looks_back_as_far_as_its_oldest_sample(text, hours):
    assert looks_back(q.parse(text, variables=True)) == hours * HOUR
