"""Alerts as a spec says them: one entry for each name, with a threshold for each severity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.conditions import Known, Said, condition_of
from gw2mon.importing.monitoring.naming import free
from gw2mon.importing.monitoring.routes import SEVERITIES
from gw2mon.promql import format_duration
from gw2mon.scaffold import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.importing.monitoring.reading import Alert

_TEXTS = {
    "summary": ("summary", "title"),
    "description": ("description", "message"),
    "runbook": ("runbook_url", "runbook"),
}
"""Key of a spec to the annotations that people write for it, the clearest first."""
_SEEN_TO = frozenset({"severity", "team", "service", "signal"})


class Entry(NamedTuple):
    """An alert of the spec, and the comments before it."""

    data: dict[str, Any]
    notes: tuple[str, ...]


class Owner(NamedTuple):
    """Whose alerts these are."""

    service: str
    team: str


class _Alike(NamedTuple):
    """Alerts of one name that differ in severity, threshold and time alone."""

    said: Said
    alerts: list[Alert]
    amounts: dict[str, Any]


def entries_of(alerts: Iterable[Alert], known: Known, owner: Owner, ledger: Ledger) -> dict[str, Entry]:
    """All alerts by name."""
    gathered: dict[str, list[_Alike]] = {}
    for alert in alerts:
        said = condition_of(alert, known)
        if said.changed:
            ledger.lose(lost.CHANGED, alert.rule.origin, f"{alert.name} is not as written: {said.changed}")
        same = gathered.setdefault(alert.name, [])
        twin = next((each for each in same if _goes_with(each, said, alert)), None)
        if twin is None:
            same.append(_Alike(said, [alert], {alert.severity: said.amount}))
        else:
            twin.alerts.append(alert)
            twin.amounts[alert.severity] = said.amount
    found: dict[str, Entry] = {}
    for name, groups in gathered.items():
        for number, group in enumerate(groups):
            called = name if not number else free(f"{name}2", (*gathered, *found))
            if number:
                said_so = f"the other alert {name} is called {called} in the spec"
                ledger.lose(lost.RENAMED, group.alerts[0].rule.origin, said_so)
            found[called] = _entry(group, owner, ledger)
    return found


def _goes_with(group: _Alike, said: Said, alert: Alert) -> bool:
    labels = [_further(each) for each in (group.alerts[0], alert)]
    return (
        bool(said.key)
        and said[:2] == group.said[:2] and said.at_least == group.said.at_least
        and alert.severity not in group.amounts
        and labels[0] == labels[1]
        and _team(alert) == _team(group.alerts[0])
        and alert.rule.keep_firing == group.alerts[0].rule.keep_firing
    )  # fmt: skip


def _further(alert: Alert) -> dict[str, str]:
    return {name: value for name, value in alert.rule.labels if name not in _SEEN_TO}


def _team(alert: Alert) -> str:
    team = dict(alert.rule.labels).get("team", "")
    return slug_of(team) if team else ""


def _entry(group: _Alike, owner: Owner, ledger: Ledger) -> Entry:
    """Keys in the order in which people read: what, for how long, from when on; then the words."""
    ranked = sorted(group.alerts, key=lambda alert: SEVERITIES.index(alert.severity))
    first = ranked[0]
    data: dict[str, Any] = dict(group.said.entry)
    holds = {alert.severity: format_duration(alert.rule.hold) for alert in ranked if alert.rule.hold}
    if holds:
        same = len(holds) == len(ranked) and len(set(holds.values())) == 1
        data["for"] = next(iter(holds.values())) if same else holds
    if first.rule.keep_firing:
        data["keep-firing-for"] = format_duration(first.rule.keep_firing)
    if group.said.key:
        data[group.said.key] = {alert.severity: group.amounts[alert.severity] for alert in ranked}
    else:
        data["severity"] = first.severity
    if group.said.at_least:
        data["at-least"] = group.said.at_least
    _tell_apart(ranked, ledger)
    _report_owner(first, owner, ledger)
    if (team := _team(first)) and team != owner.team:
        data["team"] = team
    if labels := _further(first):
        data["labels"] = labels
    data.update(_words(first, ledger))
    places = " and ".join(dict.fromkeys(lost.spelt(alert.rule.origin) for alert in group.alerts))
    notes = dict.fromkeys((f"From {places}.", *group.said.notes, *(note for alert in ranked for note in alert.notes)))
    return Entry(data, tuple(notes))


def _words(alert: Alert, ledger: Ledger) -> dict[str, str]:
    annotations = dict(alert.rule.annotations)
    found: dict[str, str] = {}
    for key, names in _TEXTS.items():
        name = next((name for name in names if annotations.get(name, "").strip()), "")
        if name:
            found[key] = annotations.pop(name).strip()
    if annotations:
        said = f"annotations of {alert.name} are not carried over: {', '.join(sorted(annotations))}"
        ledger.lose(lost.ALERT, alert.rule.origin, said, "a spec has summary, description and runbook")
    return found


def _tell_apart(alerts: Sequence[Alert], ledger: Ledger) -> None:
    """Report texts that only one of several severities has."""
    first = dict(alerts[0].rule.annotations)
    for alert in alerts[1:]:
        differ = sorted(name for name, text in alert.rule.annotations if first.get(name) != text)
        if differ:
            said = f"{', '.join(differ)} of the {alert.severity} {alert.name} is that of the {alerts[0].severity} one"
            ledger.lose(lost.ALERT, alert.rule.origin, said, "texts are told once for all severities")


def _report_owner(alert: Alert, owner: Owner, ledger: Ledger) -> None:
    given: Mapping[str, str] = dict(alert.rule.labels)
    for name, own in (("service", owner.service), ("signal", "")):
        if name in given and given[name] != own:
            said = f"label {name}: {given[name]} of {alert.name} is not carried over"
            ledger.lose(lost.ALERT, alert.rule.origin, said, f"the spec gives every alert its own {name}")


def runbooks_of(entries: Mapping[str, Entry]) -> str:
    """The address that all runbooks share but for the name of the alert, such as https://example.org/#{alert}."""
    given = {name: entry.data["runbook"] for name, entry in entries.items() if "runbook" in entry.data}
    patterns = {text.replace(name, "{alert}") for name, text in given.items()}
    shared = patterns.pop() if len(patterns) == 1 and len(given) > 1 and len(given) == len(entries) else ""
    return shared if "{alert}" in shared else ""
