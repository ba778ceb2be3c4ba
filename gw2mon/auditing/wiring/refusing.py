"""alertmanager.yml: what Alertmanager refuses, so that it does not start, or keeps the routes that it had."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.wiring.alertmanager_keys import GLOBAL, INHIBITION, INTEGRATIONS, NEEDS, RECEIVER, ROUTE, TOP
from gw2mon.auditing.wiring.matchers import matching_in
from gw2mon.auditing.wiring.routes import every, tree
from gw2mon.documents import Node
from gw2mon.finding import Finding, visible
from gw2mon.loader import nearest_name
from gw2mon.parts import record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gw2mon.auditing.estate import Estate, Routing
    from gw2mon.auditing.wiring.routes import Route

CODE = "GW635"
_REFUSED = "Alertmanager does not start with this file, and nobody is told of anything"
_DURATION = re.compile(r"0|(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?")
_TIMES = ("group_wait", "group_interval", "repeat_interval")
Refusal = tuple[Node, str, str]
"""What is refused, why, and what to do about it."""


def refusals(estate: Estate) -> Iterator[Linted]:
    """Everything for which Alertmanager refuses a configuration."""
    for routing in estate.routing:
        for node, why, advice in _refusals(routing):
            said = f"{_REFUSED}; {advice}" if advice else _REFUSED
            yield Linted(Finding(CODE, "error", visible(why), node.position, said), "tells nobody")


def _refusals(routing: Routing) -> Iterator[Refusal]:
    node = routing.node
    yield from _strangers(node, TOP)
    yield from _strangers(node.child("global"), GLOBAL)
    for item in items(node.child("inhibit_rules")):
        yield from _strangers(item, INHIBITION)
        yield from _of_matchers(item, "source_")
        yield from _of_matchers(item, "target_")
    yield from _of_receivers(node)
    yield from _of_routes(node)


def items(node: Node) -> list[Node]:
    """The items of a list; none where there is no list."""
    return [Node(item, node.document, (*node.path, number)) for number, item in enumerate(sequence(node.value))]


def _strangers(node: Node, known: Collection[str]) -> Iterator[Refusal]:
    for key in record(node.value):
        if key not in known:
            close = nearest_name(str(key), known)
            advice = f"did you mean {close}?" if close else ""
            yield node.child(key), f"Alertmanager knows no key {key} here", advice


def _of_matchers(node: Node, prefix: str = "") -> Iterator[Refusal]:
    for place, why in matching_in(node, prefix).refused:
        yield place, f"Alertmanager cannot read this: {why}", ""


def _of_receivers(node: Node) -> Iterator[Refusal]:
    seen: set[str] = set()
    for receiver in items(node.child("receivers")):
        name = str(record(receiver.value).get("name") or "")
        if not name:
            yield receiver, "a receiver has no name", ""
        elif name in seen:
            yield receiver.child("name"), f"two receivers are called {name}", "give one of them another name"
        seen.add(name)
        yield from _strangers(receiver, RECEIVER)
        for kind, known in INTEGRATIONS.items():
            for integration in items(receiver.child(kind)):
                yield from _strangers(integration, known)
                yield from _missing(integration, kind, record(node.child("global").value))


def _missing(node: Node, kind: str, shared: dict[str, object]) -> Iterator[Refusal]:
    held = record(node.value)
    for own, in_global in NEEDS.get(kind, ()):
        if not any(held.get(key) for key in own.split()) and not any(shared.get(key) for key in in_global.split()):
            first, where = own.split()[0], f", and global no {in_global.split()[0]}" if in_global else ""
            files = [key for key in own.split() if key.endswith("_file")]
            yield node, f"an entry of {kind} has no {first}{where}", f"say {files[0] if files else first}"


def _of_routes(node: Node) -> Iterator[Refusal]:
    root = tree(node.child("route"))
    names = {str(record(receiver).get("name") or "") for receiver in sequence(node.child("receivers").value)}
    held = record(root.node.value)
    if not held.get("receiver"):
        yield root.node, "the first route has no receiver, to which everything goes that no other takes", ""
    for key in ("match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals", "continue"):
        if held.get(key):
            yield root.node.child(key), f"the first route takes everything, and may have no {key}", ""
    for route in every(root):
        yield from _strangers(route.node, ROUTE)
        yield from _of_matchers(route.node)
        own = record(route.node.value).get("receiver")
        if own and str(own) not in names:
            close = nearest_name(str(own), names)
            advice = f"did you mean {close}?" if close else ""
            yield route.node.child("receiver"), f"there is no receiver {own}", advice
        yield from _of_grouping(route)
        yield from _of_times(route, node)


def _of_grouping(route: Route) -> Iterator[Refusal]:
    node = route.node.child("group_by")
    labels = texts(node.value)
    if len(set(labels)) < len(labels):
        yield node, "group_by names a label twice", ""
    if "..." in labels and len(labels) > 1:
        yield node, "group_by has ... and other labels", "leave the others out"


def _of_times(route: Route, node: Node) -> Iterator[Refusal]:
    for key in _TIMES:
        value = record(route.node.value).get(key)
        if value is None:
            continue
        text = str(value)
        if not text or not _DURATION.fullmatch(text):
            yield route.node.child(key), f"{key}: {text} is no duration", "write it like 30s, 5m or 4h"
        elif key != "group_wait" and not re.search("[1-9]", text):
            yield route.node.child(key), f"{key} is zero", "write it like 5m"
    known = {
        str(record(item).get("name"))
        for key in ("mute_time_intervals", "time_intervals")
        for item in sequence(node.child(key).value)
    }
    for key in ("mute_time_intervals", "active_time_intervals"):
        for name in texts(record(route.node.value).get(key)):
            if name not in known:
                yield route.node.child(key), f"there is no time interval {name}", ""
