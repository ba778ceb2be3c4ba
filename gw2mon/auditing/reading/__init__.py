"""Files of others to the parts of an estate: one module for each kind, and one line in the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gw2mon import yamlread
from gw2mon.auditing.estate import Compose, Estate, File, Provisioning, Routing
from gw2mon.auditing.kinds import kind_by_name, kind_of
from gw2mon.auditing.reading import boards, python, rules, scraping
from gw2mon.documents import Node, Report
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_JSON = ".json"


def read(files: Iterable[tuple[str, bytes]]) -> tuple[Estate, tuple[Finding, ...]]:
    """Everything that is in files, given as names and bytes, and what is wrong with those that cannot be read."""
    report = Report([])
    parts: dict[str, list[Any]] = {name: [] for name in Estate._fields}
    texts: dict[str, str] = {}
    source: list[File] = []
    for path, data in files:
        text = yamlread.decode(data, path)
        if isinstance(text, Finding):
            # Pictures and the like are no business of an audit.
            if kind_by_name(path) != "other":
                report.findings.append(text)
            continue
        texts[path] = text
        if kind_by_name(path) == "python":
            source.append(File(path, text))
        for field, part in _parts(path, text, report):
            parts[field].append(part)
    made, unread = python.read(source)
    known = {name: tuple(found) for name, found in parts.items() if name not in ("texts", "source", "others")}
    return Estate(**known, source=made, texts=texts), (*report.findings, *unread)


def _parts(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    match kind_by_name(path):
        case "environment":
            yield "environments", File(path, text)
        case "template":
            yield "templates", File(path, text)
        case None:
            yield from _of_json(path, text, report) if path.lower().endswith(_JSON) else _of_yaml(path, text, report)


def _of_json(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = Position(path, getattr(error, "lineno", 1), getattr(error, "colno", 1))
        said = f"this is no JSON: {getattr(error, 'msg', 'nested too deep')}"
        report.findings.append(Finding("GW101", "warning", said, place, "whatever loads it will refuse it"))
        return
    if kind_of(data) == "board":
        yield "boards", boards.read(path, data)
    else:
        yield from _of_yaml(path, text, report)


def _of_yaml(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    for document in yamlread.read_all(text, path):
        report.findings.extend(finding._replace(severity="warning") for finding in document.findings)
        node = Node(document.value, document)
        match kind_of(document.value):
            case "rules":
                yield "rules", rules.read(path, node, report)
            case "scraping":
                yield "scraping", scraping.read(path, node, report)
            case "routing":
                yield "routing", Routing(path, node)
            case "compose":
                yield "composes", Compose(path, node)
            case "sources" | "providers":
                yield "provisioning", Provisioning(path, node)
