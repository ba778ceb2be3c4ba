"""SLOs written for Sloth: its own files, its Kubernetes resources, and its burn windows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import slo
from gw2mon.documents import flag, items, listed, no_other_keys, number, record, text
from gw2mon.importing import queries, terms
from gw2mon.importing.promise import Alerts, Indicated, Promise, Read, Settings
from gw2mon.promql import PromQLError, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.documents import Node, Report
    from gw2mon.slo import BurnPair

_VERSION = "prometheus/v1"
_GROUP = "sloth.slok.dev/"
_TEAM = ("owner", "team")
_RUNBOOK = ("runbook", "runbook_url", "runbookURL", "runbookUrl")
_OURS = {"page": "critical", "ticket": "warning"}
"""Severities that alerts of SLOs have anyway."""
_PLUGINS = {
    "denominator_corrected": "the rules weigh every minute by its traffic anyway, so nothing is lost",
    "rule_intervals": "the group of each SLO is evaluated every minute",
    "error_budget_exhausted": "a spent budget has an alert anyway: alerting.exhausted",
    "victoria_metrics": "queries are PromQL of Prometheus; functions of VictoriaMetrics are refused",
    "debug": "it only printed something, so nothing is lost",
    "noop": "it did nothing, so nothing is lost",
}
"""A piece of a plugin's id to what becomes of it."""
_LEAST_SHARE = Decimal("0.01")
_LONGEST = 20
"""Characters of a duration that anybody writes."""
_ADDRESSED = (
    "they are called SLOErrorBudgetBurn and carry service, team, slo_id, slo_name and severity (critical for a page, "
    "warning for a ticket): route by those"
)


class _Document(NamedTuple):
    """What all SLOs of a document share."""

    service: str
    team: str


def recognises(node: Node) -> bool:
    """Whether a record is one of Sloth's."""
    return text_at(node, "version").startswith("prometheus/") or text_at(node, "apiVersion").startswith(_GROUP)


def text_at(node: Node, key: str) -> str:
    """The text below a key, or "" where there is something else."""
    value = node.child(key).value
    return value if isinstance(value, str) else ""


def read(nodes: Sequence[Node], settings: Settings, report: Report) -> Read:
    """The SLOs of documents; burn windows among the documents apply to all of them."""
    kinds = [(node, text_at(node, "kind")) for node in nodes]
    windows = tuple(pair for node, kind in kinds if kind == "AlertWindows" for pair in _windows(node, settings, report))
    found: list[Promise] = []
    for node, kind in kinds:
        if text_at(node, "version") == _VERSION:
            found += _promises(node, settings, windows, report)
        elif kind == "PrometheusServiceLevel":
            no_other_keys(node, ("apiVersion", "kind", "metadata", "spec", "status"), report)
            no_other_keys(node.child("metadata"), ("name", "namespace"), report)
            found += _promises(node.child("spec"), settings, windows, report)
        elif kind != "AlertWindows":
            what = kind or text_at(node, "version") or "it"
            report.error("GW801", node, f"{what} is no kind of Sloth's that is known", f"known is {_VERSION}")
    return Read(tuple(found))


def _promises(node: Node, settings: Settings, windows: tuple[BurnPair, ...], report: Report) -> Iterator[Promise]:
    no_other_keys(node, ("version", "service", "labels", "slo_plugins", "sloPlugins", "slos"), report)
    service = text(node.child("service"), report)
    if not service:
        report.error("GW803", node.child("service"), "service is missing", "name the service that the SLOs are of")
        return
    shared = _Document(service, _team(node, report))
    _report_plugins(node.either("slo_plugins", "sloPlugins"), report)
    slos = items(node.child("slos"), report)
    if not slos:
        report.error("GW803", node.child("slos"), f"service {service} has no SLOs", "there is nothing to import")
    for entry in slos:
        promise = _promise(entry, shared, settings, windows, report)
        if promise is not None:
            yield promise


def _promise(
    node: Node, shared: _Document, settings: Settings, windows: tuple[BurnPair, ...], report: Report
) -> Promise | None:
    known = ("name", "objective", "description", "labels", "infoLabels", "sli", "alerting", "plugins", "interval")
    no_other_keys(node, known, report)
    name, percent = text(node.child("name"), report), number(node.child("objective"), report)
    if not name or percent is None:
        missing = "objective" if name else "name"
        report.error("GW803", node, f"{missing} of an SLO is missing", "mend it in the file, and import again")
        return None
    promised = terms.objective(percent, node.child("objective"), report)
    indicated = _indicated(node.child("sli"), report)
    if promised is None or indicated is None:
        return None
    team = _team(node, report) or shared.team
    _report_settings(node, report)
    alerting = node.child("alerting")
    alerts = terms.fitting(_alerts(alerting, windows, report), promised, settings.days, node.child("objective"), report)
    runbook = _alert_text(alerting, name, report)
    described = text(node.child("description"), report)
    return Promise(name, shared.service, indicated, promised, settings.days, alerts, team, described, runbook, "", node)


def _team(node: Node, report: Report) -> str:
    """The team that labels name; the other labels are reported."""
    labels = record(node.child("labels"), report)
    key = next((key for key in _TEAM if key in labels), "")
    lost = [name for name in labels if name != key]
    if lost:
        report.warn(
            "GW824", node.child("labels"), f"labels are not carried over: {listed(lost)}",
            "records have only the labels that tell SLOs apart, so that they join; the team stands in slo_info",
        )  # fmt: skip
    return text(labels[key], report) if key else ""


