"""The generated module as data, in the order in which its template prints it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import WIDTH, Code, assignment, comment, filled, literal, prose
from gw2mon.generators.python.metrics.admission import admissions
from gw2mon.generators.python.metrics.bodies import plan_function
from gw2mon.generators.python.metrics.declarations import (
    class_of,
    create,
    declare,
    declare_admission,
    declare_retired,
    instrumentation,
    retired_methods,
)
from gw2mon.generators.python.metrics.timers import has_outcome, names_of_timers, takes_class
from gw2mon.generators.python.metrics.touches import World
from gw2mon.generators.python.metrics.vocabulary import vocabulary
from gw2mon.generators.python.naming import OWN, python_names
from gw2mon.model import Label, LabelValues, Metric
from gw2mon.names import OTHER, UNKNOWN_LABEL_VALUES, identifier, python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gw2mon.generators.python.metrics.admission import Admission, Slot
    from gw2mon.generators.python.metrics.timers import Names
    from gw2mon.generators.python.metrics.vocabulary import Key, Word
    from gw2mon.model import PythonModule, Service

_ANY = LabelValues((), closed=False)
_COUNTER = Metric(
    UNKNOWN_LABEL_VALUES, "counter", f'Label values that were not declared and became "{OTHER}".',
    (Label("metric", _ANY), Label("label", _ANY)), "",
)  # fmt: skip


def plan(service: Service) -> dict[str, object]:
    """Return everything that the template prints, under the names it uses."""
    module = service.python
    names = names_of(module)
    timers = names_of_timers(module.functions, {*OWN, *names.values()})
    taken = {*OWN, *names.values(), *(name for pair in timers.values() for name in pair)}
    words = vocabulary(module.metrics, module.functions, taken)
    shared = admissions(module.functions)
    admits = _admits(shared, module.metrics)
    world = World({metric.name: metric for metric in module.metrics}, names, words, admits, timers)
    functions = [plan_function(function, world) for function in module.functions]
    children = [item for function in functions for item in function.children]
    created = _created(module, names, words)
    resets = bool(children or created)
    classes = {class_of(metric, shared=module.workers == "multi") for metric in module.metrics}
    if "_CheckGauge" in classes:
        classes.add("_QuietGauge")
    if "_SharedCheckGauge" in classes:
        classes.add("_SharedGauge")
    return {
        "header": [comment(line) for line in header(python_path(service.name, "metrics"), service.spec)],
        "service": prose(service.name),
        "slot": literal(f"gw2mon_{identifier(service.name)}"),
        "other": literal(OTHER),
        "vocabulary": [item.declaration for item in words.values() if item.declaration],
        "groups": _groups(module, names),
        "functions": functions,
        **_labels(module, names, words, shared, admits),
        "timers": [function.timer for function in functions if function.timer],
        "outcomes": any(has_outcome(item) for item in module.functions if item.name in timers),
        "error_types": any(
            takes_class(given) for item in module.functions if item.name in timers for given in item.arguments
        ),
        "children": children,
        "ranges": any(item.values.ranges for item in shared),
        "replaced": any(item.values.replace for item in shared),
        "normal": any(item.values.ranges or item.values.replace for item in shared),
        "created": created,
        "classes": classes,
        "quiet": any(name.startswith(("_Quiet", "_Check")) for name in classes),
        "texts": bool(children) or any(record.action == "info" for item in module.functions for record in item.records),
        "resets": resets,
        "retired": [declare_retired(item, f"self.{names[item.name]}") for item in module.retired],
        "retired_methods": retired_methods(module.retired),
        "retired_labels": any(item.labels for item in module.retired),
        "in_progress": module.fastapi is not None and module.fastapi.in_progress,
        "fastapi": instrumentation(module.fastapi) if module.fastapi else None,
        **_exports(module, names, words, timers, resets=resets),
    }


def names_of(module: PythonModule) -> dict[str, Code]:
    """Return the Python names of objects and functions, by their names in the spec."""
    objects = [metric.object for metric in module.metrics]
    functions = [function.name for function in module.functions]
    retired = [item.name for item in module.retired]
    return python_names((*objects, *functions, *retired, *_bound(module), _counter(module).object))


def _bound(module: PythonModule) -> list[str]:
    return [f"bind_{metric.object}" for metric in module.metrics if metric.type == "gauge" and not metric.labels]


def _counter(module: PythonModule) -> Metric:
    counter = module.counts_unknown_values or _COUNTER
    return counter._replace(object=counter.object or "unknown_label_values_total")


def _admits(shared: Sequence[Admission], metrics: Sequence[Metric]) -> dict[Slot, Code]:
    """Return the local variable that admits the values of each slot, named after the group of its first metric.

    Where two labels of a group would have one name, the object of the metric stands for the group.
    """
    by_name = {metric.name: metric for metric in metrics}
    first = [(by_name[item.slots[0][0]], item.slots[0][1]) for item in shared]
    wanted = ["_".join(filter(None, (metric.group, label))) for metric, label in first]
    unique = [
        name if wanted.count(name) == 1 else f"{metric.object}_{label}"
        for name, (metric, label) in zip(wanted, first, strict=True)
    ]
    free = python_names(unique)
    return {slot: free[name] for item, name in zip(shared, unique, strict=True) for slot in item.slots}


def _groups(module: PythonModule, names: Mapping[str, Code]) -> list[dict[str, object]]:
    shared = module.workers == "multi"
    return [
        {
            "title": comment(group, 8) if group else Code(""),
            "metrics": [declare(metric, f"self.{names[metric.object]}", shared=shared) for metric in metrics],
        }
        for group, metrics in groupby(module.metrics, key=lambda metric: metric.group)
    ]


def _labels(
    module: PythonModule, names: Mapping[str, Code], words: Mapping[Key, Word], shared: Sequence[Admission],
    admits: Mapping[Slot, Code],
) -> dict[str, object]:  # fmt: skip
    counter = _counter(module)
    target = f"self.{names[counter.object]}"
    return {
        "labels": [declare_admission(item, admits[item.slots[0]], "unknown", words) for item in shared],
        "unknown": declare(counter, f"unknown = {target}", shared=False),
    }


def _created(module: PythonModule, names: Mapping[str, Code], words: Mapping[Key, Word]) -> list[Code]:
    lines = (create(metric, f"self.{names[metric.object]}", words) for metric in module.metrics)
    return [line for line in lines if line]


def _exports(
    module: PythonModule, names: Mapping[str, Code], words: Mapping[Key, Word], timers: Mapping[str, Names],
    *, resets: bool,
) -> dict[str, object]:  # fmt: skip
    objects = [names[item] for item in (*(m.object for m in module.metrics), *(r.name for r in module.retired))]
    bound = {names[name]: names[name.removeprefix("bind_")] for name in _bound(module)}
    own = {"instrument_fastapi": module.fastapi is not None, "reset": resets}
    functions = [names[function.name] for function in module.functions]
    methods = [timer.method for timer in timers.values()]
    members = [*objects, *functions, *methods, *(name for name in own if own[name])]
    public = (
        sorted((word.name for word in words.values() if word.declaration), key=lambda name: (not name.isupper(), name)),
        sorted(objects),
        sorted(
            {"Metrics", *(timer.type for timer in timers.values()), *members, *bound} - set(objects),
            key=lambda name: (name.islower(), name),
        ),
    )
    return {
        "assignments": [
            *(assignment(name, f"default.{name}") for name in members),
            *(assignment(name, f"default.{target}.set_function") for name, target in bound.items()),
        ],
        "public": list(_public(public)),
    }


def _public(groups: Iterable[Sequence[str]]) -> Iterator[Code]:
    # Linters and editors understand these two forms of __all__, and no other.
    operator = "="
    for names in filter(None, groups):
        for line in filled(map(literal, names), WIDTH - len("__all__ += []")):
            yield Code(f"__all__ {operator} [{line}]")
            operator = "+="
