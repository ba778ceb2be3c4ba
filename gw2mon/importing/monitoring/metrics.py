"""The metrics of a spec: from Python source, from what targets expose, from catalogues, and last from what is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import catalogs
from gw2mon import promql as q
from gw2mon.importing import declared
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.shapes import is_label, is_metric, jobs_of
from gw2mon.model import Label, LabelValues, Metric
from gw2mon.scaffold import slug_of
from gw2mon.units import DEFAULT_BUCKETS, unit_of
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gw2mon.exposition import Exposition
    from gw2mon.finding import Position
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.promql import Expr
    from gw2mon.scaffold.own import OwnMetric

_FROM_RULES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
_KINDS = ("counter", "gauge", "histogram", "summary", "info")


class Read(NamedTuple):
    """An expression of a rule or a panel, and the labels that texts beside it show."""

    expr: Expr
    labels: tuple[str, ...] = ()
    origin: Position | None = None


class Own(NamedTuple):
    """A metric of a spec, in its own words."""

    metric: Metric
    how: str
    """source, seen or read: where it is known from."""


class Seen(NamedTuple):
    """What targets expose: groups that catalogues know, with their parameters, and the rest by name."""

    groups: Mapping[str, tuple[str, Mapping[str, Any]]]
    own: Mapping[str, OwnMetric]


def seen_in(exposition: Exposition | None) -> Seen:
    """An exposition, as `init` reads it."""
    if exposition is None:
        return Seen({}, {})
    from gw2mon.scaffold.catalogued import recognise
    from gw2mon.scaffold.own import own_metrics

    found = recognise(exposition.families)
    groups = {name: (group.catalog, group.parameters) for name, group in found.groups.items()}
    return Seen(groups, {metric.name: metric for metric in own_metrics(found.rest, taken=()).metrics})


def from_source(defined: Sequence[Metric], seen: Seen, reads: Sequence[Read], ledger: Ledger) -> Iterator[Own]:
    """What Python source defines, with the values that were seen; and what else targets expose."""
    names: set[str] = set()
    read, informed = _values_read(reads), _labels_read(reads)
    instrumented = instrumentator(defined)
    for metric in defined:
        if metric in instrumented:
            continue
        reason = "it is defined twice" if metric.name in names else _obstacle(metric)
        if reason:
            ledger.lose(lost.METRIC, metric.origin, f"{metric.name}: {reason}")
            continue
        names.add(metric.name)
        how = "seen" if metric.catalog or metric.name in _shipped("fastapi") else "source"
        if metric.type == "info" and metric.partial:
            metric = metric._replace(labels=_of_readers(metric, informed.get(metric.name, ())))  # noqa: PLW2901
        yield Own(_with_values(metric, seen.own.get(metric.name), read.get(metric.name, {})), how)
    for name, own in seen.own.items():
        if name not in names:
            yield Own(_observed(own), "seen")


def instrumentator(defined: Iterable[Metric]) -> list[Metric]:
    """The metrics of the instrumentator, where it is set up so that the catalogue can say it."""
    found = [metric for metric in defined if metric.catalog == "fastapi" and metric.name in _shipped("fastapi")]
    needed = {"http_requests_total", "http_request_duration_seconds"}
    return found if needed <= {metric.name for metric in found} else []


def _values_read(reads: Sequence[Read]) -> dict[str, dict[str, list[str]]]:
    """The values that rules and panels ask for, by series, and by the metric of such parts; then by label."""
    found: dict[str, dict[str, list[str]]] = {}
    for selector in (selector for read in reads for selector in q.selectors(read.expr) if selector.name):
        for matcher in selector.matchers:
            plain = (matcher.value,) if matcher.op in ("=", "!=") else q.literal_alternatives(matcher.value) or ()
            for name in (selector.name or "", re.sub(r"_(bucket|sum|count)$", "", selector.name or "")):
                found.setdefault(name, {}).setdefault(matcher.name, []).extend(filter(None, plain))
    return found


def _labels_read(reads: Sequence[Read]) -> dict[str, list[str]]:
    """The labels by which each series alone is narrowed or grouped, or that are taken over from it."""
    found: dict[str, list[str]] = {}
    for node in (node for read in reads for node in q.walk(read.expr)):
        match node:
            case q.VectorSelector():
                labels, over = [matcher.name for matcher in node.matchers], [node]
            case q.Aggregation(without=False):
                labels, over = list(node.grouping), list(q.selectors(node.expr))
            case q.Binary() if node.matching is not None and node.matching.group is not None:
                one = node.rhs if node.matching.group == "left" else node.lhs
                labels, over = list(node.matching.include), list(q.selectors(one))
            case _:
                continue
        if len({selector.name for selector in over}) == 1:
            found.setdefault(over[0].name or "", []).extend(filter(is_label, labels))
    return found


def _of_readers(metric: Metric, labels: Iterable[str]) -> tuple[Label, ...]:
    """The labels of an info metric, which source sets when it runs: those that somebody reads."""
    had = {label.name for label in metric.labels}
    new = dict.fromkeys(label for label in labels if label not in had)
    return (*metric.labels, *(Label(label, LabelValues((), closed=False)) for label in new))


def _obstacle(metric: Metric) -> str:
    if not is_metric(metric.name, metric.type):
        return "its name ends like a part of another metric, or like that of another type"
    wrong = [label.name for label in metric.labels if not is_label(label.name)]
    if wrong:
        return f"its label {wrong[0]} belongs to the scrape"
    if metric.type == "histogram" and not metric.buckets and unit_of(metric.name) != "seconds":
        return "its buckets are only known when it runs"
    return ""


def _with_values(metric: Metric, seen: OwnMetric | None, read: Mapping[str, Sequence[str]]) -> Metric:
    """A metric with the values of its labels that are known from anywhere; what is read counts where nothing else is.

    Where source or target tell values, another one that somebody asks for may be a slip: it is not made true.
    """
    labels = []
    for label in metric.labels:
        known = dict.fromkeys((*label.values.values, *(seen.labels.get(label.name, ()) if seen else ())))
        values = tuple(known or dict.fromkeys(read.get(label.name, ())))
        labels.append(label._replace(values=label.values._replace(values=values)))
    return metric._replace(labels=tuple(labels))


def _observed(own: OwnMetric) -> Metric:
    labels = tuple(
        Label(name, LabelValues(values, max(own.counts[name], 1), closed=False)) for name, values in own.labels.items()
    )
    kind = own.type if own.type in _KINDS else "gauge"
    return Metric(own.name, kind, own.help, labels, own.unit, own.buckets)  # type: ignore[arg-type]


def _shipped(catalog: str) -> frozenset[str]:
    return frozenset(metric.name for metric in catalogs.load(catalog).metrics)


def series_names(metrics: Iterable[Metric]) -> set[str]:
    """The series under which metrics are read."""
    return {series.name for metric in metrics for series in series_of(metric)}


def catalogues_read(reads: Sequence[Read], known: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Catalogues that have what is read and nobody has declared, each with the jobs that its readers name."""
    wanted: dict[str, set[str]] = {}
    for selector in (selector for read in reads for selector in q.selectors(read.expr)):
        if selector.name and selector.name not in known:
            wanted.setdefault(selector.name, set()).update(_jobs_of(selector))
    for catalog in ("fastapi", "node", "prometheus", "alertmanager", "blackbox", "process", "go", "python"):
        offered = series_names(catalogs.load(catalog).metrics)
        asked = offered & wanted.keys()
        if asked and (catalog != "fastapi" or _is_fastapi(reads, asked)):
            yield catalog, tuple(sorted({job for name in asked for job in wanted[name]}))
            wanted = {name: jobs for name, jobs in wanted.items() if name not in offered}


