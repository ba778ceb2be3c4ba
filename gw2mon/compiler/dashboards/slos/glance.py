"""What a service promises, at a glance: the first row of its overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon import promql as q
from gw2mon.compiler.dashboards.slos import numbers, table
from gw2mon.compiler.dashboards.slos.numbers import Asked
from gw2mon.compiler.dashboards.slos.said import ratio_digits
from gw2mon.model import Panel
from gw2mon.model.figures import Figure, Link
from gw2mon.model.promises import Query

if TYPE_CHECKING:
    from gw2mon.compiler.dashboards.shown import Known

_LEGEND = "{{slo_name}}"


def promised(known: Known) -> tuple[Panel, ...]:
    """What was kept of each promise, and how much may still go wrong; nothing for a service without SLOs."""
    if not known.slos:
        return ()
    asked = Asked(known.slos, (q.label_is("slo_service", known.service),), by=("slo_name",))
    link = Link("SLOs", names.dashboard_uid(known.service, names.SLO_DASHBOARD))
    kept = Panel(
        "slo/sli", "Good over the period of each SLO", "stat", (Query(numbers.sli(asked), _LEGEND),), "ratio",
        _KEPT, by=asked.by, width="half", link=link, figure=Figure(ratio_digits(known.slos), is_constant=True),
    )  # fmt: skip
    left = Panel(
        "slo/left", "Error budget left of each SLO", "stat", (Query(numbers.left(asked), _LEGEND),), "ratio",
        _LEFT, by=asked.by, width="half", link=link, signed=True, figure=table.BUDGET,
    )  # fmt: skip
    return kept, left


_KEPT = "Share of good events over the period of each promise. The dashboard of the SLOs tells the objective."
_LEFT = (
    "Share of each error budget that is left. Below 25% deploy with care; below 0% the promise is broken. The "
    "dashboard of the SLOs tells what spends it."
)
