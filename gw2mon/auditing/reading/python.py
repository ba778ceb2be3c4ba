"""Python source that defines metrics of prometheus_client, read without importing or running any of it.

Told are names, types, labels and buckets as far as they are written out, and whether anything moves a metric: counts,
observes or sets it. A metric whose object is handed on to where it cannot be followed counts as moved.
"""

from __future__ import annotations

import ast
import re
import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.estate import Source, Use
from gw2mon.auditing.reading.constants import constants_of, folded, text, texts
from gw2mon.auditing.reading.instrumentator import instrumented
from gw2mon.auditing.reading.movements import movements_in
from gw2mon.compiler.metrics import DEFAULT_BUCKETS, unit_of
from gw2mon.finding import Finding, Position
from gw2mon.model import Label, LabelValues, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.auditing.estate import File
    from gw2mon.auditing.reading.constants import Constants
    from gw2mon.auditing.reading.movements import Movements

_PACKAGE = "prometheus_client"
_TYPES = {
    "Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Summary": "summary", "Info": "info",
    "Enum": "gauge",
}  # fmt: skip
_PARAMETERS = ("name", "documentation", "labelnames", "namespace", "subsystem", "unit")
_OF_TESTS = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")


class Module(NamedTuple):
    """A file of source, parsed."""

    path: str
    tree: ast.Module


class _Definition(NamedTuple):
    """Where a metric is made."""

    metric: Metric
    object: str
    """The name that its object gets; "" where it gets none that can be followed."""


def read(files: Sequence[File]) -> tuple[Source, tuple[Finding, ...]]:
    """What all source says of metrics; tests are left aside, since what they do is not done in production."""
    modules: list[Module] = []
    findings: list[Finding] = []
    for file in files:
        parsed = _parsed(file)
        if isinstance(parsed, Finding):
            findings.append(parsed)
        elif not _OF_TESTS.search(file.path):
            modules.append(parsed)
    constants = constants_of(module.tree for module in modules)
    definitions = [found for module in modules for found in _definitions(module, constants)]
    moves = movements_in([module.tree for module in modules], {item.object for item in definitions if item.object})
    uses = tuple(_use(item, moves) for item in definitions)
    return Source((*uses, *(found for module in modules for found in instrumented(module, constants)))), tuple(findings)


def _parsed(file: File) -> Module | Finding:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes are their author's business
            return Module(file.path, ast.parse(file.text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = Position(file.path, getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1)
        return Finding("GW101", "warning", "this is no Python that can be read", place, "its metrics are not known")


def _definitions(module: Module, constants: Constants) -> Iterator[_Definition]:
    classes = _classes(module.tree)
    if not classes:
        return
    named = _named(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            kind = _TYPES.get(classes.get(ast.unparse(node.func), ""))
            metric = _metric(node, kind, module, constants) if kind else None
            if metric is not None:
                yield _Definition(metric, named.get(id(node), ""))


def _classes(tree: ast.Module) -> dict[str, str]:
    """How this module calls the classes of the client: Counter, prometheus_client.Counter, C."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(source), names=names) if source.partition(".")[0] == _PACKAGE:
                found |= {item.asname or item.name: item.name for item in names}
            case ast.Import(names=names):
                for item in names:
                    if item.name == _PACKAGE:
                        found |= {f"{item.asname or item.name}.{each}": each for each in _TYPES}
    return found


def _named(tree: ast.Module) -> dict[int, str]:
    """Each call that is assigned, by its identity, with the last part of the name that it gets."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign([target], ast.Call() as call) | ast.AnnAssign(target, _, ast.Call() as call):
                match target:
                    case ast.Name(name) | ast.Attribute(_, name):
                        found[id(call)] = name
    return found


def _metric(call: ast.Call, kind: str, module: Module, constants: Constants) -> Metric | None:
    """The metric that a call makes; None where its name is only known at run time."""
    given: dict[str, ast.expr] = dict(zip(_PARAMETERS, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    name = text(given.get("name"), constants)
    if name is None:
        return None
    prefix = [text(given[key], constants) for key in ("namespace", "subsystem") if key in given]
    unit = text(given.get("unit"), constants) or ""
    if None in prefix:
        return None
    whole = _exposed("_".join([*filter(None, prefix), name]), kind, unit)
    labels = texts(given.get("labelnames"), constants) if "labelnames" in given else ()
    origin = Position(module.path, call.lineno, call.col_offset + 1)
    return Metric(
        whole, kind, text(given.get("documentation"), constants) or "",  # type: ignore[arg-type]
        tuple(Label(label, LabelValues((), closed=False)) for label in labels or ()),
        unit or unit_of(whole), buckets=_buckets(given.get("buckets"), kind, constants),
        appears="always" if labels == () else "first-use", origin=origin,
    )  # fmt: skip


def _exposed(name: str, kind: str, unit: str) -> str:
    """The name that a scrape shows: the client adds what the type asks for."""
    if unit and not name.endswith(f"_{unit}"):
        name = f"{name.removesuffix('_total')}_{unit}"
    if kind == "counter":
        return f"{name.removesuffix('_total')}_total"
    return f"{name}_info" if kind == "info" and not name.endswith("_info") else name


def _buckets(node: ast.expr | None, kind: str, constants: Mapping[str, ast.expr]) -> tuple[Decimal, ...]:
    """The finite bounds; none where they are only known at run time."""
    if kind != "histogram":
        return ()
    if node is None:
        return tuple(sorted({*DEFAULT_BUCKETS, *map(Decimal, ("0.075", "0.75", "7.5"))}))
    values = folded(node, constants)
    if not isinstance(values, tuple) or not all(isinstance(value, (int, float)) for value in values):
        return ()
    bounds = (Decimal(str(value)) for value in values)
    return tuple(sorted({bound for bound in bounds if bound.is_finite()}))


def _use(definition: _Definition, moves: Movements) -> Use:
    metric, name = definition
    if not name or name in moves.handed_on:
        return Use(metric, moved=True, certain=False, by_default=not metric.labels)
    moved = name in moves.moved
    only = moves.only_in.get(name, "") if moved else ""
    return Use(metric, moved=moved, certain=not only, by_default=not metric.labels, only_in=only)
