"""What reading costs: ratios against a yardstick that runs beside it, so that a slow machine does not matter."""

import subprocess
import sys
import timeit

import promql_parser

from gw2mon import promql as q

RULE = 'sum by (job) (rate(http_requests_total{a="b"}[5m])) > 1'


def seconds(work):
    return min(timeit.repeat(work, number=200, repeat=7))


def test_reading_costs_at_most_eight_times_what_it_costs_in_rust():
    # 3.7 times when nothing else runs: 25,000 expressions of this size in a second.
    assert seconds(lambda: q.parse(RULE)) < 8 * seconds(lambda: promql_parser.parse(RULE))


def test_reading_is_linear_in_the_length():
    short, long = (" + ".join([RULE.removesuffix(" > 1")] * count) for count in (10, 200))
    assert min(timeit.repeat(lambda: q.parse(long), number=1, repeat=5)) < 40 * min(
        timeit.repeat(lambda: q.parse(short), number=1, repeat=20)
    )


def test_loading_the_package_loads_nothing_heavy():
    code = (
        "import sys, typing, gw2mon; before = set(sys.modules); import gw2mon.promql; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"dataclasses", "inspect", "decimal", "difflib", "gw2mon.promql.re2"} & set(loaded)
