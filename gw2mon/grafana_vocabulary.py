"""The words that Grafana understands, as data: keys at each level of a dashboard, units, reducers, matchers, choices.

Grafana itself ignores what it does not know, so a typo costs a unit or a colour and nobody is told. The lists hold for
Grafana 11 to 13; https://grafana.com/docs/grafana/latest/reference/ explains them.
"""

from __future__ import annotations

from functools import cache
from typing import Any


class Words(frozenset[str]):
    """A set of words, in which no list and no record is: both may stand in a dashboard where a word belongs."""

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and super().__contains__(value)


@cache
def load() -> dict[str, Any]:
    """Everything, by name."""
    import json
    from importlib.resources import files

    loaded: dict[str, Any] = json.loads(files("gw2mon").joinpath("grafana_vocabulary.json").read_text("utf-8"))
    return loaded


@cache
def words(name: str) -> Words:
    """A set of words, such as the `units` or the `panel keys`."""
    return Words(load()[name].split())


@cache
def choices(name: str) -> dict[str, Words]:
    """Options that take one of a few words, with those words; such as the `panel choices`."""
    return {option: Words(allowed.split("|")) for option, allowed in load()[name].items()}
