"""The parts of a template. Each knows where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from gw2mon.gotemplate.errors import Span


class Plain(NamedTuple):
    """What is shown as it stands."""

    text: str
    span: Span


class Constant(NamedTuple):
    """A number, a text, true, false or nil; of a text the value without its quotes."""

    kind: Literal["int", "number", "string", "bool", "nil"]
    value: str
    span: Span


class Function(NamedTuple):
    """The name of a function; at the head of a command it is called."""

    name: str
    span: Span


class Path(NamedTuple):
    """A value and the fields taken from it: `$labels.job`, `.Labels.job`, `(first $x).Value`."""

    root: str | Pipeline
    """A variable with its `$`, `.` for the dot, or what stands in parentheses."""
    fields: tuple[str, ...]
    span: Span


class Command(NamedTuple):
    """A value, or a function with its arguments."""

    args: tuple[Operand, ...]
    span: Span


class Pipeline(NamedTuple):
    """Commands, each of which gets the result of the one before as its last argument."""

    declares: tuple[str, ...]
    commands: tuple[Command, ...]
    span: Span


class Action(NamedTuple):
    """`{{ pipeline }}`: shows its value, unless it declares a variable."""

    pipeline: Pipeline
    span: Span


class Branch(NamedTuple):
    """if, with or range, and what stands in both of its branches."""

    word: Literal["if", "with", "range"]
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]
    span: Span


class Invocation(NamedTuple):
    """`{{ template "name" pipeline }}`; a block is defined and invoked at once."""

    name: str
    pipeline: Pipeline | None
    span: Span


class Jump(NamedTuple):
    """break or continue."""

    word: str
    span: Span


class Definition(NamedTuple):
    """`{{ define "name" }}`, which shows nothing by itself."""

    name: str
    body: tuple[Node, ...]
    span: Span


Operand = Constant | Function | Path
Node = Plain | Action | Branch | Invocation | Jump | Definition
