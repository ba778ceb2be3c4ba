"""Dollars in a compose file."""

from __future__ import annotations

from typing import Any

from gw2mon.yamltext import Part


def interpolation_safe(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """The same with each dollar doubled: Compose replaces $NAME by what it finds in the environment."""
    if isinstance(value, Part):
        return value._replace(value=interpolation_safe(value.value))
    if isinstance(value, dict):
        return {key: interpolation_safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [interpolation_safe(inner) for inner in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
