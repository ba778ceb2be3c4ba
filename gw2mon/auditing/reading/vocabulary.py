"""How Python source calls the classes of prometheus_client: under other names, through modules, and derived ones."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from gw2mon.auditing.reading.sources import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.reading.sources import Module

PACKAGE = "prometheus_client"
TYPES = {
    "Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Summary": "summary", "Info": "info",
    "Enum": "gauge",
}  # fmt: skip
FAMILIES = {
    "CounterMetricFamily": "counter", "GaugeMetricFamily": "gauge", "HistogramMetricFamily": "histogram",
    "SummaryMetricFamily": "summary", "InfoMetricFamily": "info", "StateSetMetricFamily": "gauge",
}  # fmt: skip
"""What collectors make anew for each scrape."""
OF_NO_TYPE = ("UntypedMetricFamily", "UnknownMetricFamily", "GaugeHistogramMetricFamily")
COLLECTOR = "Collector"
_CLASSES = (*TYPES, *FAMILIES, *OF_NO_TYPE, COLLECTOR)
_MODULES = ("core", "metrics", "metrics_core", "registry")
_ROUNDS = 4
"""Steps from a class of the client to what derives from it that are followed."""

Words = dict[str, str]
"""As a module spells it, to the class of the client: C, prom.Counter, metrics.OurCounter."""


def vocabularies(modules: Sequence[Module]) -> list[Words]:
    """The words of each module."""
    found = [dict(_imported(module)) for module in modules]
    if not any(found):
        return found
    nodes = [list(_of_interest(module)) for module in modules]
    for _ in range(_ROUNDS):
        by_stem: dict[str, Words] = defaultdict(dict)
        for module, words in zip(modules, found, strict=True):
            by_stem[module.stem] |= {name: word for name, word in words.items() if "." not in name}
        for words, inside in zip(found, nodes, strict=True):
            for node in inside:
                words.update(_learnt(node, words, by_stem))
    return found


def _imported(module: Module) -> Iterator[tuple[str, str]]:
    for node in module.imports:
        match node:
            case ast.ImportFrom(module=str(source), names=names) if source.partition(".")[0] == PACKAGE:
                for item in names:
                    if item.name == "*":
                        yield from ((each, each) for each in _CLASSES)
                    elif item.name in _CLASSES:
                        yield item.asname or item.name, item.name
                    elif item.name in _MODULES:
                        yield from ((f"{item.asname or item.name}.{each}", each) for each in _CLASSES)
            case ast.Import(names=names):
                for item in names:
                    if item.name.partition(".")[0] == PACKAGE:
                        yield from ((f"{item.asname or item.name}.{each}", each) for each in _CLASSES)


def busy_classes(modules: Sequence[Module], found: Sequence[Words]) -> frozenset[str]:
    """The classes of the client of which source derives some with methods: an object of those may move itself."""
    return frozenset(
        word
        for module, words in zip(modules, found, strict=True)
        if words
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
        and (word := words.get(node.name))
        and any(isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) for item in node.body)
    )


def is_direct(function: ast.expr, module: Module) -> bool:
    """Whether a class is the client's own, and none that derives from it."""
    return dotted(function) in dict(_imported(module))


def _of_interest(module: Module) -> Iterator[ast.ClassDef | ast.ImportFrom | ast.Import]:
    for node in module.nodes:
        if isinstance(node, (ast.ClassDef, ast.ImportFrom, ast.Import)):
            yield node


def _learnt(node: ast.AST, words: Words, by_stem: dict[str, Words]) -> Words:
    match node:
        case ast.ClassDef(name, bases):
            found = [word for base in bases if (word := words.get(dotted(base)))]
            return {name: found[0]} if found else {}
        case ast.ImportFrom(module=source, names=names):
            there = by_stem.get((source or "").rpartition(".")[2], {})
            known: Words = dict(there) if any(item.name == "*" for item in names) else {}
            for item in names:
                if item.name in there:
                    known[item.asname or item.name] = there[item.name]
                known |= _through(item.asname or item.name, by_stem.get(item.name, {}))
            return known
        case ast.Import(names=names):
            known = {}
            for item in names:
                known |= _through(item.asname or item.name, by_stem.get(item.name.rpartition(".")[2], {}))
            return known
    return {}


def _through(module: str, words: Words) -> Words:
    return {f"{module}.{name}": word for name, word in words.items()}
