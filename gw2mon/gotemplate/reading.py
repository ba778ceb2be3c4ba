"""What a template would do when an alert fires: which labels it shows, how it writes the value, and what fails then.

Go's parser lets pass what only a running template reveals: a function with too many arguments, a field that is not
there, a number compared with a whole one. Each value gets the kind that it has for certain, and `any` otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.gotemplate.calls import called
from gw2mon.gotemplate.errors import Problem, Span
from gw2mon.gotemplate.functions import FIELDS, VARIABLES
from gw2mon.gotemplate.nodes import Action, Branch, Command, Constant, Definition, Function, Invocation, Path, Plain
from gw2mon.gotemplate.printing import printed

if TYPE_CHECKING:
    from gw2mon.gotemplate.functions import Kind
    from gw2mon.gotemplate.nodes import Node, Operand, Pipeline


class LabelRead(NamedTuple):
    """A label that is read from the alert, or from the external labels of Prometheus."""

    name: str
    span: Span
    external: bool


class Use(NamedTuple):
    """The value of the alert, written into the text."""

    through: tuple[str, ...]
    """The functions that it goes through, the first one first."""
    format: str
    """What printf makes of it; "" without printf."""
    span: Span
    after: str
    """The text that follows."""


class Value(NamedTuple):
    """What is known of a value while reading."""

    kind: Kind
    through: tuple[str, ...] | None = None
    """The functions through which the alert's value went to become this; None where it is something else."""
    text: str = ""
    """A constant text, or the format of a printf that made it."""


class Reading(NamedTuple):
    """All that is found in a template."""

    problems: list[Problem]
    labels: list[LabelRead]
    uses: list[Use]
    queries: list[tuple[str, Span]]
    """PromQL that stands as a constant in `query`, and where."""


class _At(NamedTuple):
    """Where reading is: what the dot and the variables are, and which templates are defined."""

    dot: Value
    variables: dict[str, Value]
    defined: frozenset[str]


ANY = Value("any")


def read(nodes: tuple[Node, ...]) -> Reading:
    """What a parsed template does."""
    found = Reading([], [], [], [])
    defined = frozenset(node.name for node in nodes if isinstance(node, Definition))
    own = {name: Value(kind, () if kind == "value" else None) for name, kind in VARIABLES.items()}
    _nodes(nodes, _At(Value("data"), own, defined), found)
    return found


def _nodes(nodes: tuple[Node, ...], at: _At, found: Reading) -> None:
    for number, node in enumerate(nodes):
        match node:
            case Action(pipeline):
                value = _pipeline(pipeline, at, found)
                if value.through is not None and not pipeline.declares:
                    after = nodes[number + 1] if number + 1 < len(nodes) else None
                    text = after.text if isinstance(after, Plain) else ""
                    found.uses.append(Use(value.through, value.text, pipeline.span, text))
            case Branch():
                _branch(node, at, found)
            case Invocation(name, inner):
                if name and name not in at.defined:
                    found.problems.append(Problem(f'there is no template "{name}"', node.span))
                if inner is not None:
                    _pipeline(inner, at, found)


def _branch(node: Branch, at: _At, found: Reading) -> None:
    inside = at._replace(variables=dict(at.variables))
    value = _pipeline(node.pipeline, inside, found)
    if node.word == "range":
        item = _item(value, node.pipeline.span, found)
        for name in node.pipeline.declares[-1:]:
            inside.variables[name] = item
        for name in node.pipeline.declares[:-1]:
            inside.variables[name] = Value("string" if "labels" in value.kind else "int")
        value = item
    _nodes(node.body, inside if node.word == "if" else inside._replace(dot=value), found)
    _nodes(node.otherwise, at._replace(variables=dict(inside.variables)), found)


def _item(value: Value, span: Span, found: Reading) -> Value:
    """What a range over a value gives one after the other."""
    if value.kind == "samples":
        return Value("sample")
    if "labels" in value.kind:
        return Value("string")
    if value.kind not in ("any", "nil", "int"):
        found.problems.append(Problem(f"range goes over a {_called(value.kind)}, which has no parts", span))
    return ANY


def _pipeline(pipeline: Pipeline, at: _At, found: Reading) -> Value:
    last: Value | None = None
    for command in pipeline.commands:
        last = _command(command, last, at, found)
    value = last or ANY
    for name in pipeline.declares:
        at.variables[name] = value
    return value


