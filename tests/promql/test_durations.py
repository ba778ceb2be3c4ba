"""Durations."""

import pytest

from gw2mon import promql as q


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("5m", 300_000), ("1h30m", 5_400_000), ("1y", 31_536_000_000), ("1w1d", 691_200_000), ("1s5ms", 1_005), ("0", 0)],
)
def test_a_duration_is_read_to_the_millisecond(text, milliseconds):
    assert q.parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "5", "m", "5m1h", "1.5h", "5 m", "-5m", "5M", "1h1h", "\u0665m", "300y"])
def test_what_prometheus_would_not_read_is_refused(text):
    with pytest.raises(q.PromQLError, match="duration"):
        q.parse_duration(text)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (1, "1ms"),
        (60_000, "1m"),
        (90_000, "1m30s"),
        (604_800_000, "1w"),
        (691_200_000, "8d"),
        (-300_000, "-5m"),
    ],
)
def test_a_duration_is_written_as_prometheus_writes_it(milliseconds, text):
    assert q.format_duration(milliseconds) == text
