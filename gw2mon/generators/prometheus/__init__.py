"""Prometheus: its configuration, the rules of each owner, and promtool unit tests that prove those rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.prometheus import config, rules, slo_tests, tests

if TYPE_CHECKING:
    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model


def generate(model: Model) -> tuple[Artifact, ...]:
    """prometheus.yml, and a rule file with its tests for each service and for the stack."""
    return (config.generate(model), *rules.generate(model), *tests.generate(model), *slo_tests.generate(model))
