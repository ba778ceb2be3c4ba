"""Alloy's language from data: blocks, attributes, references, texts, in the layout of `alloy fmt`."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Reference(NamedTuple):
    """What another component exports, such as `loki.write.loki.receiver`."""

    path: str


Value: TypeAlias = "str | bool | Reference | Sequence[Value] | Mapping[str, Value]"


class Attribute(NamedTuple):
    """A name and its value."""

    name: str
    value: Value


class Block(NamedTuple):
    """A component, or a part of one; its label is empty where it has none."""

    name: str
    label: str
    body: tuple[Attribute | Block, ...]
    comment: str = ""


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def text_of(blocks: Sequence[Block]) -> str:
    """The blocks as a file, an empty line between two."""
    return "\n".join("\n".join(_block(block, "")) + "\n" for block in blocks)


def _block(block: Block, indent: str) -> Iterator[str]:
    for line in block.comment.splitlines():
        yield f"{indent}// {line}"
    label = f" {_quoted(block.label)}" if block.label else ""
    yield f"{indent}{block.name}{label} {{"
    for number, (is_block, parts) in enumerate(groupby(block.body, lambda part: isinstance(part, Block))):
        if number:
            yield ""
        yield from _blocks(parts, indent) if is_block else _attributes(parts, indent)
    yield f"{indent}}}"


def _blocks(parts: Iterator[Attribute | Block], indent: str) -> Iterator[str]:
    for number, part in enumerate(part for part in parts if isinstance(part, Block)):
        if number:
            yield ""
        yield from _block(part, indent + "\t")


def _attributes(parts: Iterator[Attribute | Block], indent: str) -> Iterator[str]:
    written = [(part.name, _value(part.value, indent + "\t")) for part in parts if isinstance(part, Attribute)]
    yield from (f"{indent}\t{name} = {value}" for name, value in _aligned(written))


def _aligned(written: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names that are as wide as the widest of those around them; a value of several lines stands apart."""
    for _, run in groupby(written, lambda item: "\n" in item[1]):
        items = list(run)
        width = 0 if "\n" in items[0][1] else max(len(name) for name, _ in items)
        yield from ((name.ljust(width), value) for name, value in items)


def _value(value: Value, indent: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case Reference():
            return value.path
        case _ if hasattr(value, "items"):
            written = [(_key(name), _value(inner, indent + "\t")) for name, inner in value.items()]
            lines = [f"{indent}\t{name} = {inner},\n" for name, inner in _aligned(written)]
            return "{\n" + "".join(lines) + indent + "}"
        case _:
            return f"[{', '.join(_value(inner, indent) for inner in value)}]"


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if " " <= character <= "~":
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - what four digits can say
