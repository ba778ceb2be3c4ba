"""YAML text to plain values, with the position of every part and without YAML's traps.

Built on the parser's events rather than on its documents: so duplicate keys, self-references, alias bombs and tags
that build Python objects are seen before anything is built, and depth costs no recursion beyond the limit. Scalars
follow the core rules that YAML 1.1 and 1.2 share; what the two read differently is a finding. Numbers become `int` or
an exact `Decimal`, never a float.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and list indexes that lead from the top of a document to a value."""

DEPTH_LIMIT = 50
NODE_BUDGET = 50_000
"""Greatest number of values a document may unfold to, aliases counted at every use."""

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_AMBIGUOUS = re.compile(
    r"[-+]?0[0-9_]+(?:\.[0-9]*)?|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?"
    r"|[-+]?[0-9]+(?:_[0-9]+)+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|="
)
_WORDS = {
    word: value
    for value, words in (
        (True, ("true", "True", "TRUE")),
        (False, ("false", "False", "FALSE")),
        (None, ("", "~", "null", "Null", "NULL")),
    )
    for word in words
}
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_PLAIN_TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class Document(NamedTuple):
    """The value of a YAML text, where its parts stand, and what is wrong with it."""

    value: Any
    keys: dict[Path, Position]
    """Where the key (or list item) of each path begins."""
    values: dict[Path, Position]
    """Where the value of each path begins."""
    findings: tuple[Finding, ...]


class _RefusedError(Exception):
    """The document cannot be read any further."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read(text: str, file: str) -> Document:
    """Read one YAML document; `file` is the name that positions carry. Never raises for any text."""
    reader = _Reader(file)
    try:
        value = reader.document(_events(text, file))
    except _RefusedError as refused:
        return Document(None, reader.keys, reader.values, (*reader.findings, refused.finding))
    return Document(value, reader.keys, reader.values, tuple(reader.findings))


def read_all(text: str, file: str) -> tuple[Document, ...]:
    """Read every document of a YAML text; together they unfold to no more than one may. Never raises for any text."""
    documents: list[Document] = []
    reader = _Reader(file)
    events = _events(text, file)
    try:
        for event in events:
            if type(event).__name__ == "DocumentStartEvent":
                reader = reader.next_document()
                value = reader.content(events)
                documents.append(Document(value, reader.keys, reader.values, tuple(reader.findings)))
    except _RefusedError as refused:
        documents.append(Document(None, reader.keys, reader.values, (*reader.findings, refused.finding)))
    return tuple(documents)


def decode(data: bytes, file: str) -> str | Finding:
    """The text of a file, or the finding that says why it is none. A BOM is dropped and CRLF reads like LF."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Finding("GW111", "error", "a spec must be UTF-8", Position(file, line, 1), "save the file as UTF-8")
    text = text.replace("\r\n", "\n")
    found = _NOT_TEXT.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
    return Finding(
        "GW111",
        "error",
        f"control character U+{ord(found.group()):04X} in the file",
        Position(file, line, column),
        "delete it",
    )


