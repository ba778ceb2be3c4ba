"""What it takes to plant one defect in a dashboard, or in a compose file and the files beside it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Data = dict[str, Any]


class Planted(NamedTuple):
    """One defect, as a person makes it by hand."""

    name: str
    why_it_hurts: str
    plant: Callable[[Any], None]


def panels(dashboard: Data) -> Iterator[Data]:
    """Every panel, those in collapsed rows as well."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def where(**wanted: str) -> Callable[[Data], Data]:
    """The first panel at the top with these parts: `expr` in a query; `legend`, `kind` and `unit` in full."""

    def found(dashboard: Data) -> Data:
        return next(panel for panel in dashboard["panels"] if _fits(panel, **wanted))

    return found


def _fits(panel: Data, *, kind: str = "", unit: str = "", expr: str = "", legend: str = "") -> bool:
    targets = panel.get("targets", [])
    return (
        kind in {"", panel["type"]}
        and unit in {"", panel.get("fieldConfig", {}).get("defaults", {}).get("unit")}
        and (not expr or any(expr in target["expr"] for target in targets))
        and (not legend or any(target["legendFormat"] == legend for target in targets))
    )


def put(data: Any, path: str, value: Any) -> None:
    """Set what lies at a dotted path; a number is a place in a list."""
    *parents, last = path.split(".")
    for key in parents:
        data = data[int(key)] if isinstance(data, list) else data.setdefault(key, {})
    data[int(last) if isinstance(data, list) else last] = value


def drop(data: Any, path: str) -> None:
    """Remove what lies at a dotted path."""
    *parents, last = path.split(".")
    for key in parents:
        data = data[int(key)] if isinstance(data, list) else data[key]
    del data[int(last) if isinstance(data, list) else last]


def setting(find: Callable[[Data], Data], path: str, value: Any) -> Callable[[Data], None]:
    """A plant that sets one value of what `find` finds."""
    return lambda whole: put(find(whole), path, value)


def dropping(find: Callable[[Data], Data], path: str) -> Callable[[Data], None]:
    """A plant that removes one value of what `find` finds."""
    return lambda whole: drop(find(whole), path)


def itself(dashboard: Data) -> Data:
    """The dashboard, where a plant needs no panel."""
    return dashboard


def replacing(find: Callable[[Data], Data], old: str, new: str) -> Callable[[Data], None]:
    """A plant that rewrites a part of each query of a panel."""

    def plant(dashboard: Data) -> None:
        for target in find(dashboard)["targets"]:
            target["expr"] = target["expr"].replace(old, new)

    return plant


def asking(find: Callable[[Data], Data], expr: str) -> Callable[[Data], None]:
    """A plant that gives a panel another first query."""
    return setting(find, "targets.0.expr", expr)


def both(*plants: Callable[[Data], None]) -> Callable[[Data], None]:
    """Several changes that are one defect only together."""

    def plant(whole: Data) -> None:
        for one in plants:
            one(whole)

    return plant


STAT = where(kind="stat", unit="reqps")
STAT_OF_SHARE = where(kind="stat", legend="bad requests")
GRAPH = where(kind="timeseries", unit="reqps")
GRAPH_OF_SHARE = where(kind="timeseries", legend="bad requests")
QUANTILES = where(kind="timeseries", legend="p95")
HEATMAP = where(kind="heatmap")
TABLE = where(kind="table")
BARS = where(kind="bargauge")
BYTES = where(kind="timeseries", unit="bytes")


def collapsed(dashboard: Data) -> Data:
    """The first row that hides its panels."""
    return next(panel for panel in dashboard["panels"] if panel["type"] == "row" and panel["collapsed"])


def variable(name: str) -> Callable[[Data], Data]:
    """The declaration of a variable."""
    return lambda dashboard: next(one for one in dashboard["templating"]["list"] if one["name"] == name)


def annotation(name: str) -> Callable[[Data], Data]:
    """The declaration of an annotation."""
    return lambda dashboard: next(one for one in dashboard["annotations"]["list"] if one["name"] == name)
