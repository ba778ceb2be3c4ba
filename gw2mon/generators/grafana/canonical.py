"""Data to JSON text in one form only, so that a diff shows what changed and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def dump(data: dict[str, Any]) -> str:
    """Keys sorted, two blanks for each level, characters as they are, and a whole number never as a float."""
    return json.dumps(_plain(data), indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def number(value: Decimal) -> int | float:
    """The number that JSON shows as people write it: 2, 0.05."""
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON is any of its values
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case Decimal():
            return number(value)
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
