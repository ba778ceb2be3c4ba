"""Function calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.inference import labelling
from gw2mon.inference.histograms import HISTOGRAM_FUNCTIONS
from gw2mon.inference.inferred import UNKNOWN, Emptiness, Inferred, alone, nameless, plain, scalar
from gw2mon.inference.intervals import (
    INFINITY,
    NOT_NEGATIVE,
    NOTHING,
    ONE,
    REAL,
    clamped,
    point,
    union,
    with_nan,
)
from gw2mon.inference.labels import Labels
from gw2mon.inference.mapping import CALENDAR, MAPS, SAME_UNIT, rounded
from gw2mon.inference.units import PLAIN, SECONDS
from gw2mon.inference.windows import is_window, of_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon import promql as q
    from gw2mon.inference.intervals import Interval as Values

_PI_DIGITS = "3.141592653589793115997963468544185161590576171875"


def call(node: q.Call, args: list[Inferred]) -> Inferred:
    """What a function returns."""
    special = _CALLS.get(node.function)
    if special is not None:
        found = special(node, args)
    elif is_window(node.function):
        found = of_window(node.function, args)
    elif node.function in MAPS:
        found = _mapped(node.function, args[0])
    elif node.function in CALENDAR:
        found = _of_time(node.function, args)
    else:
        # A function that came after this was written.
        found = UNKNOWN._replace(may_fail=True)
    fails = found.may_fail or any(arg.may_fail for arg in args)
    return found if fails == found.may_fail else found._replace(may_fail=fails)


def changed(inner: Inferred, values: Values) -> Inferred:
    """The series without their name and with other values, none of them a histogram."""
    return nameless(inner)._replace(values=NOTHING if inner.empty else values, histograms=False)


def _mapped(function: str, inner: Inferred) -> Inferred:
    found = changed(inner, MAPS[function](inner.values))
    if function in SAME_UNIT:
        return found
    return found._replace(unit=PLAIN if function == "sgn" else None, meaning="gauge")


def _of_time(function: str, args: list[Inferred]) -> Inferred:
    values = CALENDAR[function]
    if not args:
        return alone("gauge", PLAIN, values)
    return changed(args[0], values)._replace(meaning="gauge", unit=PLAIN)


def _time(_node: q.Call, _args: list[Inferred]) -> Inferred:
    return scalar("timestamp", SECONDS, NOT_NEGATIVE)


def _pi(_node: q.Call, _args: list[Inferred]) -> Inferred:
    from decimal import Decimal

    return scalar("number", PLAIN, point(Decimal(_PI_DIGITS)))


def _length(_node: q.Call, _args: list[Inferred]) -> Inferred:
    return scalar("duration", SECONDS, NOT_NEGATIVE)


def _of_two(_node: q.Call, args: list[Inferred]) -> Inferred:
    one, other = args
    unit = one.unit if one.unit == other.unit else None
    return scalar(one.meaning, unit, union(one.values, other.values))


def _timestamp(_node: q.Call, args: list[Inferred]) -> Inferred:
    return changed(args[0], REAL)._replace(meaning="timestamp", unit=SECONDS)


def _sorted(_node: q.Call, args: list[Inferred]) -> Inferred:
    return plain(args[0])


def _sorted_by_value(_node: q.Call, args: list[Inferred]) -> Inferred:
    return plain(args[0])._replace(histograms=False)


def _scalar(_node: q.Call, args: list[Inferred]) -> Inferred:
    inner = args[0]
    exactly_one = inner.always and inner.single and not inner.histograms
    if inner.empty:
        return scalar(inner.meaning, inner.unit, with_nan(NOTHING))
    return scalar(inner.meaning, inner.unit, inner.values if exactly_one else with_nan(inner.values))


def _vector(_node: q.Call, args: list[Inferred]) -> Inferred:
    return alone(args[0].meaning, args[0].unit, args[0].values)


def _clamp(node: q.Call, args: list[Inferred]) -> Inferred:
    inner, lowest, highest = args[0], point(-INFINITY), point(INFINITY)
    if node.function == "clamp":
        lowest, highest = args[1].values, args[2].values
    elif node.function == "clamp_min":
        lowest = args[1].values
    else:
        highest = args[1].values
    found = changed(inner, clamped(inner.values, lowest, highest))
    # A bound that is NaN is above and below nothing, and makes every value NaN.
    if lowest.low > highest.high and not (inner.empty or lowest.nan or highest.nan):
        reason = Emptiness("parameter", "the lower bound is above the upper one", node.span)
        return found._replace(values=NOTHING, most=0, always=False, empty=reason)
    return found if lowest.high <= highest.low else found._replace(always=False)


def _round(_node: q.Call, args: list[Inferred]) -> Inferred:
    step = args[1].values if len(args) > 1 else point(ONE)
    return changed(args[0], rounded(args[0].values, step))


def _absent(node: q.Call, args: list[Inferred]) -> Inferred:
    return labelling.absent(node, args[0])


def _label_replace(node: q.Call, args: list[Inferred]) -> Inferred:
    return labelling.replaced(node, args[0])


def _label_join(node: q.Call, args: list[Inferred]) -> Inferred:
    return labelling.joined(node, args[0])


def _info(_node: q.Call, args: list[Inferred]) -> Inferred:
    # Which labels it adds is decided by the info series that it finds.
    inner = plain(args[0])
    return inner._replace(labels=Labels(inner.labels.values, open=True), key=None, always=False, may_fail=True)


def _start(_node: q.Call, args: list[Inferred]) -> Inferred:
    return changed(args[0], REAL)._replace(meaning="timestamp", unit=SECONDS, always=False)


_CALLS: dict[str, Callable[[q.Call, list[Inferred]], Inferred]] = {
    "time": _time,
    "start": _time,
    "end": _time,
    "pi": _pi,
    "range": _length,
    "step": _length,
    "max_of": _of_two,
    "min_of": _of_two,
    "timestamp": _timestamp,
    "start_timestamp": _start,
    "sort": _sorted_by_value,
    "sort_desc": _sorted_by_value,
    "sort_by_label": _sorted,
    "sort_by_label_desc": _sorted,
    "scalar": _scalar,
    "vector": _vector,
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp,
    "round": _round,
    "absent": _absent,
    "absent_over_time": _absent,
    "label_replace": _label_replace,
    "label_join": _label_join,
    "info": _info,
    **HISTOGRAM_FUNCTIONS,
}
