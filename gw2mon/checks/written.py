"""Every expression that a person wrote, with what is inferred of each node in it.

Inference runs once for each expression; checks then look at single nodes. What the compiler built is right by
construction, and the tests hold it to the same checks.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.checks.sources import sources
from gw2mon.finding import Finding
from gw2mon.inference import infer_all
from gw2mon.promql.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gw2mon.checks.deciding import Decided
    from gw2mon.checks.sources import Kind, Source
    from gw2mon.finding import Position, Severity
    from gw2mon.inference import Inferred
    from gw2mon.model import AlertingRule, Service, Stack
    from gw2mon.promql import Span
    from gw2mon.world import World

_LOOKED_AT = 64
"""Nodes of a part that are looked at; a longer part is left alone, so that a long query stays cheap."""


class Written(NamedTuple):
    """An expression as a person wrote it, and all that is known about it."""

    where: str
    kind: Kind
    text: str
    expr: q.Expr
    origin: Position | None
    rules: tuple[AlertingRule, ...]
    service: Service
    world: World
    stack: Stack
    known: Mapping[int, Inferred]
    """What is inferred of each node, by its identity."""
    nodes: tuple[q.Expr, ...]
    """All nodes, each before what is inside it."""
    decided: dict[int, Decided | None]
    """The comparisons that were looked at so far, for checks that ask again."""

    def of(self, node: q.Expr) -> Inferred:
        """What is inferred of a node."""
        return self.known[id(node)]

    def shown(self, node: q.Expr) -> str:
        """A node as it is written, in one line."""
        start, end = node.span
        return " ".join(self.text[start:end].split()) if end else q.to_text(node)


class Problem(NamedTuple):
    """What is wrong with a node."""

    code: str
    severity: Severity
    message: str
    span: Span
    advice: str = ""


def written(service: Service, world: World, stack: Stack) -> Iterator[Written]:
    """Alerts, panels, queries of SLOs, and the selectors that prove an alert."""
    for source in sources(service):
        yield about(source, service, world, stack)


def about(source: Source, service: Service, world: World, stack: Stack) -> Written:
    """All that is known about one expression."""
    known, nodes = infer_all(source.expr, world), tuple(q.walk(source.expr))
    return Written(*source, service, world, stack, known, nodes, {})


def finding(problem: Problem, at: Written) -> Finding:
    """A problem at the place of the expression, with the part of it that is at fault."""
    excerpt = q.excerpt(at.text, problem.span)
    advice = f"{problem.advice}\n{excerpt}" if problem.advice else excerpt
    # Queries of SLOs often come from elsewhere, and then the metrics and targets beside them are only sketched.
    severity: Severity = "warning" if at.kind == "slo" else problem.severity
    return Finding(problem.code, severity, problem.message, at.origin, advice)


def bare(node: q.Expr) -> q.Expr:
    """Without parentheses."""
    while isinstance(node, q.Paren):
        node = node.expr
    return node


def is_filter(node: q.Expr) -> bool:
    """Whether a node drops series by comparing them."""
    return isinstance(node, q.Binary) and node.op in COMPARISONS and not node.return_bool


def parts(node: q.Expr) -> list[q.Expr]:
    """A node and all inside it; nothing where that is very much."""
    found = list(islice(q.walk(node), _LOOKED_AT + 1))
    return found if len(found) <= _LOOKED_AT else []
