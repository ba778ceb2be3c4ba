"""What a target answers at /metrics, read: Prometheus' text format and OpenMetrics, as families with their samples.

https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/

Endpoints are hostile until proven otherwise: a line that cannot be read is counted and left out, and nothing raises.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of an exposition that are read; ten times what a large service shows."""

_TYPES = {
    "counter": "counter", "gauge": "gauge", "histogram": "histogram", "summary": "summary", "info": "info",
    "stateset": "gauge", "gaugehistogram": "untyped", "unknown": "untyped", "untyped": "untyped",
}  # fmt: skip
_PARTS = {
    "counter": ("_total", "_created"),
    "histogram": ("_bucket", "_sum", "_count", "_created"),
    "summary": ("_sum", "_count", "_created"),
    "info": ("_info",),
}
"""Suffixes of the series that belong to a family."""
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r'[\s,]*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"((?:[^"\\]|\\.)*)")\s*(=\s*"((?:[^"\\]|\\.)*)")?')
_END = re.compile(r"[\s,]*\}")
_VALUE = re.compile(r"\s*(\S+)")
_COMMENT = re.compile(r"#\s*(HELP|TYPE|UNIT)\s+(\S+)\s?(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Sample(NamedTuple):
    """One line: the name of its series, its labels, its value."""

    name: str
    labels: Mapping[str, str]
    value: Decimal


class Family(NamedTuple):
    """A metric with all its samples, under the name by which PromQL and a spec know it."""

    name: str
    type: str
    """counter, gauge, histogram, summary, info, or untyped."""
    help: str
    unit: str
    """As OpenMetrics declares it; "" elsewhere."""
    samples: tuple[Sample, ...]


class Exposition(NamedTuple):
    """Everything that was read."""

    families: tuple[Family, ...]
    unreadable: int
    """Lines that are neither samples nor comments."""
    address: str = ""
    """Where it was fetched, such as http://localhost:8000/metrics; "" for a file."""


class _Part(NamedTuple):
    """A family under construction."""

    name: str
    type: str = "untyped"
    help: str = ""
    unit: str = ""


_Parts = dict[_Part, list[Sample]]
_Heads = dict[str, _Part]
"""The latest announcement of each name: client_golang writes a gauge and a counter under one name in OpenMetrics."""


def read(text: str) -> Exposition:
    """Read an exposition in either format."""
    heads: _Heads = {}
    parts: _Parts = {}
    unreadable = 0
    for line in map(str.strip, text.split("\n")):
        if line.startswith("#"):
            _note(line, heads, parts)
        elif line:
            found = _sample(line)
            unreadable += found is None
            if found is not None:
                parts.setdefault(_part_of(found.name, heads), []).append(found)
    for head in heads.values():
        parts.setdefault(head, [])  # announced, and without a sample so far
    return Exposition(tuple(_families(parts)), unreadable)


def _note(line: str, heads: _Heads, parts: _Parts) -> None:
    """Take in what a comment says of a family; one that has samples already is closed by it."""
    comment = _COMMENT.match(line)
    if comment is None:
        return
    name, text = comment[2].strip('"'), comment[3].strip()
    head = heads.get(name, _Part(name))
    head = _Part(name) if parts.get(head) else head
    match comment[1]:
        case "TYPE":
            heads[name] = head._replace(type=_TYPES.get(text.lower(), "untyped"))
        case "HELP":
            heads[name] = head._replace(help=_ESCAPE.sub(_unescaped, text))
        case _:
            heads[name] = head._replace(unit=text)


def _sample(line: str) -> Sample | None:
    """A sample, or None; a timestamp and an exemplar behind the value are nothing to us."""
    start = _NAME.match(line)
    name, rest = (start[0], line[start.end() :].lstrip()) if start else ("", line)
    labels: dict[str, str] = {}
    if rest.startswith("{"):
        end = _read_labels(rest, labels)
        if end is None:
            return None
        rest = rest[end:]
    name = labels.pop("", name)
    value = _VALUE.match(rest)
    number = _number(value[1]) if value else None
    return Sample(name, labels, number) if name and number is not None else None


def _read_labels(text: str, labels: dict[str, str]) -> int | None:
    """Fill in the labels between braces; a quoted name without value is the metric's own. Returns where they end."""
    position = 1
    while True:
        end = _END.match(text, position)
        if end:
            return end.end()
        label = _LABEL.match(text, position)
        if label is None or (label[3] is None and label[2] is None):
            return None
        key = label[1] or _ESCAPE.sub(_unescaped, label[2])
        if label[3] is None:
            labels[""] = key
        else:
            labels[key] = _ESCAPE.sub(_unescaped, label[4])
        position = label.end()


def _unescaped(escape: re.Match[str]) -> str:
    return {"n": "\n", "\\": "\\", '"': '"'}.get(escape[1], escape[0])


def _number(text: str) -> Decimal | None:
    """A value as Prometheus sees it: what a float cannot hold is infinite, or 0."""
    try:
        value = float(text)
        exact = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    return exact if isfinite(value) and (value or not exact) else Decimal(repr(value))


def _part_of(series: str, heads: _Heads) -> _Part:
    """The family that was announced for a series, by its own name or less a suffix of its type."""
    if series in heads:
        return heads[series]
    stem, _, last = series.rpartition("_")
    if stem in heads and f"_{last}" in _PARTS.get(heads[stem].type, ()):
        return heads[stem]
    return _Part(series)


def _families(parts: _Parts) -> Iterable[Family]:
    for part, found in parts.items():
        name, kind = part.name, part.type
        # OpenMetrics announces a counter without the suffix that its series carry.
        suffix = {"counter": "_total", "info": "_info"}.get(kind, "")
        if suffix and any(sample.name == f"{name}{suffix}" for sample in found):
            name += suffix
        if kind == "gauge" and name.endswith("_info") and found and all(sample.value == 1 for sample in found):
            kind = "info"
        yield Family(name, kind, part.help, part.unit, tuple(found))
