"""Variables: a selection that is never empty, and queries that follow the time that is shown."""

from __future__ import annotations

from typing import Any

from gw2mon.generators.grafana.modernise.keys import kept, pruned

_ON_TIME_CHANGE = 2
_REF = "PrometheusVariableQueryEditor-VariableQuery"


def modern_variable(old: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """One variable."""
    where = f"variable {old.get('name')}"
    data: dict[str, Any] = pruned(kept(old, "variable keys", "dead variable keys", where, strict=strict))
    if data.get("type") != "interval":
        data = {key: value for key, value in data.items() if not key.startswith("auto")}
    data["current"] = _current(data)
    data.setdefault("hide", 0)
    data.setdefault("options", [])
    data.setdefault("skipUrlSync", False)
    return _with_query(data) if data.get("type") == "query" else data


def _with_query(data: dict[str, Any]) -> dict[str, Any]:
    query, source = data.get("query"), data.get("datasource")
    kind = source.get("type") if isinstance(source, dict) else None
    if isinstance(query, str) and kind in (None, "prometheus"):
        data["query"] = {"qryType": 1, "query": query, "refId": _REF}
        data.setdefault("definition", query)
    if isinstance(source, str):
        data["datasource"] = {"uid": source}
    # Refreshed when the dashboard is loaded only, it would not offer an instance that started since.
    data["refresh"] = max(data.get("refresh", 0), _ON_TIME_CHANGE)
    data.setdefault("regex", "")
    return data


def _current(data: dict[str, Any]) -> dict[str, Any]:
    current = data.get("current") or {}
    if current.get("value") not in (None, ""):
        return {key: current[key] for key in ("text", "value") if key in current}
    if data.get("includeAll"):
        return {"text": ["All"], "value": ["$__all"]} if data.get("multi") else {"text": "All", "value": "$__all"}
    return {}
