"""The small values of the language: quantities with units, names, and how a wrong one is explained.

A quantity keeps the text a person wrote beside its exact value in base units, because both are shown later: the text in
messages and summaries, the value in expressions.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema

# What a spec means must not depend on plugins that happen to be installed; and to look for them takes a while.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")

SECONDS: dict[str, Decimal] = {
    "ns": Decimal("1e-9"), "us": Decimal("1e-6"), "ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60),
    "h": Decimal(3600), "d": Decimal(86400), "w": Decimal(604800),
}  # fmt: skip
BYTES: dict[str, Decimal] = {
    "B": Decimal(1), "kB": Decimal(10**3), "MB": Decimal(10**6), "GB": Decimal(10**9), "TB": Decimal(10**12),
    "KiB": Decimal(2**10), "MiB": Decimal(2**20), "GiB": Decimal(2**30), "TiB": Decimal(2**40),
}  # fmt: skip
_UNITS: dict[str, tuple[str, Decimal]] = {
    "": ("", Decimal(1)),
    "%": ("ratio", Decimal("0.01")),
    "/s": ("per second", Decimal(1)),
    "/min": ("per second", 1 / Decimal(60)),
    **{name: ("seconds", size) for name, size in SECONDS.items()},
    **{name: ("bytes", size) for name, size in BYTES.items()},
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z%/]*)")
_WHOLE = re.compile(rf"[+-]?{_PART.pattern}(?:{_PART.pattern})*")


class Quantity(NamedTuple):
    """An exact amount: its value in base units, its dimension ("seconds", "ratio", "bytes", "" …), its spelling."""

    value: Decimal
    unit: str
    text: str

    @property
    def milliseconds(self) -> int:
        """The amount of a duration in whole milliseconds."""
        return int(self.value * 1000)


def quantity(raw: object) -> Quantity:
    """Read `5`, `99.9%`, `200ms`, `1h30m`, `512MiB` or `20/s`.

    Raises:
        PydanticCustomError: with a sentence that says what is wrong and what to write.
    """
    if isinstance(raw, Quantity):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal, str)):
        raise _bad(raw, "a number with a unit, such as 200ms, 5% or 512MiB")
    text = str(raw).strip()
    if not _WHOLE.fullmatch(text):
        raise _bad(raw, "a number with a unit, such as 200ms, 5% or 512MiB")
    sign = -1 if text.startswith("-") else 1
    parts = [(Decimal(number), unit) for number, unit in _PART.findall(text)]
    for _, unit in parts:
        if unit not in _UNITS:
            raise _unknown_unit(unit)
    dimensions = {_UNITS[unit][0] for _, unit in parts}
    if len(parts) > 1 and dimensions != {"seconds"}:
        raise _bad(raw, "one number with one unit; only durations are composed, as in 1h30m")
    total = sum((number * _UNITS[unit][1] for number, unit in parts), Decimal(0))
    return Quantity(sign * total, dimensions.pop(), text)


def _bad(raw: object, expected: str) -> PydanticCustomError:
    return PydanticCustomError("quantity", "expected {expected}, got {got}", {"expected": expected, "got": shown(raw)})


def _unknown_unit(unit: str) -> PydanticCustomError:
    close = [name for name in _UNITS if name and name.lower() == unit.lower()]
    hint = f"; did you mean {close[0]}?" if close else f"; units are {', '.join(name for name in _UNITS if name)}"
    return PydanticCustomError("quantity", "unknown unit {unit}{hint}", {"unit": unit, "hint": hint})


def shown(raw: object) -> str:
    """A value as a message quotes it: short, and never more than a glimpse of a long text."""
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "a record"
    if isinstance(raw, (list, tuple)):
        return "a list"
    text = str(raw)
    return text if len(text) <= 40 else f"{text[:37]}…"  # noqa: PLR2004 - about half a line


def _duration(raw: object) -> Quantity:
    found = quantity(raw)
    if found.unit == "" and found.value != 0:
        raise PydanticCustomError("quantity", "a duration needs a unit: {text}s, {text}m …", {"text": found.text})
    if found.unit not in ("seconds", "") or found.value < 0:
        raise _bad(raw, "a duration such as 15s, 5m or 30d")
    if found.value * 1000 != int(found.value * 1000):
        raise _bad(raw, "a duration of whole milliseconds")
    return found


def _window(raw: object) -> Quantity:
    found = _duration(raw)
    if found.value == 0:
        raise _bad(raw, "a duration longer than 0")
    return found


def _share(raw: object) -> Quantity:
    found = quantity(raw)
    if found.unit != "ratio":
        raise PydanticCustomError("quantity", "a share is written with %: {text}%", {"text": found.text})
    return found


def _objective(raw: object) -> Quantity:
    found = quantity(raw)
    if found.unit == "" and 0 < found.value < 1:
        meant = f"{(found.value * 100).normalize():f}%"
        raise PydanticCustomError("quantity", "an objective is written with %: {meant}", {"meant": meant})
    found = _share(raw)
    if _HIGHEST_OBJECTIVE < found.value < 1:
        raise PydanticCustomError("objective", "objective {text} cannot be kept: one bad event in ten million is less "
                                  "than anybody can measure", {"text": found.text})  # fmt: skip
    if not 0 < found.value < 1:
        reason = "100% leaves no error budget" if found.value == 1 else "it is not between 0% and 100%"
        raise PydanticCustomError("objective", "objective {text} cannot be kept: {reason}",
                                  {"text": found.text, "reason": reason})  # fmt: skip
    return found


_HIGHEST_OBJECTIVE = Decimal("0.9999999")


def _unit_interval(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)) or not 0 < raw < 1:
        raise PydanticCustomError("quantity", "a quantile lies between 0 and 1, such as 0.95; got {got}",
                                  {"got": shown(raw)})  # fmt: skip
    return Decimal(raw)


def _pattern(regex: str, what: str, example: str) -> Any:  # noqa: ANN401 - pydantic takes any marker
    compiled = re.compile(regex)

    def check(raw: object) -> object:
        if not isinstance(raw, str) or not compiled.fullmatch(raw):
            raise PydanticCustomError("name", "{got} is no {what}; write it like {example}",
                                      {"got": shown(raw), "what": what, "example": example})  # fmt: skip
        return raw

    return BeforeValidator(check)


def _text(raw: object) -> object:
    if not isinstance(raw, str):
        raise PydanticCustomError("text", "expected text, got {got}; put it in quotes", {"got": shown(raw)})
    return raw


def _exact_text(raw: object) -> object:
    """Numbers are welcome where a label value is meant: 200 is the text 200, never 200.0."""
    return str(raw) if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) else _text(raw)


def _plain(validate: Any, schema_type: str) -> Any:  # noqa: ANN401 - pydantic's own types
    """Annotation for a value made by a function, shown in the JSON Schema as text or number."""
    json = {"type": ["string", "number"]} if schema_type == "quantity" else {"type": schema_type}

    def build(_source: object, _handler: object) -> core_schema.CoreSchema:
        schema = core_schema.no_info_plain_validator_function(validate)
        schema["metadata"] = {"pydantic_js_functions": [lambda _schema, _handler: json]}
        return schema

    return GetPydanticSchema(build)


Amount = Annotated[Quantity, _plain(quantity, "quantity")]
Duration = Annotated[Quantity, _plain(_duration, "quantity")]
Window = Annotated[Quantity, _plain(_window, "quantity")]
Objective = Annotated[Quantity, _plain(_objective, "quantity")]
ShareOf = Annotated[Quantity, _plain(_share, "quantity")]
Fraction = Annotated[Decimal, _plain(_unit_interval, "number")]
Text = Annotated[str, BeforeValidator(_text)]
LabelValue = Annotated[str, BeforeValidator(_exact_text)]
MetricName = Annotated[str, _pattern(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,199}", "metric name", "http_requests_total")]
LabelName = Annotated[str, _pattern(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}", "label name", "status")]
Identifier = Annotated[str, _pattern(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}", "Python name", "track_request")]
Slug = Annotated[str, _pattern(r"[a-z0-9][a-z0-9-]{0,62}", "name", "ai-requests")]
AlertName = Annotated[str, _pattern(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}", "alert name", "HighErrorRate")]
JobName = Annotated[str, _pattern(r"[a-zA-Z0-9][a-zA-Z0-9._/-]{0,99}", "job name", "gw2optimizer")]
Version = Annotated[str, _pattern(r"[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?", "version", 'this, in quotes: "2.42"')]
Severity = Annotated[str, _pattern(r"critical|warning|info", "severity", "critical, warning or info")]


def key(name: str) -> str:
    """A field's name as people write it: bad_share_of is bad-share-of, for_ is for."""
    return name.rstrip("_").replace("_", "-")


