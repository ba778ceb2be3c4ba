"""What reading costs, counted rather than timed; and what loading the package loads."""

import subprocess
import sys

from gw2mon import promql as q

RULE = 'sum by (job) (rate(http_requests_total{a="b"}[5m])) > 1'


def calls(work):
    """How many functions are called: a measure of work that a busy machine does not change."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def test_reading_is_linear_in_the_length():
    short, long = (" + ".join([RULE.removesuffix(" > 1")] * count) for count in (10, 200))
    q.parse(short)  # what is cached is cached
    assert calls(lambda: q.parse(long)) < 21 * calls(lambda: q.parse(short))


def test_loading_the_package_loads_nothing_heavy():
    code = (
        "import sys, typing, gw2mon; before = set(sys.modules); import gw2mon.promql; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"dataclasses", "inspect", "decimal", "difflib", "gw2mon.promql.re2"} & set(loaded)
