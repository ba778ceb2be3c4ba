"""Rules, dashboards, scrape and routing configuration, and Python source, as a spec.

They are read as `gw2mon audit` reads them. What the language has words for is said in them where that means the same,
and in PromQL elsewhere; whatever it has no place for is a finding, and a line at the end of the spec.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.importing import entries as slo_entries
from gw2mon.importing.declared import Declared
from gw2mon.importing.monitoring import alerts, boards, jobs
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.catalogue import catalogue
from gw2mon.importing.monitoring.conditions import Known, is_there, shown_labels
from gw2mon.importing.monitoring.ledger import ROUTE, Ledger
from gw2mon.importing.monitoring.metrics import Read, named_jobs, seen_in
from gw2mon.importing.monitoring.naming import Signals
from gw2mon.importing.monitoring.page import text_of
from gw2mon.importing.monitoring.reading import alerts_in
from gw2mon.importing.monitoring.receivers import receivers_of
from gw2mon.importing.monitoring.records import records_of
from gw2mon.importing.monitoring.routes import SEVERITIES, Asked, told_by
from gw2mon.promql import metric_names
from gw2mon.scaffold import slug_of
from gw2mon.spec import DEFAULT_ALERTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.exposition import Exposition
    from gw2mon.finding import Finding
    from gw2mon.importing.monitoring.catalogue import Catalogue
    from gw2mon.importing.monitoring.page import Notes
    from gw2mon.importing.monitoring.reading import Alert
    from gw2mon.importing.promise import Promise

_MINUTE = 60_000
_NO_PROMISES: Mapping[str, Promise] = {}
_IN_LEGEND = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_STACK = "stack"
_OF_OTHERS = (
    ("composes", "the compose file"), ("provisioning", "Grafana's provisioning"), ("templates", "the template"),
)  # fmt: skip
_SAID_BESIDE = "another spec beside this one says so for all services: add there what is missing"
_SHARED = ("scrape-defaults", "notify", "stack")


class Wishes(NamedTuple):
    """What a person decides about an import."""

    service: str = ""
    team: str = ""
    shared: bool = True
    """Whether the spec says what concerns all services, such as who is told."""
    folder: str = ""
    """Name of the folder, for a service of which nothing else tells the name."""


class Written(NamedTuple):
    """The text of a spec, "" if there is nothing to write."""

    text: str
    service: str
    alerts: int
    dashboards: int
    metrics: int
    findings: tuple[Finding, ...]


def spec_of(
    estate: Estate, exposition: Exposition | None, wishes: Wishes, promises: Mapping[str, Promise] = _NO_PROMISES
) -> Written:
    """The spec that says what files say; `promises` are SLOs by name."""
    ledger = Ledger([])
    scraped = jobs.scraped(estate.scraping, ledger)
    step = estate.scraping[0].evaluation if estate.scraping else _MINUTE
    records = records_of(estate.rules, ledger)
    found = list(alerts_in(estate.rules, records, step, ledger))
    plans = boards.plans_of(estate.boards, estate.texts, records, step, ledger)
    reads = _reads(found, plans, promises)
    service = _service(scraped, reads, wishes)
    exists = catalogue(estate, seen_in(exposition), reads, scraped, service, ledger)
    known = Known(exists.world, Signals({}, {}, exists.common))
    owner = alerts.Owner(service, _team(found, wishes) or service)
    entries = alerts.entries_of(found, known, owner, ledger)
    drawn = boards.entries_of(plans, estate.texts, known, ledger)
    if not (entries or drawn or exists.metrics or estate.routing):
        return Written("", service, 0, 0, 0, tuple(ledger.findings))
    notes: Notes = {}
    data: dict[str, Any] = {"version": 1, "service": service, "team": owner.team}
    if owner.team == service and not wishes.team:
        notes["team",] = ["CHANGE: the team that is woken."]
    runbooks = alerts.runbooks_of(entries)
    if runbooks:
        data["runbooks"] = runbooks
    data.update(_existing(exists, jobs.paces(estate.scraping), notes))
    data.update({"events": known.signals.events, "latencies": known.signals.latencies})
    _say_slos(data, promises, exists, owner, notes)
    _say_python(data, exists, notes)
    _say_alerts(data, entries, runbooks, notes)
    _say_dashboards(data, drawn, notes)
    if not estate.source.metrics and exposition is None:
        data["suppress"] = list(_undeclared(entries, found, exists))
    _say_routes(data, estate, found, owner, notes, ledger)
    data["stack"] = jobs.stack_of(estate.scraping, ledger)
    _report_others(estate, ledger)
    if not wishes.shared and data.pop("notify", None) and estate.routing:
        ledger.lose(ROUTE, estate.routing[0].node.position, "who is told is not carried over", _SAID_BESIDE)
    data = {key: value for key, value in data.items() if value and (wishes.shared or key not in _SHARED)}
    clean = _without_secrets(data, ledger)
    text = text_of(clean, notes, _head(service), _foot(ledger))
    metrics = sum(len(group) for group in exists.metrics.values() if "catalog" not in group)
    return Written(text, service, len(entries), len(drawn), metrics, tuple(ledger.findings))


def _service(scraped: Mapping[str, jobs.Scraped], reads: Sequence[Read], wishes: Wishes) -> str:
    """The name that is asked for, else that of the application's job, else that of the folder."""
    strangers = jobs.applications(scraped)
    if not scraped and len(named := named_jobs(reads)) == 1:
        strangers = named
    name = slug_of(wishes.service or next(iter(strangers), "") or wishes.folder or "service")
    return f"{name}-service" if name == _STACK else name


