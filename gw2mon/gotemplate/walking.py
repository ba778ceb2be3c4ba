"""Looking through all of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.gotemplate.nodes import Branch, Definition, Plain

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
