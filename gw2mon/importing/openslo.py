"""SLOs written in OpenSLO, version 1: service level objectives, the indicators they refer to, and all around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.documents import flag, items, listed, no_other_keys, number, record, text
from gw2mon.importing import queries, terms
from gw2mon.importing.promise import Alerts, Indicated, Promise, Read, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal
    from typing import Literal

    from gw2mon.documents import Node, Report

_VERSION = "openslo/v1"
_OF_ALERTS = ("AlertPolicy", "AlertCondition", "AlertNotificationTarget")
_TOP = ("apiVersion", "kind", "metadata", "spec")
_NAMED = ("name", "displayName", "labels", "annotations")
_SLO = (
    "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives",
    "alertPolicies",
)  # fmt: skip
_OBJECTIVE = (
    "displayName", "target", "targetPercent", "op", "value", "timeSliceTarget", "timeSliceWindow", "indicator",
    "indicatorRef", "compositeWeight",
)  # fmt: skip
_SPEAKS_PROMQL = frozenset({"prometheus", "thanos", "mimir", "cortex", "victoriametrics"})
_UPGRADES = {
    "openslo/v1alpha": "raise it to openslo/v1: ratioMetrics of an objective become indicator.spec.ratioMetric with "
    "metricSource, timeWindows become timeWindow with a duration",
    "openslo.com/v2alpha": "write it as openslo/v1: sli becomes indicator, sliRef indicatorRef, and dataSourceRef and "
    "spec of a metric stand below metricSource",
}


class _Catalogue(NamedTuple):
    """What SLOs refer to by name."""

    indicators: Mapping[str, Node]
    sources: Mapping[str, str]
    """Data sources with their types, in small letters."""


def recognises(node: Node) -> bool:
    """Whether a record is OpenSLO's."""
    version = node.child("apiVersion").value
    return isinstance(version, str) and version.startswith(("openslo/", "openslo.com/"))


def read(nodes: Sequence[Node], settings: Settings, report: Report) -> Read:
    """The SLOs of documents, with the indicators that stand in documents of their own."""
    known = [node for node in nodes if _is_supported(node, report)]
    of_kind: dict[str, list[Node]] = {}
    for node in known:
        no_other_keys(node, _TOP, report)
        of_kind.setdefault(text(node.child("kind"), report), []).append(node)
    catalogue = _Catalogue(_by_name(of_kind.pop("SLI", []), report), _sources(of_kind.pop("DataSource", []), report))
    slos, services = of_kind.pop("SLO", []), of_kind.pop("Service", [])
    for kind, others in of_kind.items():
        _report_others(kind, others, report)
    used = {text(node.child("spec", "indicatorRef"), report) for node in slos}
    for name, node in catalogue.indicators.items():
        if name not in used:
            report.warn("GW805", node, f"no SLO uses the SLI {name}", "it is left out until one does")
    promises = [promise for node in slos for promise in _promises(node, catalogue, settings, report)]
    remarks = [said for node in services if (said := text(node.child("spec", "description"), report))]
    for node in services:
        _report_metadata(node, report, keeps_team=False)
    return Read(tuple(promises), tuple(remarks))


def _is_supported(node: Node, report: Report) -> bool:
    version = text(node.child("apiVersion"), report)
    if version == _VERSION:
        return True
    advice = _UPGRADES.get(version.replace("openslo/v2", "openslo.com/v2"), f"known is {_VERSION}")
    report.error("GW831", node.child("apiVersion"), f"{version} is not supported", advice)
    return False


def _by_name(nodes: Sequence[Node], report: Report) -> dict[str, Node]:
    for node in nodes:
        _report_metadata(node, report, keeps_team=False)
    return {text(node.child("metadata", "name"), report): node for node in nodes}


def _sources(nodes: Sequence[Node], report: Report) -> dict[str, str]:
    found = {}
    for node in nodes:
        kind = text(node.child("spec", "type"), report)
        found[text(node.child("metadata", "name"), report)] = kind.lower()
        _report_metadata(node, report, keeps_team=False)
        if kind.lower() not in _SPEAKS_PROMQL:
            advice = "its SLOs cannot be carried over; SLOs of Prometheus can"
            report.warn("GW832", node, f"the data source is {kind or 'of no type'}, not Prometheus", advice)
        elif node.child("spec", "connectionDetails").value is not None:
            advice = "rules are evaluated by the Prometheus that reads them"
            report.warn(
                "GW805", node.child("spec", "connectionDetails"), "connectionDetails are not carried over", advice
            )
    return found


