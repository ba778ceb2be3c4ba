"""The binary operators: what binds tighter, and which of them compare or work on sets."""

from __future__ import annotations

PRECEDENCE = {
    "or": 1,
    "and": 2,
    "unless": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "</": 3,
    ">/": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "atan2": 5,
    "^": 6,
}
"""Six levels; the higher binds tighter. All associate to the left, except `^`.

`</` and `>/` cut native histograms (Prometheus 3.11); they compare nothing and are no filter.
Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
"""

POWER = PRECEDENCE["^"]
UNARY = PRECEDENCE["*"]
"""A sign binds as `*` does: `-2 ^ 2` is -4."""

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