def _team(found: Iterable[Alert], wishes: Wishes) -> str:
    """The team that is asked for, else that of most alerts."""
    if wishes.team:
        return slug_of(wishes.team)
    teams = [slug_of(team) for alert in found if (team := dict(alert.rule.labels).get("team"))]
    return max(dict.fromkeys(teams), key=teams.count, default="")


def _reads(found: Iterable[Alert], plans: Iterable[boards.Plan], promises: Mapping[str, Promise]) -> list[Read]:
    """Everything that reads metrics."""
    promised = [Read(expr, (), each.origin) for each in promises.values() for expr in each.indicated.reads]
    asked = [Read(alert.expr, tuple(shown_labels(alert.texts)), alert.rule.origin) for alert in found]
    shown = [
        Read(target.expr, tuple(_IN_LEGEND.findall(target.legend)), plan.place)
        for plan in plans for line in plan.lines for panel in line.panels for target in panel.targets
    ]  # fmt: skip
    return [*asked, *promised, *shown]


def _existing(exists: Catalogue, paces: Mapping[str, str], notes: Notes) -> dict[str, Any]:
    notes.update({("scrape", name): said for name, said in exists.scrape_notes.items()})
    notes.update({("metrics", *place): said for place, said in exists.notes.items()})
    return {"scrape-defaults": dict(paces), "scrape": exists.scrape, "metrics": exists.metrics}


def _say_slos(
    data: dict[str, Any], promises: Mapping[str, Promise], exists: Catalogue, owner: alerts.Owner, notes: Notes
) -> None:
    """SLOs, in the words for what is counted and timed that alerts and panels use already."""
    metrics = [
        Declared(metric.name, metric.type, {}, (), exists.world.jobs_of(metric))
        for metric in exists.world.metrics.values()
    ]
    signals = slo_entries.signals(promises, metrics, slo_entries.Signals(data["events"], data["latencies"], {}))
    data["slos"] = {
        name: slo_entries.slo_entry(promise, signals.of.get(name, ""), owner.team, keep_labels=False)
        for name, promise in promises.items()
    }
    notes.update({("slos", name): [f"From {lost.spelt(promise.origin)}."] for name, promise in promises.items()})


def _say_python(data: dict[str, Any], exists: Catalogue, notes: Notes) -> None:
    """Whether a Python module takes the place of what the source defines, and what it holds."""
    if exists.modules is None:
        from gw2mon.generators import GENERATORS

        data["outputs"] = [name for name in GENERATORS if name != "python"]
        notes["outputs",] = ["Everything but the Python module, for the metrics exist already."]
        return
    if not exists.modules and "http" in exists.metrics:
        notes["python",] = ["It holds no metrics, for they exist; but its web.py has all thresholds as buckets."]
    own = [group for group, entry in exists.metrics.items() if "catalog" not in entry]
    data["python"] = {
        **({"strip-prefix": exists.prefix} if exists.prefix else {}),
        **({"metrics": list(exists.modules)} if list(exists.modules) != own else {}),
    }


def _say_alerts(data: dict[str, Any], entries: Mapping[str, alerts.Entry], runbooks: str, notes: Notes) -> None:
    if data["events"]:
        notes["events",] = ["What is counted, and what is bad about it: used by SLOs, alerts and panels alike."]
    data["alerts"] = {
        name: {key: value for key, value in entry.data.items() if key != "runbook" or not runbooks}
        for name, entry in entries.items()
    }
    notes.update({("alerts", name): list(entry.notes) for name, entry in entries.items()})
    own = [name for name in DEFAULT_ALERTS if name in entries]
    if own:
        data["default-alerts"] = [name for name in DEFAULT_ALERTS if name not in own]
        notes["default-alerts",] = [f"All but {' and '.join(own)}, which stand above."]


