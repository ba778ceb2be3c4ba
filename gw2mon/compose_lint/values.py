"""Values of a compose file as Compose reads them: variables filled in, lists and records in one form, units."""

from __future__ import annotations

import re
import shlex
from typing import Any

from gw2mon.parts import record, sequence

UNKNOWN = "\0"
"""Stands in a text for what only the environment knows."""

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<plain>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)(?:(?P<op>:?[-?+])(?P<other>[^{}]*))?\})"
)
_DURATION = re.compile(r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_SIZE = re.compile(r"\d+(\.\d+)?\s*([kmgt]i?b?|b)?", re.IGNORECASE)


def interpolated(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """The same with variables replaced by their defaults, or by UNKNOWN where they have none."""
    if isinstance(value, dict):
        return {str(key): interpolated(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [interpolated(inner) for inner in value]
    return _VARIABLE.sub(_filled, value) if isinstance(value, str) else value


def _filled(match: re.Match[str]) -> str:
    if match["dollar"]:
        return "$"
    return match["other"] or "" if match["op"] in ("-", ":-") else UNKNOWN


def variables_of(text: str) -> set[str]:
    """The variables in a text that have no default, and that Compose does not insist on either."""
    found = _VARIABLE.finditer(text)
    return {match["plain"] or match["braced"] for match in found if not match["dollar"] and not match["op"]}


def is_unknown(text: str) -> bool:
    """Whether a text depends on the environment."""
    return UNKNOWN in text


def text_of(value: Any) -> str:  # noqa: ANN401 - a scalar of a document
    """A scalar as Compose passes it on; empty for a list, a record or nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def pairs_of(value: Any) -> dict[str, str | None]:  # noqa: ANN401 - a record or a list
    """Names and values, whether they are written as a record or as a list of NAME=value; None: from the environment."""
    if isinstance(value, dict):
        return {str(key): None if inner is None else text_of(inner) for key, inner in value.items()}
    items = (text_of(item).partition("=") for item in sequence(value))
    return {name: inner if separator else None for name, separator, inner in items if name}


def words_of(value: Any) -> list[str]:  # noqa: ANN401 - a list or a line
    """The words of a command."""
    if isinstance(value, str):
        try:
            return shlex.split(value)
        except ValueError:
            return value.split()
    return [text_of(item) for item in sequence(value)]


def names_of(value: Any) -> list[str]:  # noqa: ANN401 - a list or a record
    """The names in a list, a list of records with a source, or the keys of a record."""
    if isinstance(value, dict):
        return [str(key) for key in value]
    if isinstance(value, str):
        return [value]
    return [text_of(item) or text_of(record(item).get("source")) for item in sequence(value)]


def is_duration(value: Any) -> bool:  # noqa: ANN401 - a scalar of a document
    """Whether Compose reads it as a duration; what the environment says counts as one."""
    text = text_of(value)
    return is_unknown(text) or text == "0" or _DURATION.fullmatch(text) is not None


def is_size(value: Any) -> bool:  # noqa: ANN401 - a scalar of a document
    """Whether Compose reads it as a size in bytes."""
    text = text_of(value)
    return is_unknown(text) or _SIZE.fullmatch(text) is not None
