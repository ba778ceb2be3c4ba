"""What every format of SLOs says in its own way: how much is promised, over which days, and which alerts can fire."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon import slo
from gw2mon.promql import format_duration
from gw2mon.slo import BurnPair, plain

if TYPE_CHECKING:
    from gw2mon.documents import Node, Report
    from gw2mon.importing.promise import Alerts

_MOST_DIGITS = 12
_DURATION = re.compile(r"([1-9][0-9]{0,3})(m|h|d|w|M|Q|Y)")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080, "M": 43200, "Q": 129600, "Y": 525600}
_ROUGH = frozenset("MQY")
"""Units of the calendar, whose length differs."""

_SHORT: tuple[tuple[slo.Level, int, int, Decimal], ...] = (
    ("page", 5 * slo.MINUTE, slo.HOUR, Decimal("0.2")),
    ("ticket", 30 * slo.MINUTE, 6 * slo.HOUR, Decimal("0.5")),
)
"""Burn alerts for windows of some days, for which the workbook gives none: level, windows, share of the budget."""


def objective(percent: Decimal, node: Node, report: Report) -> Decimal | None:
    """The share that is promised, in percent, if anybody can keep it."""
    exponent = percent.as_tuple().exponent
    if 0 < percent < 100 and isinstance(exponent, int) and -exponent <= _MOST_DIGITS:  # noqa: PLR2004 - percent
        return percent.normalize()
    # A number of a thousand digits is not repeated.
    shown = f"{percent:f}" if abs(percent.adjusted()) < _MOST_DIGITS else f"{percent:.3E}"
    reason = "100% leaves no error budget" if percent == 100 else "it is not between 0% and 100%"  # noqa: PLR2004
    report.error("GW810", node, f"objective {shown} cannot be kept: {reason}", "promise less, such as 99.9")
    return None


def window(text: str, node: Node, report: Report) -> int | None:
    """The days of a rolling window; months and years as the days they roughly have."""
    found = _DURATION.fullmatch(text)
    minutes = int(found[1]) * _MINUTES[found[2]] if found else 0
    if not minutes or minutes % 1440:
        report.error("GW810", node, f"a window of {text} is not whole days", "promise it over days, such as 30d")
        return None
    days = minutes // 1440
    if found and found[2] in _ROUGH:
        report.warn("GW835", node, f"the window of {text} becomes {days}d, rolling", "promise it over days to choose")
    return days


def fitting(alerts: Alerts, percent: Decimal, days: int, node: Node, report: Report) -> Alerts:
    """The alerts, with windows of their own where those of the period would never fire, or where it has none."""
    period = days * slo.DAY
    pairs = alerts.windows or slo.default_pairs(period)
    if not pairs:
        pairs = tuple(
            BurnPair(level, short, long, slo.factor(share, period, long)) for level, short, long, share in _SHORT
        )
        report.warn(
            "GW811", node, f"there are no usual burn windows for {days}d", "look at alerting.windows in the spec"
        )
        alerts = alerts._replace(windows=pairs)
    ratio = percent / 100
    wanted = {"page": alerts.page, "ticket": alerts.ticket}
    dead = [pair for pair in pairs if wanted[pair.level] and not slo.can_fire(pair, ratio)]
    if not dead:
        return alerts
    report.warn(
        "GW811", node,
        f"at {plain(percent)}% a burn of {plain(dead[0].factor)} times the budget is never reached: "
        f"the {dead[0].level} over {format_duration(dead[0].long)} could not fire",
        "its factor is lowered in the spec; look at alerting.windows",
    )  # fmt: skip
    return alerts._replace(windows=tuple(slo.reachable(pair, ratio) for pair in pairs))
