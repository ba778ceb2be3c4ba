"""Calls that make metrics, in Python source: directly, or through one function or class that is given the name."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.reading.constants import assigned_in, folded, text, texts
from gw2mon.auditing.reading.sources import called, dotted
from gw2mon.auditing.reading.vocabulary import FAMILIES, OF_NO_TYPE, TYPES, busy_classes, is_direct
from gw2mon.model import Label, LabelValues, Metric
from gw2mon.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing.reading.constants import Constants
    from gw2mon.auditing.reading.sources import Module
    from gw2mon.auditing.reading.vocabulary import Words

_OWN = ("name", "documentation", "labelnames", "namespace", "subsystem", "unit", "registry", "_labelvalues")
_PARAMETERS = {
    **dict.fromkeys(TYPES, _OWN),
    "Histogram": (*_OWN, "buckets"),
    "Enum": (*_OWN, "states"),
    **dict.fromkeys(FAMILIES, ("name", "documentation", "value", "labels", "unit")),
    "CounterMetricFamily": ("name", "documentation", "value", "labels", "created", "unit"),
    "SummaryMetricFamily": ("name", "documentation", "count_value", "sum_value", "labels", "unit"),
    "HistogramMetricFamily": ("name", "documentation", "buckets", "sum_value", "labels", "unit"),
}
_STATES = ("Enum", "StateSetMetricFamily")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Given = dict[str, ast.expr | None]


class Definition(NamedTuple):
    """A metric, and where it is made."""

    metric: Metric
    objects: tuple[str, ...]
    """The names that its object gets; none where it gets none that can be followed."""
    module: Module
    word: str
    """The class of the client."""


class Maker(NamedTuple):
    """A function, or the class of which it is the `__init__`, that makes metrics of what it is given."""

    name: str
    arguments: ast.arguments
    skipped: int
    """Arguments before those that a caller writes: self."""
    calls: tuple[tuple[ast.Call, str], ...]
    """What it makes: calls, and the classes of the client."""
    known: Constants
    is_plain: bool
    """Whether it does no more than return what it makes."""


class Source(NamedTuple):
    """A module with what is needed to read it."""

    module: Module
    words: Words
    known: Constants


class Definitions(NamedTuple):
    """The metrics that are made, and places that make some of which nobody can read the name."""

    found: tuple[Definition, ...]
    unread: tuple[tuple[Module, ast.expr | ast.stmt], ...]


def definitions_in(sources: Sequence[Source]) -> Definitions:
    """All metrics that source makes."""
    found: list[Definition] = []
    unread: list[tuple[Module, ast.expr | ast.stmt]] = []
    makers: dict[str, list[Maker]] = {}
    for maker in (maker for source in sources if source.words for maker in _makers(source)):
        makers.setdefault(maker.name, []).append(maker)
    inside = {id(call) for several in makers.values() for maker in several for call, _ in maker.calls}
    busy = busy_classes([source.module for source in sources], [source.words for source in sources])
    for source in sources:
        names = _named(source.module) if source.words or makers else {}
        for call in source.module.calls:
            for made in () if id(call) in inside else _made(call, source, makers):
                metric = _metric(made.word, made.given, made.known)
                if metric is None:
                    unread.append((source.module, call))
                    continue
                may_move = not made.is_plain or (made.word in busy and not is_direct(call.func, source.module))
                objects = () if may_move else names.get(id(call), ())
                placed = metric._replace(origin=source.module.at(call))
                found.append(Definition(placed, objects, source.module, made.word))
    return Definitions(tuple(found), (*unread, *_handed_on(sources, makers)))


def _handed_on(
    sources: Sequence[Source], makers: Mapping[str, list[Maker]]
) -> Iterator[tuple[Module, ast.expr | ast.stmt]]:
    """Where makers are renamed or passed on, so that their calls cannot be found."""
    for source in sources if makers else ():
        functions = {id(call.func) for call in source.module.calls}
        for node in source.module.nodes:
            match node:
                case ast.ImportFrom(names=names) if any(item.asname and item.name in makers for item in names):
                    yield source.module, node
                case ast.Name(name, ast.Load()) | ast.Attribute(_, name, ast.Load()) if (
                    name in makers and id(node) not in functions
                ):
                    yield source.module, node


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


class _Made(NamedTuple):
    """What a call makes: a class of the client, what it is given, and what is known there."""

    word: str
    given: _Given
    known: Constants
    is_plain: bool
    """Whether the object goes nowhere but where the call leaves it."""


def _made(call: ast.Call, source: Source, makers: Mapping[str, list[Maker]]) -> Iterator[_Made]:
    several = makers.get(called(call), [])
    for maker in several:
        bound = _bound(maker, call, source.known)
        for inner, word in maker.calls:
            yield _Made(word, _given(inner, word), {**maker.known, **bound}, maker.is_plain)
    word = source.words.get(dotted(call.func), "") if source.words and not several else ""
    if word in _PARAMETERS or word in OF_NO_TYPE:
        yield _Made(word, _given(call, word), source.known, is_plain=True)


def _given(call: ast.Call, word: str) -> _Given:
    """Parameters to what is given; `**` has the name "**", for anything may be in it."""
    args = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    given: _Given = dict(zip(_PARAMETERS.get(word, ()), args, strict=False))
    given |= {keyword.arg or "**": keyword.value for keyword in call.keywords}
    if len(args) != len(call.args):
        given["**"] = None
    return given


def _bound(maker: Maker, call: ast.Call, known: Constants) -> Constants:
    """What the parameters of a maker stand for in a call: folded there, for names mean other things elsewhere."""
    parameters = [arg.arg for arg in (*maker.arguments.posonlyargs, *maker.arguments.args)]
    bound: Constants = dict.fromkeys((*parameters, *(arg.arg for arg in maker.arguments.kwonlyargs)))
    defaults = maker.arguments.defaults
    bound |= dict(zip(parameters[len(parameters) - len(defaults) :], defaults, strict=True))
    bound |= {
        arg.arg: value for arg, value in zip(maker.arguments.kwonlyargs, maker.arguments.kw_defaults, strict=True)
    }
    given = dict(zip(parameters[maker.skipped :], call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return {**bound, **{name: _written(folded(value, known)) for name, value in given.items()}}


def _written(value: object) -> ast.expr | None:
    if isinstance(value, tuple):
        return ast.Tuple([item for part in value if (item := _written(part)) is not None], ast.Load())
    return None if value is None else ast.Constant(value)  # type: ignore[arg-type]


def _makers(source: Source) -> Iterator[Maker]:
    """Functions whose metrics get names that only their callers know."""
    for node, owner in _functions(source.module.tree):
        calls = [(call, word) for call in _calls(node) if (word := _word(call, owner, node.name, source.words))]
        if not calls:
            continue
        parameters = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        known = {**source.known, **dict.fromkeys(parameters), **assigned_in(node)}
        own = tuple((call, word) for call, word in calls if _metric(word, _given(call, word), known) is None)
        if own and any(_depends(_given(call, word), {*parameters, *assigned_in(node)}) for call, word in own):
            is_class = owner and node.name == "__init__"
            skipped = 1 if owner and not _is_static(node) else 0
            returned = {id(item.value) for item in ast.walk(node) if isinstance(item, ast.Return)}
            is_plain = not is_class and all(id(call) in returned for call, _ in own)
            yield Maker(owner if is_class else node.name, node.args, skipped, own, known, is_plain)


def _depends(given: _Given, parameters: set[str]) -> bool:
    parts = [given.get(key) for key in ("name", "namespace", "subsystem", "unit")]
    return any(
        isinstance(node, ast.Name) and node.id in parameters for part in parts if part for node in ast.walk(part)
    )


def _functions(tree: ast.AST, owner: str = "") -> Iterator[tuple[_Function, str]]:
    """Every function that stands in no other, with the class that it is a method of."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield node, owner
        elif not isinstance(node, ast.expr):
            yield from _functions(node, node.name if isinstance(node, ast.ClassDef) else owner)


