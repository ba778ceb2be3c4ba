"""From the SLOs of a service to the tests that prove their rules, in layers.

Three days of a minute each take promtool minutes to evaluate. So it is proven apart that each record holds what it must
(`records`, `windows`) and that each alert fires and is silent when its records say so (`alerts`). Those are quick. That
both together wake somebody in time is shown from raw samples over hours and days (`hours`, `days`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.proofs.scenario import Unprovable, interval_for
from gw2mon.proofs.slos.alerts import alert_layer
from gw2mon.proofs.slos.claim import BASE, claims_of
from gw2mon.proofs.slos.days import day_layer, hour_layer
from gw2mon.proofs.slos.flows import Measured
from gw2mon.proofs.slos.listing import is_never_missing, proof_of
from gw2mon.proofs.slos.measure import measure_of
from gw2mon.proofs.slos.records import record_layer
from gw2mon.proofs.slos.windows import window_layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import AlertingRule, Model
    from gw2mon.proofs.slos.case import Layer
    from gw2mon.proofs.slos.claim import Claim
    from gw2mon.proofs.slos.listing import SloProof


def slo_proof(model: Model, owner: str, rule: AlertingRule) -> SloProof:
    """The cases of an alert of an SLO."""
    return proof_of(rule, slo_layers(model, owner))


def slo_layers(model: Model, owner: str) -> tuple[Layer, ...]:
    """The tests of the SLOs of a service; none without SLOs."""
    service = next(service for service in model.services if service.name == owner)
    claims = tuple(claim for claim in claims_of(service, model.stack) if not is_never_missing(claim.slo))
    if not claims:
        return ()
    measured = tuple(_measured(claims))
    shortest = min(window for claim in claims for window in (*claim.windows, BASE))
    proven = [window_layer(claims, measured), alert_layer(claims)]
    if measured:
        proven = [record_layer(measured, interval_for(shortest, 0)), *proven, hour_layer(measured), day_layer(measured)]
    return tuple(layer for layer in proven if layer.cases)


def _measured(claims: tuple[Claim, ...]) -> Iterator[Measured]:
    """The claims whose raw samples are known; of the others only what follows from the pair is proven."""
    for claim in claims:
        try:
            yield Measured(claim, measure_of(claim))
        except Unprovable:
            continue