def _command(command: Command, piped: Value | None, at: _At, found: Reading) -> Value:
    head, *rest = command.args
    if not isinstance(head, Function):
        value = _operand(head, at, found)
        if rest or piped is not None:
            problem = Problem(f"{_shown(head)} is no function, so it takes no argument", command.span)
            found.problems.append(problem)
            return ANY
        if value.kind == "nil":
            found.problems.append(Problem("nil alone shows nothing", command.span))
        return value
    arguments = [_operand(item, at, found) for item in rest]
    if piped is not None:
        arguments.append(piped)
    if head.name == "index":
        _look_up(arguments, rest, found)
    if head.name == "query" and arguments and rest and isinstance(rest[0], Constant) and rest[0].kind == "string":
        found.queries.append((rest[0].value, rest[0].span))
    kind = called(head, [item.kind for item in arguments], [_constant(item) for item in rest], found.problems)
    if head.name == "printf" and arguments:
        printed(head.span, arguments[0].text, [item.kind for item in arguments[1:]], found.problems)
    return _result(head.name, kind, arguments)


def _constant(operand: Operand) -> str:
    """The text of a plain number, "" for everything else."""
    return operand.value if isinstance(operand, Constant) and operand.kind == "int" else ""


def _result(name: str, kind: Kind, arguments: list[Value]) -> Value:
    """What a function gives; the value of the alert is followed through it, wherever among the arguments it stands."""
    followed = next((item for item in arguments if item.through is not None), None)
    text = arguments[0].text if name == "printf" and arguments else ""
    if followed is None or followed.through is None or kind == "bool":
        return Value(kind, None, text)
    return Value(kind, (*followed.through, name), text or followed.text)


def _look_up(arguments: list[Value], operands: list[Operand], found: Reading) -> None:
    """`index $labels "name"` reads a label, too."""
    if len(arguments) > 1 and arguments[0].kind in ("labels", "external labels") and arguments[1].text:
        external = arguments[0].kind == "external labels"
        found.labels.append(LabelRead(arguments[1].text, operands[-1].span, external))


def _operand(operand: Operand, at: _At, found: Reading) -> Value:
    match operand:
        case Constant(kind, text):
            return Value(kind, None, text if kind == "string" else "")
        case Function():
            return Value(called(operand, [], [], found.problems))
        case Path(root, fields, span):
            value = _root(root, at, found)
            for field in fields:
                value = _field(value, field, span, found)
            return value


def _root(root: str | Pipeline, at: _At, found: Reading) -> Value:
    if not isinstance(root, str):
        return _pipeline(root, at, found)
    return at.dot if root == "." else at.variables.get(root, ANY)


def _field(value: Value, field: str, span: Span, found: Reading) -> Value:
    if value.kind in ("labels", "external labels"):
        found.labels.append(LabelRead(field, span, value.kind == "external labels"))
        return Value("string")
    if value.kind == "other labels":
        return Value("string")
    known = FIELDS.get(value.kind)
    if known is None:
        if value.kind not in ("any", "time", "nil"):
            found.problems.append(Problem(f"a {_called(value.kind)} has no .{field}", span))
        return ANY
    if field not in known:
        found.problems.append(Problem(f"there is no .{field} here", span, _field_advice(field, known)))
        return ANY
    kind = known[field]
    return Value(kind, () if kind == "value" else None)


def _field_advice(field: str, known: dict[str, Kind]) -> str:
    if field in ("CommonLabels", "GroupLabels", "Alerts", "Annotations", "CommonAnnotations", "Status", "Receiver"):
        return f".{field} is of Alertmanager's templates; a rule knows $labels and $value"
    same = {name.lower(): name for name in known}.get(field.lower())
    return f"write .{same}" if same else f"there are {', '.join(f'.{name}' for name in known)}"


def _called(kind: Kind) -> str:
    return {"value": "number", "data": "record"}.get(kind, kind)


def _shown(operand: Operand) -> str:
    match operand:
        case Path(str() as root, fields):
            return root.removesuffix(".") + "".join(f".{field}" for field in fields) or "."
        case Constant():
            return operand.value
        case _:
            return "this"
