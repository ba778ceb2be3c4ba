"""The scrubbing module: what logs and errors of a service must not show, once for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.errors import reports_errors
from gw2mon.generators.python.layout import Code, comment, literal, prose, tuple_of
from gw2mon.generators.python.logs import writes_logs
from gw2mon.generators.python.rendering import render
from gw2mon.names import python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.model import Service


def keeps_secrets(service: Service) -> bool:
    """Whether the service has a module that writes or sends what may hold secrets."""
    return writes_logs(service) or reports_errors(service)


def scrubbing_module(service: Service) -> str:
    """Return the source of the scrubbing module of a service."""
    logs = service.logs
    return render(
        "scrubbing.py.j2",
        {
            "header": [comment(line) for line in header(python_path(service.name, "scrubbing"), service.spec)],
            "service": prose(service.name),
            "redact": _tuple("REDACT", logs.redact if logs else ()),
            "keep": _tuple("KEEP", logs.keep if logs else ()),
        },
    )


def _tuple(name: str, keys: Iterable[str]) -> Code:
    """Keys, each once, as they are compared, under a name."""
    items = [literal(key) for key in sorted({key.lower().replace("-", "_") for key in keys})]
    return tuple_of(f"{name} = (", items) if items else Code(f"{name}: tuple[str, ...] = ()")
