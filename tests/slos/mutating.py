"""Small mistakes in the rules of an SLO, one at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from gw2mon import promql as q
from gw2mon.model import AlertingRule, RecordingRule
from gw2mon.promql import to_text

FLIPPED = {">": "<", "<": ">", "<=": ">", ">=": "<"}
SWAPPED = {"or": "and", "and": "or", "unless": "and"}


class Mutant(NamedTuple):
    """A rule with a mistake, in the place of the rule of this number."""

    number: int
    rule: RecordingRule | AlertingRule
    mistake: str

    def __str__(self) -> str:
        return self.mistake


def mutants(numbered):
    """Each of these rules, which are given with their numbers, with every mistake."""
    for number, rule in numbered:
        name = getattr(rule, "record", None) or f"{rule.alert} ({rule.severity})"
        for what, expr in _mutated(rule.expr):
            yield Mutant(number, rule._replace(expr=q.parse(to_text(expr))), f"{name}: {what}")
        if isinstance(rule, AlertingRule):
            for hold in {2 * rule.hold, rule.hold // 3} - {rule.hold}:
                yield Mutant(number, rule._replace(hold=hold), f"{name}: for {hold // 60_000}m")
            for label in ("severity", "slo_severity", "team"):
                labels = tuple((key, "other" if key == label else value) for key, value in rule.labels)
                yield Mutant(number, rule._replace(labels=labels), f"{name}: another {label}")


def _mutated(expr):
    """The expression with one mistake, wherever in it."""
    yield from _mistakes(expr)
    for field in expr._fields:
        value = getattr(expr, field)
        if _is_node(value):
            yield from ((what, expr._replace(**{field: other})) for what, other in _mutated(value))
        elif isinstance(value, tuple) and value and all(map(_is_node, value)):
            for place, part in enumerate(value):
                for what, other in _mutated(part):
                    yield what, expr._replace(**{field: (*value[:place], other, *value[place + 1 :])})


def _is_node(value):
    return hasattr(value, "_fields") and hasattr(value, "span") and not isinstance(value, q.Matcher)


def _mistakes(expr):
    text = to_text(expr)
    if isinstance(expr, q.Binary):
        yield from _operators(expr, text)
    match expr:
        case q.Call("clamp_min" | "clamp_max", (inner, *_)):
            yield f"clamp dropped from {text}", inner
        case q.Call("vector", (q.NumberLiteral(number),)):
            yield f"another number in {text}", q.vector(Decimal(number) + 1)
        case q.MatrixSelector() | q.Subquery():
            yield f"twice the window in {text}", expr._replace(range=2 * expr.range)
            yield f"half the window in {text}", expr._replace(range=expr.range // 2)
        case q.VectorSelector():
            yield from _selections(expr, text)


def _operators(expr, text):
    op, lhs, rhs = expr.op, expr.lhs, expr.rhs
    if op in FLIPPED:
        yield f"{op} flipped in {text}", expr._replace(op=FLIPPED[op])
        yield f"{op} {to_text(rhs)} dropped from {text}", lhs
        if isinstance(rhs, q.NumberLiteral) and rhs.text != "0":
            yield from ((f"{op} {limit} in {text}", expr._replace(rhs=q.number(limit))) for limit in _limits(rhs, text))
    elif op in SWAPPED:
        yield f"{op} swapped in {text}", expr._replace(op=SWAPPED[op])
        yield f"{op} and what follows dropped from {text}", lhs
        yield f"{op} and what precedes dropped from {text}", rhs
    elif op in "*/" and isinstance(rhs, q.NumberLiteral):
        other = q.number(Decimal(rhs.text) * Decimal("1.5"))
        yield f"{op} {to_text(other)} in {text}", expr._replace(rhs=other)


def _limits(rhs, text):
    """A twentieth more or less; of events, which are whole, one."""
    limit = Decimal(rhs.text)
    return (limit + 1, limit - 1) if " * 60 " in text else (limit * Decimal("1.05"), limit * Decimal("0.95"))


def _selections(expr, text):
    if expr.offset:
        yield f"twice the offset in {text}", expr._replace(offset=2 * expr.offset)
    for matcher in expr.matchers:
        if matcher.name != "slo_id":
            left = tuple(each for each in expr.matchers if each is not matcher)
            yield f"{matcher.name} dropped from {text}", expr._replace(matchers=left)
