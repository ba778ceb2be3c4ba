"""What a function does to each metric, with every name resolved: a record of the Model in the words of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.generators.python.layout import Code, literal
from gw2mon.generators.python.naming import python_names
from gw2mon.names import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.generators.python.metrics.admission import Slot
    from gw2mon.generators.python.metrics.timers import Names
    from gw2mon.generators.python.metrics.vocabulary import Key, Word
    from gw2mon.model import Function, LabelSource, Metric, Record

_METHODS = {"increment": "inc", "observe": "observe", "set": "set", "info": "info"}


class World(NamedTuple):
    """What functions may refer to."""

    metrics: Mapping[str, Metric]
    names: Mapping[str, Code]
    """Python names of objects and functions, by their names in the spec."""
    words: Mapping[Key, Word]
    admits: Mapping[Slot, Code]
    """The local variable that admits the values of a label."""
    timers: Mapping[str, Names]
    """The names of the timers of functions."""


class Touch(NamedTuple):
    """One call of one method of one series."""

    target: Code
    """The metric: self.ai_requests_total."""
    method: str
    labels: tuple[tuple[str, Code], ...]
    """Label names and expressions for their values."""
    admits: Mapping[Code, Code]
    """For each argument that fills a label, what admits its values."""
    condition: tuple[Code, ...]
    """Optional arguments that fill labels: without one of them nothing is recorded."""
    amount: Code | None
    is_count: bool
    """Whether the amount is a whole number."""
    may_lack: bool
    """Whether the amount may be None."""
    local: str
    """Local variable for the method of the series."""

    @property
    def is_looked_up(self) -> bool:
        """Whether its series depends on labels; else it is the metric itself."""
        return bool(self.labels) and self.method != "info"

    @property
    def bound(self) -> str:
        """The method of the series, in terms of its arguments."""
        if not self.is_looked_up:
            return f"{self.target}.{self.method}"
        return f"{self.target}.labels({', '.join(value for _, value in self.labels)}).{self.method}"


def touches(function: Function, arguments: Mapping[str, Code], world: World) -> tuple[Touch, ...]:
    """Resolve the records of a function, whose arguments have these names."""
    found = [_touch(record, function, arguments, world) for record in function.records]
    wanted = [touch.local for touch in found]
    unique = [name if wanted.count(name) == 1 else f"{name}_{number}" for number, name in enumerate(wanted, 1)]
    free = python_names(unique, arguments.values())
    return tuple(touch._replace(local=free[name]) for touch, name in zip(found, unique, strict=True))


def _touch(record: Record, function: Function, arguments: Mapping[str, Code], world: World) -> Touch:
    labels = {argument.name for argument in function.arguments if argument.label}
    metric, method = world.metrics[record.metric], _METHODS[record.action]
    name = world.names[metric.object]
    constants = (source.constant for source in record.labels if source.constant)
    return Touch(
        Code(f"self.{name}"),
        method,
        tuple((source.label, _value(source, arguments)) for source in record.labels),
        {} if record.action == "info" else dict(_admits(record, arguments, world)),
        tuple(arguments[needed] for needed in record.needs if needed in labels),
        arguments[record.amount] if record.amount else None,
        any(argument.name == record.amount and argument.unit == "count" for argument in function.arguments),
        record.amount in record.needs,
        "_".join((method, name.removeprefix(f"{identifier(metric.group)}_"), *constants)),
    )


def _value(source: LabelSource, arguments: Mapping[str, Code]) -> Code:
    return literal(source.constant or "") if source.argument is None else arguments[source.argument]


def _admits(record: Record, arguments: Mapping[str, Code], world: World) -> Iterator[tuple[Code, Code]]:
    for source in record.labels:
        if source.argument is not None:
            yield arguments[source.argument], world.admits[record.metric, source.label]
