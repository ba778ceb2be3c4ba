"""Spec files to Specs, with every mistake found at once and every part's position kept."""

from __future__ import annotations

import re
from bisect import bisect
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

from gw2mon import yamlread
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.spec import Spec
    from gw2mon.spec.values import Section
    from gw2mon.yamlread import Document, Path


class Source(NamedTuple):
    """A spec together with the file it was read from and the place of each of its parts."""

    spec: Spec
    file: str
    document: Document

    def at(self, *path: str | int) -> Position:
        """Where the key of this path stands, or the nearest part above it."""
        return key_position(self.document, path)

    def value_at(self, *path: str | int) -> Position:
        """Where the value of this path begins, or the nearest part above it."""
        return _nearest(self.document.values, path)


class Loaded(NamedTuple):
    """What came of reading one spec: a source unless it had errors."""

    source: Source | None
    findings: tuple[Finding, ...]


def load(data: bytes, file: str) -> Loaded:
    """Read one spec; `file` is its name as the user gave it. Never raises for any bytes."""
    text = yamlread.decode(data, file)
    if isinstance(text, Finding):
        return Loaded(None, (text,))
    document = yamlread.read(text, file)
    if document.value is None and document.findings:
        return Loaded(None, document.findings)
    document, secrets = without_secrets(document)
    findings = (*document.findings, *secrets)
    if not isinstance(document.value, dict):
        return Loaded(None, (*findings, _not_a_mapping(document, file)))
    spec, mistakes = _validate(document)
    # What nobody can read one way only is no second mistake where a number or a name was expected.
    ambiguous = {finding.position for finding in findings if finding.code == "GW109"}
    findings = _distinct((*findings, *(mistake for mistake in mistakes if mistake.position not in ambiguous)))
    return Loaded(Source(spec, file, document) if spec and not findings else None, findings)


def key_position(document: Document, path: Path) -> Position:
    """Where the key of a path stands, or the nearest part above it."""
    return _nearest(document.keys, path)


