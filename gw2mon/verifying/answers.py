"""Answers of Prometheus' HTTP API, read: https://prometheus.io/docs/prometheus/latest/querying/api/.

Whatever stands at the address may answer, so nothing is believed: what has another shape than it should is left out,
and an answer that is none at all is None.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_Pairs = tuple[tuple[str, str], ...]


class LoadedRule(NamedTuple):
    """A rule as Prometheus evaluates it."""

    kind: str
    """alerting or recording."""
    name: str
    query: str
    labels: _Pairs
    annotations: _Pairs
    hold: float
    """Seconds, as all durations here."""
    keep_firing: float
    health: str
    """ok, err, or unknown before the first evaluation."""
    error: str


class LoadedGroup(NamedTuple):
    """A group of rules, and the file that it came from."""

    name: str
    file: str
    interval: float
    rules: tuple[LoadedRule, ...]


class Target(NamedTuple):
    """A target that Prometheus scrapes."""

    job: str
    address: str
    """As the configuration names it, whatever relabelling made of it."""
    health: str
    """up, down, or unknown before the first scrape."""
    error: str
    interval: str
    """Such as 15s; "" where the server is too old to tell."""
    labels: _Pairs = ()
    """What every series of it carries, job and instance among them."""


class Family(NamedTuple):
    """A family of metrics, as targets announce it."""

    type: str
    help: str
    unit: str


def data_of(text: str) -> Any | None:  # noqa: ANN401 - JSON is anything
    """What a successful answer holds, or None."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return answer.get("data") if isinstance(answer, dict) and answer.get("status") == "success" else None


def groups_of(data: object) -> tuple[LoadedGroup, ...]:
    """The groups of /api/v1/rules."""
    return tuple(
        LoadedGroup(
            _text(item, "name"), _text(item, "file"), _number(item, "interval"), tuple(map(_rule, _list(item, "rules")))
        )
        for item in _list(data, "groups")
    )


def _rule(item: dict[str, Any]) -> LoadedRule:
    return LoadedRule(
        _text(item, "type"),
        _text(item, "name"),
        _text(item, "query"),
        _pairs(item, "labels"),
        _pairs(item, "annotations"),
        _number(item, "duration"),
        _number(item, "keepFiringFor"),
        _text(item, "health"),
        _text(item, "lastError"),
    )


def targets_of(data: object) -> tuple[Target, ...]:
    """The targets of /api/v1/targets."""
    return tuple(
        Target(
            _text(item, "scrapePool") or dict(_pairs(item, "labels")).get("job", ""),
            dict(_pairs(item, "discoveredLabels")).get("__address__", ""),
            _text(item, "health"),
            _text(item, "lastError"),
            _text(item, "scrapeInterval"),
            _pairs(item, "labels"),
        )
        for item in _list(data, "activeTargets")
    )


def alertmanagers_of(data: object) -> tuple[str, ...]:
    """The addresses of /api/v1/alertmanagers to which alerts are sent."""
    return tuple(_text(item, "url") for item in _list(data, "activeAlertmanagers"))


def text_of(data: object, key: str) -> str:
    """One text of an answer that is an object."""
    return _text(data, key)


def families_of(data: object) -> dict[str, Family]:
    """The families of /api/v1/metadata; of one to which targets give several types none is known."""
    found: dict[str, Family] = {}
    for name in data if isinstance(data, dict) else ():
        told = [Family(_text(item, "type"), _text(item, "help"), _text(item, "unit")) for item in _list(data, name)]
        if told and isinstance(name, str):
            found[name] = told[0] if len({item.type for item in told}) == 1 else told[0]._replace(type="unknown")
    return found


def texts_of(data: object) -> tuple[str, ...]:
    """The values of /api/v1/label/…/values, or the names of /api/v1/labels."""
    return tuple(item for item in data if isinstance(item, str)) if isinstance(data, list) else ()


def labels_of(data: object) -> tuple[dict[str, str], ...]:
    """The labels of each series of an instant query."""
    return tuple(dict(_pairs(item, "metric")) for item in _list(data, "result"))


def numbered(data: object, label: str) -> Iterator[tuple[int, float]]:
    """The samples of an instant query whose `label` is a number: that number, and the value."""
    for item in _list(data, "result"):
        number = dict(_pairs(item, "metric")).get(label, "")
        value = item.get("value")
        if number.isdecimal() and isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - time and value
            yield int(number), _float(value[1])


def _list(data: object, key: str) -> list[dict[str, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _text(data: object, key: str) -> str:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def _number(item: dict[str, Any], key: str) -> float:
    return _float(item.get(key, 0))


def _float(value: object) -> float:
    try:
        return float(value) if isinstance(value, (int, float, str)) else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _pairs(data: dict[str, Any], key: str) -> _Pairs:
    found = data.get(key)
    if not isinstance(found, dict):
        return ()
    return tuple((name, value) for name, value in found.items() if isinstance(value, str))
