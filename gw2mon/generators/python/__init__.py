"""The metrics module of a service: typed objects and functions that an application imports.

It stands alone, with prometheus_client as its only dependency, and takes the place of a module written by hand without
a change to its callers. The template decides how it reads; this package decides what stands in it. The template prints
`Code` only, so that no text of a spec can become anything but a literal, a comment or a checked name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.artifacts import Artifact
from gw2mon.generators.python.imports import imports_of
from gw2mon.generators.python.layout import Code
from gw2mon.generators.python.plan import plan
from gw2mon.names import python_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from gw2mon.model import Service


def generate(service: Service) -> tuple[Artifact, ...]:
    """Return the metrics module of a service."""
    return (Artifact(python_path(service.name, "metrics"), metrics_module(service), service.name),)


def metrics_module(service: Service) -> str:
    """Return the source of the metrics module of a service."""
    environment = _environment()
    values = plan(service)
    body = _render(environment, "metrics_body.py.j2", values)
    imports, for_types = imports_of(body)
    values |= {"imports": imports, "imports_for_types": for_types, "body": Code(body)}
    return _render(environment, "metrics.py.j2", values)


def _render(environment: Environment, template: str, values: Mapping[str, object]) -> str:
    return environment.get_template(template).render(values)


def _environment() -> Environment:
    # Imported late, because most commands print no source.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("gw2mon"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - escapes HTML, which this is not; _only_code guards instead
        finalize=_only_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _only_code(value: object) -> Code:
    if not isinstance(value, Code):
        raise TypeError(f"a template prints {value!r}, which has not been made into source")
    return value
