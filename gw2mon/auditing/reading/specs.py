"""Specs of gw2mon among the files: what they declare is known, and `gw2mon check` says what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import loader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.documents import Node, Report
    from gw2mon.loader import Source
    from gw2mon.model import Model


def read(path: str, node: Node, report: Report, text: str) -> tuple[Source, ...]:
    """The spec; none where it has mistakes, of which only the first is told: it may be meant for something else."""
    loaded = loader.load(text.encode(), path)
    if loaded.source is None:
        report.warn("GW803", node, "this looks like a spec of gw2mon, and is none", f"ask gw2mon check {path}")
        return ()
    return (loaded.source,)


def compiled(sources: Sequence[Source]) -> Model | None:
    """The Model of all specs together; None without specs."""
    if not sources:
        return None
    from gw2mon.compiler import compile_specs  # with pydantic, which most audits can do without

    return compile_specs(sources).model
