"""Where logs and errors of the application go: what the spec says, with the defaults of a careful person."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon.model import Logs, Sentry

if TYPE_CHECKING:
    from gw2mon.spec import Spec

_TRACES = Decimal("0.1")


def logs_of(spec: Spec) -> Logs | None:
    """Where logs go; None where the spec has no section about them."""
    if "logs" not in spec.model_fields_set:
        return None
    return Logs(spec.logs.ship_to, spec.logs.retention.milliseconds if spec.logs.retention else None)


def sentry_of(spec: Spec) -> Sentry | None:
    """How errors are reported; None where nobody asked for it."""
    entry = spec.errors.sentry
    if entry is None:
        return None
    return Sentry(entry.dsn_env, entry.environment_env, _TRACES if entry.traces is None else entry.traces.value)