def _undeclared(
    entries: Mapping[str, alerts.Entry], found: Iterable[Alert], exists: Catalogue
) -> Iterator[dict[str, str]]:
    """Alerts on metrics that cannot be declared by their names: where nobody tells what there is, they may stay."""
    read = {alert.name: metric_names(alert.expr) for alert in found}
    for name in entries:
        strange = [metric for metric in read.get(name, ()) if not is_there(metric, exists.world)]
        if strange:
            reason = f"{strange[0]} cannot be declared by its name"
            yield {"code": "GW201", "at": f"alerts.{name}", "reason": reason}


def _say_dashboards(data: dict[str, Any], drawn: Mapping[str, boards.Entry], notes: Notes) -> None:
    data["dashboards"] = {name: entry.data for name, entry in drawn.items()}
    for name, entry in drawn.items():
        notes["dashboards", name] = [entry.note]
        for (row, panel), said in entry.notes.items():
            is_titled = isinstance(entry.data["rows"][row], dict)
            inside = ("panels", panel) if is_titled else (panel,)
            notes["dashboards", name, "rows", row, *inside] = said
    shown = [panel for entry in drawn.values() for row in entry.data["rows"] for panel in _panels(row)]
    if any("logs" in panel for panel in shown):
        data["logs"] = {"ship-to": "loki"}
        notes["logs",] = ["Its dashboards show lines from Loki."]


def _panels(row: Any) -> Sequence[dict[str, Any]]:  # noqa: ANN401 - a list, or a record with one
    panels: Sequence[dict[str, Any]] = row["panels"] if isinstance(row, dict) else row
    return panels


def _say_routes(
    data: dict[str, Any], estate: Estate, found: Sequence[Alert], owner: alerts.Owner, notes: Notes, ledger: Ledger
) -> None:
    """Receivers and routes; of several files the first."""
    for other in estate.routing[1:]:
        ledger.lose(lost.ROUTE, other.node.position, "a spec has one set of routes: those of the first file are taken")
    if not estate.routing:
        chat = {"channel": f"#{owner.service}-alerts", "api-url-file": "/run/secrets/slack_webhook_url"}
        routes = [{"severity": "critical", "to": "chat"}]
        data["notify"] = {"receivers": {"chat": {"slack": chat}}, "routes": routes, "default": "chat"}
        notes["notify",] = ["CHANGE: who is told. The file holds the address of a Slack webhook; it never stands here."]
        return
    node = estate.routing[0].node
    receivers = receivers_of(node, ledger)
    if not receivers.entries:
        ledger.miss(lost.ROUTE, node.position, "no receiver can be carried over, so nobody is told")
        return
    spelt = {severity: _spellings(found, severity) for severity in SEVERITIES}
    named = (dict(alert.rule.labels).get("team", "") for alert in found)
    teams = list(dict.fromkeys((owner.team, *(slug_of(team) for team in named if team))))
    told = told_by(node, receivers, Asked(spelt, teams, owner.service), ledger)
    for name in receivers.entries:
        if name not in told.used:
            ledger.lose(lost.ROUTE, node.child("receivers").position, f"receiver {name} is told of nothing")
    used = {name: entry for name, entry in receivers.entries.items() if name in told.used}
    data["notify"] = {"receivers": used, **told.section}
    notes["notify",] = [f"From {lost.spelt(node.position)}. Secrets are in files; none of them stands here."]
    for name in used:
        said = [note for note in receivers.notes[name] if not note.startswith("From")]
        if said:
            notes["notify", "receivers", name] = said


def _spellings(found: Iterable[Alert], severity: str) -> list[str]:
    """How alerts of a severity spell it, the most frequent spelling first; "" where they have none."""
    spelt = [alert.spelt for alert in found if alert.severity == severity]
    return sorted(dict.fromkeys(spelt), key=lambda text: -spelt.count(text)) or [severity]


def _report_others(estate: Estate, ledger: Ledger) -> None:
    from gw2mon.finding import Position

    for field, what in _OF_OTHERS:
        for file in getattr(estate, field):
            place = Position(file.path, 1, 1)
            ledger.lose(lost.FILE, place, f"{what} is not carried over")


def _without_secrets(data: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    """The data as they may be written: whatever looks like a secret is blotted out."""
    from gw2mon.loader import without_secrets
    from gw2mon.yamlread import Document

    document, found = without_secrets(Document(data, {}, {}, ()))
    for each in found:
        ledger.lose(lost.SECRET, None, f"{each.message}; it is left out of the spec")
    clean: dict[str, Any] = document.value
    return clean


def _head(service: str) -> list[str]:
    return [f"Monitoring of {service}, imported by gw2mon import. `gw2mon explain CODE` helps with every finding."]


def _foot(ledger: Ledger) -> list[str]:
    said = list(dict.fromkeys(ledger.missing()))
    return ["Not carried over:", *(f"- {line}" for line in said)] if said else []
