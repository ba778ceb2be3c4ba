"""Functions of the generated module: signatures, the series they look up, and the statements that record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.generators.python.layout import WIDTH, Code, amount, docstring, literal, spread
from gw2mon.generators.python.metrics.timers import plan_timer
from gw2mon.generators.python.metrics.touches import touches
from gw2mon.generators.python.metrics.vocabulary import is_closed, word
from gw2mon.generators.python.naming import python_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.generators.python.metrics.timers import Timer
    from gw2mon.generators.python.metrics.touches import Touch, World
    from gw2mon.model import Argument, Function


class Children(NamedTuple):
    """An attribute that holds the series of one call by their label values."""

    attribute: Code
    declaration: Code


class FunctionPlan(NamedTuple):
    """A function, ready to print."""

    quoted: Code
    signature: Code
    docstring: Code
    body: tuple[Code, ...]
    caught: Code
    """The name of what is caught, which must not be that of an argument."""
    children: tuple[Children, ...]
    timer: Timer | None


class _Step(NamedTuple):
    """What one function does under one condition."""

    attribute: Code
    """Where its series are looked up."""
    condition: tuple[Code, ...]
    labels: tuple[Code, ...]
    """The arguments that choose the series, in the order of the signature."""
    touches: tuple[Touch, ...]
    numbers: frozenset[Code]
    """Arguments that are numbers, of which 0 is one."""

    @property
    def tests(self) -> Iterator[str]:
        return (f"{name} is not None" if name in self.numbers else name for name in self.condition)

    @property
    def looked_up(self) -> tuple[Touch, ...]:
        return tuple(touch for touch in self.touches if touch.is_looked_up)


def plan_function(function: Function, world: World) -> FunctionPlan:
    """Lay out one function."""
    arguments = python_names((argument.name for argument in function.arguments), ("self", "inf"))
    steps = tuple(_steps(function, arguments, world))
    parameters = [_parameter(argument, arguments[argument.name], world) for argument in function.arguments]
    return FunctionPlan(
        literal(function.name),
        spread(f"def {world.names[function.name]}(", ["self", *parameters], ") -> None:", 4),
        docstring(function.help, 8, f"Record {function.name}"),
        tuple(Code(line) for step in steps for line in _statements(step)),
        python_names(("mistake",), arguments.values())["mistake"],
        tuple(_children(step) for step in steps if step.looked_up),
        _timer(function, arguments, world),
    )


def _timer(function: Function, arguments: Mapping[str, Code], world: World) -> Timer | None:
    names = world.timers.get(function.name)
    if names is None:
        return None

    def parameter(argument: Argument) -> str:
        return _parameter(argument, arguments[argument.name], world)

    return plan_timer(function, names, arguments, world.names[function.name], parameter)


def is_number(argument: Argument) -> bool:
    """Whether a label is filled by a number, which its ranges make a value of."""
    return argument.values is not None and bool(argument.values.ranges)


def _parameter(argument: Argument, name: Code, world: World) -> str:
    annotation = _annotation(argument, world)
    if argument.default is not None:
        is_text = argument.label and not is_number(argument)
        return f"{name}: {annotation} = {literal(argument.default) if is_text else amount(argument.default)}"
    return f"{name}: {annotation} | None = None" if argument.optional else f"{name}: {annotation}"


def _annotation(argument: Argument, world: World) -> str:
    if is_number(argument):
        return "float"
    if argument.label is None:
        return "int" if argument.unit == "count" else "float"
    if argument.values is None or not is_closed(argument.values):
        return "str"
    return word(world.words, (argument.label, argument.values)).annotation


def _steps(function: Function, arguments: Mapping[str, Code], world: World) -> Iterator[_Step]:
    found = touches(function, arguments, world)
    numbers = frozenset(arguments[argument.name] for argument in function.arguments if is_number(argument))
    for condition in dict.fromkeys(touch.condition for touch in found):
        same = tuple(touch for touch in found if touch.condition == condition)
        labels = tuple(name for name in arguments.values() if any(name in touch.admits for touch in same))
        attribute = "_".join((world.names[function.name], *condition))
        yield _Step(Code(f"self._{attribute}"), condition, labels, same, numbers)


def _children(step: _Step) -> Children:
    admits = {name: admit for touch in step.looked_up for name, admit in touch.admits.items()}
    series = [touch.bound for touch in step.looked_up]
    bound = series[0] if len(series) == 1 else spread("(", series, ")", 12)
    head = f"lambda {', '.join(step.labels)}".rstrip()
    arguments = [_tuple(admits[name] for name in step.labels), f"{head}: {bound}"]
    return Children(step.attribute, spread(f"{step.attribute} = _Children(", arguments, ")", 8))


def _tuple(items: Iterable[str]) -> str:
    listed = tuple(items)
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _statements(step: _Step) -> Iterator[str]:
    indent = 16 if step.condition else 12
    lines = (*_look_up(step, indent), *(line for touch in step.touches for line in _call(touch, step)))
    if step.condition:
        yield f"if {' and '.join(step.tests)}:"
    for line in lines:
        yield f"    {line}" if step.condition else line


def _key(step: _Step) -> str:
    return "".join(f"[{name}]" for name in step.labels) or "[None]"


def _look_up(step: _Step, indent: int) -> Iterator[str]:
    if len(step.looked_up) <= 1:
        return
    methods = ", ".join(touch.local for touch in step.looked_up)
    found = f"{step.attribute}{_key(step)}"
    if indent + len(f"{methods} = {found}") <= WIDTH:
        yield f"{methods} = {found}"
    elif cut := _cut(f"{methods} = {found}", indent):
        yield from cut
    elif indent + len(f"{methods} = (") <= WIDTH:
        yield from (f"{methods} = (", f"    {found}", ")")
    else:
        yield from ("(", *(f"    {touch.local}," for touch in step.looked_up), f") = {found}")


def _cut(statement: str, indent: int) -> tuple[str, ...]:
    """A look-up with the last of its brackets opened whose head still fits, as the formatter does it."""
    heads = [statement[: match.end()] for match in re.finditer(r"\[", statement)]
    for head in reversed(heads):
        if indent + len(head) <= WIDTH:
            inside, _, rest = statement[len(head) :].partition("]")
            return (head, f"    {inside}", f"]{rest}")
    return ()


def _call(touch: Touch, step: _Step) -> Iterator[str]:
    conditions = [f"{touch.amount} is not None"] if touch.may_lack else []
    if touch.amount is not None and touch.method != "set":
        # Two floats are compared faster than an integer and a float.
        conditions.append(f"{'0' if touch.is_count else '0.0'} <= {touch.amount} < inf")
    statement = f"{_callee(touch, step)}({_given(touch)})"
    if conditions:
        yield f"if {' and '.join(conditions)}:"
    yield f"    {statement}" if conditions else statement


def _callee(touch: Touch, step: _Step) -> str:
    if not touch.is_looked_up:
        return touch.bound
    return touch.local if len(step.looked_up) > 1 else f"{step.attribute}{_key(step)}"


def _given(touch: Touch) -> str:
    if touch.method == "info":
        return "{" + ", ".join(f"{literal(label)}: _text({value})" for label, value in touch.labels) + "}"
    return touch.amount or ""
