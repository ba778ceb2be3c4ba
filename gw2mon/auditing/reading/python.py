"""Python source that defines metrics of prometheus_client, read without importing or running any of it.

Told are names, types, labels and buckets as far as they are written out, and whether anything moves a metric: counts,
observes or sets it. What cannot be read is told as well: there may be metrics then that nobody knows of.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from gw2mon.auditing import estate
from gw2mon.auditing.reading.constants import constants_of, folded
from gw2mon.auditing.reading.definitions import Source, definitions_in
from gw2mon.auditing.reading.exporters import hidden_metrics, is_multiprocess
from gw2mon.auditing.reading.idleness import with_idleness
from gw2mon.auditing.reading.instrumentator import instrumented
from gw2mon.auditing.reading.sources import modules_of, named
from gw2mon.auditing.reading.vocabulary import vocabularies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.auditing.estate import File
    from gw2mon.auditing.reading.definitions import Definition
    from gw2mon.finding import Finding
    from gw2mon.model import Metric

_MOST_VALUES = 50
"""Values of a label that are kept."""

_Seen = dict[str, dict[str | int, dict[str, None]]]
"""Object to the values that its labels are seen to get, by their names or places."""


def read(files: Sequence[File], paths: Iterable[str] = ()) -> tuple[estate.Source, tuple[Finding, ...]]:
    """What all source says of metrics; `paths` are those of all files that were given."""
    modules, findings = modules_of(files, paths)
    known = constants_of([module.tree for module in modules])
    sources = [Source(*parts) for parts in zip(modules, vocabularies(modules), known, strict=True)]
    made = definitions_in(sources)
    judged = with_idleness(made.found, modules, all_read=not findings)
    seen = _values_seen(sources, made.found)
    is_shared = is_multiprocess(sources)
    metrics = [
        _described(metric, item, seen, is_shared=is_shared)
        for metric, item in zip(judged, made.found, strict=True)
    ]  # fmt: skip
    unread = dict.fromkeys(
        f"{module.path}:{node.lineno} makes metrics whose names are only known at run time"
        for module, node in made.unread
    )
    return estate.Source((*metrics, *instrumented(sources)), (*unread, *hidden_metrics(sources))), tuple(findings)


def _values_seen(sources: Sequence[Source], definitions: Sequence[Definition]) -> _Seen:
    objects = {name for item in definitions for name in item.objects}
    found: _Seen = defaultdict(lambda: defaultdict(dict))
    for source in sources:
        for node in source.module.calls:
            match node:
                case ast.Call(ast.Attribute(holder, "labels"), args, keywords) if named(holder) in objects:
                    given: list[tuple[str | int, ast.expr]] = [*enumerate(args)]
                    given += [(item.arg, item.value) for item in keywords if item.arg]
                    for key, value in given:
                        written = folded(value, source.known)
                        if isinstance(written, (str, int)):
                            found[named(holder)][key][str(written)] = None
    return found


def _described(metric: Metric, item: Definition, seen: _Seen, *, is_shared: bool) -> Metric:
    """A metric with the values of its labels that are written out; there may be any others."""
    labels = tuple(
        label._replace(values=label.values._replace(values=_values(item, number, label.name, seen)))
        if not label.values.closed
        else label
        for number, label in enumerate(metric.labels)
    )
    # Of a gauge each worker has its own, which a label tells apart.
    partial = metric.partial or (is_shared and metric.type == "gauge")
    return metric._replace(labels=labels, partial=partial, object=next(iter(item.objects), ""))


def _values(
    item: Definition, number: int, label: str, seen: Mapping[str, Mapping[str | int, Iterable[str]]]
) -> tuple[str, ...]:
    values = {
        value: None
        for name in item.objects
        if name in seen
        for key in (number, label)
        for value in seen[name].get(key, ())
    }
    return tuple(values)[:_MOST_VALUES]
