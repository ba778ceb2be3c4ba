"""Looking through all of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.gotemplate.nodes import Branch, Definition, Invocation, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.gotemplate.nodes import Node


def texts(nodes: tuple[Node, ...]) -> Iterator[Plain]:
    """What is shown as it stands, in the order in which it stands."""
    for node in nodes:
        match node:
            case Plain():
                yield node
            case Branch():
                yield from texts((*node.body, *node.otherwise))
            case Definition():
                yield from texts(node.body)


def defined(nodes: tuple[Node, ...]) -> frozenset[str]:
    """The names of the templates that a text defines."""
    return frozenset(node.name for node in nodes if isinstance(node, Definition))


def invoked(nodes: tuple[Node, ...]) -> Iterator[Invocation]:
    """The templates that a text uses."""
    for node in nodes:
        match node:
            case Invocation():
                yield node
            case Branch():
                yield from invoked((*node.body, *node.otherwise))
            case Definition():
                yield from invoked(node.body)
