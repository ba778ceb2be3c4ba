"""Timers: for each function that takes one duration, an object that measures it, by `with` or as a decorator."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.generators.python.layout import Code, docstring, literal, spread, tuple_of
from gw2mon.generators.python.metrics.vocabulary import is_closed
from gw2mon.generators.python.naming import camel, python_names
from gw2mon.names import timer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gw2mon.model import Argument, Function

_OUTCOMES = ("status", "result", "outcome")
"""Labels that tell how something ended, whatever values are declared."""
_FAILURES = ("error", "failure", "failed", "fail")
_TIMEOUTS = ("timeout", "timed_out", "timed-out")
_CANCELLATIONS = ("cancelled", "canceled", "aborted")
"""How people call the ends of what they time; the first that is declared is taken."""


class Timer(NamedTuple):
    """The class of a timer and the method that makes one, ready to print."""

    type: Code
    docstring: Code
    slots: Code
    constructor: Code
    made_by: Code
    assignments: tuple[Code, ...]
    call: Code
    signature: Code
    help: Code
    made: Code


class Names(NamedTuple):
    """What a timer is called."""

    method: Code
    type: Code


def names_of_timers(functions: Iterable[Function], taken: Iterable[str]) -> dict[str, Names]:
    """Return the names of the timers of functions. None takes a name from the spec: it gets underscores instead."""
    timed = [function for function in functions if duration_of(function) is not None]
    wanted = [timer(function.name) for function in timed]
    # Where others want the same name, each says which one it is.
    used = set(taken)
    methods = [name if wanted.count(name) == 1 and name not in used else f"time_{function.name}"
               for name, function in zip(wanted, timed, strict=True)]  # fmt: skip
    found: dict[str, Names] = {}
    for function, method in zip(timed, methods, strict=True):
        name = python_names((method,), used)[method]
        used.add(name)
        kind = f"Timed{camel(method.removeprefix('time_'))}"
        found[function.name] = Names(name, python_names((kind,), used)[kind])
        used.add(found[function.name].type)
    return found


def duration_of(function: Function) -> Argument | None:
    """Return the only argument in seconds, if there is one."""
    durations = [argument for argument in function.arguments if argument.label is None and argument.unit == "seconds"]
    return durations[0] if len(durations) == 1 else None


def plan_timer(
    function: Function, names: Names, arguments: Mapping[str, Code], target: Code,
    parameter: Callable[[Argument], str],
) -> Timer:  # fmt: skip
    """Lay out the timer of a function; `target` is the function's name, `parameter` writes one of its arguments."""
    duration = duration_of(function)
    rest = [argument for argument in function.arguments if argument is not duration]
    parameters = [_parameter(argument, parameter(argument)) for argument in rest]
    fields = [arguments[argument.name] for argument in rest]
    slots = sorted([literal("_metrics"), *map(literal, fields)])
    given = ["duration" if argument is duration else _given(argument, arguments) for argument in function.arguments]
    return Timer(
        names.type,
        docstring(f"What `{names.method}` times. What becomes known meanwhile may be set", 4),
        tuple_of("__slots__ = (", slots, indent=4),
        spread("def __init__(", ["self", "_metrics: Metrics", *map(_required, parameters)], ") -> None:", 4),
        docstring(f"Call `{names.method}` to make one", 8),
        (Code("self._metrics = _metrics"), *(Code(f"self.{name} = {name}") for name in fields)),
        spread(f"self._metrics.{target}(", given, ")", 8),
        spread(f"def {names.method}(", ["self", *parameters], f") -> {names.type}:", 4),
        docstring(_help(function, target, arguments), 8),
        spread(f"{names.type}(", ["self", *fields], ")", 8),
    )


def has_outcome(function: Function) -> bool:
    """Whether an exception decides one of the labels of a function."""
    return any(_ends_of(argument) is not None for argument in function.arguments)


def _help(function: Function, target: str, arguments: Mapping[str, Code]) -> str:
    told = [arguments[argument.name] for argument in function.arguments if _ends_of(argument) or takes_class(argument)]
    tells = f"; left out, {' and '.join(told)} will tell how it ended" if told else ""
    return f"Time what {target} records, by `with` or as a decorator{tells}"


def _parameter(argument: Argument, written: str) -> str:
    # Left out, it follows from how the block ends.
    return f"{written.partition(' = ')[0]} | None = None" if _ends_of(argument) else written


def _required(parameter: str) -> str:
    return parameter.partition(" = ")[0]


def _given(argument: Argument, arguments: Mapping[str, Code]) -> str:
    value = f"self.{arguments[argument.name]}"
    if ends := _ends_of(argument):
        return f"_outcome({value}, raised, {', '.join(map(literal, ends))})"
    if takes_class(argument):
        return f"_error_type({value}, raised)"
    return value


def _ends_of(argument: Argument) -> tuple[str, str, str, str] | None:
    """Return the values of success, failure, timeout and cancellation, if the label of an argument has such."""
    values = argument.values
    if argument.label is None or argument.default is None or values is None or values.ranges:
        return None
    failure = _first(_FAILURES, values.values)
    if failure is None and not values.closed and argument.label in _OUTCOMES:
        failure = _FAILURES[0]
    if failure is None or failure == argument.default:
        return None
    return (
        argument.default,
        failure,
        _first(_TIMEOUTS, values.values) or failure,
        _first(_CANCELLATIONS, values.values) or failure,
    )


def takes_class(argument: Argument) -> bool:
    """Whether an optional open label takes the class of an exception."""
    if argument.label is None or not argument.optional or argument.values is None or is_closed(argument.values):
        return False
    return not argument.values.ranges and any(word in argument.label for word in ("error", "exception"))


def _first(wanted: Iterable[str], values: tuple[str, ...]) -> str | None:
    found: Iterator[str] = (name for name in wanted if name in values)
    return next(found, None)
