"""What an expression can return, told from the closed world of a spec before anything runs.

    >>> found = infer(promql.parse('sum by (job) (rate(orders_total[5m]))'), world)
    >>> found.labels.possible, found.values.low
    (frozenset({'job'}), Decimal('0'))

Every claim is sound: it holds for all data that the world allows. What cannot be told is left open, so that nothing is
said of unknown metrics, of labels without known values, or of what a variable of a dashboard stands for.

As real numbers, that is: floats may miss the end of an interval in their last digits. And the clock stands after 1970.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.inference.inferred import Cause, Emptiness, Inferred, Meaning, Pairing
from gw2mon.inference.intervals import Interval, Verdict
from gw2mon.inference.labels import Labels
from gw2mon.inference.units import Unit
from gw2mon.inference.values import Values
from gw2mon.inference.view import view_of
from gw2mon.inference.walking import walk

if TYPE_CHECKING:
    from gw2mon.promql import Expr
    from gw2mon.world import World

__all__ = (
    "Cause",
    "Emptiness",
    "Inferred",
    "Interval",
    "Labels",
    "Meaning",
    "Pairing",
    "Unit",
    "Values",
    "Verdict",
    "infer",
    "infer_all",
)


_REMEMBERED = 4096
"""Expressions whose result is kept, since several checks ask for it."""


def infer(expr: Expr, world: World) -> Inferred:
    """All that can be said of an expression in a world. Never fails for an expression that was parsed or built."""
    whole = view_of(world).whole
    if id(expr) not in whole:
        infer_all(expr, world)
    return whole[id(expr)][1]


def infer_all(expr: Expr, world: World) -> dict[int, Inferred]:
    """What can be said of an expression and of each expression inside it, by `id(node)`, while `expr` is kept."""
    view = view_of(world)
    known = walk(expr, view)
    if len(view.whole) >= _REMEMBERED:
        view.whole.clear()
    view.whole[id(expr)] = expr, known[id(expr)]
    return known
