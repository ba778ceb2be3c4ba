"""The closed world as a query sees it: every name that can be selected, with the labels its stored series have.

That is the declared world after scraping: target labels, `honor_labels`, relabelling, several workers. External labels
are no part of it, since Prometheus adds them only to what leaves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.inference import relabelling
from gw2mon.inference.labels import NAME, Labels, with_label
from gw2mon.inference.values import PRESENT, Values, closed, openly, or_absent, union

if TYPE_CHECKING:
    from gw2mon.inference.inferred import Inferred
    from gw2mon.model import Job, Label, Metric, RecordingRule
    from gw2mon.promql.ast import Expr, MatchOp
    from gw2mon.world import Series, World

OTHER = "other"
"""What the generated Python module writes for a value that is not declared."""
_FROM_PROMETHEUS = "scrape"
"""The catalogue of what Prometheus itself writes for each target, past all relabelling of samples."""
_PER_PROCESS = ("all", "liveall")
_KEPT_VIEWS = 8

SelectorKey = tuple[str | None, tuple[tuple[str, "MatchOp", str], ...]]


class View(NamedTuple):
    """A world, with what has been worked out about it so far."""

    world: World
    records: dict[str, list[RecordingRule]]
    families: dict[str, tuple[Labels, ...] | None]
    """Name to the labels of its series, for each job one set; None where relabelling may have mixed names."""
    selected: dict[SelectorKey, Inferred]
    """What is inferred of a selector, offsets and places aside."""
    recorded: dict[str, tuple[Inferred, ...]]
    """What is inferred of the series that each rule of a record makes."""
    whole: dict[int, tuple[Expr, Inferred]]
    """What was inferred of whole expressions, by their identity; each is kept, so that no other gets its identity."""
    underway: set[str]
    """Records whose rules are being looked at: one of these that reads itself is not known."""


_views: dict[int, View] = {}


def view_of(world: World) -> View:
    """The view of a world. The last few are kept, so that many expressions share what is known."""
    found = _views.get(id(world))
    if found is not None and found.world is world:
        return found
    records: dict[str, list[RecordingRule]] = {}
    for rule in world.records:
        records.setdefault(rule.record, []).append(rule)
    fresh = View(world, records, {}, {}, {}, {}, set())
    while len(_views) >= _KEPT_VIEWS:
        del _views[next(iter(_views))]
    _views[id(world)] = fresh
    return fresh


def families(view: View, series: Series) -> tuple[Labels, ...] | None:
    """The labels of the series of a name, by job; None where relabelling may have given others the same name."""
    if series.name not in view.families:
        view.families[series.name] = _families(view.world, series)
    return view.families[series.name]


def _families(world: World, series: Series) -> tuple[Labels, ...] | None:
    if any(relabelling.renames(job.metric_relabel) for job in world.jobs.values()):
        return None
    own = {NAME: closed((series.name,)), **{label.name: _own_values(series, label) for label in series.labels}}
    if world.workers == "multi" and series.metric.object and series.metric.multiprocess in _PER_PROCESS:
        own["pid"] = PRESENT
    found = (_stored(world.jobs[name], series.metric, own) for name in world.jobs_of(series.metric))
    return tuple(labels for labels in found if labels is not None)


def _own_values(series: Series, label: Label) -> Values:
    """The values that an exporter gives a label of its own."""
    values = _declared(label)
    metric = series.metric
    if label.name in ("le", "quantile") and label not in metric.labels:
        # The bounds of others differ between their versions, and so does how they are spelt.
        return openly(values) if metric.partial or metric.catalog not in ("", "fastapi") else values
    return union(values, closed((OTHER,))) if metric.object else values


def _declared(label: Label) -> Values:
    """The values of a label as declared. An open one may be empty, which is as if it were absent."""
    known = frozenset(label.values.values)
    return Values(known) if label.values.closed else or_absent(Values(known, open=True))


def _stored(job: Job, metric: Metric, own: dict[str, Values]) -> Labels | None:
    target = _target_labels(job)
    if metric.catalog == _FROM_PROMETHEUS:
        return with_label(target, NAME, own[NAME])
    scraped = _scraped(target, own, honored=job.honor_labels)
    return relabelling.of_samples(scraped._replace(open=scraped.open or metric.partial), job.metric_relabel)


def _target_labels(job: Job) -> Labels:
    is_fixed = bool(job.targets) and not job.discovery and not job.relabel
    known = frozenset(job.targets)
    values = {"job": closed((job.name,)), "instance": Values(known, open=not is_fixed)}
    for label in job.labels:
        values[label.name] = union(values.get(label.name, _declared(label)), _declared(label))
    return relabelling.of_target(Labels(values), job.relabel, {label.name for label in job.labels})


def _scraped(target: Labels, own: dict[str, Values], *, honored: bool) -> Labels:
    """The labels of target and exporter together; where both have one of the same name, one of them gives way."""
    values = dict(target.values)
    if honored:
        values |= {name: openly(target.of(name)) for name in ("job", "instance")}
    for name, mine in own.items():
        if name == NAME or not (target.open or name in target.values):
            values[name] = mine
        elif honored:
            # Without a value of its own the series gets that of the target.
            values[name] = mine if mine.certain else union(Values(mine.known - {""}, mine.open), target.of(name))
        else:
            theirs = target.of(name)
            values[name] = theirs if theirs.certain else union(theirs, mine)
            values[f"exported_{name}"] = mine if theirs.certain else or_absent(mine)
    return Labels(values, target.open)


def alerts_labels(view: View, name: str) -> Labels:
    """The labels of ALERTS: those of any alert, of which other services may have more."""
    values = {NAME: closed((name,)), "alertname": Values(frozenset(view.world.alerts), open=True)}
    if name == "ALERTS":
        values["alertstate"] = closed(("pending", "firing"))
    return Labels(values, open=True)
