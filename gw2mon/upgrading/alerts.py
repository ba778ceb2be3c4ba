"""Alerts that stood in panels: Grafana 11 has none of them, so each is told with all that its rule needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.parts import Part, sequence

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

_COMPARED = {"gt": "above", "lt": "below", "within_range": "within", "outside_range": "outside of",
             "no_value": "without a value"}  # fmt: skip


def tell_alert(old: Part, notes: Notes) -> None:
    """The condition of a panel's alert, since it is lost with the panel."""
    alert = old.record("alert")
    if not alert.data:
        return
    parts = list(alert.records("conditions"))
    joints = ["", *(f" {part.record('operator').text('type') or 'and'} " for part in parts[1:])]
    condition = "".join(f"{joint}{_condition(part, old)}" for joint, part in zip(joints, parts, strict=False))
    name = alert.text("name") or old.text("title") or "without a name"
    lasting = f", for {alert.text('for')}" if alert.text("for") not in ("", "0m", "0s") else ""
    said = f'the alert "{name}" is not carried over: {condition or "it had no condition"}{lasting}'
    notes.lost(
        old, "alert", said, "write it in a spec, or as an alerting rule of Prometheus; it does not fire any more"
    )


def _condition(part: Part, old: Part) -> str:
    """`avg of up from 5m to now is above 3`, in words."""
    asked = [str(each) for each in sequence(part.record("query").data.get("params"))]
    exprs = {target.text("refId"): target.text("expr") for target in old.records("targets")}
    query = exprs.get(asked[0] if asked else "") or (asked[0] if asked else "a query")
    span = f" from {asked[1]} to {asked[2]}" if len(asked) > 2 else ""  # noqa: PLR2004 - query, beginning, end
    evaluator: dict[str, Any] = part.record("evaluator").data
    bounds = " and ".join(str(each) for each in sequence(evaluator.get("params")))
    compared = _COMPARED.get(str(evaluator.get("type")), str(evaluator.get("type")))
    return f"{part.record('reducer').text('type') or 'avg'} of {query}{span} is {compared} {bounds}".rstrip()
