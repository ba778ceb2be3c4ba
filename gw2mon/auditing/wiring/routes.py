"""The tree of routes of an alertmanager.yml, and which alerts come to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.wiring.matchers import Matching, follows, is_impossible, matching_in, takes
from gw2mon.documents import Node
from gw2mon.parts import record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.auditing.wiring.matchers import Matcher


class Route(NamedTuple):
    """A route with those below it."""

    node: Node
    matching: Matching
    above: tuple[Matcher, ...]
    """What all routes above it ask for."""
    receiver: str
    """Its own, or the nearest above it."""
    goes_on: bool
    """Whether those after it are tried as well."""
    routes: tuple[Route, ...]

    @property
    def asks(self) -> tuple[Matcher, ...]:
        """What an alert must have to come here."""
        return (*self.above, *self.matching.matchers)

    @property
    def called(self) -> str:
        """How messages name it."""
        said = ", ".join(map(str, self.matching.matchers))
        return f"the route for {said}" if said else f"the route to {self.receiver}"


def tree(node: Node, above: tuple[Matcher, ...] = (), receiver: str = "") -> Route:
    """A route and all below it, as Alertmanager inherits what they leave out."""
    held = record(node.value)
    matching = matching_in(node)
    own = str(held.get("receiver") or receiver)
    below = node.child("routes")
    routes = tuple(
        tree(Node(item, below.document, (*below.path, number)), (*above, *matching.matchers), own)
        for number, item in enumerate(sequence(below.value))
    )
    return Route(node, matching, above, own, held.get("continue") is True, routes)


def every(route: Route) -> Iterator[Route]:
    """A route and all below it."""
    yield route
    for inner in route.routes:
        yield from every(inner)


def unreachable(route: Route) -> Iterator[tuple[Route, Route | None]]:
    """Routes to which surely nothing comes: with the one before that takes it all, or none if they contradict."""
    for number, inner in enumerate(route.routes):
        if any(each.matching.refused for each in (inner, *route.routes[:number])):
            continue
        before = next(
            (other for other in route.routes[:number] if not other.goes_on and _takes_all(other, inner)), None
        )
        if before is not None:
            yield inner, before
        elif is_impossible(inner.asks):
            yield inner, None
        else:
            yield from unreachable(inner)


def _takes_all(one: Route, other: Route) -> bool:
    return all(follows(matcher, other.asks) for matcher in one.matching.matchers)


def may_come(route: Route, labels: Mapping[str, str]) -> bool:
    """Whether an alert with these labels may come to a route; labels that are not named may have any value."""
    return all(
        matcher.label not in labels or takes(matcher, labels[matcher.label]) is not False
        for matcher in route.matching.matchers
    )
