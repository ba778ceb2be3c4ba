"""Panels: only keys that Grafana has today, thresholds that begin at null, and a version that spares old migrations."""

from __future__ import annotations

from typing import Any

from gw2mon.generators.grafana.modernise.keys import kept, pruned
from gw2mon.generators.grafana.modernise.kinds import BY_KIND
from gw2mon.generators.grafana.modernise.targets import modern_targets

PLUGIN_VERSION = "11.6.0"
"""Above 8, so that no repair of Grafana 6 runs; below 13, whose own repair keeps the look of gauges."""

_FALLBACK = [{"color": "green", "value": None}]
_TEXTUAL = ("text", "logs")


def modern_panel(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """One panel, or a row with what it hides."""
    if old.get("type") == "row":
        return _row(old, strict=strict)
    data = BY_KIND.get(str(old.get("type")), _unchanged)(old)
    data = kept(data, "panel keys", "dead panel keys", f"panel {old.get('title')}", strict=strict)
    before = data.get("fieldConfig", {})
    data = _without_empty(pruned(data))
    data["fieldConfig"] = _field_config(data, before, strict=strict)
    data["pluginVersion"] = PLUGIN_VERSION
    if isinstance(data.get("datasource"), str):
        data["datasource"] = {"uid": data["datasource"]}
    if data["type"] not in _TEXTUAL or data.get("targets"):
        data["targets"] = modern_targets(data.get("targets", []), data.get("datasource"), strict=strict)
    return data


def _unchanged(data: dict[str, Any]) -> dict[str, Any]:
    return data


def _row(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    data: dict[str, Any] = pruned(kept(old, "row keys", "dead row keys", f"row {old.get('title')}", strict=strict))
    data.pop("datasource", None)
    data["panels"] = [modern_panel(panel, strict=strict) for panel in old.get("panels") or []]
    data.setdefault("collapsed", False)
    return data


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """Less what says nothing: no links, no transformations, not hidden, not transparent, nothing repeated."""
    silent = ("links", "transformations", "hideTimeOverride", "transparent", "cacheTimeout", "repeatDirection",
              "maxPerRow", "targets")  # fmt: skip
    return {key: value for key, value in data.items() if value or key not in silent}


def _field_config(data: dict[str, Any], before: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """The fields without what says nothing; only thresholds say something by null, so they stay as they were before."""
    config = kept(data.get("fieldConfig") or {}, "field config keys", "", "fieldConfig", strict=strict)
    defaults = kept(config.get("defaults") or {}, "field keys", "", "fieldConfig.defaults", strict=strict)
    if data["type"] in _TEXTUAL:
        defaults = {key: value for key, value in defaults.items() if value and key != "thresholds"}
    else:
        defaults["thresholds"] = _thresholds(before.get("defaults", {}).get("thresholds") or {}, strict=strict)
    if defaults.get("custom") == {}:
        del defaults["custom"]
    pairs = zip(config.get("overrides") or [], before.get("overrides") or [], strict=True)
    return {"defaults": defaults, "overrides": [_override(new, old, strict=strict) for new, old in pairs]}


def _override(new: dict[str, Any], before: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """What is different for some fields."""
    properties = zip(new.get("properties", []), before.get("properties", []), strict=True)
    kept_steps = [
        {**item, "value": _thresholds(old.get("value") or {}, strict=strict)}
        if item.get("id") == "thresholds"
        else item
        for item, old in properties
    ]
    return {**new, "properties": kept_steps}


def _thresholds(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Steps that begin at null: without it nothing is coloured below the first; no value reaches the text "null"."""
    steps = [kept(step, "step keys", "dead step keys", "threshold", strict=strict) for step in old.get("steps") or []]
    steps = [{"color": step["color"], "value": None if step.get("value") == "null" else step.get("value")}
             for step in steps]  # fmt: skip
    if steps and all(step["value"] is not None for step in steps):
        steps = [*_FALLBACK, *steps]
    return {"mode": old.get("mode") or "absolute", "steps": steps or list(_FALLBACK)}
