"""Documents of other tools: values with their places, and what is said of the parts that cannot be used.

A part that is missing reads as empty. A part of another type than its format asks for reads as empty too, and is
reported: nothing that somebody wrote is dropped without a word.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon import yamlread
from gw2mon.finding import Finding, visible
from gw2mon.loader import key_position, nearest_name, without_secrets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gw2mon.finding import Position, Severity
    from gw2mon.yamlread import Document, Path

_WORDS = ((bool, "true or false"), (str, "text"), (dict, "a record"), (list, "a list"), ((int, Decimal), "a number"))
_SHOWN = 6
"""Names that a message lists."""
_BESIDE = frozenset({"GW109", "GW113"})
"""What is said of a value that is read all the same: it is ambiguous, or a secret that is blotted out."""


class Node(NamedTuple):
    """A value in a document."""

    value: Any
    document: Document
    path: Path = ()

    @property
    def position(self) -> Position:
        """Where its key stands, or what holds it, if it is missing."""
        return key_position(self.document, self.path)

    @property
    def name(self) -> str:
        """Its key, as messages name it."""
        named = [part for part in self.path if isinstance(part, str)]
        return named[-1] if named else "the document"

    def child(self, *keys: str) -> Node:
        """What stands below these keys; without value where nothing does."""
        value, path = self.value, self.path
        for key in keys:
            value, path = value.get(key) if isinstance(value, dict) else None, (*path, key)
        return Node(value, self.document, path)

    def either(self, *keys: str) -> Node:
        """The first of several spellings of a key that is there."""
        found = (child for key in keys if (child := self.child(key)).value is not None)
        return next(found, self.child(keys[0]))


class Report(NamedTuple):
    """Where findings are collected."""

    findings: list[Finding]

    def say(self, code: str, severity: Severity, node: Node, message: str, advice: str = "") -> None:
        """Report at a value."""
        self.findings.append(Finding(code, severity, visible(message), node.position, advice))

    def error(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """Report something without which there is no SLO."""
        self.say(code, "error", node, message, advice)

    def warn(self, code: str, node: Node, message: str, advice: str = "") -> None:
        """Report a loss that an SLO survives."""
        self.say(code, "warning", node, message, advice)


def nodes_of(data: bytes, file: str, report: Report) -> Iterator[Node]:
    """Every record of a file: each document, or each item where a document is a list or a Kubernetes List."""
    text = yamlread.decode(data, file)
    if isinstance(text, Finding):
        report.findings.append(text)
        return
    for document in yamlread.read_all(text, file):
        readable, secrets = without_secrets(document)
        report.findings.extend(map(_beside, (*readable.findings, *secrets)))
        yield from _records(Node(readable.value, readable))


def _beside(finding: Finding) -> Finding:
    return finding._replace(severity="warning") if finding.code in _BESIDE else finding


def _records(node: Node) -> Iterator[Node]:
    listed = node
    if isinstance(node.value, dict) and str(node.value.get("kind", "")).endswith("List"):
        listed = node.child("items")
    if isinstance(listed.value, list):
        yield from (_item(listed, number) for number in range(len(listed.value)))
    elif node.value is not None:
        yield node


def _item(node: Node, number: int) -> Node:
    return Node(node.value[number], node.document, (*node.path, number))


def record(node: Node, report: Report) -> dict[str, Node]:
    """The entries of a record."""
    found: dict[str, Any] = _expected(node, dict, report) or {}
    return {key: node.child(key) for key in found}


def items(node: Node, report: Report) -> list[Node]:
    """The items of a list."""
    found: list[Any] = _expected(node, list, report) or []
    return [_item(node, number) for number in range(len(found))]


def text(node: Node, report: Report) -> str:
    """A text in one line; a number is welcome."""
    value = node.value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    return " ".join(str(_expected(node, str, report) or "").split())


def flag(node: Node, report: Report) -> bool:
    """True or false."""
    return bool(_expected(node, bool, report))


def number(node: Node, report: Report) -> Decimal | None:
    """A number, which Kubernetes may hold as text."""
    value = node.value
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except ArithmeticError:
            value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
        if value is not None:
            _complain(node, (int, Decimal), report)
        return None
    return Decimal(value)


def _expected(node: Node, kind: Any, report: Report) -> Any:  # noqa: ANN401 - a type, and a value of it
    if node.value is None or isinstance(node.value, kind):
        return node.value
    _complain(node, kind, report)
    return None


def _complain(node: Node, kind: Any, report: Report) -> None:  # noqa: ANN401 - a type or several
    wanted = next(words for each, words in _WORDS if each == kind)
    found = next((words for each, words in _WORDS if isinstance(node.value, each)), "nothing")
    report.error("GW803", node, f"{node.name}: expected {wanted}, got {found}", "mend it in the file, and import again")


def no_other_keys(node: Node, known: Collection[str], report: Report) -> None:
    """Report every key of a record that is not read."""
    for key, child in record(node, report).items():
        if key not in known and child.value is not None:
            close = nearest_name(key, known)
            advice = f"did you mean {close}?" if close else "say it in the spec where it matters"
            report.warn("GW805", child, f"{key} is not carried over", advice)


def listed(names: Collection[str]) -> str:
    """Names as a message lists them: the first few."""
    shown = list(names)[:_SHOWN]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
