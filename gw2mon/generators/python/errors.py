"""The errors module: what Sentry is told, and what it is never told.

It needs the scrubbing module alone. Where the service has no logs module, errors that libraries log reach Sentry
through the SDK itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code, comment, literal, number, prose, tuple_of
from gw2mon.generators.python.rendering import render
from gw2mon.names import python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from gw2mon.model import Service

_NEVER_TRACED = ("/health", "/metrics")


def reports_errors(service: Service) -> bool:
    """Whether errors of the service go to Sentry."""
    return service.sentry is not None


def errors_module(service: Service) -> str:
    """Return the source of the errors module of a service.

    Raises:
        ValueError: where its errors go nowhere.
    """
    sentry = service.sentry
    if sentry is None:
        raise ValueError(f"{service.name} reports no errors")
    fastapi = service.python.fastapi
    untraced = sorted({*_NEVER_TRACED, *(fastapi.exclude if fastapi else ())})
    return render(
        "errors.py.j2",
        {
            "header": [comment(line) for line in header(python_path(service.name, "errors"), service.spec)],
            "service": prose(service.name),
            "name": literal(service.name),
            "dsn_env": literal(sentry.dsn_env),
            "environment_env": literal(sentry.environment_env),
            "traces": number(sentry.traces),
            "untraced": tuple_of("UNTRACED = (", [literal(path) for path in untraced]),
            "listens": Code(str(service.logs is None)),
        },
    )
