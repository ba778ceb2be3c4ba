"""Keeping the keys that Grafana knows: those known to be dead go silently, and any other is somebody's mistake."""

from __future__ import annotations

from typing import Any

from gw2mon import grafana_vocabulary as vocabulary


class UnknownKeyError(ValueError):
    """A key that is neither Grafana's nor known to be dead: raised only where strictness is asked for."""


def kept(data: dict[str, Any], alive: str, dead: str, where: str, *, strict: bool) -> dict[str, Any]:
    """The entries whose keys are alive; `alive` and `dead` name sets of the vocabulary.

    Raises:
        UnknownKeyError: for any other key, if `strict`.
    """
    known = vocabulary.words(alive)
    unknown = set(data) - known - (vocabulary.words(dead) if dead else frozenset())
    if strict and unknown:
        raise UnknownKeyError(f"{where}: Grafana has no key {', '.join(sorted(unknown))}")
    return {key: value for key, value in data.items() if key in known}


def pruned(value: Any) -> Any:  # noqa: ANN401 - JSON is any of its values
    """The value without entries that are null, all the way down."""
    if isinstance(value, dict):
        return {key: pruned(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [pruned(inner) for inner in value]
    return value
