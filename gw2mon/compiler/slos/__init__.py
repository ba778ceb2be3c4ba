"""Service level objectives: names resolved, thresholds compared with buckets, and the rules that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon import promql as q
from gw2mon.compiler.signals import ask_for_split, filters, find_metric
from gw2mon.compiler.slos.alerts import alerts_of
from gw2mon.compiler.slos.records import records_of
from gw2mon.compiler.slos.sli import Shape
from gw2mon.loader import did_you_mean
from gw2mon.model import EventsSli, LatencySli, ProbeSli, QuerySli, RatioSli, RuleGroup, Slo, Value
from gw2mon.slo import BurnPair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Events, Latency, Rule, Sli
    from gw2mon.promql import Expr
    from gw2mon.spec.slos import BurnWindow
    from gw2mon.spec.slos import Slo as SloSpec
    from gw2mon.world import World

Path = tuple[str | int, ...]

_INTERVAL = 60_000
"""Evaluation of the groups: records must lie closer than the five minutes for which Prometheus sees them."""


def slos_of(
    scope: Scope, world: World, events: Mapping[str, Events], latencies: Mapping[str, Latency]
) -> tuple[Slo, ...]:
    """The usable SLOs of a spec, in its order."""
    compiled = (_slo(scope, world, name, entry, events, latencies) for name, entry in scope.spec.slos.items())
    return tuple(slo for slo in compiled if slo is not None)


def slo_groups(scope: Scope, world: World, slos: tuple[Slo, ...]) -> tuple[RuleGroup, ...]:
    """A rule group for each SLO: records first, so that its alerts see the values of their own round."""
    return tuple(_group(scope, world, promise) for promise in slos)


def _group(scope: Scope, world: World, promise: Slo) -> RuleGroup:
    shape = Shape(promise, scope.spec.service, world)
    rules: tuple[Rule, ...] = (*records_of(shape), *alerts_of(scope, shape))
    return RuleGroup(names.slo_group(promise.id), _INTERVAL, rules, promise.origin)


def _slo(
    scope: Scope,
    world: World,
    name: str,
    entry: SloSpec,
    events: Mapping[str, Events],
    latencies: Mapping[str, Latency],
) -> Slo | None:
    path = ("slos", name)
    sli = _sli(scope, world, entry, path, events, latencies)
    if sli is None or not _kept_apart(scope, world, entry, sli, path):
        return None
    if "{{" in (entry.runbook or ""):
        scope.error("GW405", "the runbook of an SLO is no template", (*path, "runbook"), "write an address")
    service, alerting = scope.spec.service, entry.alerting
    wanted = {"page": alerting.page, "ticket": alerting.ticket}
    return Slo(
        name,
        names.slo_id(service, name),
        sli,
        entry.objective.value,
        entry.window.milliseconds,
        entry.by,
        pairs=tuple(pair for pair in _pairs(scope, entry, path) if wanted[pair.level]),
        exhausted=alerting.exhausted,
        no_data=alerting.no_data,
        min_errors=alerting.min_errors,
        accuracy=entry.accuracy,
        compat=entry.compat or "",
        expected_per_day=entry.expected_per_day,
        description=entry.description,
        runbook=entry.runbook or "",
        team=entry.team or scope.spec.team,
        formerly=names.slo_id(service, entry.formerly) if entry.formerly else "",
        origin=scope.at(*path),
    )


def _sli(
    scope: Scope,
    world: World,
    entry: SloSpec,
    path: Path,
    events: Mapping[str, Events],
    latencies: Mapping[str, Latency],
) -> Sli | None:
    if entry.probe is not None:
        return _probe(scope, world, entry, path)
    if entry.query is not None:
        bad, total = (_parsed(scope, text, (*path, "query", key), "$window")
                      for key, text in (("bad", entry.query.bad), ("total", entry.query.total)))  # fmt: skip
        return QuerySli(bad, total) if bad is not None and total is not None else None
    if entry.error_ratio is not None:
        ratio = _parsed(scope, entry.error_ratio, (*path, "error-ratio"))
        return RatioSli(ratio) if ratio is not None else None
    counted, latency = events.get(entry.of or ""), latencies.get(entry.of or "")
    if not _usable(scope, entry, counted, latency, path):
        return None
    if counted is not None:
        return EventsSli(counted)
    return _latency(scope, world, entry, latency, path) if latency is not None else None


def _latency(scope: Scope, world: World, entry: SloSpec, latency: Latency, path: Path) -> LatencySli | None:
    if entry.under is None:
        return None  # reported
    if len(entry.bad) > 1:
        scope.error(
            "GW108", "bad of a latency is about one label", (*path, "bad"), "name the label that tells failures"
        )
        return None
    metric = world.metrics[latency.metric]
    only = filters(scope, world, metric, entry.only, (*path, "only"))
    bad = filters(scope, world, metric, entry.bad, (*path, "bad"))
    return LatencySli(latency, entry.under.value, only, bad)


def _kept_apart(scope: Scope, world: World, entry: SloSpec, sli: Sli, path: Path) -> bool:
    """Whether the labels by which an SLO is kept apart are there; of PromQL the checks will tell."""
    if isinstance(sli, (QuerySli, RatioSli)):
        return True
    metric = world.metrics[sli[0].metric]
    labels = [label.name for label in (*metric.labels, *world.target_labels(metric))]
    unknown = [name for name in entry.by if name not in labels]
    for name in unknown:
        where = (*path, "by", entry.by.index(name))
        scope.error("GW202", f"{metric.name} has no label {name}", where, did_you_mean(name, labels, "labels"))
    return not unknown


def _pairs(scope: Scope, entry: SloSpec, path: Path) -> tuple[BurnPair, ...]:
    period = entry.window.milliseconds
    if entry.alerting.windows:
        return tuple(_pair(window, period) for window in entry.alerting.windows)
    pairs = slo.default_pairs(period)
    if not pairs:
        scope.error(
            "GW452",
            f"there are no burn windows for an SLO over {q.format_duration(period)}",
            (*path, "window"),
            "promise it over 7d or more, or name the windows in alerting.windows",
        )
    return pairs


def _pair(window: BurnWindow, period: int) -> BurnPair:
    short, long = window.short.milliseconds, window.long.milliseconds
    share = window.budget.value if window.budget is not None else None
    factor = slo.factor(share, period, long) if share is not None else window.factor
    return BurnPair(window.level, short, long, factor or slo.EVENLY)


def _usable(scope: Scope, entry: SloSpec, events: Events | None, latency: Latency | None, path: Path) -> bool:
    name = entry.of or ""
    declared = {*scope.spec.events, *scope.spec.latencies}
    if name not in declared:
        scope.report(
            "GW204",
            "error",
            f"unknown events or latency {name}",
            scope.source.value_at(*path, "of"),
            did_you_mean(name, declared, "events and latencies"),
        )
        return False
    if name in scope.spec.latencies and entry.under is None:
        scope.error(
            "GW104", "an SLO of a latency needs under", path, "say under which duration a request is good: under: 200ms"
        )
        return False
    for key in ("under", "only", "bad") if name in scope.spec.events else ():
        if getattr(entry, key):
            scope.error("GW108", f"{key} means nothing for events; {name} is no latency", (*path, key), "drop it")
            return False
    if events is not None and not events.split:
        ask_for_split(scope, name, (*path, "of"))
        return False
    return events is not None or latency is not None


def _probe(scope: Scope, world: World, entry: SloSpec, path: Path) -> ProbeSli | None:
    metric = find_metric(scope, world, str(entry.probe), ("gauge",), (*path, "probe"))
    if metric is None:
        return None
    return ProbeSli(Value(metric.name, filters(scope, world, metric, entry.only, (*path, "only")), ""))


def _parsed(scope: Scope, text: str, path: Path, needed: str = "") -> Expr | None:
    if needed and needed not in text:
        scope.error(
            "GW108", f"{path[-1]} has no {needed}", path, f"write the range as [{needed}]; the rules fill in theirs"
        )
        return None
    try:
        expr = q.parse(text, variables=bool(needed))
    except q.PromQLError as error:
        scope.report("GW301", "error", error.message, scope.source.value_at(*path), q.excerpt(text, error.span))
        return None
    if q.type_of(expr) != "instant vector":
        message = f"{path[-1]} is a {q.type_of(expr)}, and an SLO counts series"
        scope.report("GW301", "error", message, scope.source.value_at(*path), "write a query that returns series")
        return None
    return expr


def thresholds(slos: Mapping[str, SloSpec], latencies: Mapping[str, str]) -> dict[str, list[Decimal]]:
    """Histogram to the thresholds at which SLOs cut it; `latencies` maps a latency to its histogram."""
    found: dict[str, list[Decimal]] = {}
    for entry in slos.values():
        if entry.under is not None and entry.of is not None and entry.of in latencies:
            found.setdefault(latencies[entry.of], []).append(entry.under.value)
    return found