def _is_static(node: _Function) -> bool:
    return any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list)


def _word(call: ast.Call, owner: str, function: str, words: Words) -> str:
    """The class of the client that a call makes an object of, `super().__init__(…)` of a derived class included."""
    match call.func:
        case ast.Attribute(ast.Call(ast.Name("super")), "__init__") if function == "__init__":
            word = words.get(owner, "")
        case function_:
            word = words.get(dotted(function_), "")
    return word if word in _PARAMETERS else ""


def _named(module: Module) -> dict[int, tuple[str, ...]]:
    """Each call that is assigned, by its identity, with the last parts of the names that it gets."""
    found: dict[int, tuple[str, ...]] = {}
    for node in module.nodes:
        match node:
            case ast.Assign(targets, ast.Call() as call):
                names = [target.id if isinstance(target, ast.Name) else target.attr for target in targets
                         if isinstance(target, (ast.Name, ast.Attribute))]  # fmt: skip
                # What is stored elsewhere besides cannot be followed.
                found[id(call)] = tuple(names) if len(names) == len(targets) else ()
            case ast.AnnAssign(ast.Name(name) | ast.Attribute(_, name), _, ast.Call() as call):
                found[id(call)] = (name,)
            case ast.NamedExpr(ast.Name(name), ast.Call() as call):
                found[id(call)] = ()
    return found