def _is_fastapi(reads: Sequence[Read], asked: set[str]) -> bool:
    """Whether what is read is the instrumentator's: its names, and no label that it has not."""
    labels = {label.name for metric in catalogs.load("fastapi").metrics for label in metric.labels} | {
        "job", "instance", "le",
    }  # fmt: skip
    used = {
        matcher.name
        for read in reads
        for selector in q.selectors(read.expr) if selector.name in asked
        for matcher in selector.matchers
    }  # fmt: skip
    return len(asked) > 1 and used <= labels


def named_jobs(reads: Sequence[Read]) -> list[str]:
    """The jobs that somebody names, the most frequent first."""
    found: dict[str, int] = {}
    for selector in (selector for read in reads for selector in q.selectors(read.expr)):
        for name in _jobs_of(selector):
            found[name] = found.get(name, 0) + 1
    return sorted(found, key=lambda name: -found[name])


def _jobs_of(selector: q.VectorSelector) -> Iterator[str]:
    """The jobs that a selector names; of a pattern the name that is written in it."""
    for matcher in selector.matchers:
        if matcher.name == "job" and matcher.op in ("=", "=~"):
            name = slug_of(matcher.value)
            yield from jobs_of((matcher,)) or ((name,) if q.regex_matches(matcher.value, name) else ())


