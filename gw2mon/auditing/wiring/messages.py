"""Templates of Alertmanager: files that are there, that can be read, and names that somebody defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import gotemplate
from gw2mon.auditing.linting import Linted
from gw2mon.auditing.wiring.alertmanager_keys import INTEGRATIONS
from gw2mon.auditing.wiring.refusing import items
from gw2mon.auditing.wiring.ways import found
from gw2mon.finding import Finding, Position
from gw2mon.loader import nearest_name
from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Estate, File, Routing
    from gw2mon.auditing.stacks import Composed
    from gw2mon.documents import Node
    from gw2mon.finding import Severity

CODE = "GW638"
_SILENT = "the notification fails the moment it is sent, and nobody is told"
_SEEN = ".tmpl"
_BLOCK = re.compile(r'\{\{-?\s*block\s+"([^"]+)"')
_OWN = re.compile(
    r"__(alertmanager|alertmanagerURL|description|subject|text_alert_list(_markdown)?)"
    r"|(discord|email|jira|mattermost|msteams|msteamsv2|opsgenie|pagerduty|pushover|rocketchat|slack|sns|telegram|victorops"
    r"|webex|wechat)\.default\.\w+"
)
"""Templates that Alertmanager brings along."""


def messages(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """What is wrong with the texts of notifications."""
    told = {path for each in stacks for path, _ in each.configured("alertmanager")}
    for routing in estate.routing:
        files, missing = _files(routing, estate)
        # Templates with other endings are not read.
        is_whole = not missing and all(
            str(each.value).endswith(_SEEN) for each in items(routing.node.child("templates"))
        )
        for place, pattern in missing if estate.around.folders else ():
            if not pattern.endswith(_SEEN) or routing.path in told:
                continue
            said = f"among the files here there is no {pattern}"
            advice = "Alertmanager starts all the same, and a notification that uses one of its templates fails"
            yield Linted(Finding(CODE, "warning", said, place.position, advice), "tells nobody")
        names = frozenset(name for file in files for name in _defined(file))
        for file in files:
            yield from _of_file(file, names, is_whole=is_whole and bool(estate.around.folders))
        for node in _texts(routing):
            yield from _of_text(node, names, is_whole=is_whole and bool(estate.around.folders))


def _files(routing: Routing, estate: Estate) -> tuple[list[File], list[tuple[Node, str]]]:
    """The files of templates that are here, and the patterns to which none belongs."""
    by_path = {file.path: file for file in estate.templates}
    files: dict[str, File] = {}
    missing = []
    for node in items(routing.node.child("templates")):
        pattern = str(node.value)
        here = found(pattern, routing.path, by_path)
        files.update((path, by_path[path]) for path in here)
        if not here:
            missing.append((node, pattern))
    return list(files.values()), missing


def _defined(file: File) -> Iterator[str]:
    yield file.path.rpartition("/")[2]
    yield from _BLOCK.findall(file.text)
    try:
        yield from gotemplate.defined(gotemplate.parse(file.text, gotemplate.ALERTMANAGER))
    except gotemplate.TemplateError:
        # It is reported; of what it defines nothing more is said.
        yield from re.findall(r'\{\{-?\s*define\s+"([^"]+)"', file.text)


def _of_file(file: File, names: frozenset[str], *, is_whole: bool) -> Iterator[Linted]:
    try:
        nodes = gotemplate.parse(file.text, gotemplate.ALERTMANAGER)
    except gotemplate.TemplateError as error:
        place = _place(file, error.problem.span[0])
        advice = "Alertmanager does not start with this file, and nobody is told of anything"
        severity: Severity = "warning" if _may_be_newer(error) else "error"
        said = f"Alertmanager cannot read this template: {error.problem.message}"
        yield Linted(Finding(CODE, severity, said, place, advice), "tells nobody")
        return
    for use in gotemplate.invoked(nodes):
        if use.name and use.name not in names and not _OWN.fullmatch(use.name):
            yield _undefined(use.name, names, _place(file, use.span[0]), is_whole=is_whole)


def _of_text(node: Node, names: frozenset[str], *, is_whole: bool) -> Iterator[Linted]:
    try:
        nodes = gotemplate.parse(node.value, gotemplate.ALERTMANAGER)
    except gotemplate.TemplateError as error:
        severity: Severity = "warning" if _may_be_newer(error) else "error"
        said = f"{node.name} is no template that Alertmanager can read: {error.problem.message}"
        yield Linted(Finding(CODE, severity, said, node.position, _SILENT), "tells nobody")
        return
    for use in gotemplate.invoked(nodes):
        if use.name and use.name not in names and not _OWN.fullmatch(use.name):
            yield _undefined(use.name, names, node.position, is_whole=is_whole)


def _may_be_newer(error: gotemplate.TemplateError) -> bool:
    """Whether it is a function that a later Alertmanager may have."""
    return error.problem.message.startswith("there is no function") and error.name not in gotemplate.FOREIGN


def _undefined(name: str, names: frozenset[str], place: Position, *, is_whole: bool) -> Linted:
    close = nearest_name(name, sorted(names))
    advice = f"{_SILENT}; did you mean {close}?" if close else _SILENT
    said = f"no file of templates defines {name}"
    return Linted(Finding(CODE, "error" if is_whole else "warning", said, place, advice), "tells nobody")


def _texts(routing: Routing) -> Iterator[Node]:
    """Every text of a receiver that is a template."""
    for receiver in items(routing.node.child("receivers")):
        for kind in INTEGRATIONS:
            for integration in items(receiver.child(kind)):
                yield from _below(integration)


def _below(node: Node) -> Iterator[Node]:
    for key in record(node.value):
        yield from _below(node.child(key))
    for item in items(node):
        yield from _below(item)
    if isinstance(node.value, str) and "{{" in node.value:
        yield node


def _place(file: File, offset: int) -> Position:
    before = file.text[:offset]
    return Position(file.path, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
