# ruff: noqa: INP001 - scripts, not a package
"""An SLO in the form of Sloth, written anew: what the rules of gw2mon are compared with.

Every window reads raw samples again, except the period, which is an average of the ratios of five minutes.
"""

from __future__ import annotations

from typing import NamedTuple

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")

_JOIN = "on (sloth_id, sloth_slo, sloth_service) group_left ()"
_BUDGET = "(1 - 0.999)"


class Rule(NamedTuple):
    """A rule: `name` is a record, or the severity of an alert."""

    name: str
    expr: str
    labels: dict[str, str]


def rules(name: str, job: str, by: str = "") -> tuple[Rule, ...]:
    """The rules of an SLO of 99.9 % over 30 days about the requests of a job, kept apart by a label or not at all."""
    labels = {"sloth_id": f"shop-{name}", "sloth_service": "shop", "sloth_slo": name}
    own = "{" + ", ".join(f'{label}="{value}"' for label, value in labels.items()) + "}"
    ratios = (
        Rule(f"slo:sli_error:ratio_rate{window}", expr, {**labels, "sloth_window": window})
        for window, expr in (*((window, _ratio(job, by, window)) for window in WINDOWS), ("30d", _period(own)))
    )
    metadata = (Rule(record, expr, labels) for record, expr in _metadata(own).items())
    return (*ratios, *metadata, *_alerts(own))


def _ratio(job: str, by: str, window: str) -> str:
    clause = f" by ({by})" if by else ""
    bad = f'sum{clause} (rate(requests_total{{job="{job}", status="5xx"}}[{window}]))'
    total = f'sum{clause} (rate(requests_total{{job="{job}"}}[{window}]))'
    return f"({bad}) / ({total})"


def _period(own: str) -> str:
    ratios = f"slo:sli_error:ratio_rate5m{own}[30d]"
    return f"sum_over_time({ratios}) / ignoring (sloth_window) count_over_time({ratios})"


def _metadata(own: str) -> dict[str, str]:
    budget = f"slo:error_budget:ratio{own}"
    return {
        "slo:objective:ratio": "vector(0.999)",
        "slo:error_budget:ratio": "vector(1 - 0.999)",
        "slo:time_period:days": "vector(30)",
        "slo:current_burn_rate:ratio": f"slo:sli_error:ratio_rate5m{own} / {_JOIN} {budget}",
        "slo:period_burn_rate:ratio": f"slo:sli_error:ratio_rate30d{own} / {_JOIN} {budget}",
        "slo:period_error_budget_remaining:ratio": f"1 - slo:period_burn_rate:ratio{own}",
        "sloth_slo_info": "vector(1)",
    }


def _alerts(own: str) -> tuple[Rule, ...]:
    page = f"{_burns(own, '5m', '1h', '14.4')} or {_burns(own, '30m', '6h', '6')}"
    ticket = f"{_burns(own, '2h', '1d', '3')} or {_burns(own, '6h', '3d', '1')}"
    return Rule("page", page, {}), Rule("ticket", ticket, {})


def _burns(own: str, short: str, long: str, factor: str) -> str:
    both = (
        f"max(slo:sli_error:ratio_rate{window}{own} > ({factor} * {_BUDGET})) without (sloth_window)"
        for window in (short, long)
    )
    return f"({' and '.join(both)})"
