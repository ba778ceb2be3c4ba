"""The series that the declared world allows of a metric: what a counter-example feeds."""

from __future__ import annotations

from itertools import islice, product, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.inference import Labels, infer
from gw2mon.inference.labels import NAME
from gw2mon.inference.view import families, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.inference import Interval, Values
    from gw2mon.model import Metric
    from gw2mon.world import Series, World

_MOST = 48
"""Label sets of one metric; of more, some stand for all, the ones that a query names among them."""
_OWN = ("le", "quantile")


class Member(NamedTuple):
    """One combination of labels under which a metric is exposed, without `le` or `quantile`."""

    metric: Metric
    labels: dict[str, str]
    values: Interval
    """What a gauge can be."""
    meaning: str
    of_the_past: bool = False
    """Whether a point in time is one that has passed."""


def selectors_in(exprs: Iterable[q.Expr]) -> tuple[q.VectorSelector, ...]:
    """What expressions select, each once, as it is selected now."""
    found = (node for expr in exprs for node in q.walk(expr) if isinstance(node, q.VectorSelector))
    return tuple(dict.fromkeys(node._replace(offset=0, at=None) for node in found))


def members(world: World, selectors: Sequence[q.VectorSelector]) -> tuple[Member, ...]:
    """The label sets of every metric that is selected."""
    chosen: dict[str, Series] = {}
    for selector in selectors:
        series = world.series.get(selector.name or "")
        if series is not None:
            chosen.setdefault(series.metric.name, series)
    return tuple(member for series in chosen.values() for member in _members(world, series, selectors))


def selects(selector: q.VectorSelector, name: str, labels: dict[str, str]) -> bool:
    """Whether a selector finds a series."""
    return selector.name == name and all(
        _matches(matcher, labels.get(matcher.name, "")) for matcher in selector.matchers
    )


def _members(world: World, series: Series, selectors: Sequence[q.VectorSelector]) -> list[Member]:
    found = infer(q.selector(series.name), world)
    sets = families(view_of(world), series)
    about = [item for item in selectors if (item.name or "").startswith(series.metric.name)]
    listed: dict[tuple[tuple[str, str], ...], None] = {}
    for labels in (found.labels,) if sets is None else sets:
        listed.update(dict.fromkeys(_combined(labels, about)))
    return [Member(series.metric, dict(labels), found.values, found.meaning) for labels in listed]


def _combined(labels: Labels, selectors: list[q.VectorSelector]) -> list[tuple[tuple[str, str], ...]]:
    names = [name for name in labels.values if name != NAME and name not in _OWN]
    choices = {name: _choices(name, labels.of(name), selectors) for name in names}
    while _size(choices.values()) > _MOST:
        longest = max(choices, key=lambda name: len(choices[name]))
        choices[longest] = choices[longest][: max(1, len(choices[longest]) - 1)]
    found = islice(product(*choices.values()), _MOST)
    return [tuple((name, value) for name, value in zip(choices, values, strict=True) if value) for values in found]


def _size(choices: Iterable[list[str]]) -> int:
    size = 1
    for values in choices:
        size *= len(values)
    return size


def _choices(name: str, values: Values, selectors: list[q.VectorSelector]) -> list[str]:
    """Values of a label, in turn one that a query names and one that none does."""
    named: dict[str, None] = {}
    for matcher in (matcher for selector in selectors for matcher in selector.matchers if matcher.name == name):
        named.update(
            dict.fromkeys(q.literal_alternatives(matcher.value) or () if "~" in matcher.op else (matcher.value,))
        )
    possible = [value for value in named if value and values.admits(value)]
    others = sorted(value for value in values.known if value and value not in possible)
    if values.open and not others and values.admits(f"{name}-1"):
        others = [f"{name}-1"]
    mixed = [value for pair in zip_longest(possible, others) for value in pair if value]
    return mixed or [""]


def _matches(matcher: q.Matcher, value: str) -> bool:
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    try:
        return q.regex_matches(matcher.value, value) is (matcher.op == "=~")
    except q.RegexError:
        return False
