"""The dashboard inside of what the interfaces of Grafana wrap around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.parts import Part, record

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

_NEW = "dashboard.grafana.app/v2"


class NoDashboardError(ValueError):
    """What was given is no dashboard, or none that can be upgraded; the message says why."""


def unwrapped(data: object, notes: Notes) -> Part:
    """The dashboard, without the envelope of the HTTP interface or of the resources of Grafana 12.

    Raises:
        NoDashboardError: for anything else.
    """
    whole = Part("", record(data))
    if str(whole.data.get("apiVersion", "")).startswith(_NEW) or isinstance(whole.data.get("elements"), dict):
        raise NoDashboardError("this is a dashboard of the schema v2, which is the newer one")
    for key in ("dashboard", "spec"):
        inner = whole.record(key)
        if _is_dashboard(inner) and not _is_dashboard(whole):
            _tell(whole, key, inner, notes)
            return inner
    if not _is_dashboard(whole):
        raise NoDashboardError("this is no dashboard: it has neither panels nor rows")
    return whole


def _is_dashboard(part: Part) -> bool:
    return "panels" in part.data or "rows" in part.data


def _tell(whole: Part, key: str, inner: Part, notes: Notes) -> None:
    beside = sorted(set(whole.data) - {key})
    notes.changed(inner, f"it comes out of its envelope{': ' + ', '.join(beside) + ' go' if beside else ''}")
    folder = whole.record("meta").text("folderTitle")
    if folder and folder != "General":
        notes.lost(
            whole,
            "meta.folderTitle",
            f'the folder "{folder}" is not part of a dashboard',
            "name it in the provisioning",
        )