def _in_name_order(named: dict[str, Any] | None) -> dict[str, Any] | None:
    return named if named is None else dict(sorted(named.items()))


InNameOrder = AfterValidator(_in_name_order)
"""For records whose keys people choose: the order in which they are written has no meaning, and reaches no output."""


class Section(BaseModel):
    """A record of the language: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=key, arbitrary_types_allowed=True)


def exactly_one(record: Section, forms: tuple[str, ...], what: str) -> str:
    """The one form that is given; the others are absent.

    Raises:
        PydanticCustomError: when none or several are given.
    """
    given = [form for form in forms if getattr(record, form) is not None]
    if len(given) == 1:
        return given[0]
    names = ", ".join(key(form) for form in forms)
    found = "none is given" if not given else f"{' and '.join(key(form) for form in given)} are given"
    raise PydanticCustomError("form", "{what} has exactly one of {names}; {found}",
                              {"what": what, "names": names, "found": found})  # fmt: skip


def goes_with(record: Section, form: str, allowed: dict[str, tuple[str, ...]], what: str) -> None:
    """Refuse keys that mean nothing beside the form that was chosen; `allowed` names for each key its forms.

    Raises:
        PydanticCustomError: naming the key and where it belongs.
    """
    for name, forms in allowed.items():
        if name in record.model_fields_set and form not in forms:
            raise PydanticCustomError("form", "{key} means nothing for {what} with {form}; it goes with {forms}",
                                      {"key": key(name), "what": what, "form": key(form),
                                       "forms": ", ".join(key(item) for item in forms)})  # fmt: skip


def needs(record: Section, form: str, required: dict[str, tuple[str, ...]], what: str) -> None:
    """Ask for the keys without which a form says nothing.

    Raises:
        PydanticCustomError: naming the first missing key.
    """
    for name in required.get(form, ()):
        if getattr(record, name) is None:
            raise PydanticCustomError("form", "{what} with {form} needs {key}",
                                      {"what": what, "form": key(form), "key": key(name)})  # fmt: skip
