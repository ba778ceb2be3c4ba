"""How catalogue files are written: YAML with one metric a line, close to what a scrape shows.

    node_cpu_seconds_total{cpu, mode}: counter, seconds. Time the CPUs spent in each mode.

Before the full stop stand the type, then, in any order, the unit and what else there is to say:

    first-use     the series come with the first event, or only on hosts that have the thing
    untyped       the exporter declares no type; the one given here is what the values mean
    native        a native histogram: its text form has no bounds but +Inf, in newer versions at least
    since 3.16    seen in this version and not in the older one that `versions` names
    until 2.42    seen in this version and not in the newer one

Values of labels, bounds of histograms and quantiles of summaries stand in sections of their own, by name; where a
label has other values for one metric, the entry is called METRIC/LABEL, and a label without entry is open. Lines are
plain scalars because a mapping for each metric takes YAML six times as long. The shipped files are trusted here; the
tests hold them to this notation.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.catalogs.parameters import Parameter, declared
from gw2mon.model import Label, LabelValues, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OPEN = LabelValues((), closed=False)
_FLAGS = frozenset(("first-use", "untyped", "native"))
_TYPES: Any = ("counter", "gauge", "histogram", "summary", "info")


class Versions(NamedTuple):
    """Between which versions of its program a metric is known to exist; "" means unlimited."""

    since: str = ""
    until: str = ""


class Catalog(NamedTuple):
    """A list of metrics that a program exposes."""

    name: str
    help: str
    versions: tuple[str, ...]
    """The versions of the program that were compared to make the list; a metric counts as known if it is in any."""
    parameters: tuple[Parameter, ...]
    metrics: tuple[Metric, ...]
    lifetimes: Mapping[str, Versions]
    """Metrics that only some of those versions have."""
    untyped: frozenset[str]
    """Metrics that are exported without a type."""
    native: frozenset[str]
    """Histograms whose text form has no finite bounds, in newer versions at least."""
    older_buckets: Mapping[str, tuple[Decimal, ...]]
    """Bounds of histograms that older versions drew elsewhere."""
    shaped_by: str = ""
    """Module that applies parameters which do more than add metrics."""


class _Line(NamedTuple):
    metric: Metric
    lifetime: Versions
    flags: frozenset[str]


@cache
def read(name: str) -> Catalog:
    """Read a shipped file. Files that it includes give their metrics after its own."""
    document = _document(name)
    lines = [_line(name, key, text, document) for key, text in document.get("metrics", {}).items()]
    included = [read(other) for other in document.get("include", ())]
    parts = [metric._replace(catalog=name) for part in included for metric in part.metrics]
    lifetimes = {line.metric.name: line.lifetime for line in lines if any(line.lifetime)}
    return Catalog(
        name, document["help"], tuple(document.get("versions", ())),
        tuple(declared(key, entry) for key, entry in document.get("parameters", {}).items()),
        (*(line.metric for line in lines), *parts),
        {**lifetimes, **{key: value for part in included for key, value in part.lifetimes.items()}},
        _flagged("untyped", lines),
        _flagged("native", lines),
        {key: _numbers("older-buckets", key, document) for key in document.get("older-buckets", ())},
        document.get("shaped-by", ""),
    )  # fmt: skip


def _flagged(flag: str, lines: Iterable[_Line]) -> frozenset[str]:
    return frozenset(line.metric.name for line in lines if flag in line.flags)


def _document(name: str) -> dict[str, Any]:
    # Both take longer to import than all else here to run, and commands that know no catalogue do without.
    from importlib.resources import files

    import yaml

    # Nothing but text: numbers have to become exact decimals, and the resolver would guess floats.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = files("gw2mon.catalogs").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, loader)  # noqa: S506 - the base loaders build text, lists and mappings
    return document


def _line(catalog: str, key: str, text: str, document: Mapping[str, Any]) -> _Line:
    name, _, labels = key.rstrip("}").partition("{")
    words, _, about = text.partition(". ")
    kind, *others = words.split(", ")
    flags = _FLAGS.intersection(others)
    limits = dict(word.split(" ") for word in others if " " in word)
    unit = next((word for word in others if word not in flags and " " not in word), "")
    metric = Metric(
        name, _TYPES[_TYPES.index(kind)], about, _labels(name, labels, document), unit,
        buckets=_numbers("buckets", name, document),
        quantiles=_numbers("quantiles", name, document),
        catalog=catalog,
        appears="first-use" if "first-use" in flags else "always",
    )  # fmt: skip
    return _Line(metric, Versions(**limits), flags)


def _numbers(section: str, name: str, document: Mapping[str, Any]) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, document.get(section, {}).get(name, ())))


def _labels(metric: str, names: str, document: Mapping[str, Any]) -> tuple[Label, ...]:
    if not names:
        return ()
    values = document.get("labels", {})
    found = ((name, values.get(f"{metric}/{name}", values.get(name))) for name in names.split(", "))
    return tuple(Label(name, _values(entry)) for name, entry in found)


def _values(entry: Any) -> LabelValues:  # noqa: ANN401 - as YAML gives it
    if entry is None:
        return _OPEN
    if isinstance(entry, list):
        return LabelValues(tuple(entry))
    limit = entry.get("limit")
    return LabelValues(tuple(entry.get("known", ())), int(limit) if limit else None, closed=False)