def _events(text: str, file: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.YAMLError as error:
        raise _RefusedError(_syntax(error, text, file)) from None


def _syntax(error: Any, text: str, file: str) -> Finding:  # noqa: ANN401 - the library's own error
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or "it is not YAML"
    lines = text.split("\n")
    advice = ""
    if 0 < line <= len(lines) and "\t" in lines[line - 1][: column + 1]:
        problem, advice = "a tab is not allowed as indentation", "indent with blanks"
    elif "mapping values are not allowed" in problem:
        advice = "quote a text that holds a colon and a blank, and check the indentation of this line"
    elif "could not find expected ':'" in problem:
        advice = "a key is followed by a colon and a blank"
    return Finding("GW101", "error", f"invalid YAML: {problem}", Position(file, line, column), advice)


class _Anchored(NamedTuple):
    value: Any
    size: int
    height: int
    """Levels below it, those of its own aliases included."""


class _Reader:
    """Builds values from events, and remembers where they stand; one per document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.findings: list[Finding] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._deepest = 0

    def document(self, events: Iterator[Any]) -> Any:  # noqa: ANN401 - any YAML value
        value, seen = None, 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                seen += 1
                if seen > 1:
                    raise _RefusedError(
                        self._finding("GW112", "a spec is one YAML document", event, "split it into files")
                    )
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                value = self._value(event, events, ())
        return value

    def next_document(self) -> _Reader:
        """A reader for the document that follows in the same text, with what is left of the budget."""
        following = _Reader(self.file)
        following._nodes = self._nodes
        return following

    def content(self, events: Iterator[Any]) -> Any:  # noqa: ANN401 - any YAML value
        """The value of the document that has just begun."""
        return self._value(next(events), events, ())

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:  # noqa: ANN401
        position = self._position(event)
        self.values[path] = position
        self.keys.setdefault(path, position)
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event, len(path))
        self._admit(event, len(path))
        return self._anchored(event, events, path) if event.anchor else self._content(event, events, path)

    def _anchored(self, event: Any, events: Iterator[Any], path: Path) -> Any:  # noqa: ANN401
        before, around = self._nodes, self._deepest
        self._anchors[event.anchor], self._deepest = None, len(path)
        value = self._content(event, events, path)
        self._anchors[event.anchor] = _Anchored(value, self._nodes - before + 1, self._deepest - len(path))
        self._deepest = max(around, self._deepest)
        return value

    def _content(self, event: Any, events: Iterator[Any], path: Path) -> Any:  # noqa: ANN401
        match type(event).__name__:
            case "ScalarEvent":
                return self._scalar(event)
            case "SequenceStartEvent":
                return self._sequence(events, path)
            case _:
                return self._mapping(events, path)

    def _admit(self, event: Any, depth: int) -> None:  # noqa: ANN401
        if event.tag not in _PLAIN_TAGS:
            raise _RefusedError(self._finding("GW110", f"tag {event.tag} is not allowed", event, "write a plain value"))
        self._descend(event, depth)
        self._count(event, 1)

    def _descend(self, event: Any, depth: int) -> None:  # noqa: ANN401
        self._deepest = max(self._deepest, depth)
        if depth > DEPTH_LIMIT:
            raise _RefusedError(
                self._finding("GW110", f"nested deeper than {DEPTH_LIMIT} levels", event, "write it flatter")
            )

    def _count(self, event: Any, size: int) -> None:  # noqa: ANN401
        self._nodes += size
        if self._nodes > NODE_BUDGET:
            raise _RefusedError(
                self._finding(
                    "GW110",
                    f"more than {NODE_BUDGET:,} values, aliases counted at every use",
                    event,
                    "split the spec, or use fewer aliases",
                )
            )

    def _alias(self, event: Any, depth: int) -> Any:  # noqa: ANN401
        if event.anchor not in self._anchors:
            raise _RefusedError(
                self._finding("GW101", f"alias *{event.anchor} has no anchor", event, "define it above")
            )
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise _RefusedError(
                self._finding("GW110", f"alias *{event.anchor} contains itself", event, "write the value")
            )
        self._descend(event, depth + anchored.height)
        self._count(event, anchored.size)
        return anchored.value

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        merged: list[Any] = []
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            name = self._key(event)
            where = (*path, name)
            if name in entries:
                first = self.keys[where]
                self.findings.append(
                    self._finding(
                        "GW102", f"key {name} stands twice; first on line {first.line}", event, "keep one of the two"
                    )
                )
            self.keys[where] = self._position(event)
            value = self._value(next(events), events, where)
            if name == "<<":
                merged.extend(value if isinstance(value, list) else [value])
            else:
                entries[name] = value
        for record in merged:
            entries = {**record, **entries} if isinstance(record, dict) else entries
        return entries

    def _key(self, event: Any) -> str:  # noqa: ANN401
        if type(event).__name__ != "ScalarEvent":
            raise _RefusedError(
                self._finding("GW112", "a key is a plain word", event, "quote it when it holds special characters")
            )
        self._count(event, 1)
        return str(event.value)

    def _scalar(self, event: Any) -> Any:  # noqa: ANN401
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _AMBIGUOUS.fullmatch(text):
            self.findings.append(
                self._finding(
                    "GW109",
                    f"{text} does not mean the same to every YAML reader",
                    event,
                    f'write "{text}" for the text, or a plain number, true or false',
                )
            )
            return text
        if _INT.fullmatch(text):
            return int(text) if len(text) < 100 else text  # noqa: PLR2004 - no quantity has a hundred digits
        return Decimal(text) if _DECIMAL.fullmatch(text) else text

    def _position(self, event: Any) -> Position:  # noqa: ANN401
        return Position(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _finding(self, code: str, message: str, event: Any, advice: str) -> Finding:  # noqa: ANN401
        return Finding(code, "error", message, self._position(event), advice)
