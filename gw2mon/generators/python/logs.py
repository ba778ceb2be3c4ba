"""The logs module: one form for every line of the process, and what servers read to write their own lines in it.

It needs the scrubbing module, and feeds the errors module where the service reports its errors.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code, comment, literal, prose, tuple_of
from gw2mon.generators.python.rendering import render
from gw2mon.names import identifier, python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Service

_SERVERS = ("uvicorn", "uvicorn.error", "gunicorn.error")
_ACCESS = ("uvicorn.access", "gunicorn.access")


def writes_logs(service: Service) -> bool:
    """Whether the service says something about its logs."""
    return service.logs is not None


def logs_module(service: Service) -> str:
    """Return the source of the logs module of a service.

    Raises:
        ValueError: where it says nothing about logs.
    """
    logs = service.logs
    if logs is None:
        raise ValueError(f"{service.name} says nothing about logs")
    fastapi = service.python.fastapi
    is_ecs = logs.ship_to == "elk"
    return render(
        "logs.py.j2",
        {
            "header": [comment(line) for line in header(python_path(service.name, "logs"), service.spec)],
            "service": prose(service.name),
            "package": Code(identifier(service.name)),
            "name": literal(service.name),
            "environment_variable": literal(service.sentry.environment_env if service.sentry else "ENVIRONMENT"),
            "environment_prose": prose(service.sentry.environment_env if service.sentry else "ENVIRONMENT"),
            "quiet": _tuple("QUIET_PATHS", fastapi.exclude if fastapi else ()),
            "has_errors": service.sentry is not None,
            "is_ecs": is_ecs,
            "line": Code("_ecs(own)" if is_ecs else "own"),
            "short_line": Code("_ecs(short)" if is_ecs else "short"),
        },
    )


def logging_config(service: Service) -> str:
    """Return what `uvicorn --log-config` and gunicorn read, so that the parent of their workers writes JSON too."""
    lines = {"level": "INFO", "handlers": [], "propagate": True}
    nothing = {"level": "CRITICAL", "handlers": [], "propagate": False}
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"lines": {"()": f"{identifier(service.name)}.logs.handler_of_server"}},
        "root": {"level": "INFO", "handlers": ["lines"]},
        "loggers": {**dict.fromkeys(_SERVERS, lines), **dict.fromkeys(_ACCESS, nothing)},
    }
    return json.dumps(config, indent=2) + "\n"


def _tuple(name: str, texts: Iterable[str]) -> Code:
    """Texts, each once, under a name."""
    items = [literal(text) for text in sorted(set(texts))]
    return tuple_of(f"{name} = (", items) if items else Code(f"{name}: tuple[str, ...] = ()")
