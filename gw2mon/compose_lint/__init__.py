"""The compose linter: what is wrong with a compose file and with the files that it mounts, whoever wrote them.

It knows the programs of a monitoring stack: where they listen, what their images have in them, which flags they take,
where they keep their data. Of other services it judges only what is wrong with any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gw2mon.compose_lint import (
    alertmanager,
    commands,
    grafana,
    hardening,
    health,
    mounts,
    ports,
    prometheus,
    secrets,
    structure,
)
from gw2mon.compose_lint.reading import Stack, read
from gw2mon.parts import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ("ERRORS", "RULES", "Problem", "lint", "severity")

RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    structure.shapes,
    structure.keys,
    structure.references,
    structure.waiting,
    structure.words,
    health.images,
    health.checks,
    ports.published,
    ports.host_network,
    mounts.sources,
    mounts.forms,
    mounts.writable,
    mounts.kept,
    mounts.shared,
    mounts.owners,
    commands.flags,
    commands.configuration,
    commands.retention,
    commands.interfaces,
    commands.passwords,
    commands.exporters,
    secrets.environment,
    secrets.logins,
    secrets.sources,
    secrets.given,
    secrets.literals,
    hardening.powers,
    hardening.missing,
    hardening.limits,
    prometheus.keys,
    prometheus.targets,
    prometheus.alerting,
    prometheus.rule_files,
    alertmanager.routes,
    grafana.data_sources,
    grafana.dashboards,
)
"""Each takes the stack and yields problems; the docstring of each names the codes that it gives."""

ERRORS = frozenset(
    "no-services wrong-shape unknown-key undeclared-name bad-dependency bad-value no-such-tag bad-digest "  # noqa: SIM905
    "bad-health-check bad-port nobody-listens port-taken missing-source bad-mount shared-data bad-flag "
    "no-configuration short-retention bad-retention secret-without-source secret-not-given bad-prometheus-config "
    "unreachable bad-target no-rules bad-alertmanager-config no-templates bad-data-source no-dashboards".split()
)
"""Codes of what cannot work, whatever the environment; all others tell of a risk, or of what is most likely wrong."""


def severity(problem: Problem) -> Literal["error", "warning"]:
    """An error only where it is sure that something does not work."""
    return "error" if problem.code in ERRORS else "warning"


def lint(document: object, files: Mapping[str, Any] | None = None, *, is_whole: bool = True) -> list[Problem]:
    """Every problem of a compose file; none for one that is flawless.

    `document` is the parsed YAML. `files` are those at and beneath its folder, by their paths from there: data where
    they are YAML or JSON, otherwise their text. Without files nothing is said of what is mounted; unless they are all
    that there are (`is_whole`), nothing is said of what is missing.
    """
    if not isinstance(document, dict):
        return [Problem("wrong-shape", "", "a compose file is a record")]
    stack = read(document, files or {}, is_whole=is_whole)
    return [problem for rule in RULES for problem in rule(stack)]
