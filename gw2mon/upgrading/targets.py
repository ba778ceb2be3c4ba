"""Queries of panels. What they ask is never changed; only what stands beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.upgrading import words
from gw2mon.upgrading.notes import says_nothing

if TYPE_CHECKING:
    from gw2mon.parts import Part
    from gw2mon.upgrading.notes import Notes
    from gw2mon.upgrading.sources import Sources

_SILENT = frozenset("$$hashKey datasource errors hide metric prometheusLink query requestId step target useBackend "  # noqa: SIM905
                    "intervalFactor key policy".split())  # fmt: skip
_SHORT_RANGE = re.compile(r"\b(?:rate|irate|increase|delta)\s*\([^()]*\[\$(?:__interval|\{__interval\})\]")


def targets(old: Part, kind: str, sources: Sources, notes: Notes) -> list[dict[str, Any]]:
    """The queries of a panel of a kind."""
    return [_target(target, old, kind, sources, notes) for target in old.records("targets") if target.data]


def _target(old: Part, panel: Part, kind: str, sources: Sources, notes: Notes) -> dict[str, Any]:
    source = sources.modern(old.data.get("datasource") or panel.data.get("datasource"))
    data = {key: value for key, value in old.data.items() if value is not None and key != "$$hashKey"}
    if source:
        data["datasource"] = source
    of = (source or {}).get("type")
    if of not in ("prometheus", "loki"):
        return data
    known = vocabulary.words(f"{of} target keys")
    for key, value in old.data.items():
        if key not in known and key not in _SILENT and not says_nothing(value):
            notes.lost(old, key, f"queries no longer have {key}", "nothing, if nobody misses it")
    if of == "prometheus":
        _tell_prometheus(old, notes)
        data.setdefault("format", "time_series")
    if kind == "heatmap" and data.get("format") == "time_series" and "(le" in old.text("expr").replace(" ", ""):
        notes.look(old, "expr", "buckets are drawn whole only in the format heatmap", "choose it below the query")
    types = vocabulary.load()["types"]["target"]
    return {key: value for key, value in data.items() if key in known and words.fits(value, types.get(key, "null"))}


def _tell_prometheus(old: Part, notes: Notes) -> None:
    if (words.number(old.data.get("intervalFactor")) or 1) > 1:
        said = "intervalFactor made the resolution coarser; the query has the full one now"
        notes.lost(old, "intervalFactor", said, "set a minimal step where it matters")
    if _SHORT_RANGE.search(old.text("expr")):
        notes.look(old, "expr", "a rate over $__interval has gaps when one looks closely; it is left as it is",
                   "write $__rate_interval")  # fmt: skip
    if old.data.get("instant") and old.data.get("range"):
        notes.look(old, "range", "of a query that asks twice, the instant one is kept", "make two queries of it")