def _report_others(kind: str, nodes: Sequence[Node], report: Report) -> None:
    for node in nodes:
        if kind in _OF_ALERTS:
            name = text(node.child("metadata", "name"), report)
            _report_alerts(node, f"{kind} {name}", report)
        else:
            report.error("GW801", node, f"{kind or 'no kind'} is no kind of OpenSLO's that is known", "known is SLO")


def _report_alerts(node: Node, what: str, report: Report) -> None:
    report.warn(
        "GW837", node, f"{what} is not carried over",
        "a condition of OpenSLO looks at one window; the SLO gets burn alerts over two windows each, see alerting, and "
        "notify says who is told",
    )  # fmt: skip


def _report_metadata(node: Node, report: Report, *, keeps_team: bool) -> None:
    metadata = node.child("metadata")
    no_other_keys(metadata, _NAMED, report)
    lost = [key for key in record(metadata.child("labels"), report) if key != "team" or not keeps_team]
    if lost:
        advice = "records have only the labels that tell SLOs apart; the team stands in slo_info"
        report.warn("GW824", metadata.child("labels"), f"labels are not carried over: {listed(lost)}", advice)
    annotations = record(metadata.child("annotations"), report)
    if annotations:
        advice = "they were meant for the program that read them"
        where = metadata.child("annotations")
        report.warn("GW805", where, f"annotations are not carried over: {listed(annotations)}", advice)


def _promises(node: Node, catalogue: _Catalogue, settings: Settings, report: Report) -> Iterator[Promise]:
    """An SLO for each objective."""
    spec = node.child("spec")
    no_other_keys(spec, _SLO, report)
    _report_metadata(node, report, keeps_team=True)
    name, service = text(node.child("metadata", "name"), report), text(spec.child("service"), report)
    objectives = items(spec.child("objectives"), report)
    if not name or not service or not objectives:
        missing = "metadata.name" if not name else "objectives" if service else "service"
        report.error("GW803", node, f"{missing} of an SLO is missing", "mend it in the file, and import again")
        return
    for policy in items(spec.child("alertPolicies"), report):
        _report_alerts(policy, f"an alert policy of {name}", report)
    if not _counts_events(spec, objectives, name, report):
        return
    days = _days(spec.child("timeWindow"), settings, report)
    sli = _indicator(spec, catalogue, report)
    indicated = _indicated(sli, name, catalogue, report) if sli is not None else None
    if days is None or sli is None or indicated is None:
        return
    described = text(spec.child("description"), report) or text(sli.child("description"), report)
    title, team = text(node.child("metadata", "displayName"), report), _team(node, report)
    for place, objective in enumerate(objectives, 1):
        promised = _promised(objective, report)
        if promised is not None:
            alerts = terms.fitting(Alerts(), promised, days, objective, report)
            own, origin = name, node
            if len(objectives) > 1:
                own, origin = f"{name}-{text(objective.child('displayName'), report) or place}", objective
            yield Promise(
                own,
                service,
                indicated,
                promised,
                days,
                alerts,
                team=team,
                description=described,
                runbook="",
                title=title,
                node=origin,
            )


def _team(node: Node, report: Report) -> str:
    """The team that a label names; of several the first."""
    label = node.child("metadata", "labels", "team")
    if not isinstance(label.value, list):
        return text(label, report)
    teams = items(label, report)
    if len(teams) > 1:
        report.warn("GW824", label, "an SLO has one team; the first is kept", "route the others in notify")
    return text(teams[0], report) if teams else ""


def _counts_events(spec: Node, objectives: Sequence[Node], name: str, report: Report) -> bool:
    """Whether budgets are spent by events, of one indicator for the whole SLO."""
    method = spec.child("budgetingMethod")
    said = text(method, report)
    if said not in ("", "Occurrences"):
        report.error(
            "GW834", method, f"{name} counts {said}, and an SLO here counts events",
            "promise a share of events: budgetingMethod: Occurrences, with an objective that fits",
        )  # fmt: skip
        return False
    for objective in objectives:
        composite = [key for key in ("indicator", "indicatorRef", "compositeWeight") if objective.child(key).value]
        if composite:
            report.error(
                "GW836", objective.child(composite[0]), f"{name} is made of several indicators",
                "promise each by itself, as an SLO of its own",
            )  # fmt: skip
            return False
    return True


