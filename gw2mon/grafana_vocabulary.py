"""The words that Grafana understands, as data: keys at each level of a dashboard, units, reducers, matchers, choices.

Grafana itself ignores what it does not know, so a typo costs a unit or a colour and nobody is told. The lists hold for
Grafana 11 to 13; https://grafana.com/docs/grafana/latest/reference/ explains them.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def load() -> dict[str, Any]:
    """Everything, by name."""
    import json
    from importlib.resources import files

    loaded: dict[str, Any] = json.loads(files("gw2mon").joinpath("grafana_vocabulary.json").read_text("utf-8"))
    return loaded


@cache
def words(name: str) -> frozenset[str]:
    """A set of words, such as the `units` or the `panel keys`."""
    return frozenset(load()[name].split())


@cache
def choices(name: str) -> dict[str, frozenset[str]]:
    """Options that take one of a few words, with those words; such as the `panel choices`."""
    return {option: frozenset(allowed.split("|")) for option, allowed in load()[name].items()}
