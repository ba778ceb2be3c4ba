"""Inputs at the ends of what is possible: everything at its highest, at its lowest, and each part of a query alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon import promql as q
from gw2mon.model import Staleness
from gw2mon.proofs.build import selector_text
from gw2mon.proofs.counterexamples.members import members, selectors_in, selects
from gw2mon.proofs.scenario import Series, grows, holds, moves
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.proofs.counterexamples.claims import Claim, Verdict
    from gw2mon.proofs.counterexamples.members import Member

Level = Literal["high", "low"]

_ALONE = 6
"""Parts of a query that are driven apart from the others; the first ones."""
_MANY, _SOME = Decimal(1_000_000), Decimal(100)
"""Events a second: far more than anyone has, and enough for every share and guard."""
_SLOW = Decimal(1_000_000)
"""Seconds, bytes and the like of one observation that is larger than all buckets."""
_AGES = Decimal("1e9")
"""Thirty years, in seconds."""
_FAR = Decimal("1e12")
"""What a gauge without bounds is driven to."""


class Story(NamedTuple):
    """Steady inputs, and for each selector how many series of them it finds."""

    name: str
    series: tuple[Series, ...]
    found: tuple[tuple[q.VectorSelector, int], ...]


class Length(NamedTuple):
    """Milliseconds between samples, and how many samples."""

    interval: int
    samples: int


def stories(claim: Claim, exprs: Sequence[q.Expr], length: Length) -> tuple[Story, ...]:
    """The inputs that show a claim."""
    selectors = selectors_in(exprs)
    is_past = isinstance(claim.rule.condition, Staleness)
    fed = tuple(member._replace(of_the_past=is_past) for member in members(claim.world, selectors))
    steady = [_story(name, fed, levels, selectors, claim.verdict, length)
              for name, levels in _levels(fed, selectors)]  # fmt: skip
    if claim.verdict == "always":
        return tuple(dict.fromkeys(steady))
    moving = [_moving(name, fed, selectors, length, name == "gauges rise") for name in ("gauges rise", "gauges fall")]
    has_gauges = any(member.metric.type == "gauge" for member in fed)
    nothing = Story("nothing exists", (), ())
    return (*dict.fromkeys(steady), *(moving if has_gauges else ()), nothing)


def _levels(fed: Sequence[Member], selectors: Sequence[q.VectorSelector]) -> Iterator[tuple[str, list[Level]]]:
    """A name, and the level of each member."""
    yield "everything at its highest", ["high" for _ in fed]
    yield "everything at its lowest", ["low" for _ in fed]
    for selector in selectors[:_ALONE]:
        chosen = [_concerns(selector, member) for member in fed]
        if any(chosen) and not all(chosen):
            text = q.to_text(selector)
            yield f"only {text} at its highest", ["high" if each else "low" for each in chosen]
            yield f"only {text} at its lowest", ["low" if each else "high" for each in chosen]


def _concerns(selector: q.VectorSelector, member: Member) -> bool:
    bare = selector._replace(matchers=tuple(item for item in selector.matchers if item.name not in ("le", "quantile")))
    return any(selects(bare, name, member.labels) for name in _names(member))


def _names(member: Member) -> tuple[str, ...]:
    name = member.metric.name
    match member.metric.type:
        case "histogram":
            return (f"{name}_bucket", f"{name}_sum", f"{name}_count")
        case "summary":
            return (name, f"{name}_sum", f"{name}_count")
        case _:
            return (name,)


def _story(
    name: str, fed: Sequence[Member], levels: Sequence[Level], selectors: Sequence[q.VectorSelector],
    verdict: Verdict, length: Length,
) -> Story:  # fmt: skip
    inputs = [(series, labels, values) for member, level in zip(fed, levels, strict=True)
              for series, labels, values in _series(member, level, verdict, length)]  # fmt: skip
    return _told(name, inputs, selectors)


def _moving(
    name: str,
    fed: Sequence[Member],
    selectors: Sequence[q.VectorSelector],
    length: Length,
    rises: bool,  # noqa: FBT001
) -> Story:
    """Gauges on their way from one end to the other; all else as when everything is high."""
    inputs = []
    for member in fed:
        if member.metric.type == "gauge" and member.meaning != "timestamp":
            low, high = _ends(member)
            first, step = (low, (high - low) / length.samples) if rises else (high, (low - high) / length.samples)
            inputs.append((member.metric.name, member.labels, moves((first, step, length.samples))))
        else:
            inputs.extend(_series(member, "high", "never", length))
    return _told(name, inputs, selectors)


def _told(
    name: str, inputs: Sequence[tuple[str, Mapping[str, str], str]], selectors: Sequence[q.VectorSelector]
) -> Story:
    found = [(item, sum(selects(item, series, dict(labels)) for series, labels, _ in inputs)) for item in selectors]
    series = tuple(Series(selector_text(series, labels), values) for series, labels, values in inputs)
    return Story(name, series, tuple((item, count) for item, count in found if count))


def _series(
    member: Member, level: Level, verdict: Verdict, length: Length
) -> Iterator[tuple[str, dict[str, str], str]]:
    """The series of a member at a level; the few events of a healthy service where something is said always to fire."""
    metric, labels = member.metric, member.labels
    rate = _MANY if level == "high" else _SOME if verdict == "always" else Decimal(0)
    match metric.type:
        case "counter":
            yield metric.name, labels, _growing(rate, length)
        case "histogram":
            yield from _histogram(member, level, length)
        case "summary":
            size = _SLOW if level == "high" else Decimal(0)
            for quantile in metric.quantiles:
                yield metric.name, {**labels, "quantile": bound_text(quantile)}, holds((size, length.samples))
            yield f"{metric.name}_count", labels, _growing(_SOME, length)
            yield f"{metric.name}_sum", labels, _growing(_SOME * size, length)
        case "info":
            yield metric.name, labels, holds((1, length.samples))
        case "gauge":
            yield metric.name, labels, _gauge(member, level, length)


def _histogram(member: Member, level: Level, length: Length) -> Iterator[tuple[str, dict[str, str], str]]:
    """High: every observation is beyond the largest bucket. Low: every one is in the lowest."""
    metric, labels = member.metric, member.labels
    for bound in metric.buckets:
        seen = Decimal(0) if level == "high" else _SOME
        yield f"{metric.name}_bucket", {**labels, "le": bound_text(bound)}, _growing(seen, length)
    yield f"{metric.name}_bucket", {**labels, "le": "+Inf"}, _growing(_SOME, length)
    yield f"{metric.name}_count", labels, _growing(_SOME, length)
    yield f"{metric.name}_sum", labels, _growing(_SOME * _SLOW if level == "high" else Decimal(0), length)


def _growing(per_second: Decimal, length: Length) -> str:
    return grows((per_second * length.interval / 1000, length.samples))


def _gauge(member: Member, level: Level, length: Length) -> str:
    if member.meaning == "timestamp" and level == "high" and member.of_the_past:
        return moves((0, Decimal(length.interval) / 1000, length.samples))
    low, high = _ends(member)
    return holds((high if level == "high" else low, length.samples))


def _ends(member: Member) -> tuple[Decimal, Decimal]:
    if member.meaning == "timestamp":
        # Promtool begins in 1970, and that is its now.
        return -_AGES, _AGES
    low, high = member.values.low, member.values.high
    return (-_FAR if low.is_infinite() else low), (_FAR if high.is_infinite() else high)
