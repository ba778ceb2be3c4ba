"""For which values of a share something is bad: by what the spec says of events, or else by names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gw2mon import promql as q
from gw2mon.checks.written import bare, parts

if TYPE_CHECKING:
    from gw2mon.checks.written import Written
    from gw2mon.model import Events

Bad = Literal["high", "low", ""]
"""For which values something is bad, as far as it can be told."""
_FLIPPED: dict[Bad, Bad] = {"high": "low", "low": "high", "": ""}
_LEFT_OVER = frozenset(("avail", "available", "free", "remaining"))
_BOUNDS = frozenset(("limit", "max", "capacity"))
_DEEPEST = 16


def bad_when(node: q.Expr, at: Written, depth: int = _DEEPEST) -> Bad:
    """For which values of a share something is bad."""
    node = bare(node)
    if depth == 0:
        return ""
    match node:
        case q.Aggregation(op="min" | "max" | "avg"):
            return bad_when(node.expr, at, depth - 1)
        case q.Binary(op="-") if at.of(node.lhs).meaning == "number":
            return _FLIPPED[bad_when(node.rhs, at, depth - 1)]
        case q.Binary(op="*") if at.of(node.lhs).meaning == "number":
            return bad_when(node.rhs, at, depth - 1)
        case q.Binary(op="*" | "/") if at.of(node.rhs).meaning == "number":
            return bad_when(node.lhs, at, depth - 1)
        case q.Binary(op="/"):
            return _bad_share(node, at)
        case _:
            return ""


def _bad_share(node: q.Binary, at: Written) -> Bad:
    """What the events of the spec say of a quotient, or else the names of what is divided."""
    part, whole = ([*q.selectors(side)] for side in (node.lhs, node.rhs))
    if len(part) == len(whole) == 1 and part[0].name == whole[0].name:
        told = {_told_by(events, part[0]) for events in at.service.events if part[0].name == events.metric}
        return "high" if "high" in told else "low" if "low" in told else ""
    if any(isinstance(inner, q.Binary) and inner.op == "-" for inner in parts(node.lhs)):
        return ""
    above, below = ({word for item in side for word in (item.name or "").split("_")} for side in (part, whole))
    if above & _LEFT_OVER:
        return "low"
    return "high" if below & _BOUNDS and len(above & below) > 1 else ""


def _told_by(events: Events, part: q.VectorSelector) -> Bad:
    """Whether a selector finds just the events that the spec calls bad, or good."""
    if len(events.split) != 1:
        return ""
    (split,) = events.split
    asked = [matcher for matcher in part.matchers if matcher.name == split.label]
    if len(asked) != 1 or split.op != "=" or asked[0].op not in ("=", "=~"):
        return ""
    values = {asked[0].value} if asked[0].op == "=" else set(q.literal_alternatives(asked[0].value) or ())
    return ("high" if events.split_is == "bad" else "low") if values and values <= set(split.values) else ""
