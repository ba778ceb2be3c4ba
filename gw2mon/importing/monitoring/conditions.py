"""Conditions of alerts in the words of a spec, where those mean the same; else in PromQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import promql as q
from gw2mon.importing.monitoring import forms
from gw2mon.importing.monitoring.naming import Signals, events_of, known_events, latency_of, only_of, slug_of_alert
from gw2mon.importing.monitoring.plainly import number_in, plainly, split_off
from gw2mon.inference import infer_all
from gw2mon.scaffold.amounts import amount

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.importing.monitoring.reading import Alert
    from gw2mon.model import Metric
    from gw2mon.promql import Expr
    from gw2mon.world import World

_SHOWN_VALUE = re.compile(r"\$value|\.Value")
_SHOWN_LABEL = re.compile(r"\$labels\.(\w+)|\.Labels\.(\w+)")
_WORST = {"above": "max", "below": "min"}
_UNITS = ("seconds", "bytes")
FROM_RULES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


class Known(NamedTuple):
    """What conditions are said in terms of."""

    world: World
    signals: Signals


class Said(NamedTuple):
    """A condition in the words of a spec."""

    entry: dict[str, Any]
    """Without thresholds."""
    key: str
    """above, below or equals; "" without a threshold."""
    amount: Any
    at_least: int = 0
    notes: tuple[str, ...] = ()
    changed: str = ""
    """What is other than written, and why."""


def condition_of(alert: Alert, known: Known) -> Said:
    """The condition of an alert."""
    return _in_words(alert, known) or _in_promql(alert, known)


def shown_labels(text: str) -> set[str]:
    """Labels that templates show."""
    return {left or right for left, right in _SHOWN_LABEL.findall(text)}


def _in_words(alert: Alert, known: Known) -> Said | None:
    expr = alert.plain
    guard = expr.rhs if isinstance(expr, q.Binary) and expr.op == "and" and expr.matching is None else None
    compared = split_off(expr.lhs if isinstance(expr, q.Binary) and guard is not None else expr)
    if compared is None:
        form = forms.form_of(expr)
        return _absent(form, known) if isinstance(form, forms.Absent) else None
    value, key, bound = compared
    form = forms.form_of(value)
    match form:
        case forms.Share():
            found = _share(alert, form, key, bound, known)
        case forms.Quantile():
            found = _quantile(alert, form, key, bound, known)
        case forms.Value() | forms.Age():
            found = _gauge(alert, form, key, bound, known)
        case forms.Rated(function="rate", by=()):
            found = _rate(alert, form, key, bound, known)
        case _:
            found = None
    if found is None or guard is None:
        return found
    least = _least(guard, form)
    return found._replace(at_least=least) if least else None


def _least(guard: Expr, form: forms.Form | None) -> int:
    """The fewest events that a guard asks for, of what the form is about."""
    match guard:
        case q.Binary(op=">=", lhs=counted, rhs=number):
            seen, least = forms.rated(counted), number_in(number)
            total = form.total if isinstance(form, forms.Share) else None
            if seen and least and total and seen == total._replace(function="increase") and least % 1 == 0 < least:
                return int(least)
    return 0


def _metric(known: Known, name: str) -> Metric | None:
    series = known.world.series.get(name)
    return series.metric if series else None


def _counted(known: Known, series: str) -> Metric | None:
    """The metric whose events a series counts."""
    metric = _metric(known, series)
    if metric is None:
        return None
    is_count = series == (metric.name if metric.type == "counter" else f"{metric.name}_count")
    return metric if is_count else None


def _is_whole(by: forms.Labels | None, alert: Alert, known: Known, metric: Metric) -> bool:
    """Whether a sum by these labels is one number: none, or the job where there is but one."""
    if by == ():
        return True
    return by == ("job",) and len(known.world.jobs_of(metric)) == 1 and "job" not in shown_labels(alert.texts)


def is_alone(chosen: forms.Chosen, metric: Metric, known: Known) -> bool:
    """Whether a metric is one series: without labels, on a single target.

    A gauge of which nobody mentions a label has none; a histogram is another thing for each that was not mentioned.
    """
    jobs = chosen.jobs or known.world.jobs_of(metric)
    if metric.partial and metric.type == "histogram":
        return False
    if len(jobs) != 1 or metric.labels or chosen.only or jobs[0] not in known.world.jobs:
        return False
    job = known.world.jobs[jobs[0]]
    is_known = job.origin is not None  # else its target is a guess
    return is_known and len(job.targets) == 1 and not job.discovery


def is_there(series: str, world: World) -> bool:
    """Whether there are such series, or rules make them."""
    return series in world.series or series in FROM_RULES or ":" in series


def _share(alert: Alert, form: forms.Share, key: str, bound: Decimal, known: Known) -> Said | None:
    metric = _counted(known, form.total.chosen.name)
    if metric is None or key not in _WORST or not isinstance(form.total.window, int):
        return None
    if form.percent and _SHOWN_VALUE.search(alert.texts):
        return None  # its texts show a percentage, and would show a share
    notes: tuple[str, ...] = ()
    changed = ""
    if form.total.by is None:
        changed = "each series was divided by itself, so that it was always 1; both sides are added up"
        notes = ("CHANGED: each series was divided by itself, which is always 1. Both sides are added up.",)
        if shown_labels(alert.texts):
            return None
    elif not _is_whole(form.total.by, alert, known, metric):
        return None
    is_bad = (key == "above") is (form.split_is == "part")
    only = only_of(form.total.chosen, known.world.jobs_of(metric))
    hint = slug_of_alert(alert.name)
    name = events_of(known.signals, metric.name, only, form.split, "bad" if is_bad else "good", hint)
    entry = {"bad-share-of" if key == "above" else "good-share-of": name, "over": q.format_duration(form.total.window)}
    share = bound / 100 if form.percent else bound
    return Said(entry, key, amount(share, "ratio"), notes=notes, changed=changed)


def _quantile(alert: Alert, form: forms.Quantile, key: str, bound: Decimal, known: Known) -> Said | None:
    buckets = form.buckets
    metric = _metric(known, buckets.chosen.name)
    if metric is None or metric.type != "histogram" or not isinstance(buckets.window, int) or key not in _WORST:
        return None
    if shown_labels(alert.texts) if form.by is None else not _is_whole(form.by, alert, known, metric):
        return None
    notes: tuple[str, ...] = ()
    changed = ""
    if form.by is None and not is_alone(buckets.chosen, metric, known):
        changed = "it was a quantile for each series, which few requests decide; the buckets are added up"
        notes = ("CHANGED: it was a quantile for each series, which few requests decide. The buckets are added up.",)
    only = only_of(buckets.chosen, known.world.jobs_of(metric))
    name = latency_of(known.signals, metric.name, only, slug_of_alert(alert.name))
    entry = {"quantile": form.quantile, "of": name, "over": q.format_duration(buckets.window)}
    return Said(entry, key, amount(bound, metric.unit), notes=notes, changed=changed)


def _gauge(alert: Alert, form: forms.Value | forms.Age, key: str, bound: Decimal, known: Known) -> Said | None:
    metric = _metric(known, form.chosen.name)
    if metric is None or metric.type != "gauge":
        return None
    is_age = isinstance(form, forms.Age)
    if isinstance(form, forms.Value) and form.by and not _is_whole(form.by, alert, known, metric):
        return None
    if not form.aggregate and (not is_alone(form.chosen, metric, known) or shown_labels(alert.texts)):
        return None
    if is_age and (form.aggregate not in ("", "max") or key not in _WORST):
        return None
    worst = _WORST.get(key) or ("min" if bound == 0 else "max")
    entry: dict[str, Any] = {"stale" if is_age else "value": metric.name}
    entry.update(only_of(form.chosen, known.world.jobs_of(metric)))
    if not is_age and form.aggregate and form.aggregate != worst:
        entry["aggregate"] = form.aggregate
    return Said(entry, key, amount(bound, "seconds" if is_age else metric.unit))


def _rate(alert: Alert, form: forms.Rated, key: str, bound: Decimal, known: Known) -> Said | None:
    metric = _counted(known, form.chosen.name)
    if metric is None or key not in _WORST or not isinstance(form.window, int):
        return None
    only = only_of(form.chosen, known.world.jobs_of(metric))
    name = known_events(known.signals, metric.name, only)
    name = name or events_of(known.signals, metric.name, only, (), "", slug_of_alert(alert.name))
    return Said({"rate-of": name, "over": q.format_duration(form.window)}, key, bound)


def _absent(form: forms.Absent, known: Known) -> Said | None:
    metric = _metric(known, form.chosen.name)
    if metric is None or metric.name != form.chosen.name or metric.type in ("histogram", "summary"):
        return None
    return Said({"absent": metric.name, **only_of(form.chosen, known.world.jobs_of(metric))}, "", None)


def _in_promql(alert: Alert, known: Known) -> Said:
    expr = alert.expr
    while isinstance(expr, q.Paren):
        expr = expr.expr
    numbered = expr._replace(rhs=plainly(expr.rhs), lhs=plainly(expr.lhs)) if isinstance(expr, q.Binary) else expr
    compared = split_off(numbered)
    if compared is None or not isinstance(expr, q.Binary):
        return Said({"expr": text_of(expr, known.world)}, "", None)
    value, key, bound = compared
    written = expr.lhs if plainly(expr.lhs) == value else expr.rhs
    while isinstance(written, q.Paren):
        written = written.expr
    unit = _unit(value, bound, known.world)
    entry = {"expr": text_of(written, known.world), **({"unit": unit} if unit else {})}
    return Said(entry, key, amount(bound, unit))


def _unit(expr: Expr, bound: Decimal, world: World) -> str:
    """The unit of a value, where a threshold reads better with one."""
    found = infer_all(expr, world)[id(expr)].unit
    if found is None or found.scale != 1:
        return ""
    if found.dimensions:
        ((name, power), *more) = found.dimensions
        return name if power == 1 and not more and name in _UNITS else ""
    is_share = any(isinstance(node, q.Binary) and node.op == "/" for node in q.walk(expr))
    return "ratio" if is_share and 0 < bound <= 1 else ""


def text_of(expr: Expr, world: World) -> str:
    """PromQL as it stands in a spec: every selector of a known metric names the jobs that have it."""

    def change(node: Expr) -> Expr:
        if not isinstance(node, q.VectorSelector) or any(matcher.name == "job" for matcher in node.matchers):
            return node
        series = world.series.get(node.name or "")
        jobs = world.jobs_of(series.metric) if series else ()
        return node._replace(matchers=(q.one_of("job", jobs), *node.matchers)) if jobs else node

    return q.pretty(q.transform(expr, change))
