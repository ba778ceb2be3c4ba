"""Which labels of which metrics share their values, because one argument of a function fills them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.model import Argument, Function, LabelValues

Slot = tuple[str, str]
"""A metric and one of its labels."""


class Admission(NamedTuple):
    """Slots that admit the same values: whatever is new in one of them counts for the limit of all."""

    slots: tuple[Slot, ...]
    values: LabelValues


def admissions(functions: Iterable[Function]) -> tuple[Admission, ...]:
    """Return the admissions of all functions. Arguments that meet in a slot end up in one."""
    found: list[Admission] = []
    for function in functions:
        for argument in function.arguments:
            slots = slots_of(function, argument)
            if argument.values is not None and slots:
                joined = Admission(slots, argument.values)
                for other in [item for item in found if set(item.slots) & set(joined.slots)]:
                    found.remove(other)
                    joined = _merge(other, joined)
                found.append(joined)
    return tuple(found)


def slots_of(function: Function, argument: Argument) -> tuple[Slot, ...]:
    """Return the labels that an argument fills; an info metric describes one process and needs no limit."""
    return tuple(_slots(function, argument))


def _slots(function: Function, argument: Argument) -> Iterator[Slot]:
    for record in function.records:
        if record.action != "info":
            for source in record.labels:
                if source.argument == argument.name:
                    yield record.metric, source.label


def _merge(one: Admission, other: Admission) -> Admission:
    slots = tuple(dict.fromkeys((*one.slots, *other.slots)))
    if one.values == other.values:
        return Admission(slots, one.values)
    values = tuple(dict.fromkeys((*one.values.values, *other.values.values)))
    limits = [values.limit for values in (one.values, other.values) if values.limit is not None]
    is_closed = one.values.closed and other.values.closed
    # The compiler has seen to it that what meets here is normalised in one way.
    return Admission(slots, one.values._replace(values=values, limit=min(limits, default=None), closed=is_closed))
