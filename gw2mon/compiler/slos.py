"""Service level objectives: names resolved, thresholds compared with buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.compiler.signals import ask_for_split, filters, find_metric
from gw2mon.loader import did_you_mean
from gw2mon.model import Slo, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from gw2mon.compiler.scope import Scope
    from gw2mon.model import Events, Latency
    from gw2mon.promql import Expr
    from gw2mon.spec.slos import Slo as SloSpec
    from gw2mon.world import World

Path = tuple[str | int, ...]


def slos_of(
    scope: Scope, world: World, events: Mapping[str, Events], latencies: Mapping[str, Latency]
) -> tuple[Slo, ...]:
    """The usable SLOs of a spec, in its order."""
    compiled = (_slo(scope, world, name, entry, events, latencies) for name, entry in scope.spec.slos.items())
    return tuple(slo for slo in compiled if slo is not None)


def _slo(
    scope: Scope,
    world: World,
    name: str,
    entry: SloSpec,
    events: Mapping[str, Events],
    latencies: Mapping[str, Latency],
) -> Slo | None:
    path = ("slos", name)
    counted = events.get(entry.of or "")
    latency = latencies.get(entry.of or "")
    if entry.of is not None and not _usable(scope, entry, counted, latency, path):
        return None
    probe = _probe(scope, world, entry, path) if entry.probe else None
    if entry.probe and probe is None:
        return None
    bad, total = _query(scope, entry, path)
    return Slo(
        name,
        entry.objective.value,
        entry.window.milliseconds,
        events=counted,
        latency=latency if counted is None else None,
        under=entry.under.value if entry.under else None,
        probe=probe,
        bad=bad,
        total=total,
        by=entry.by,
        description=entry.description,
        formerly=entry.formerly or "",
        origin=scope.at(*path),
    )


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
    if name in scope.spec.events and entry.under is not None:
        scope.error("GW108", f"under means nothing for events; {name} is no latency", (*path, "under"), "drop it")
        return False
    if events is not None and not events.split:
        ask_for_split(scope, name, (*path, "of"))
        return False
    return events is not None or latency is not None


def _probe(scope: Scope, world: World, entry: SloSpec, path: Path) -> Value | None:
    metric = find_metric(scope, world, str(entry.probe), ("gauge",), (*path, "probe"))
    if metric is None:
        return None
    return Value(metric.name, filters(scope, world, metric, entry.only, (*path, "only")), "")


def _query(scope: Scope, entry: SloSpec, path: Path) -> tuple[Expr | None, Expr | None]:
    if entry.query is None:
        return None, None
    return tuple(
        _parsed(scope, text, (*path, "query", key))
        for key, text in (("bad", entry.query.bad), ("total", entry.query.total))  # type: ignore[return-value]
    )


def _parsed(scope: Scope, text: str, path: Path) -> Expr | None:
    if "$window" not in text:
        scope.error(
            "GW108", f"{path[-1]} has no $window", path, "write the range as [$window]; the rules fill in theirs"
        )
        return None
    try:
        return q.parse(text, variables=True)
    except q.PromQLError as error:
        scope.report("GW301", "error", error.message, scope.source.value_at(*path))
        return None


def thresholds(slos: Mapping[str, SloSpec], latencies: Mapping[str, str]) -> dict[str, list[Decimal]]:
    """Histogram to the thresholds at which SLOs cut it; `latencies` maps a latency to its histogram."""
    found: dict[str, list[Decimal]] = {}
    for entry in slos.values():
        if entry.under is not None and entry.of is not None and entry.of in latencies:
            found.setdefault(latencies[entry.of], []).append(entry.under.value)
    return found
