"""What a converter of panels returns."""

from __future__ import annotations

from typing import Any, NamedTuple


class Drawn(NamedTuple):
    """How a panel is drawn today."""

    type: str
    options: dict[str, Any]
    field: dict[str, Any]
    overrides: list[dict[str, Any]]
    transformations: list[dict[str, Any]] | None = None
    """None: as they were."""
