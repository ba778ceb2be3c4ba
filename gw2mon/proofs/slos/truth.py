"""When the alerts of an SLO must fire, said once more: from error ratios and from the number of bad events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gw2mon.model import AlertingRule
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.slo import Level

BEYOND, WITHIN = 1.02, 0.98
"""How far from a limit inputs are. Nearer than 1 % the order of a float sum could decide."""

LEVELS: tuple[Level, ...] = ("page", "ticket")


def beyond(limit: float) -> float:
    """A ratio just above a limit; in the middle between it and 1 where there is no room."""
    return limit * BEYOND if limit * BEYOND < 1 else (limit + 1) / 2


def burns(claim: Claim, level: Level, ratios: Mapping[int, float], events: Callable[[int], float]) -> bool:
    """Whether some pair of a level burns. `ratios` are by window, `events` tells how many were bad in a window."""
    return any(
        min(ratios.get(window, 0) for window in (pair.short, pair.long)) > claim.limit(pair)
        and (not claim.guard or events(pair.long) >= claim.guard)
        for pair in claim.pairs
        if pair.level == level
    )


def burn_alerts(claim: Claim) -> Iterator[tuple[Level, AlertingRule]]:
    """The burn alerts of an SLO."""
    for level in LEVELS:
        rule = claim.alert(names.BUDGET_BURN, level)
        if rule is not None:
            yield level, rule
