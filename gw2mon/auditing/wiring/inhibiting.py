"""alertmanager.yml: inhibitions that mute nothing, or far more than anybody meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.wiring.matchers import follows, is_impossible, matching_in, values_of
from gw2mon.auditing.wiring.refusing import items
from gw2mon.finding import Finding
from gw2mon.parts import record, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.meanings import Meaning
    from gw2mon.auditing.wiring.matchers import Matcher
    from gw2mon.documents import Node
    from gw2mon.finding import Severity

CODE = "GW637"
Fault = tuple["Severity", str, str, "Meaning"]


def inhibiting(estate: Estate) -> Iterator[Linted]:
    """What is wrong with each inhibition."""
    for routing in estate.routing:
        for node in items(routing.node.child("inhibit_rules")):
            source, target = matching_in(node, "source_"), matching_in(node, "target_")
            if source.refused or target.refused:
                continue
            found = _fault(node, source.matchers, target.matchers)
            if found is not None:
                severity, said, advice, meaning = found
                yield Linted(Finding(CODE, severity, said, node.position, advice), meaning)


def _fault(node: Node, source: Sequence[Matcher], target: Sequence[Matcher]) -> Fault | None:
    equal = texts(record(node.value).get("equal"))
    unequal = next((label for label in equal if _differ(label, source, target)), None)
    if not target:
        said = "it has no target: while one alert fires, every other is muted"
        return "error", said, "say which alerts it mutes, with target_matchers", "tells nobody"
    if is_impossible(source) or is_impossible(target):
        return "warning", "it mutes nothing: no alert has what its matchers ask for", "", "style"
    if unequal is not None:
        said = f"it mutes nothing: {unequal} is to be equal, and its sides ask for different ones"
        return "error", said, f"take {unequal} out of equal", "style"
    if all(follows(matcher, target) for matcher in source):
        # An alert that could mute as well is not muted by another one of its kind.
        said = "it mutes nothing: whatever it would mute could mute as well, and is left alone"
        return "warning", said, "let source and target ask for different alerts", "style"
    if not equal:
        said = "one such alert anywhere mutes all the others, on whatever they are"
        advice = "real trouble elsewhere stays unseen: add equal with the labels that both share, such as [service]"
        return "warning", said, advice, "tells nobody"
    return None


def _differ(label: str, source: Sequence[Matcher], target: Sequence[Matcher]) -> bool:
    one, other = values_of(source, label), values_of(target, label)
    return one is not None and other is not None and not set(one) & set(other)
