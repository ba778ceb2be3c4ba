"""Files of others to the parts of an estate: one module for each kind, and one line in the table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gw2mon import yamlread
from gw2mon.auditing.estate import Compose, Estate, File, Provisioning, Routing
from gw2mon.auditing.kinds import kind_by_name, kind_of
from gw2mon.auditing.reading import boards, prose, python, rules, scraping, specs
from gw2mon.documents import Node, Report
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gw2mon.auditing.kinds import Kind

_JSON = ".json"
_OURS = re.compile(
    r"\b(groups|rules|alert|record|expr|panels|rows|dashboard|scrape_configs|rule_files|receivers|route|services|"
    r"datasources|providers)[\"']?\s*:"
)
"""What some of the files hold that an audit is about. A broken file without it is no business of an audit."""
_TEMPLATE = re.compile(r"\{\{-?\s*(if|end|range|with|include|template|toYaml|\$?\.)|\{%")
"""What Helm, or Jinja, fills in before the text becomes YAML."""
_WHOLE = {
    "GW110": ("it holds more than 50,000 values", "name what is to be read, without it"),
    "GW111": ("this is no text in UTF-8", "save the file as UTF-8, if it is about monitoring"),
}
"""What is said of specs, as it is meant of the files of others."""


def read(files: Iterable[tuple[str, bytes]]) -> tuple[Estate, tuple[Finding, ...]]:
    """Everything that is in files, given as names and bytes, and what is wrong with those that cannot be read."""
    report = Report([])
    parts: dict[str, list[Any]] = {name: [] for name in Estate._fields if name != "around"}
    for path, data in files:
        text = yamlread.decode(data, path)
        if isinstance(text, str):
            parts["texts"].append((path, text))
            for field, part in _parts(path, text, report):
                parts[field].append(part)
        elif kind_by_name(path) != "other":  # pictures and the like are no business of an audit
            report.findings.append(_of_others(text))
    source, unread = python.read(parts.pop("source"), [path for path, _ in parts["texts"]])
    model = specs.compiled(parts.pop("specs"))
    texts, held = dict(parts.pop("texts")), dict(parts.pop("data"))
    lists: dict[str, Any] = {name: tuple(found) for name, found in parts.items()}
    return Estate(**lists, source=source, specs=model, texts=texts, data=held), (*report.findings, *unread)


def _parts(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    """The parts of an estate that a file holds, each with the name of its field."""
    match kind_by_name(path):
        case "environment":
            yield "environments", File(path, text)
        case "template":
            yield "templates", File(path, text)
        case "python":
            yield "source", File(path, text)
        case "prose":
            yield "pages", prose.read(path, text)
        case None:
            yield from _of_json(path, text, report) if path.lower().endswith(_JSON) else _of_yaml(path, text, report)


def _of_json(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not _OURS.search(text):
            return
        place = Position(path, getattr(error, "lineno", 1), getattr(error, "colno", 1))
        said = f"this is no JSON: {getattr(error, 'msg', 'nested too deep')}"
        report.findings.append(Finding("GW101", "warning", said, place, "whatever loads it will refuse it"))
        return
    if kind_of(data) == "board":
        yield "boards", boards.read(path, data)
        yield "data", (path, data)
    else:
        yield from _of_yaml(path, text, report)


def _of_yaml(path: str, text: str, report: Report) -> Iterator[tuple[str, Any]]:
    for document in yamlread.read_all(text, path):
        if document.findings and _TEMPLATE.search(text):
            report.findings.extend(_template(path, text))
            return
        if _OURS.search(text):
            report.findings.extend(map(_of_others, document.findings))
        node = Node(document.value, document)
        yield "data", (path, document.value)
        kind = kind_of(document.value)
        if kind == "spec":
            yield from (("specs", source) for source in specs.read(path, node, report, text))
        elif kind in _READERS:
            field, reader = _READERS[kind]
            yield field, reader(path, node, report)


def _of_others(finding: Finding) -> Finding:
    said, advice = _WHOLE.get(finding.code, (finding.message, finding.help))
    return finding._replace(severity="warning", message=said, help=advice)


def _template(path: str, text: str) -> Iterator[Finding]:
    """A template that becomes a file of interest; what else is templated is nothing that an audit misses."""
    found = _TEMPLATE.search(text)
    if found is not None and _OURS.search(text):
        place = Position(path, text.count("\n", 0, found.start()) + 1, 1)
        yield Finding("GW101", "warning", "this is a template, and no YAML before it is filled in", place,
                      "audit what comes out of it, such as that of helm template")  # fmt: skip


_READERS: dict[Kind, tuple[str, Callable[[str, Node, Report], Any]]] = {
    "rules": ("rules", rules.read),
    "scraping": ("scraping", scraping.read),
    "routing": ("routing", lambda path, node, _: Routing(path, node)),
    "compose": ("composes", lambda path, node, _: Compose(path, node)),
    "sources": ("provisioning", lambda path, node, _: Provisioning(path, node)),
    "providers": ("provisioning", lambda path, node, _: Provisioning(path, node)),
}
"""Kind of a document to the field of an estate that it belongs to, and what reads it."""
