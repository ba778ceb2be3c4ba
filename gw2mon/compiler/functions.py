"""Functions of the generated Python module: every label gets its value from an argument or a constant."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon.loader import did_you_mean
from gw2mon.model import (
    Argument,
    Function,
    Label,
    LabelSource,
    LabelValues,
    Metric,
    PythonModule,
    Record,
    RetiredObject,
)
from gw2mon.names import OTHER, UNKNOWN_LABEL_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import FastApi
    from gw2mon.spec.functions import Argument as ArgumentSpec
    from gw2mon.spec.functions import Function as FunctionSpec
    from gw2mon.spec.functions import Record as RecordSpec

Path = tuple[str | int, ...]
_ACTIONS = {"increment": ("counter",), "observe": ("histogram", "summary"), "set_": ("gauge",), "info": ("info",)}


def python_module(scope: Scope, metrics: Iterable[Metric], fastapi: FastApi | None) -> PythonModule:
    """All that the Python module of a service holds."""
    held = tuple(metric for metric in metrics if metric.object)
    _check_objects(scope, held)
    by_name = {metric.name: metric for metric in held}
    functions = tuple(_function(scope, name, entry, by_name) for name, entry in scope.spec.functions.items())
    retired = tuple(
        RetiredObject(name, entry.type, entry.labels, entry.instead, scope.at("python", "retired", name))
        for name, entry in scope.spec.python.retired.items()
    )
    counted = unknown_values_counter(held) if any(metric.labels for metric in held) else None
    return PythonModule(held, functions, retired, fastapi, scope.spec.runtime.workers, counted)


def unknown_values_counter(metrics: Iterable[Metric]) -> Metric:
    """The module's own counter of label values that it replaced; it stands beside the service's metrics."""
    labelled = [metric for metric in metrics if metric.labels]
    names = tuple(metric.name for metric in labelled)
    labels = tuple(dict.fromkeys(label.name for metric in labelled for label in metric.labels))
    return Metric(
        UNKNOWN_LABEL_VALUES,
        "counter",
        f"Label values that were not declared and became {OTHER!r}.",
        (Label("metric", LabelValues(names)), Label("label", LabelValues(labels))),
        "",
        group=labelled[0].group if labelled else "",
        appears="always",
    )


def _check_objects(scope: Scope, metrics: tuple[Metric, ...]) -> None:
    taken: dict[str, str] = dict.fromkeys(scope.spec.functions, "a function")
    taken |= dict.fromkeys(scope.spec.python.retired, "a retired object")
    for metric in metrics:
        if metric.object in taken:
            scope.error(
                "GW215",
                f"{metric.name} becomes the Python object {metric.object}, which is already {taken[metric.object]}",
                ("metrics", metric.group, metric.name),
                "give it another name: object: …",
            )
        taken[metric.object] = metric.name


def _function(scope: Scope, name: str, entry: FunctionSpec, metrics: dict[str, Metric]) -> Function:
    path = ("functions", name)
    records = [
        _record(scope, item, entry, metrics, (*path, "records", number)) for number, item in enumerate(entry.records)
    ]
    usable = tuple(record for record in records if record is not None)
    if len(usable) == len(records):
        _check_arguments(scope, entry, usable, path)
    arguments = tuple(
        _argument(scope, argument, spec, usable, metrics, (*path, "arguments", argument))
        for argument, spec in entry.arguments.items()
    )
    return Function(name, entry.help, arguments, usable, scope.at(*path))


def _record(
    scope: Scope, item: RecordSpec, function: FunctionSpec, metrics: dict[str, Metric], path: Path
) -> Record | None:
    action = next(name for name in _ACTIONS if getattr(item, name) is not None)
    word = action.rstrip("_")
    name: str = getattr(item, action)
    metric = metrics.get(name)
    if metric is None:
        scope.unknown("metric", name, metrics, (*path, word), "GW201")
        return None
    if metric.type not in _ACTIONS[action]:
        scope.report(
            "GW205",
            "error",
            f"{word} needs a {' or '.join(_ACTIONS[action])}; {name} is a {metric.type}",
            scope.source.value_at(*path, word),
            "use increment, observe, set or info as the type asks",
        )
        return None
    amount = _amount(scope, item, function, metric, path)
    sources = tuple(_label_source(scope, label, item, function, metric, path) for label in metric.labels)
    for constant in item.labels:
        if constant not in {label.name for label in metric.labels}:
            scope.error(
                "GW202",
                f"{name} has no label {constant}",
                (*path, "labels", constant),
                did_you_mean(constant, [label.name for label in metric.labels], "labels"),
            )
    if amount is not None and amount not in function.arguments:
        return None  # reported
    used = (amount, *(source.argument for source in sources))
    needed = tuple(argument for argument, spec in function.arguments.items() if spec.optional and argument in used)
    return Record(word, name, amount, sources, needed, scope.at(*path))  # type: ignore[arg-type]


def _amount(scope: Scope, item: RecordSpec, function: FunctionSpec, metric: Metric, path: Path) -> str | None:
    key = "by" if item.by is not None else "value"
    amount = item.by or item.value
    if amount is None:
        return None
    argument = function.arguments.get(amount)
    if argument is None or argument.unit is None:
        scope.unknown("amount", amount, [name for name, spec in function.arguments.items() if spec.unit], (*path, key))
    elif metric.unit in ("seconds", "bytes", "ratio") and argument.unit != metric.unit:
        scope.report(
            "GW206",
            "error",
            f"{amount} is in {argument.unit}, {metric.name} in {metric.unit}",
            scope.source.value_at(*path, key),
            f"declare the argument with unit: {metric.unit}",
        )
    return amount


def _label_source(
    scope: Scope, label: Label, item: RecordSpec, function: FunctionSpec, metric: Metric, path: Path
) -> LabelSource:
    if label.name in item.labels:
        constant = item.labels[label.name]
        if label.values.closed and constant not in label.values.values:
            scope.error(
                "GW203",
                f"label {label.name} of {metric.name} is never {constant}",
                (*path, "labels", label.name),
                did_you_mean(constant, label.values.values, "values"),
            )
        return LabelSource(label.name, None, constant)
    argument = next((name for name, spec in function.arguments.items() if spec.label == label.name), None)
    if argument is None:
        scope.error(
            "GW216",
            f"label {label.name} of {metric.name} gets no value",
            path,
            f"add an argument with label: {label.name}, or a constant: labels: {{{label.name}: …}}",
        )
        return LabelSource(label.name, None, OTHER)
    return LabelSource(label.name, argument, None)


def _check_arguments(scope: Scope, entry: FunctionSpec, records: tuple[Record, ...], path: Path) -> None:
    used = {record.amount for record in records} | {source.argument for record in records for source in record.labels}
    optional = False
    for name, argument in entry.arguments.items():
        where = (*path, "arguments", name)
        if name not in used:
            scope.error("GW217", f"argument {name} is used by no record", where, "drop it, or record it")
        has_default = argument.optional or argument.default is not None
        if optional and not has_default:
            scope.error(
                "GW217", f"argument {name} has no default but follows one that has", where, "move it to the front"
            )
        optional = optional or has_default


def _argument(
    scope: Scope, name: str, spec: ArgumentSpec, records: tuple[Record, ...], metrics: dict[str, Metric], path: Path
) -> Argument:
    values = _argument_values(scope, name, records, metrics, path)
    if spec.default is not None and values is not None and not _is_value(spec.default, values):
        scope.error(
            "GW203",
            f"default {spec.default} of {name} is no value of label {spec.label}",
            (*path, "default"),
            did_you_mean(spec.default, values.values, "values"),
        )
    return Argument(name, spec.label, values, spec.unit or "", spec.default, spec.optional, scope.at(*path))


def _is_value(text: str, values: LabelValues) -> bool:
    if not values.ranges:
        return text in values.values or not values.closed
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _argument_values(
    scope: Scope, name: str, records: tuple[Record, ...], metrics: dict[str, Metric], path: Path
) -> LabelValues | None:
    """What the argument may be: the values of the label it fills, of all of them where it fills several."""
    found = [
        label.values
        for record in records
        for source, label in zip(record.labels, metrics[record.metric].labels, strict=True)
        if source.argument == name
    ]
    if not found:
        return None
    values = tuple(dict.fromkeys(value for item in found for value in item.values))
    limits = [item.limit for item in found if item.limit is not None]
    if len({(item.replace, item.ranges) for item in found}) > 1:
        scope.error(
            "GW219",
            f"argument {name} fills labels that replace values, or put them into ranges, in different ways",
            path,
            "let them share one entry under label-values, or give each an argument of its own",
        )
    closed = all(item.closed for item in found)
    return LabelValues(values, min(limits, default=None), closed, found[0].replace, found[0].ranges)