def _report_settings(node: Node, report: Report) -> None:
    for key, advice in (
        ("infoLabels", "slo_info has slo_objective, slo_period, slo_type and team"),
        ("interval", "the group of each SLO is evaluated every minute"),
    ):
        if node.child(key).value is not None:
            report.warn("GW805", node.child(key), f"{key} is not carried over", advice)
    _report_plugins(node.child("plugins"), report)


def _report_plugins(node: Node, report: Report) -> None:
    for plugin in items(node.child("chain"), report):
        name = text(plugin.child("id"), report)
        advice = next((said for piece, said in _PLUGINS.items() if piece in name), "say in the spec what it changed")
        report.warn("GW822", plugin, f"SLO plugin {name} is not carried over", advice)


def _indicated(node: Node, report: Report) -> Indicated | None:
    forms = record(node, report)
    no_other_keys(node, ("events", "raw", "plugin"), report)
    given = [form for form in ("events", "raw", "plugin") if form in forms]
    if len(given) != 1:
        report.error("GW803", node, "an SLI is one of events, raw and plugin", "mend it in the file, and import again")
        return None
    (form,) = given
    if form == "plugin":
        name = text(node.child("plugin", "id"), report)
        report.error(
            "GW821", node.child("plugin"), f"SLI plugin {name} is a program, which cannot be read",
            "import what Sloth makes of it: write the two queries of its rules as events",
        )  # fmt: skip
        return None
    return _from_events(node.child("events"), report) if form == "events" else _from_raw(node.child("raw"), report)


def _from_events(node: Node, report: Report) -> Indicated | None:
    no_other_keys(node, ("error_query", "errorQuery", "total_query", "totalQuery"), report)
    bad, total = node.either("error_query", "errorQuery"), node.either("total_query", "totalQuery")
    if not _are_queries((bad, total), report):
        return None
    parts = [queries.windowed(part, report) for part in (bad, total)]
    if parts[0] is None or parts[1] is None:
        return None
    return queries.ratio_of(parts[0], parts[1], "bad", report)


def _from_raw(node: Node, report: Report) -> Indicated | None:
    no_other_keys(node, ("error_ratio_query", "errorRatioQuery"), report)
    query = node.either("error_ratio_query", "errorRatioQuery")
    return queries.error_ratio(query, report) if _are_queries((query,), report) else None


def _are_queries(nodes: tuple[Node, ...], report: Report) -> bool:
    for node in nodes:
        if not text(node, report):
            report.error("GW803", node, f"{node.name} is missing", "an SLI needs its queries")
    return all(isinstance(node.value, str) and node.value.strip() for node in nodes)


def _alerts(node: Node, windows: tuple[BurnPair, ...], report: Report) -> Alerts:
    no_other_keys(
        node, ("name", "labels", "annotations", "page_alert", "pageAlert", "ticket_alert", "ticketAlert"), report
    )
    page, ticket = (not flag(_level(node, level).child("disable"), report) for level in ("page", "ticket"))
    return Alerts(page, ticket, page or ticket, windows)


def _level(node: Node, level: str) -> Node:
    return node.either(f"{level}_alert", f"{level}Alert")


def _alert_text(node: Node, name: str, report: Report) -> str:
    """The runbook; what else alerts were called and told is reported."""
    runbook, lost = "", []
    if text(node.child("name"), report):
        lost.append(f"name {text(node.child('name'), report)}")
    for level, part in (("", node), ("page", _level(node, "page")), ("ticket", _level(node, "ticket"))):
        if level:
            no_other_keys(part, ("disable", "labels", "annotations"), report)
        suffix = f" of the {level}" if level else ""
        for key, value in record(part.child("labels"), report).items():
            if key != "severity" or value.value != _OURS.get(level):
                lost.append(f"label {key}{suffix}")
        for key, value in record(part.child("annotations"), report).items():
            if key in _RUNBOOK and not runbook:
                runbook = text(value, report)
            else:
                lost.append(f"annotation {key}{suffix}")
    if lost:
        report.warn("GW823", node, f"alerts of {name} lose {listed(lost)}", _ADDRESSED)
    return runbook


def _windows(node: Node, settings: Settings, report: Report) -> Iterator[BurnPair]:
    """The pairs of a document of burn windows, if it is meant for the window of the import."""
    spec = node.child("spec")
    period = text(spec.child("sloPeriod"), report)
    if _milliseconds(period) != settings.days * slo.DAY:
        report.warn(
            "GW811", spec.child("sloPeriod"), f"these windows are for {period or 'no period'}, not {settings.days}d",
            f"import with --window {period or '30d'} to use them",
        )  # fmt: skip
        return
    for level in ("page", "ticket"):
        for pace in ("quick", "slow"):
            pair = _pair(spec.child(level, pace), level, settings, report)
            if pair is not None:
                yield pair


def _pair(node: Node, level: slo.Level, settings: Settings, report: Report) -> BurnPair | None:
    share = number(node.child("errorBudgetPercent"), report)
    short, long = (_milliseconds(text(node.child(key), report)) for key in ("shortWindow", "longWindow"))
    period = settings.days * slo.DAY
    usable = 0 < short < long <= period and not short % slo.MINUTE and not long % slo.MINUTE
    if not usable or share is None or not _LEAST_SHARE <= share <= 100:  # noqa: PLR2004 - percent
        report.error("GW803", node, "it needs errorBudgetPercent, and a shortWindow below its longWindow", "in minutes")
        return None
    return slo.BurnPair(level, short, long, slo.factor(share / 100, period, long))


def _milliseconds(written: str) -> int:
    """A duration; 0 where it is none."""
    try:
        return parse_duration(written[:_LONGEST])
    except PromQLError:
        return 0
