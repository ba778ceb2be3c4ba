"""Selectors: do the series, labels and values exist that they ask for, and does each matcher do something?"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from gw2mon import catalogs
from gw2mon import promql as q
from gw2mon.checks.written import Problem
from gw2mon.inference.selecting import select
from gw2mon.inference.values import is_variable
from gw2mon.inference.view import OTHER, view_of
from gw2mon.loader import did_you_mean, nearest_name
from gw2mon.world import series_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.checks.written import Written
    from gw2mon.inference import Emptiness, Inferred, Values

_A_SLIP = 0.85
"""How like two names are of which one is a slip in the other."""
_FROM_RULES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


def unknown_selection(node: q.VectorSelector, at: Written) -> Iterator[Problem]:
    """GW201, GW202, GW203, GW322: a selector that can never find anything."""
    name = node.name
    empty = at.of(node).empty
    if name is None:
        return
    if name in view_of(at.world).records:
        # What is wrong with the rule itself is told there.
        if empty is not None and empty.cause in ("label", "value") and everything(node, at).empty is None:
            yield _without_match(node, empty, at)
    elif name not in at.world.series:
        severity = at.world.judged(name)
        if severity and not (is_variable(name) or name in _FROM_RULES):
            yield Problem("GW201", severity, f"unknown series {name} in {at.where}", node.span, _series_like(name, at))
    elif empty is not None and empty.cause == "series":
        advice = "count it where the thing happens" if at.world.series[name].metric.idle else "let a job expose it"
        yield Problem("GW201", "error", f"{empty.text}, which {at.where} reads", node.span, advice)
    elif empty is not None:
        yield _without_match(node, empty, at)
    elif doubt := at.world.series[name].metric.doubt:
        said = f"{name} in {at.where} may never have a value: {doubt}"
        yield Problem("GW201", "warning", said, node.span, "call it where the thing happens")


def _series_like(name: str, at: Written) -> str:
    metric = at.world.metrics.get(name)
    if metric is None:
        return _shipped(name, at) or (did_you_mean(name, at.world.series) if at.service.name else _alike(name, at))
    names = ", ".join(name for name, series in at.world.series.items() if series.metric is metric)
    return f"a {metric.type} has the series {names}"


def _alike(name: str, at: Written) -> str:
    """The known series that is meant, as far as nobody but the files of others tells: only one that is very like it."""
    close = nearest_name(name, at.world.series)
    is_slip = close and SequenceMatcher(None, name, close).ratio() >= _A_SLIP
    return f"did you mean {close}?" if is_slip else "name the source or, with --metrics, the target that has it"


def _shipped(name: str, at: Written) -> str:
    """What to do about a series that one of the catalogues has."""
    catalog = next((known for known in catalogs.CATALOGS if name in _series_of(known)), "")
    if not catalog:
        return ""
    if not at.service.name:  # files of others, without a spec
        return f"it is in the catalogue {catalog}, and no job is known to scrape such a target"
    return f"the catalogue {catalog} has it: add it to metrics, and to what a job exposes"


@cache
def _series_of(catalog: str) -> frozenset[str]:
    return frozenset(series.name for metric in catalogs.load(catalog).metrics for series in series_of(metric))


def _without_match(node: q.VectorSelector, empty: Emptiness, at: Written) -> Problem:
    whole = everything(node, at).labels
    if empty.cause == "label":
        advice = did_you_mean(empty.label, whole.possible, "labels")
        return Problem("GW202", "error", f"{empty.text} in {at.where}", empty.span, advice)
    about = [matcher for matcher in node.matchers if matcher.name == empty.label]
    known = listed(whole.of(empty.label))
    if len(about) > 1 or about[0].op in ("!=", "!~"):
        said = f"the matchers of label {empty.label} of {node.name} in {at.where} leave none of its values"
        return Problem("GW322", "error", said, empty.span, did_you_mean("", known, "values"))
    return Problem(
        "GW203", "error", f"{empty.text} in {at.where}", empty.span, did_you_mean(empty.value, known, "values")
    )


def listed(values: Values) -> list[str]:
    """The values that a spec names."""
    return sorted(value for value in values.known if value not in ("", OTHER))


def everything(node: q.VectorSelector, at: Written) -> Inferred:
    """What is known of all series of the name, whatever the matchers leave of them."""
    return select(q.VectorSelector(node.name), view_of(at.world))


def selector_without_job(node: q.VectorSelector, at: Written) -> Iterator[Problem]:
    """GW303: raw PromQL that would also read the same metric of other services."""
    series = at.world.series.get(node.name or "")
    if series is None or at.kind not in ("alert", "slo") or any(matcher.name == "job" for matcher in node.matchers):
        return
    jobs = at.world.jobs_of(series.metric)
    fix = f'job="{jobs[0]}"' if len(jobs) == 1 else f'job=~"{"|".join(jobs)}"'
    said = f"{series.name} in {at.where} is not narrowed to the service's jobs"
    yield Problem("GW303", "warning", said, node.span, f"add {fix}")


def variable_in_rule(node: q.VectorSelector, at: Written) -> Iterator[Problem]:
    """GW330: a variable of a dashboard where Prometheus reads it as plain text."""
    if at.kind == "panel":
        return
    for matcher in node.matchers:
        if is_variable(matcher.value):
            said = f"{matcher.value} in {at.where} is plain text: only dashboards have variables"
            yield Problem("GW330", "warning", said, matcher.span, "write the value itself")