def _days(node: Node, settings: Settings, report: Report) -> int | None:
    windows = items(node, report)
    if not windows:
        return settings.days
    (first, *others) = windows
    for other in others:
        report.error("GW803", other, "an SLO has one time window", "keep one of them")
    days = terms.window(text(first.child("duration"), report), first.child("duration"), report)
    no_other_keys(first, ("duration", "isRolling", "calendar"), report)
    if days is not None and (first.child("calendar").value is not None or not flag(first.child("isRolling"), report)):
        report.warn(
            "GW835", first.either("calendar", "isRolling", "duration"),
            f"the calendar's window becomes a rolling one of {days}d",
            "its budget is not new on the first of a month; it comes back as bad days leave the window",
        )  # fmt: skip
    return days


def _promised(node: Node, report: Report) -> Decimal | None:
    no_other_keys(node, _OBJECTIVE, report)
    for key in ("op", "value", "timeSliceTarget", "timeSliceWindow"):
        if node.child(key).value is not None:
            report.warn("GW805", node.child(key), f"{key} means nothing where events are counted", "it is left out")
    ratio, percent = number(node.child("target"), report), number(node.child("targetPercent"), report)
    if percent is None and ratio is not None:
        return terms.objective(ratio * 100, node.child("target"), report)
    if percent is None:
        report.error("GW803", node, "an objective needs target or targetPercent", "say what is promised")
        return None
    return terms.objective(percent, node.child("targetPercent"), report)


def _indicator(spec: Node, catalogue: _Catalogue, report: Report) -> Node | None:
    """The indicator of an SLO, which stands in it or is referred to."""
    reference = spec.child("indicatorRef")
    if reference.value is None or spec.child("indicator").value is not None:
        return spec.child("indicator", "spec")
    found = catalogue.indicators.get(text(reference, report))
    if found is None:
        there = f"known are {listed(sorted(catalogue.indicators))}" if catalogue.indicators else "no file has any"
        report.error(
            "GW838", reference, f"no SLI is called {text(reference, report)}", f"import its file as well; {there}"
        )
        return None
    return found.child("spec")


def _indicated(sli: Node, name: str, catalogue: _Catalogue, report: Report) -> Indicated | None:
    no_other_keys(sli, ("description", "ratioMetric", "thresholdMetric"), report)
    if sli.child("thresholdMetric").value is None:
        return _ratio(sli.child("ratioMetric"), name, catalogue, report)
    report.error(
        "GW833",
        sli.child("thresholdMetric"),
        f"{name} compares a value with a threshold, and counts no events",
        "count what is above it, such as a bucket of a histogram; or write an alert: value, above",
    )
    return None


def _ratio(node: Node, name: str, catalogue: _Catalogue, report: Report) -> Indicated | None:
    no_other_keys(node, ("counter", "good", "bad", "total", "raw", "rawType"), report)
    if node.child("raw").value is not None:
        query = _query(node.child("raw"), catalogue, report)
        success = text(node.child("rawType"), report) == "success"
        return queries.error_ratio(query, report, success=success) if query is not None else None
    part_is: Literal["bad", "good"] = "bad" if node.child("bad").value is not None else "good"
    if node.child("total").value is None or node.child(part_is).value is None:
        report.error("GW803", node, f"{name} needs total, and good or bad", "name the queries of its ratioMetric")
        return None
    counter = None if node.child("counter").value is None else flag(node.child("counter"), report)
    found = [_query(node.child(key), catalogue, report) for key in (part_is, "total")]
    parts = [queries.windowed(query, report, counter=counter) for query in found if query is not None]
    if len(parts) < len(found) or parts[0] is None or parts[1] is None:
        return None
    return queries.ratio_of(parts[0], parts[1], part_is, report)


def _query(node: Node, catalogue: _Catalogue, report: Report) -> Node | None:
    """The query of a metric, if a Prometheus can answer it."""
    no_other_keys(node, ("metricSource",), report)
    source = node.child("metricSource")
    no_other_keys(source, ("metricSourceRef", "type", "spec"), report)
    reference = text(source.child("metricSourceRef"), report)
    kind = text(source.child("type"), report).lower() or catalogue.sources.get(reference, "prometheus")
    query = source.child("spec").either("query", "promql")
    if kind not in _SPEAKS_PROMQL:
        report.error("GW832", source, f"{kind} is no Prometheus", "measure it in Prometheus, and write a query of that")
        return None
    if not text(query, report):
        report.error("GW803", query, "the query is missing", "an indicator needs spec.query")
        return None
    no_other_keys(source.child("spec"), ("query", "promql"), report)
    return query if isinstance(query.value, str) else None
