"""The metrics of a service that no catalogue knows: what a spec must say of them, as far as an exposition tells it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.finding import visible
from gw2mon.scaffold.amounts import bounds_of
from gw2mon.units import UNITS, unit_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from decimal import Decimal

    from gw2mon.exposition import Family

LIBRARIES = frozenset((
    "aiohttp", "celery", "django", "flask", "gunicorn", "grpc", "grpcio", "kombu", "redis", "sqlalchemy", "starlette",
    "uvicorn", "uwsgi",
))  # fmt: skip
"""Groups that Python packages bring along; a metrics module that made them again would clash."""

_RESERVED = frozenset(("job", "instance", "le", "quantile"))
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,199}")
_LABEL = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,99}")
_FOREIGN_SUFFIX = re.compile(r"_(total|sum|count|bucket|created)$")
_OWN_LABELS = {"histogram": ("le",), "summary": ("quantile",)}
_HELP_LENGTH = 80
_GROUP_LENGTH = 50
_VALUE_LENGTH = 40
_RANDOM = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{16,}|.*://.*")
"""Identifiers, tokens and addresses: never worth naming in a spec, and sometimes secret."""


class OwnMetric(NamedTuple):
    """A metric as a spec declares it."""

    name: str
    type: str
    help: str
    unit: str
    """Its base unit, by its name or by its declaration."""
    labels: Mapping[str, tuple[str, ...]]
    """Labels with the values that were seen and are worth naming."""
    counts: Mapping[str, int]
    """How many values of each label were seen."""
    buckets: tuple[Decimal, ...]
    family: Family


class Own(NamedTuple):
    """All of them by group, and those that cannot be declared, each with the reason."""

    groups: Mapping[str, tuple[OwnMetric, ...]]
    left_out: tuple[str, ...]

    @property
    def metrics(self) -> tuple[OwnMetric, ...]:
        """All of them, in the order of the groups."""
        return tuple(metric for group in self.groups.values() for metric in group)


def own_metrics(families: Sequence[Family], *, taken: Collection[str]) -> Own:
    """Declare families, grouped by the first word of their names; `taken` are names of groups that exist."""
    groups: dict[str, list[OwnMetric]] = {}
    left_out = []
    names = Counter(family.name for family in families)
    for family in families:
        reason = _obstacle(family) or ("the service shows it twice" if names[family.name] > 1 else "")
        if reason:
            left_out.append(f"{visible(family.name)}: {reason}")
        else:
            groups.setdefault(_group(family.name, taken), []).append(_declared(family))
    return Own({name: tuple(metrics) for name, metrics in groups.items()}, tuple(left_out))


def _group(metric: str, taken: Collection[str]) -> str:
    first = re.split(r"[_:]", metric.strip("_:"))[0].lower()[:_GROUP_LENGTH] or "own"
    return f"{first}-more" if first in taken else first


def _obstacle(family: Family) -> str:
    """Why a spec cannot declare a family as it is exposed; "" if it can."""
    if not _METRIC.fullmatch(family.name):
        return "its name is only possible in Prometheus 3"
    if not family.samples:
        return "nothing was counted yet, so its labels are not known"
    kind = _type(family)
    if kind == "untyped":
        return "the service declares no type for it"
    if kind == "counter" and not family.name.endswith("_total"):
        return "a counter whose name does not end in _total; rename it in the service"
    if kind != "counter" and _FOREIGN_SUFFIX.search(family.name):
        return f"a {kind} whose name ends like a counter or a part of a histogram; rename it in the service"
    wrong = [label for label in _labels(family) if not _LABEL.fullmatch(label) or label in _RESERVED]
    return f"its label {visible(wrong[0])} cannot be declared; rename it in the service" if wrong else ""


def _declared(family: Family) -> OwnMetric:
    kind, values = _type(family), _labels(family)
    named = {label: tuple(value for value in found if _is_nameable(value)) for label, found in values.items()}
    counts = {label: len(found) for label, found in values.items()}
    bounds = bounds_of(family) if kind == "histogram" else ()
    return OwnMetric(family.name, kind, _help(family), _unit(family), named, counts, bounds, family)


def _type(family: Family) -> str:
    """The type, guessed where the service is silent; a histogram without finite bounds tells no more than a summary."""
    if family.type == "untyped" and family.name.endswith("_total"):
        return "counter"
    if family.type == "histogram" and family.samples and not bounds_of(family):
        return "summary"
    return family.type


def _labels(family: Family) -> dict[str, list[str]]:
    """Labels with all their values, in the order in which they come."""
    implied = _OWN_LABELS.get(family.type, ())
    found: dict[str, dict[str, None]] = {}
    for sample in family.samples:
        for label, value in sample.labels.items():
            if label not in implied:
                found.setdefault(label, {})[value] = None
    return {label: [value for value in values if value] for label, values in found.items()}


def _is_nameable(value: str) -> bool:
    return len(value) <= _VALUE_LENGTH and value.isprintable() and not _RANDOM.fullmatch(value)


def _help(family: Family) -> str:
    """The first sentence of what the service says, or the name in words."""
    text = visible(" ".join(family.help.split()))
    sentence = re.split(r"(?<=[a-z)])\. ", text)[0].rstrip(". ")
    if len(sentence) > _HELP_LENGTH:
        sentence = sentence[: _HELP_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:( ") + "…"
    words = re.sub(r"_(total|info)$", "", family.name).replace("_", " ")
    return sentence if re.search(r"\w", sentence) else words.strip().capitalize() or family.name


def _unit(family: Family) -> str:
    """The base unit: told by the end of the name, or by OpenMetrics, or by a word in the midst of the name."""
    told = unit_of(family.name)
    if told:
        return told
    words: Iterable[str] = re.split(r"[_:]", family.name)
    return next((unit for unit in (family.unit, *words) if unit in UNITS), "")
