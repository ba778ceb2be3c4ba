"""Templates of source code, printed from `Code` alone: no text of a spec becomes more than a literal or a comment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment


def render(template: str, values: Mapping[str, object]) -> str:
    """Return what a template under templates/python prints.

    Raises TypeError where it prints a value that has not been made into source: a mistake in gw2mon itself.
    """
    return environment().get_template(f"python/{template}").render(values)


@cache
def environment() -> Environment:
    """The environment of all templates of source code."""
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
