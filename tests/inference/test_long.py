"""Long queries cost as much as their parts: what is known of them is bounded."""

import sys

import pytest

from gw2mon import promql as q
from gw2mon.inference import infer
from tests.inference.worlds import WORLD

TERMS = 1500

LONG = {
    "sums": " + ".join(f'sum(rate(orders_total{{region="r{number}"}}[5m]))' for number in range(TERMS)),
    "targets": " or ".join(f'up{{instance="shop:{number}"}}' for number in range(TERMS)),
    "labels": " or ".join(f'label_replace(stray, "l{number}", "x", "", "")' for number in range(TERMS)),
    "values": " or ".join(f'label_replace(vector(1), "a", "v{number}", "", "")' for number in range(TERMS)),
    "quotients": " / ".join(["sum(rate(orders_total[5m]))"] * TERMS),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_long_query_needs_no_deep_stack_and_few_words(text):
    found = infer(q.parse(text), WORLD)
    assert sys.getrecursionlimit() < TERMS
    assert len(found.labels.values) <= 64
    assert all(len(values.known) <= 512 for values in found.labels.values.values())
