"""The syntax tree of PromQL: ten kinds of node, all immutable.

Every node ends with its `span` in the source text, which takes no part in equality or hash: two
expressions are equal when they mean the same tree, wherever they were written. Durations are whole
milliseconds, or a `Variable` where only the running query knows.

Nodes are named tuples because a dataclass costs six times as long to define, and this module is
loaded by every command. Nothing here recurses: a sum of thousands of terms is a very deep tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from gw2mon.promql.errors import NO_SPAN, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MatchOp = Literal["=", "!=", "=~", "!~"]
ValueType = Literal["scalar", "string", "instant vector", "range vector"]


def _flat(item: object) -> Iterator[object]:
    """Leaves and shapes of a tree in preorder, spans left out; equal sequences mean equal trees."""
    todo = [item]
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            parts = item[:-1] if hasattr(item, "span") else item
            yield type(item)
            yield len(parts)
            todo.extend(parts)
        else:
            yield item


def _equal(self: object, other: object) -> bool:
    return self is other or (type(self) is type(other) and list(_flat(self)) == list(_flat(other)))


def _differ(self: object, other: object) -> bool:
    return not _equal(self, other)


def _hash(self: object) -> int:
    return hash(tuple(_flat(self)))


def _show(self: Expr | Matcher) -> str:
    from gw2mon.promql.printer import matcher_text, to_text  # the printer knows the nodes, not the other way round

    return f"{type(self).__name__}({matcher_text(self) if isinstance(self, Matcher) else to_text(self)})"


Kind = TypeVar("Kind")


def _node(kind: type[Kind]) -> type[Kind]:
    """Let a named tuple compare and show itself as a tree instead of as a tuple."""
    for name, method in (("__eq__", _equal), ("__ne__", _differ), ("__hash__", _hash), ("__repr__", _show)):
        setattr(kind, name, method)
    return kind


class Variable(NamedTuple):
    """A duration that only the running query knows, as it was written.

    A Grafana variable such as `$__rate_interval`, or arithmetic with `step()` or `range()`.
    """

    text: str


Duration = int | Variable


class VariableName(str):
    """A Grafana variable in the place of a metric or label name: `$metric`. It is written without quotes."""

    __slots__ = ()


@_node
class Matcher(NamedTuple):
    """A condition on one label: `code=~"5.."`. The value is the text itself, without quotes or escapes."""

    name: str
    op: MatchOp
    value: str
    span: Span = NO_SPAN


class Matching(NamedTuple):
    """How a binary operator pairs the series of its sides: `on (job) group_left (version)`."""

    on: bool
    """True for `on`, False for `ignoring`."""
    labels: tuple[str, ...] = ()
    group: Literal["left", "right"] | None = None
    """The side that may have many series for one of the other."""
    include: tuple[str, ...] = ()
    """Labels that the result takes from the one side."""


@_node
class NumberLiteral(NamedTuple):
    """A number, kept as it was written so that no digit is lost: `0.1`, `1e3`, `0x1F`, `-Inf`, `5m`."""

    text: str
    span: Span = NO_SPAN

    @property
    def value(self) -> float:
        """The number; NaN where a Grafana variable stands."""
        from gw2mon.promql.numeric import number_value

        return number_value(self.text)


@_node
class StringLiteral(NamedTuple):
    """A string; `value` is the text itself, without quotes or escapes."""

    value: str
    span: Span = NO_SPAN


@_node
class VectorSelector(NamedTuple):
    """All series of a name that satisfy the matchers: `up{job="api"} offset 5m`."""

    name: str | None
    """None when only matchers select, as in `{__name__=~"http_.*"}`."""
    matchers: tuple[Matcher, ...] = ()
    offset: Duration = 0
    at: str | None = None
    """Seconds since the epoch, as written, or `start()` or `end()`."""
    extension: Literal["anchored", "smoothed"] | None = None
    """How samples outside the window count at its ends; new in Prometheus 3.16."""
    span: Span = NO_SPAN


@_node
class MatrixSelector(NamedTuple):
    """The samples of a selector over a window: `up[5m]`. Offset and `@` belong to the selector."""

    selector: VectorSelector
    range: Duration
    span: Span = NO_SPAN


@_node
class Subquery(NamedTuple):
    """An expression evaluated again and again over a window: `rate(x[5m])[1h:1m]`."""

    expr: Expr
    range: Duration
    step: Duration | None = None
    """None for the evaluation interval."""
    offset: Duration = 0
    at: str | None = None
    span: Span = NO_SPAN


@_node
class Call(NamedTuple):
    """A function call; `gw2mon.promql.functions` says what the function takes and returns."""

    function: str
    args: tuple[Expr, ...] = ()
    span: Span = NO_SPAN


@_node
class Aggregation(NamedTuple):
    """An aggregation over series: `sum by (job) (x)`, `topk(3, x)`."""

    op: str
    expr: Expr
    param: Expr | None = None
    grouping: tuple[str, ...] = ()
    without: bool | None = None
    """False for `by`, True for `without`, None for neither."""
    span: Span = NO_SPAN


@_node
class Binary(NamedTuple):
    """Two operands and what stands between them: `a / on (job) b`, `x > bool 0`."""

    op: str
    lhs: Expr
    rhs: Expr
    matching: Matching | None = None
    return_bool: bool = False
    span: Span = NO_SPAN


@_node
class Unary(NamedTuple):
    """A sign before anything but a number, whose sign belongs to its literal."""

    op: Literal["+", "-"]
    expr: Expr
    span: Span = NO_SPAN


@_node
class Paren(NamedTuple):
    """Parentheses that the author wrote."""

    expr: Expr
    span: Span = NO_SPAN


Expr = (
    NumberLiteral
    | StringLiteral
    | VectorSelector
    | MatrixSelector
    | Subquery
    | Call
    | Aggregation
    | Binary
    | Unary
    | Paren
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside this one, in the order in which they are written."""
    match expr:
        case Binary():
            return expr.lhs, expr.rhs
        case Call():
            return expr.args
        case Aggregation():
            return (expr.expr,) if expr.param is None else (expr.param, expr.expr)
        case MatrixSelector():
            return (expr.selector,)
        case Subquery() | Unary() | Paren():
            return (expr.expr,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node of the tree, each before what is inside it, from left to right."""
    todo = [expr]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(children(node)))


def with_children(expr: Expr, inner: tuple[Expr, ...]) -> Expr:
    """The same node around other children; `inner` has the shape that `children` returned.

    Raises TypeError where something else than a selector would stand before a range.
    """
    match expr:
        case Binary():
            return expr._replace(lhs=inner[0], rhs=inner[1])
        case Call():
            return expr._replace(args=inner)
        case Aggregation():
            return expr._replace(expr=inner[-1], param=inner[0] if len(inner) > 1 else None)
        case MatrixSelector():
            if not isinstance(inner[0], VectorSelector):
                raise TypeError(f"only a vector selector can have a range, not {inner[0]!r}")
            return expr._replace(selector=inner[0])
        case Subquery() | Unary() | Paren():
            return expr._replace(expr=inner[0])
        case _:
            return expr


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Rebuild the tree from the leaves up, each node replaced by `change(node)`.

    Nodes below which nothing changed stay the same objects.
    """
    done: list[Expr] = []
    todo: list[tuple[Expr, bool]] = [(expr, False)]
    while todo:
        node, ready = todo.pop()
        before = children(node)
        if before and not ready:
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(before))
            continue
        if before:
            inner = tuple(done[-len(before) :])
            del done[-len(before) :]
            if any(new is not old for new, old in zip(inner, before, strict=True)):
                node = with_children(node, inner)
        done.append(change(node))
    return done.pop()
