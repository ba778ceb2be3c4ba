"""Dashboard JSON of Grafana 6 to 9, as grafanalib writes it, to what Grafana 11 to 13 read without any repair at load.

Grafana repairs old dashboards by migrations that depend on their schema version. A file that claims the last version
gets none of them; so everything they would do is done here, and the number is raised last.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from gw2mon.generators.grafana.modernise.annotations import modern_annotations
from gw2mon.generators.grafana.modernise.keys import UnknownKeyError, kept, pruned
from gw2mon.generators.grafana.modernise.panels import modern_panel
from gw2mon.generators.grafana.modernise.variables import modern_variable

__all__ = ("SCHEMA_VERSION", "UnknownKeyError", "modernise")

SCHEMA_VERSION = 42
"""The last schema of classic dashboards. Front ends that know only 41 ignore a higher number."""

_DEFAULTS: dict[str, Any] = {
    "description": "",
    "fiscalYearStartMonth": 0,
    "graphTooltip": 0,
    "links": [],
    "preload": False,
    "refresh": "",
    "tags": [],
    "timezone": "browser",
    "weekStart": "",
}


def modernise(old: dict[str, Any], *, strict: bool = False) -> dict[str, Any]:
    """The dashboard as today's Grafana writes it; `old` stays as it is.

    Raises:
        UnknownKeyError: if `strict`, for a key that no version of Grafana has.
    """
    panels = deepcopy(old.get("panels") or [])
    frame = deepcopy({key: value for key, value in old.items() if key != "panels"})
    data = kept(frame, "dashboard keys", "dead dashboard keys", "dashboard", strict=strict)
    if old.get("sharedCrosshair") and not data.get("graphTooltip"):
        data["graphTooltip"] = 1
    data = {**_DEFAULTS, **pruned(data)}
    data["annotations"] = {"list": modern_annotations(old.get("annotations") or {}, strict=strict)}
    variables = (old.get("templating") or {}).get("list") or []
    data["templating"] = {"list": [modern_variable(variable, strict=strict) for variable in variables]}
    data["panels"] = [modern_panel(panel, strict=strict) for panel in panels]
    data["timepicker"] = _timepicker(old.get("timepicker") or {}, strict=strict)
    data["id"] = None
    data["schemaVersion"] = SCHEMA_VERSION
    data["refresh"] = data["refresh"] or ""
    return data


def _timepicker(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    # What Grafana calls quick ranges, grafanalib's time options never became.
    picker: dict[str, Any] = pruned(kept(old, "timepicker keys", "dead timepicker keys", "timepicker", strict=strict))
    return {key: value for key, value in picker.items() if key == "refresh_intervals"}
