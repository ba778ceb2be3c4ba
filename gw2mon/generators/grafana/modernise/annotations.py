"""Annotations: the built-in one first, and queries where Grafana looks for them."""

from __future__ import annotations

from typing import Any

from gw2mon.generators.grafana.modernise.keys import kept, pruned

_BUILT_IN: dict[str, Any] = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}


def modern_annotations(old: dict[str, Any], *, strict: bool) -> list[dict[str, Any]]:
    """The list of annotations."""
    listed = [_modern(entry, strict=strict) for entry in old.get("list") or []]
    return listed if any(entry.get("builtIn") for entry in listed) else [dict(_BUILT_IN), *listed]


def _modern(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    data = dict(old)
    expr, step = data.pop("expr", None), data.pop("step", "60s")
    if expr is not None:
        data.setdefault("target", {"expr": expr, "interval": step, "refId": "Anno"})
    found: dict[str, Any] = pruned(kept(data, "annotation keys", "", f"annotation {old.get('name')}", strict=strict))
    return found
