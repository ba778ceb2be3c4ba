"""What an expression uses that only some Prometheus releases between 2.42 and 3.16 read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.promql.ast import (
    Aggregation,
    Binary,
    Call,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VariableName,
    VectorSelector,
    walk,
)
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS, OLDEST, Aggregator, Function
from gw2mon.promql.lexer import tokenize
from gw2mon.promql.numeric import is_number
from gw2mon.promql.quoting import is_plain_label, is_plain_metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.promql.ast import Duration, Expr
    from gw2mon.promql.errors import Span

Feature = tuple[tuple[int, int], str]
"""Where, and what."""

_TELLING = re.compile(
    r"offset|@|[{(,]\s*[\"'`]|\[(?!(?:\d+(?:ms|[smhdwy]))+(?::(?:\d+(?:ms|[smhdwy]))*)?\])", re.IGNORECASE
)
"""What stands in a text that has any of these features; most have none, and reading their tokens again takes long."""

_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})


def outside_intersection(expr: Expr, source: str = "") -> tuple[Feature, ...]:
    """Whatever Prometheus 2.42 or Prometheus 3.16 without feature flags would refuse, with its place.

    Durations written as bare numbers (`[300]`) and zero offsets are not in the tree, because they are
    printed in the shared grammar; they are reported only if the `source` of the expression is given.
    """
    found = [feature for node in walk(expr) if not _is_plain(node) for feature in _features(node)]
    found.extend(_source_features(source))
    return tuple(sorted(set(found))) if found else ()


def _is_plain(node: Expr) -> bool:
    """Whether a node is one of the many that every release knows, so that nothing more need be asked."""
    match node:
        case Binary():
            return node.matching is None and node.op not in ("</", ">/")
        case Call():
            return node.function in _PLAIN_FUNCTIONS
        case Aggregation():
            return not node.grouping and node.op in _PLAIN_AGGREGATORS
        case NumberLiteral():
            return node.text.isdecimal()
        case MatrixSelector():
            return isinstance(node.range, int)
        case _:
            return isinstance(node, (Paren, StringLiteral, Unary))


_PLAIN_FUNCTIONS = frozenset(
    name for name, what in FUNCTIONS.items() if what.since <= OLDEST and not what.experimental and what.until is None
)

_PLAIN_AGGREGATORS = frozenset(
    name for name, what in AGGREGATORS.items() if what.since <= OLDEST and not what.experimental
)


def _features(node: Expr) -> Iterator[Feature]:
    match node:
        case Call():
            yield from _released(node.function, FUNCTIONS[node.function], node.span)
        case Aggregation():
            yield from _released(node.op, AGGREGATORS[node.op], node.span)
            yield from _labels(node.grouping, node.span)
        case NumberLiteral():
            yield from _number(node)
        case VectorSelector():
            yield from _selector(node)
            yield from _computed(node.span, node.offset)
        case MatrixSelector():
            yield from _computed(node.span, node.range)
        case Subquery():
            yield from _computed(node.span, node.range, node.step, node.offset)
        case Binary():
            if node.op in ("</", ">/"):
                yield node.span, f'operator "{node.op}" is new in Prometheus 3.11'
            if node.matching is not None:
                yield from _labels(node.matching.labels + node.matching.include, node.span)


def _released(name: str, what: Function | Aggregator, span: Span) -> Iterator[Feature]:
    if what.since > OLDEST:
        yield span, f"{name}() is new in Prometheus {what.since[0]}.{what.since[1]}"
    if what.experimental:
        yield span, f"{name}() is experimental in Prometheus 3 and needs a feature flag"
    if isinstance(what, Function) and what.until is not None:
        yield span, f"{name}() is gone in Prometheus {what.until[0]}.{what.until[1]}"


def _number(node: NumberLiteral) -> Iterator[Feature]:
    digits = node.text.lstrip("+-")
    if digits.startswith("$"):
        return
    if not is_number(digits):
        yield node.span, f'a duration as a number, "{node.text}", is new in Prometheus 2.54'
    elif "_" in digits:
        yield node.span, f'the underscore in "{node.text}" is new in Prometheus 2.54'


def _selector(node: VectorSelector) -> Iterator[Feature]:
    if not (node.name is None or isinstance(node.name, VariableName) or is_plain_metric(node.name)):
        yield node.span, f'the quoted metric name "{node.name}" is new in Prometheus 3.0'
    for matcher in node.matchers:
        if not is_plain_label(matcher.name):
            yield matcher.span, f'the quoted label name "{matcher.name}" is new in Prometheus 3.0'
    if node.extension is not None:
        yield node.span, f'"{node.extension}" is new in Prometheus 3.16'
    if node.at is not None and "_" in node.at:
        yield node.span, f'the underscore in "{node.at}" is new in Prometheus 2.54'


def _computed(span: Span, *durations: Duration | None) -> Iterator[Feature]:
    for duration in durations:
        if isinstance(duration, Variable) and "$" not in duration.text:
            yield span, f"the computed duration {duration.text} is new in Prometheus 3.14"


def _labels(labels: tuple[str, ...], span: Span) -> Iterator[Feature]:
    for label in labels:
        if not (isinstance(label, VariableName) or is_plain_label(label)):
            yield span, f'the label name "{label}" is new in Prometheus 3.0'


def _source_features(source: str) -> Iterator[Feature]:
    """What the tree no longer shows: it is seen in the tokens."""
    if _TELLING.search(source) is None:
        return
    tokens, ends = tokenize(source)
    for index, (token, end) in enumerate(zip(tokens, ends, strict=True)):
        feature = _written_feature(token, tokens, index)
        if feature:
            yield (end - len(token), end), feature


def _written_feature(token: str, tokens: list[str], index: int) -> str | None:
    match token[:1].lower():
        case "[" if "$" not in token and not all(map(_is_plain_window, token[1:-1].split(":"))):
            return f"a window that is no plain duration, {token}, is new in Prometheus 2.54"
        case "o" if index and token.lower() == "offset" and not _is_plain_offset(_operand(tokens, index)):
            return "an offset that is no plain duration is new in Prometheus 2.54"
        case "@" if _is_duration(_operand(tokens, index)):
            return "a timestamp written as a duration is new in Prometheus 2.54"
        case '"' | "'" | "`" if tokens[index - 1] in ("{", ",", "(") and _quotes_a_name(tokens, index):
            return f"the quoted name {token} is new in Prometheus 3.0"
    return None


def _operand(tokens: list[str], index: int) -> str:
    """The token after this one and after its sign."""
    return tokens[index + 2] if tokens[index + 1] in ("+", "-") else tokens[index + 1]


def _is_plain_window(text: str) -> bool:
    return not text.strip() or _is_duration(text.strip())


def _is_plain_offset(duration: str) -> bool:
    """Whether 2.42 knows it as an offset, or the word before it was a metric called offset."""
    zero_or_bare = duration[:1].isdigit() and (is_number(duration) or not duration.strip("0smhdwy"))
    return duration != "(" and not zero_or_bare


def _is_duration(text: str) -> bool:
    return text[:1].isdigit() and text.isalnum() and not is_number(text)


def _quotes_a_name(tokens: list[str], index: int) -> bool:
    """Whether the string at `index` stands in braces, or in a list of labels, and not among arguments."""
    while tokens[index] not in ("{", "("):
        if index == 0 or tokens[index] in (")", "}"):
            return False
        index -= 1
    return tokens[index] == "{" or tokens[index - 1].lower() in _LISTS
