"""What an audit says of alerts that promtool can show: that they never fire, or always do."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from gw2mon.auditing.verdicts import verdicts
from gw2mon.proofs.counterexamples import Claim, claims_of

if TYPE_CHECKING:
    from gw2mon.auditing import Audit
    from gw2mon.auditing.verdicts import Verdict
    from gw2mon.model import AlertingRule

_SHOWABLE = ("never fires", "always fires")


def claims(audit: Audit) -> tuple[Claim, ...]:
    """A claim for each alert of which everything needed is proven; its file and line tell its test from others."""
    return tuple(
        claim
        for alert, findings in audit.alerts
        for claim in claims_of(alert, findings, audit.known.world._replace(service=_where(alert)), audit.known.stack)
    )


def unclaimed(audit: Audit) -> tuple[Verdict, ...]:
    """Alerts of which it is proven that they never or always fire, and which no inputs of promtool can show."""
    claimed = {claim.rule.origin for claim in claims(audit)}
    return tuple(
        verdict
        for verdict in verdicts(audit)
        if verdict.if_loaded is None and verdict.told and verdict.outcome in _SHOWABLE and verdict.place not in claimed
    )


def _where(alert: AlertingRule) -> str:
    place = alert.origin
    return f"{basename(place.file).rpartition('.')[0]}-{place.line}" if place else ""
