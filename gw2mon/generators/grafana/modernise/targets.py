"""Queries of a panel: each with a letter and a data source, and the keys of that data source's editor alone."""

from __future__ import annotations

from typing import Any

from gw2mon.generators.grafana.modernise.keys import kept, pruned

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def modern_targets(old: list[dict[str, Any]], source: Any, *, strict: bool) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """The queries in their order; one without a letter gets the first that is free."""
    taken = {target.get("refId") for target in old}
    free = [letter for letter in _LETTERS if letter not in taken]
    return [_modern(target, source, free, strict=strict) for target in old]


def _modern(old: dict[str, Any], source: Any, free: list[str], *, strict: bool) -> dict[str, Any]:  # noqa: ANN401 - JSON
    found = old.get("datasource") or source
    kind = found.get("type") if isinstance(found, dict) else None
    is_loki = kind == "loki"
    alive = "loki target keys" if is_loki else "prometheus target keys"
    is_foreign = kind not in ("loki", "prometheus") and (kind is not None or "expr" not in old)
    data: dict[str, Any] = pruned(
        old if is_foreign else kept(old, alive, "dead target keys", f"query {old.get('expr')}", strict=strict)
    )
    if isinstance(found, str):
        found = {"uid": found}
    if found:
        data["datasource"] = found
    data["refId"] = data.get("refId") or free.pop(0)
    if is_foreign:
        # What its editor writes, nobody here knows.
        return data
    data.setdefault("editorMode", "code")
    if not is_loki:
        data["instant"] = bool(data.get("instant"))
        # Without either, Grafana asks for both, and for one of them in vain.
        data["range"] = not data["instant"]
    return data
