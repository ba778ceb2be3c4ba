"""What the alerts of an SLO tell a woken person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names, slo
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from gw2mon.model import Pairs, Slo
    from gw2mon.slo import Level

_SUMMARIES = {
    (names.BUDGET_BURN, "page"): "{slo} burns its error budget fast",
    (names.BUDGET_BURN, "ticket"): "{slo} burns its error budget steadily",
    (names.ALL_FAILING, "ticket"): "{slo}: everything fails",
    (names.BUDGET_EXHAUSTED, "ticket"): "{slo} has spent its error budget",
    (names.DATA_MISSING, "page"): "{slo} has no data",
    (names.DATA_MISSING, "ticket"): "{slo} has no data",
}

_DESCRIPTIONS = {
    names.BUDGET_BURN: "{{{{ $value | humanizePercentage }}}} of events are bad; {objective} may be over {period}. "
    "{left} of the error budget is left.",
    names.ALL_FAILING: "All events of the last 30 minutes are bad, though there may be too few of them for a page.",
    names.BUDGET_EXHAUSTED: "More than {objective} of the events of the last {period} were bad: the promise is broken. "
    "Put reliability before features until it is kept again.",
    names.DATA_MISSING: "Nothing is recorded any more, so nobody can tell whether the promise is kept, and no other "
    "alert of this SLO can fire. Is its metric still exposed and scraped?",
}


def annotations_of(promise: Slo, service: str, alert: str, level: Level) -> Pairs:
    """Summary and description; what the promise means comes first where the spec says it."""
    summary = _SUMMARIES[alert, level].format(slo=f"SLO {promise.name} of {service}{_group(promise)}")
    description = _DESCRIPTIONS[alert].format(
        objective=f"{slo.plain(slo.budget(promise.objective) * 100)}%",
        period=format_duration(promise.window),
        left=_budget_left(promise),
    )
    promised = f"{literal(promise.description)} " if promise.description else ""
    return (("summary", summary), ("description", promised + description))


def literal(text: str) -> str:
    """A text of the spec that is no template: its braces stand for themselves."""
    return text.replace("{{", '{{"{{"}}')


def _group(promise: Slo) -> str:
    return "".join(f" {{{{ $labels.{label} }}}}" for label in promise.by)


def _budget_left(promise: Slo) -> str:
    """A template that asks Prometheus for the budget of the same group."""
    groups = "".join(f",{label}=%q" for label in promise.by)
    values = "".join(f" $labels.{label}" for label in promise.by)
    query = f'printf "{names.SLO_REMAINING}{{slo_id=%q{groups}}}" "{promise.id}"{values} | query'
    left = "{{ . | first | value | humanizePercentage }}{{ else }}An unknown part{{ end }}"
    return f"{{{{ with {query} }}}}{left}"