def _metric(word: str, given: _Given, known: Constants) -> Metric | None:
    """The metric that a class of the client makes; None where its name is only known at run time."""
    name = text(given.get("name"), known)
    before = [text(given[key], known) for key in ("namespace", "subsystem", "unit") if key in given]
    kind = {**TYPES, **FAMILIES}.get(word)
    if name is None or None in before or kind is None:
        return None
    unit = text(given.get("unit"), known) or ""
    plain = _full_name(given, name, known)
    whole = exposed_name(plain, kind, unit)
    asked = next((given[key] for key in ("labelnames", "labels") if key in given), None)
    names = () if asked is None or isinstance(asked, ast.Constant) else texts(asked, known)
    labels = [Label(label, LabelValues((), closed=False)) for label in names or ()]
    if word in _STATES:
        states = texts(given.get("states"), known)
        labels.append(Label(whole, LabelValues(states or (), closed=states is not None)))
    buckets = bounds(given["buckets"], known) if "buckets" in given else _default_bounds(word)
    return Metric(
        whole, kind, text(given.get("documentation"), known) or "", tuple(labels), _unit(whole, unit),  # type: ignore[arg-type]
        buckets=(buckets or ()) if kind == "histogram" else (),
        appears="always" if names == () and word in TYPES else "first-use",
        partial=names is None or "**" in given or kind == "info" or (kind == "histogram" and not buckets),
    )  # fmt: skip


def _unit(name: str, given: str) -> str:
    """The unit of a metric. What people call a ratio may be a compression of 5 as well as a share of 1."""
    unit = unit_of(name) or given
    return "" if unit == "ratio" else unit


def _full_name(given: _Given, name: str, known: Constants) -> str:
    return "_".join([*filter(None, (text(given.get(key), known) for key in ("namespace", "subsystem"))), name])


def exposed_name(name: str, kind: str, unit: str = "") -> str:
    """The name that a scrape shows: the client adds what the type and the unit ask for."""
    stem = name.removesuffix("_total") if kind == "counter" else name
    if unit and not stem.endswith(f"_{unit}"):
        stem = f"{stem}_{unit}"
    return stem + {"counter": "_total", "info": "_info"}.get(kind, "")


def _default_bounds(word: str) -> tuple[Decimal, ...] | None:
    return bounds(ast.Name("DEFAULT_BUCKETS"), {}) if word == "Histogram" else None


def bounds(node: ast.expr | None, known: Constants) -> tuple[Decimal, ...] | None:
    """The finite bounds that are written out, ascending; None where they are only known at run time."""
    values = folded(node, known)
    if not isinstance(values, tuple):
        return None
    try:
        numbers = {Decimal(str(value)) for value in values}
    except ArithmeticError:
        return None
    return tuple(sorted(number for number in numbers if number.is_finite()))
