"""Checks: what is wrong with a Model that its parts cannot tell by themselves.

Each check is a function from what it looks at to findings, in the module of its family. A mistake is an error only when
it is provable in the closed world of the spec; what depends on anything open is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.checks import (
    cardinality,
    conditions,
    endpoint,
    formats,
    inversions,
    lookback,
    panels,
    proofs,
    queries,
    routing,
    slos,
    stack,
    templates,
    thresholds,
    windows,
)
from gw2mon.world import world_of

if TYPE_CHECKING:
    from gw2mon.finding import Finding
    from gw2mon.model import Model

_SERVICE_CHECKS = (
    queries.mistakes,
    windows.short_window_of_a_form,
    conditions.hold_below_evaluation,
    inversions.inverted_value,
    thresholds.outside_possible_values,
    thresholds.beyond_buckets,
    thresholds.slo_between_buckets,
    slos.burn_alert_never_fires,
    slos.base_window_too_short,
    slos.bad_equals_total,
    slos.too_few_events,
    slos.fast_failures_count_as_good,
    slos.former_name_in_use,
    slos.unbounded_group,
    templates.broken_template,
    templates.label_missing,
    formats.wrong_format,
    panels.unfit_panel,
    cardinality.series_budget_exceeded,
    endpoint.scrape_without_token,
    endpoint.token_nobody_asks_for,
    endpoint.exemplars_lost,
    proofs.unusable_input,
)
"""Functions of a service, its world and the stack."""

_MODEL_CHECKS = (
    routing.severity_without_route,
    routing.nobody_is_told,
    slos.duplicate_slo_id,
    proofs.alert_without_proof,
    stack.retention_below_window,
    stack.address_nobody_offers,
    stack.unknown_probe_module,
    stack.target_in_own_container,
    stack.relative_secret,
    lookback.looks_back_too_far,
)
"""Functions of the whole Model."""


def check(model: Model) -> tuple[Finding, ...]:
    """All findings about a Model, in the order of services and checks."""
    found: list[Finding] = []
    for service in model.services:
        world = world_of(service, model.stack)
        for service_check in _SERVICE_CHECKS:
            found.extend(service_check(service, world, model.stack))
    for model_check in _MODEL_CHECKS:
        found.extend(model_check(model))
    return _once(found)


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each finding once; of an alert that is wrong, not also that nothing proves it."""
    refuted = {finding.position for finding in findings if finding.severity == "error"}
    return tuple(dict.fromkeys(item for item in findings if item.code != "GW406" or item.position not in refuted))