def from_reads(
    reads: Sequence[Read], known: set[str], job: str, ledger: Ledger
) -> Iterator[tuple[Own, tuple[str, ...]]]:
    """What is read and known from nowhere else, as far as its readers tell, with the jobs that they name."""
    families: dict[str, list[declared.Use]] = {}
    told: set[str] = set()
    for read in reads:
        around = tuple(filter(is_label, _labels_around(read)))
        for use in declared.uses_in(read.expr):
            family = declared.family_of(use)
            if use.name in {*known, *told, *_FROM_RULES} or ":" in use.name or family in known:
                continue
            if family:
                families.setdefault(family, []).append(use._replace(by=around))
            else:
                told.add(use.name)
                said = f"{use.name or 'a metric without name'} cannot be declared by its name"
                ledger.lose(lost.METRIC, read.origin, said, "what reads it is carried over as it is")
    for name, uses in sorted(families.items()):
        found = declared.declared(name, uses, job)
        labels = tuple(Label(label, LabelValues(values, closed=False)) for label, values in found.labels.items())
        kind, unit = found.type, unit_of(name)
        buckets = found.buckets or (DEFAULT_BUCKETS if kind == "histogram" else ())
        words = re.sub(r"_total$", "", name).replace("_", " ").strip().capitalize() or name
        metric = Metric(name, kind, words, labels, unit, buckets, partial=True)  # type: ignore[arg-type]
        jobs = tuple(dict.fromkeys(name for use in uses for name in _jobs_of(use.selector)))
        yield Own(metric, "read"), jobs


def _labels_around(read: Read) -> set[str]:
    """Labels that an expression groups or matches by, and that texts show."""
    found = set(read.labels)
    for node in q.walk(read.expr):
        if isinstance(node, q.Aggregation) and not node.without:
            found |= set(node.grouping)
        if isinstance(node, q.Binary) and node.matching and node.matching.on:
            found |= set(node.matching.labels)
    return found


def entry_of(metric: Metric, prefix: str) -> dict[str, Any]:
    """A metric as a spec declares it."""
    from gw2mon.compiler.metrics import object_name
    from gw2mon.scaffold.amounts import amounts

    entry: dict[str, Any] = {"type": metric.type, "help": _help(metric)}
    if metric.unit and metric.unit != unit_of(metric.name):
        entry["unit"] = metric.unit
    if metric.object and metric.object != object_name(metric.name, prefix):
        entry["object"] = metric.object
    if metric.labels:
        entry["labels"] = {label.name: _values(label.values) for label in metric.labels}
    are_usual = metric.buckets == DEFAULT_BUCKETS and metric.unit == "seconds"
    if metric.type == "histogram" and metric.buckets and not are_usual:
        entry["buckets"] = amounts(metric.buckets, metric.unit)
    return entry


def _help(metric: Metric) -> str:
    text = " ".join(metric.help.split())
    return text or metric.name.replace("_", " ").strip().capitalize()


def _values(values: LabelValues) -> dict[str, Any]:
    known = [value for value in dict.fromkeys(values.values) if value]
    if values.closed and known:
        return {"closed": known}
    limit = max(10, -(-max(len(known), values.limit or 0) * 2 // 10) * 10)
    return {"known": known, "limit": limit} if known else {"limit": limit}