_MANY, _VERY_MANY = 100, 500
_LIKELY = 5
_SHOWN = 8  # names that fit a line
_WORDS = re.compile(r"[^\W_]{3,}")


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that a person probably meant, or ""."""
    names = tuple(known)
    if len(names) > _MANY:
        return _nearest_of_many(name, _index(names))
    return _nearest_of_few(name, names)


@lru_cache(maxsize=1024)
def _nearest_of_few(name: str, names: tuple[str, ...]) -> str:
    same = {_folded(item): item for item in names}.get(_folded(name))
    return same or _closest(name, names)


class _Index(NamedTuple):
    """Many names, by what they have in common: to compare with each would take longer than all the rest of a run."""

    folded: dict[str, str]
    by_word: dict[str, list[str]]
    names: list[str]
    """All of them, in order."""
    answers: dict[str, str]
    """What was found so far: the same mistake is often made again."""


@lru_cache(maxsize=4)
def _index(names: tuple[str, ...]) -> _Index:
    by_word: dict[str, list[str]] = {}
    for item in sorted(names):
        for word in set(_WORDS.findall(item)):
            by_word.setdefault(word, []).append(item)
    return _Index({_folded(item): item for item in sorted(names)}, by_word, sorted(names), {})


def _nearest_of_many(name: str, index: _Index) -> str:
    if name not in index.answers:
        same = index.folded.get(_folded(name))
        index.answers[name] = same or _closest(name, _likely(name, index))
    return index.answers[name]


def _likely(name: str, index: _Index) -> list[str]:
    """The few names that share most with one. The rarer a word, the more it tells; one in many names tells nothing."""
    shared: dict[str, float] = {}
    for word in sorted(set(_WORDS.findall(name))):
        names = index.by_word.get(word, [])
        for item in names if len(names) <= _MANY else ():
            shared[item] = shared.get(item, 0) + 1 / len(names)
    if not shared and len(index.names) <= _VERY_MANY:
        return index.names
    if not shared:
        at = bisect(index.names, name)
        return index.names[max(0, at - _LIKELY) : at + _LIKELY]
    # Of those that share the same words, the one that begins alike is compared first.
    return nlargest(_LIKELY, shared, key=lambda item: (shared[item], _alike(item, name)))


def _alike(one: str, other: str) -> int:
    """How many letters they begin with in common."""
    return next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), len(one))


def _folded(name: str) -> str:
    return name.lower().replace("_", "-")


def _closest(name: str, names: Sequence[str]) -> str:
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.6)), "")


def did_you_mean(name: str, known: Iterable[str], what: str = "") -> str:
    """The help line for an unknown name: the nearest known one, or what there is."""
    names = tuple(known)
    close = nearest_name(name, names)
    if close:
        return f"did you mean {close}?"
    if not names:
        return f"there are no {what}" if what else ""
    first = _index(names).names[:_SHOWN] if len(names) > _MANY else sorted(names)[:_SHOWN]
    return f"known {what or 'names'}: {', '.join(first)}{', …' if len(names) > _SHOWN else ''}"


def _nearest(positions: dict[Path, Position], path: Path) -> Position:
    for length in range(len(path), -1, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return Position("", 1, 1)


def _distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _not_a_mapping(document: Document, file: str) -> Finding:
    found = "nothing" if document.value is None else "a list" if isinstance(document.value, list) else "a single value"
    position = document.values.get((), Position(file, 1, 1))
    return Finding(
        "GW112",
        "error",
        f"a spec is a record that begins with version: 1; this file holds {found}",
        position,
        "start with version: 1, service: NAME and team: NAME",
    )


# --- mistakes that pydantic finds, in the words of the language ------------------------------------------------------


def _validate(document: Document) -> tuple[Spec | None, list[Finding]]:
    from pydantic import ValidationError

    from gw2mon.spec import Spec

    try:
        return Spec.model_validate(document.value), []
    except ValidationError as error:
        return None, [_mistake(document, item) for item in error.errors(include_url=False)]


def _mistake(document: Document, error: Any) -> Finding:  # noqa: ANN401 - pydantic's error record
    kind, loc = error["type"], error["loc"]
    path, at_key = _path(document.value, loc)
    if kind == "extra_forbidden":
        name = str(loc[-1])
        return Finding(
            "GW103",
            "error",
            f"unknown key {name}",
            key_position(document, path),
            did_you_mean(name, _keys(loc[:-1]), "keys"),
        )
    if kind == "missing":
        place = f" in {_dotted(path)}" if path else ""
        return Finding("GW104", "error", f"key {loc[-1]} is missing{place}", key_position(document, path), _about(loc))
    code, message = _CODES.get(kind, "GW105"), _message(kind, error)
    position = key_position(document, path) if at_key or code == "GW108" else _nearest(document.values, path)
    where = f"{path[-1]}: " if path and isinstance(path[-1], str) and code != "GW107" else ""
    return Finding(code, "error", f"{where}{message}", position, _about(loc) if code == "GW105" else "")


_CODES = {"quantity": "GW106", "name": "GW107", "form": "GW108", "text": "GW105",
          "version": "GW114", "objective": "GW115"}  # fmt: skip
_MESSAGES = {
    "dict_type": "expected a record (key: value), got {got}",
    "model_type": "expected a record (key: value), got {got}",
    "model_attributes_type": "expected a record (key: value), got {got}",
    "tuple_type": "expected a list, got {got}",
    "list_type": "expected a list, got {got}",
    "bool_type": "expected true or false, got {got}",
    "bool_parsing": "expected true or false, got {got}",
    "int_type": "expected a whole number, got {got}",
    "int_parsing": "expected a whole number, got {got}",
    "int_from_float": "expected a whole number, got {got}",
    "literal_error": "expected {expected}, got {got}",
    "greater_than": "expected a number above {gt}, got {got}",
    "too_short": "expected at least one entry",
}


def _message(kind: str, error: Any) -> str:  # noqa: ANN401 - pydantic's error record
    from gw2mon.spec.values import shown

    if kind not in _MESSAGES:
        return str(error["msg"])
    return _MESSAGES[kind].format(got=shown(error["input"]), **error.get("ctx", {}) | {})


def _path(value: Any, loc: tuple[str | int, ...]) -> tuple[Path, bool]:  # noqa: ANN401 - any YAML value
    """The part of pydantic's location that stands in the document, and whether it is about a key itself.

    Validators accept short forms, so a location may name records that nobody wrote; those are left out.
    """
    path: list[str | int] = []
    for part in loc:
        if part == "[key]":
            return tuple(path), True
        inside = isinstance(value, dict) and part in value
        if inside or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            path.append(part)
            value = value[part]
    return tuple(path), False


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _fields(loc: tuple[str | int, ...]) -> tuple[type[Section] | None, Any]:
    """The record that a location lies in, and the field it ends at."""
    from gw2mon.spec import Spec

    annotation: Any = Spec
    section: type[Section] | None = Spec
    field: Any = None
    for part in loc:
        model = _section(annotation)
        if model is None:
            annotation = _element(annotation)
            continue
        section = model
        field = next((item for item in model.model_fields.values() if item.alias == part), None)
        annotation = field.annotation if field else None
    return _section(annotation) or section, field


def _keys(loc: tuple[str | int, ...]) -> list[str]:
    section, _ = _fields(loc)
    return [field.alias or name for name, field in section.model_fields.items()] if section else []


def _about(loc: tuple[str | int, ...]) -> str:
    _, field = _fields(loc)
    return str(field.description) if field is not None and field.description else ""


def _section(annotation: Any) -> type[Section] | None:  # noqa: ANN401 - a type annotation
    from gw2mon.spec.values import Section

    candidates = [annotation, *get_args(annotation)] if get_origin(annotation) not in (dict, tuple) else [annotation]
    return next((item for item in candidates if isinstance(item, type) and issubclass(item, Section)), None)


def _element(annotation: Any) -> Any:  # noqa: ANN401 - a type annotation
    """What a dictionary, a list or an optional one of these holds."""
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0]
    inner = next((item for item in get_args(annotation) if get_origin(item) in (dict, tuple)), None)
    return _element(inner) if inner is not None else None


# --- secrets ---------------------------------------------------------------------------------------------------------

_SECRET = re.compile(
    r"https://hooks\.slack\.com/services/\S+|xox[abposr]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}"
    r"|://[^/\s:@]+:[^/\s:@]+@|\bBearer\s+[\w.~+/-]{16,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\bgh[pousr]_\w{30,}"
    r"|https?://[0-9a-f]{32}@[\w.-]+"
)
_SECRET_KEY = re.compile(r"(?i)(password|secret|token|api[-_]?key|routing[-_]?key|api[-_]?url|dsn|credentials)$")
_LOOKS_RANDOM = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{16,}")


_HIDDEN = "(secret)"


def without_secrets(document: Document) -> tuple[Document, list[Finding]]:
    """The document with its secrets blotted out, so that no message repeats one, and a finding for each."""
    found = _secrets(document)
    return _without_secrets(document, found), found


def _secrets(document: Document) -> list[Finding]:
    """Values that are secrets by their look, or by the key that holds them. They are never shown."""
    return [
        Finding(
            "GW113",
            "error",
            f"{name or 'a key'} holds a secret",
            position,
            "put it into a file, name the file in the spec, and replace the secret: it was exposed",
        )
        for position, name, value in _texts(document, document.value, (), "")
        if looks_secret(name, value)
    ]


def looks_secret(name: str, value: str) -> bool:
    """Whether a value is a secret by its look, or by the key that holds it."""
    named = _SECRET_KEY.search(name) and _LOOKS_RANDOM.fullmatch(value)
    return bool(named or _SECRET.search(value))


def _texts(document: Document, value: Any, path: Path, name: str) -> Iterable[tuple[Position, str, str]]:  # noqa: ANN401
    """Every key and every scalar as text, with its position and the nearest key above it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield _nearest(document.keys, (*path, key)), "", key
            yield from _texts(document, item, (*path, key), key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(document, item, (*path, index), name)
    elif value is not None:
        yield _nearest(document.values, path), name, str(value)


def _without_secrets(document: Document, secrets: list[Finding]) -> Document:
    """The document as messages may quote it: whatever else is wrong with a secret, it is not repeated."""
    if not secrets:
        return document
    places = {finding.position for finding in secrets}
    told = tuple(finding for finding in document.findings if finding.position not in places)
    return document._replace(value=_hidden(document.value, ""), findings=told)


def _hidden(value: Any, name: str) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        return {_HIDDEN if _SECRET.search(key) else key: _hidden(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, name) for item in value]
    return _HIDDEN if value is not None and looks_secret(name, str(value)) else value
