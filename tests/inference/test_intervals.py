"""Arithmetic with intervals holds for every pair of numbers inside them."""

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gw2mon.inference import intervals as iv

NUMBERS = [math.nan, -math.inf, -7.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 100.0, math.inf]
ENDS = st.sampled_from([number for number in NUMBERS if not math.isnan(number)])


def quotient(x, y):
    if y:
        return x / y
    return math.nan if x == 0 or math.isnan(x) else math.copysign(math.inf, x) * math.copysign(1, y)


OPERATIONS = {
    "+": (iv.added, lambda x, y: x + y),
    "-": (iv.subtracted, lambda x, y: x - y),
    "*": (iv.multiplied, lambda x, y: x * y),
    "/": (iv.divided, quotient),
    "%": (iv.remainder, lambda x, y: math.nan if y == 0 or math.isinf(x) else math.fmod(x, y)),
    "max": (iv.union, lambda x, _: x),
}
COMPARISONS = {
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}  # fmt: skip


@st.composite
def intervals_with_members(draw):
    """An interval, and a number in it."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    low_open, high_open, nan = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    values = iv.Interval(Decimal(low), Decimal(high), low_open, high_open, nan)
    values = iv.signed(values, negative=values.low < 0 or draw(st.booleans()))
    inside = [number for number in NUMBERS if Decimal(number) in values and not is_wrong_zero(number, values)]
    return values, draw(st.sampled_from(inside)) if inside else None


def is_wrong_zero(number, values):
    return number == 0 and math.copysign(1, number) < 0 and not iv.may_be_negative(values)


@given(st.sampled_from(sorted(OPERATIONS)), intervals_with_members(), intervals_with_members())
def test_the_result_of_two_members_is_a_member_of_the_result(op, left, right):
    (one, x), (other, y) = left, right
    if x is None or y is None:
        return
    of_intervals, of_numbers = OPERATIONS[op]
    found, result = of_intervals(one, other), of_numbers(x, y)
    assert Decimal(result) in found, f"{x} {op} {y} = {result} is not in {found}"
    assert not is_wrong_zero(result, found), f"{x} {op} {y} is the negative zero"


@given(st.sampled_from(sorted(COMPARISONS)), intervals_with_members(), intervals_with_members())
def test_a_comparison_keeps_every_member_for_which_it_holds(op, left, right):
    (one, x), (other, y) = left, right
    if x is None or y is None:
        return
    kept, verdict = iv.compared(one, op, other)
    is_true = COMPARISONS[op](x, y)
    assert verdict != ("never" if is_true else "always")
    assert not is_true or Decimal(x) in kept


@given(intervals_with_members(), intervals_with_members(), st.lists(st.just(None), min_size=1, max_size=4))
def test_sums_and_means_of_members_are_members(left, right, times):
    (one, x), (other, y) = left, right
    if x is None or y is None:
        return
    both = iv.union(one, other)
    total = sum([x, y] * len(times))
    assert Decimal(total) in iv.summed(both, 2 * len(times))
    assert Decimal(total) in iv.summed(both, None)
    assert Decimal(total / (2 * len(times))) in iv.averaged(both)


@given(st.lists(intervals_with_members(), min_size=3, max_size=3))
def test_a_clamped_member_is_a_member_of_the_clamped(found):
    (values, x), (low, least), (high, most) = found
    if x is None or least is None or most is None or least > most:
        return
    clamped = go_max(least, go_min(most, x))
    assert Decimal(clamped) in iv.clamped(values, low, high)


def go_min(x, y):
    if -math.inf in (x, y):
        return -math.inf
    return math.nan if math.isnan(x) or math.isnan(y) else min(x, y)


def go_max(x, y):
    if math.inf in (x, y):
        return math.inf
    return math.nan if math.isnan(x) or math.isnan(y) else max(x, y)
