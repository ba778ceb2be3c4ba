"""Where logs and errors of the application go: what the spec says, with the defaults of a careful person."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gw2mon.model import Logs, Sentry
from gw2mon.spec.stack import WAYS

if TYPE_CHECKING:
    from gw2mon.spec import Spec

_TRACES = Decimal("0.1")
_DAY = 86_400_000
_RETENTION = 30 * _DAY


def logs_of(spec: Spec) -> Logs | None:
    """Where logs go; None where the spec has no section about them."""
    if "logs" not in spec.model_fields_set:
        return None
    entry = spec.logs
    if entry.ship_to == "none":
        return Logs("none", None, redact=entry.redact, keep=entry.keep)
    return Logs(
        entry.ship_to,
        entry.retention.milliseconds if entry.retention else _RETENTION,
        entry.collect or WAYS[entry.ship_to][0],
        entry.region,
        entry.group or (f"/gw2mon/{spec.service}" if entry.ship_to == "cloudwatch" else ""),
        entry.redact,
        entry.keep,
    )


def sentry_of(spec: Spec) -> Sentry | None:
    """How errors are reported; None where nobody asked for it."""
    entry = spec.errors.sentry
    if entry is None:
        return None
    return Sentry(entry.dsn_env, entry.environment_env, _TRACES if entry.traces is None else entry.traces.value)
