"""Label values of a service as types and constants at the head of the module."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.generators.python.layout import Code, literal, spread, tuple_of
from gw2mon.generators.python.naming import camel, plural, python_names
from gw2mon.names import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.model import Function, LabelValues, Metric

Key = tuple[str, "LabelValues"]
"""A label and its values: equal labels of several metrics are one word."""


class Word(NamedTuple):
    """One label with its values, as the module speaks of it."""

    name: str
    """The type alias or the constant; "" where no value is known beforehand."""
    annotation: Code
    known: Code
    """An expression for the tuple of its values."""
    declaration: Code


def vocabulary(metrics: Iterable[Metric], functions: Iterable[Function], taken: Iterable[str]) -> dict[Key, Word]:
    """Return a word for every label that the module declares or takes as an argument."""
    wanted: dict[Key, str] = {}
    for prefix, longer, key in (*_of_metrics(metrics), *_of_functions(functions)):
        if key not in wanted:
            # The first label of a group has the short name, so that later ones change nothing for those who import it.
            short = _spelt(prefix, key)
            wanted[key] = short if short not in wanted.values() else _spelt(longer, key)
    spelling = [_unique(name, number, list(wanted.values())) for number, name in enumerate(wanted.values())]
    free = python_names(spelling, taken)
    return {key: _word(free[name], key[1]) for key, name in zip(wanted, spelling, strict=True)}


def word(words: Mapping[Key, Word], key: Key) -> Word:
    """Return the word of a label; values that are only met in the middle of a function have no name."""
    return words.get(key) or Word("", Code("str"), tuple_of("(", [literal(value) for value in key[1].values]), Code(""))


def is_closed(values: LabelValues) -> bool:
    """Whether a Literal type can name the values; one without any value does not exist."""
    return values.closed and bool(values.values)


def _of_metrics(metrics: Iterable[Metric]) -> Iterator[tuple[str, str, Key]]:
    for metric in metrics:
        if metric.type != "info":  # the labels of an info metric are free text, but for arguments
            for label in metric.labels:
                yield metric.group, metric.object.removesuffix("_total"), (label.name, label.values)


def _of_functions(functions: Iterable[Function]) -> Iterator[tuple[str, str, Key]]:
    for function in functions:
        for argument in function.arguments:
            if argument.label and argument.values and is_closed(argument.values):
                yield function.name, function.name, (argument.label, argument.values)


def _spelt(prefix: str, key: Key) -> str:
    label, values = key
    words = (label,) if label.startswith(f"{identifier(prefix)}_") else (prefix, label)
    return camel(*words) if is_closed(values) else plural(identifier("_".join(filter(None, words)))).upper()


def _unique(name: str, number: int, names: list[str]) -> str:
    return name if name not in names[:number] else f"{name}{number}"


def _word(name: Code, values: LabelValues) -> Word:
    items = [literal(value) for value in values.values]
    if is_closed(values):
        return Word(name, name, Code(f"get_args({name})"), spread(f"{name} = Literal[", items, "]"))
    if items:
        return Word(name, Code("str"), name, tuple_of(f"{name} = (", items))
    return Word("", Code("str"), Code("()"), Code(""))
