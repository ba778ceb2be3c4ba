"""Burn rates and thresholds against their definition in the SRE workbook, with fractions of our own."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gw2mon import slo
from gw2mon.slo import DAY, HOUR, MINUTE, BurnPair, default_pairs

WORKBOOK = [
    ("page", 5 * MINUTE, HOUR, "2/100"),
    ("page", 30 * MINUTE, 6 * HOUR, "5/100"),
    ("ticket", 2 * HOUR, DAY, "10/100"),
    ("ticket", 6 * HOUR, 3 * DAY, "10/100"),
]
"""Table 5-8 of the workbook: level, short and long window, share of a 30-day budget that the long one may spend."""

WEEK = [("page", 5 * MINUTE, HOUR, "8/100"), ("page", 30 * MINUTE, 6 * HOUR, "125/1000"),
        ("ticket", 2 * HOUR, DAY, "20/100"), ("ticket", 6 * HOUR, 3 * DAY, "42/100")]  # fmt: skip

OBJECTIVES = ("0.9", "0.95", "0.99", "0.995", "0.999", "0.9995", "0.9999", "0.99999")


@pytest.mark.parametrize(
    ("days", "shares", "factors"),
    [
        (30, WORKBOOK, ("14.4", "6", "3", "1")),
        (28, WORKBOOK, ("13.44", "5.6", "2.8", "0.9333")),
        (21, WORKBOOK, ("10.08", "4.2", "2.1", "0.7")),
        (7, WEEK, ("13.44", "3.5", "1.4", "0.98")),
        (14, WEEK, ("26.88", "7", "2.8", "1.96")),
    ],
)
def test_factors_follow_from_the_share_of_the_budget_that_a_window_may_spend(days, shares, factors):
    pairs = default_pairs(days * DAY)
    assert tuple(slo.plain(pair.factor) for pair in pairs) == factors
    for pair, (level, short, long, share) in zip(pairs, shares, strict=True):
        assert (pair.level, pair.short, pair.long) == (level, short, long)
        # Spending the budget evenly, the long window would spend long / period of it.
        burn = Fraction(share) / Fraction(long, days * DAY)
        assert abs(Fraction(pair.factor) - burn) <= Fraction(5, 100_000)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("days", [7, 28, 30])
def test_a_threshold_is_the_factor_times_what_may_be_bad(days, objective):
    for pair in default_pairs(days * DAY):
        exact = Fraction(pair.factor) * (1 - Fraction(objective))
        assert Fraction(slo.threshold(pair, Decimal(objective))) == exact
        assert slo.can_fire(pair, Decimal(objective)) == (exact < 1)


def test_the_numbers_of_the_workbook_s_example():
    """99.9 % over 30 days: 1.44 %, 0.6 %, 0.3 % and 0.1 % of errors."""
    limits = [slo.plain(slo.threshold(pair, Decimal("0.999"))) for pair in default_pairs(30 * DAY)]
    assert limits == ["0.0144", "0.006", "0.003", "0.001"]


@pytest.mark.parametrize(
    ("objective", "budget"),
    [("0.999", "0.001"), ("0.9999", "0.0001"), ("0.99999", "0.00001"), ("0.5", "0.5"), ("0.95", "0.05")],
)
def test_a_budget_is_exact_where_floats_are_not(objective, budget):
    assert slo.plain(slo.budget(Decimal(objective))) == budget


@pytest.mark.parametrize(
    ("objective", "factor", "least"),
    [("0.93", "14.4", "0.9306"), ("0.8", "6", "0.8333"), ("0.6", "3", "0.6667"), ("0.01", "1", "0")],
)
def test_the_least_objective_for_which_a_pair_can_fire(objective, factor, least):
    pair = BurnPair("page", 5 * MINUTE, HOUR, Decimal(factor))
    assert slo.least_objective(pair).quantize(Decimal("0.0001")) == Decimal(least)
    assert slo.can_fire(pair, Decimal(objective)) == (Decimal(objective) > slo.least_objective(pair))


def test_no_period_below_a_week_has_windows_of_its_own():
    assert default_pairs(6 * DAY) == ()


SHARES = st.decimals("0.001", 1, places=3)
WINDOWS = st.integers(1, 90 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@given(SHARES, WINDOWS, WINDOWS)
def test_a_factor_is_exact_or_has_four_decimals(share, period, long):
    found = slo.factor(share, period, long)
    exact = Fraction(share) * period / long
    digits = -found.as_tuple().exponent
    assert Fraction(found) == exact or (digits <= 4 and abs(Fraction(found) - exact) <= Fraction(1, 20_000))


@given(st.decimals("0.0001", "0.9999", places=4), st.decimals("0.1", "100", places=4))
def test_no_number_has_an_exponent_or_digits_that_say_nothing(objective, factor):
    pair = BurnPair("page", 5 * MINUTE, HOUR, factor)
    for number in (slo.budget(objective), slo.threshold(pair, objective), factor):
        text = slo.plain(number)
        assert "E" not in text.upper()
        assert not ("." in text and text.endswith(("0", ".")))
        assert Decimal(text) == number


@given(st.decimals("0.5", "0.9999", places=4), st.decimals("0.01", 1, places=2))
def test_the_earliest_pair_decides_when_an_outage_is_told(objective, ratio):
    pairs = default_pairs(30 * DAY)
    found = slo.detection(pairs, objective, ratio)
    reached = [pair for pair in pairs if ratio > slo.threshold(pair, objective)]
    if not reached:
        assert found is None
        return
    # After so long the long window of some pair holds just as many bad events as its threshold asks for, and before
    # it none does.
    least = min(Fraction(slo.threshold(pair, objective)) / Fraction(ratio) * pair.long for pair in reached)
    assert least - 1 <= found <= least
