"""Do the series exist that alerts and SLOs rest on? A few instant queries tell, each about many selectors at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names
from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.verifying.families import is_own, recorders
from gw2mon.verifying.foundations import foundations, named
from gw2mon.world import world_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gw2mon.finding import Severity
    from gw2mon.model import Metric, Model, Service
    from gw2mon.world import World

NUMBER = "gw2mon_question"
"""The label that tells which selector of a query an answer is about."""
_LONGEST = 6000
"""Characters of one query: well within what servers and proxies take as an address."""


class Question(NamedTuple):
    """Whether a selector finds anything, and whether its metric is there at all."""

    selector: q.VectorSelector
    bare: q.VectorSelector
    """The same with nothing but its job."""
    metric: Metric
    who: tuple[str, ...]
    service: Service


def questions(model: Model, owners: Collection[str]) -> tuple[Question, ...]:
    """A question for each selector that alerts and SLOs of some owners rest on, each once."""
    found: dict[q.VectorSelector, Question] = {}
    for service in model.services:
        world = world_of(service, model.stack)
        shared = model.stack.groups if names.STACK in owners else ()
        if service.name in owners:
            below = foundations(service, (*service.groups, *service.slo_groups, *shared), world)
            for selector, who in below.selectors.items():
                if selector.name == names.UNKNOWN_LABEL_VALUES:
                    continue  # only the generated module has it, and everything else works without
                found.setdefault(selector, _question(selector, who, service, world))
    return tuple(found.values())


def _question(selector: q.VectorSelector, who: tuple[str, ...], service: Service, world: World) -> Question:
    jobs = tuple(matcher for matcher in selector.matchers if matcher.name == "job")
    return Question(selector, selector._replace(matchers=jobs), world.series[str(selector.name)].metric, who, service)


def selectors_of(asked: Sequence[Question]) -> tuple[q.VectorSelector, ...]:
    """All that must be counted to answer some questions."""
    return tuple(dict.fromkeys(selector for one in asked for selector in (one.selector, one.bare)))


def queries(selectors: Sequence[q.VectorSelector]) -> Iterator[str]:
    """Queries whose answers tell by number which selectors find something."""
    parts: list[str] = []
    for number, selector in enumerate(selectors):
        part = f'label_replace(count({q.to_text(selector)}), "{NUMBER}", "{number}", "", "")'
        if parts and sum(len(one) + 4 for one in parts) + len(part) > _LONGEST:
            yield " or ".join(parts)
            parts = []
        parts.append(part)
    if parts:
        yield " or ".join(parts)


def missing_series(
    asked: Sequence[Question], found: Collection[q.VectorSelector], silent: Collection[str]
) -> Iterator[Finding]:
    """GW658: what should be there and is not; jobs without any target that is up are left out."""
    gone: dict[str, None] = {}
    for one in asked:
        if one.selector in found or _jobs(one) <= set(silent):
            continue
        if one.bare not in found:
            if one.metric.name not in gone:
                gone[one.metric.name] = None
                yield from _no_metric(one, asked)
        elif one.bare != one.selector and (told := _narrowed(one)):
            yield told


def _jobs(one: Question) -> set[str]:
    """The jobs that a selector is restricted to; any other one where that cannot be told."""
    for matcher in one.bare.matchers:
        if matcher.op == "=":
            return {matcher.value}
        if matcher.op == "=~" and (listed := q.literal_alternatives(matcher.value)):
            return set(listed)
    return {""}


def _no_metric(one: Question, asked: Sequence[Question]) -> Iterator[Finding]:
    """Nothing of a metric is stored. What comes with the first event may come later, but nobody can be sure of it."""
    metric = one.metric
    who = tuple(dict.fromkeys(name for other in asked if other.metric is metric for name in other.who))
    severity: Severity = "error" if metric.appears == "always" else "warning"
    later = "" if metric.appears == "always" else " yet"
    message = f"Prometheus has no series {q.to_text(one.bare)}{later}, and {named(who)} rest{_s(who)} on it"
    yield Finding("GW658", severity, message, metric.origin or one.service.origin, _way_to_store(metric, one.service))


def _way_to_store(metric: Metric, service: Service) -> str:
    if metric.catalog == "scrape":
        return "is the job scraped by this Prometheus?"
    if metric.appears == "always":
        return f"ask the service with `gw2mon verify --metrics`: does it expose {metric.name}?"
    calls = recorders(service, metric)
    how = f"with {calls[0]}" if calls else "or bind it when the service starts"
    return f"it comes with the first event: set it {how}, or ask again later"


def _narrowed(one: Question) -> Finding | None:
    """The metric is there, and not with the labels that the selector asks for."""
    buckets = [matcher for matcher in one.selector.matchers if matcher.name == "le"]
    place = one.metric.origin or one.service.origin
    text = f"{q.to_text(one.selector)}"
    if buckets:
        message = f"Prometheus has no bucket {text}, and {named(one.who)} rest{_s(one.who)} on it"
        return Finding("GW658", "error", message, place, "give the histogram the declared buckets")
    if one.metric.appears != "always" or not is_own(one.metric) or not _declared_first(one):
        return None
    message = f"Prometheus has no series {text}, and {named(one.who)} rest{_s(one.who)} on it"
    advice = "create it at 0 when the application starts: what begins at 1 has no increase"
    return Finding("GW658", "warning", message, place, advice)


def _declared_first(one: Question) -> bool:
    """Whether the selector asks for values that are known beforehand, so that their series are made at the start."""
    known: Mapping[str, tuple[str, ...]] = {label.name: label.values.values for label in one.metric.labels}
    return one.metric.initialise and all(
        matcher.value in known.get(matcher.name, ()) or matcher.op != "="
        for matcher in one.selector.matchers
        if matcher.name != "job"
    )


def _s(who: tuple[str, ...]) -> str:
    return "s" if len(who) == 1 else ""
