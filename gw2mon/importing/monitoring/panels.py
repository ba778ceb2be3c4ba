"""Panels as a spec says them: in words where its queries have them, else in PromQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.importing import entries
from gw2mon.importing.monitoring import forms
from gw2mon.importing.monitoring.conditions import Known, is_alone
from gw2mon.importing.monitoring.naming import events_of, known_events, only_of
from gw2mon.importing.monitoring.plainly import number_in, plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.importing.monitoring.targets import Target
    from gw2mon.model import Metric
    from gw2mon.promql import Duration, Expr, Matcher

_UNITS = {
    "percentunit": "ratio", "s": "seconds", "bytes": "bytes", "decbytes": "bytes", "reqps": "requests per second",
    "Bps": "bytes per second", "binBps": "bytes per second", "cps": "per second", "ops": "per second",
}  # fmt: skip
_NO_UNIT = frozenset({"", "short", "none", "string"})
_BAD = re.compile(r"(?i)5|[45]\.\.|5xx|.*(?:err|fail|timeout|exception|reject|miss|drop).*|[45]\\d.*|5\[.*|5\..*|5\d\d")


class Shown(NamedTuple):
    """A panel of the spec."""

    entry: dict[str, Any]
    changed: str = ""


def in_words(targets: Sequence[Target], kind: str, title: str, known: Known) -> Shown | None:
    """A panel of several targets at once, or of one, in words; None where only PromQL can say it."""
    shapes = [_shape(target.expr, kind) for target in targets]
    if kind == "heatmap":
        return _heatmap(shapes, known)
    quantiles = [shape for shape in shapes if isinstance(shape, forms.Quantile)]
    if quantiles and len(quantiles) == len(shapes) and len({shape[1:] for shape in quantiles}) == 1:
        return _quantiles(quantiles, known)
    if len(shapes) != 1:
        return None
    match shapes[0]:
        case forms.Rated() as shape:
            return _rate(shape, known)
        case forms.Share() as shape:
            return _share(shape, title, known)
        case forms.Value() | forms.Age() as shape:
            return _gauge(shape, known)
        case forms.Average() as shape:
            return _average(shape, known)
        case (int(), forms.Rated()) as top:
            return _top(*top, known)
    return None


def _shape(expr: Expr, kind: str) -> forms.Form | tuple[int, forms.Rated] | None:
    plain = plainly(expr)
    if isinstance(plain, q.Aggregation) and plain.op == "topk" and not plain.grouping and kind in ("bar", "table"):
        rated, most = forms.rated(plain.expr), number_in(plain.param) if plain.param else None
        return (int(most), rated) if rated and most and most > 0 else None
    return forms.form_of(plain)


def in_promql(target: Target, unit: str) -> Shown:
    """A panel in PromQL."""
    expr = target.expr
    while isinstance(expr, q.Paren):
        expr = expr.expr
    entry: dict[str, Any] = {"expr": q.pretty(expr)}
    said = _UNITS.get(unit, unit if unit in vocabulary.words("units") and unit not in _NO_UNIT else "")
    if said:
        entry["unit"] = said
    if target.legend:
        entry["legend"] = target.legend
    return Shown(entry)


def _over(window: Duration) -> dict[str, str]:
    return {"over": q.format_duration(window)} if isinstance(window, int) else {}


def _by(labels: Iterable[str]) -> dict[str, list[str]]:
    found = list(labels)
    return {"by": found} if found else {}


def _counted(known: Known, chosen: forms.Chosen, by: forms.Labels) -> Metric | None:
    series = known.world.series.get(chosen.name)
    if series is None or not _carries(known, series.metric, by):
        return None
    metric = series.metric
    return metric if chosen.name == (metric.name if metric.type == "counter" else f"{metric.name}_count") else None


def _carries(known: Known, metric: Metric, labels: Iterable[str]) -> bool:
    """Whether a metric has labels, so that a spec can group by them."""
    target = (label.name for label in known.world.target_labels(metric))
    return set(labels) <= {*(label.name for label in metric.labels), *target}


def _rate(shape: forms.Rated, known: Known) -> Shown | None:
    metric = _counted(known, shape.chosen, shape.by or ())
    if metric is None or shape.function != "rate" or shape.by is None:
        return None
    only = only_of(shape.chosen, known.world.jobs_of(metric))
    name = known_events(known.signals, metric.name, only)
    narrowed = {} if name else only
    return Shown({"rate-of": name or metric.name, **narrowed, **_by(shape.by), **_over(shape.window)})


def _top(most: int, shape: forms.Rated, known: Known) -> Shown | None:
    found = _rate(shape, known)
    if found is None or not isinstance(shape.window, int):
        return None
    rest = {key: value for key, value in found.entry.items() if key != "rate-of"}
    return Shown({"top": most, "of": found.entry["rate-of"], **rest})


def _share(shape: forms.Share, title: str, known: Known) -> Shown | None:
    total = shape.total
    metric = _counted(known, total.chosen, total.by or ())
    if metric is None:
        return None
    only = only_of(total.chosen, known.world.jobs_of(metric))
    side = _side(shape.split, title, known, {"count": metric.name, **only})
    name = events_of(known.signals, metric.name, only, shape.split, side, "")
    shown = side if shape.split_is == "part" else "good" if side == "bad" else "bad"
    changed = "it shows a share, which was multiplied by 100" if shape.percent else ""
    if total.by is None:
        changed = "each series was divided by itself, so that it showed 1; both sides are added up"
    return Shown({f"{shown}-share-of": name, **_by(total.by or ()), **_over(total.window)}, changed)


def _side(split: tuple[Matcher, ...], title: str, known: Known, total: dict[str, Any]) -> str:
    """Whether a part is bad or good: as an alert says it already, or as its values sound."""
    for side in ("bad", "good"):
        if {**total, side: entries.terms(split)} in known.signals.events.values():
            return side
    words = f"{title} {' '.join(matcher.value for matcher in split)}"
    sounds = any(_BAD.fullmatch(matcher.value) for matcher in split) or re.search(r"(?i)\berr|\bfail", words)
    return "bad" if sounds else "good"


def _quantiles(shapes: Sequence[forms.Quantile], known: Known) -> Shown | None:
    buckets, by = shapes[0].buckets, shapes[0].by
    series = known.world.series.get(buckets.chosen.name)
    if series is None or series.metric.type != "histogram" or not _carries(known, series.metric, by or ()):
        return None
    metric = series.metric
    if by is None and not is_alone(buckets.chosen, metric, known):
        return None
    of, narrowed = _distribution(metric, buckets, known)
    levels = list(dict.fromkeys(shape.quantile for shape in shapes))
    return Shown({"quantiles": levels, "of": of, **narrowed, **_by(by or ()), **_over(buckets.window)})


def _distribution(metric: Metric, buckets: forms.Rated, known: Known) -> tuple[str, dict[str, Any]]:
    only = only_of(buckets.chosen, known.world.jobs_of(metric))
    entry = {"histogram": metric.name, **only}
    name = next((name for name, other in known.signals.latencies.items() if other == entry), "")
    return (name, {}) if name else (metric.name, only)


def _heatmap(shapes: Sequence[object], known: Known) -> Shown | None:
    match shapes:
        case [forms.Rated(chosen=chosen, by=("le",)) as shape] if chosen.name.endswith("_bucket"):
            series = known.world.series.get(chosen.name)
            if series is None or series.metric.type != "histogram":
                return None
            of, narrowed = _distribution(series.metric, shape, known)
            changed = "it shows how many there were, not how many a second" if shape.function == "rate" else ""
            return Shown({"heatmap-of": of, **narrowed, **_over(shape.window)}, changed)
    return None


def _gauge(shape: forms.Value | forms.Age, known: Known) -> Shown | None:
    series = known.world.series.get(shape.chosen.name)
    if series is None or series.metric.type != "gauge":
        return None
    metric, is_age = series.metric, isinstance(shape, forms.Age)
    if is_age is not (metric.unit == "timestamp"):
        return None
    only = only_of(shape.chosen, known.world.jobs_of(metric))
    if isinstance(shape, forms.Age):
        fits = shape.aggregate == "max" or (not shape.aggregate and is_alone(shape.chosen, metric, known))
        return Shown({"value": metric.name, **only}) if fits else None
    if not _carries(known, metric, shape.by):
        return None
    aggregate = {"aggregate": shape.aggregate} if shape.aggregate else {}
    return Shown({"value": metric.name, **only, **aggregate, **_by(shape.by)})


def _average(shape: forms.Average, known: Known) -> Shown | None:
    metric = known.world.metrics.get(shape.name)
    total = shape.total
    if metric is None or metric.type not in ("histogram", "summary") or total.by is None or total.function != "rate":
        return None
    if not _carries(known, metric, total.by):
        return None
    only = only_of(total.chosen, known.world.jobs_of(metric))
    return Shown({"average-of": metric.name, **only, **_by(total.by), **_over(total.window)})
