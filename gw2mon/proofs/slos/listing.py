"""Which tests prove the alerts of SLOs, and which of them nothing can prove."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.model import QuerySli, RatioSli

if TYPE_CHECKING:
    from gw2mon.model import AlertingRule, Slo
    from gw2mon.promql import Expr
    from gw2mon.proofs.slos.case import Layer

GAP = "rests on PromQL that always has a value, in whose place no input can be put"
_SETS = ("and", "unless")


class SloProof(NamedTuple):
    """The cases of an alert of an SLO, each by the layer it is in and its name."""

    rule: AlertingRule
    fires: tuple[tuple[str, str], ...]
    silent: tuple[tuple[str, str], ...]


def proof_of(rule: AlertingRule, layers: tuple[Layer, ...]) -> SloProof:
    """The cases in which an alert fires at some time, and those in which it never does."""
    found: dict[tuple[str, str], bool] = {}
    for layer in layers:
        for case in layer.cases:
            for verdict in case.verdicts:
                if verdict.rule == rule:
                    key = (layer.name, case.name)
                    found[key] = found.get(key, False) or verdict.firing > 0
    fires, silent = (tuple(key for key, fired in found.items() if fired is wanted) for wanted in (True, False))
    return SloProof(rule, fires, silent)


def is_never_missing(promise: Slo) -> bool:
    """Whether its records exist whatever is there: then its data cannot be missing, and no test can replace them."""
    match promise.sli:
        case QuerySli(total=expr) | RatioSli(ratio=expr):
            return _always_has_value(expr)
        case _:
            return False


def _always_has_value(expr: Expr) -> bool:
    match expr:
        case q.NumberLiteral() | q.Call("vector" | "time" | "scalar" | "pi"):
            return True
        case q.Binary(op="or", lhs=lhs, rhs=rhs):
            return _always_has_value(lhs) or _always_has_value(rhs)
        case q.Binary(op=op, return_bool=return_bool, lhs=lhs, rhs=rhs):
            filters = op in _SETS or (op in ("==", "!=", "<", ">", "<=", ">=") and not return_bool)
            return not filters and _always_has_value(lhs) and _always_has_value(rhs)
        case q.Aggregation(expr=inner) | q.Paren(expr=inner) | q.Unary(expr=inner) | q.Subquery(expr=inner):
            return _always_has_value(inner)
        case q.Call(function=function, args=(first, *_)):
            return function != "absent" and _always_has_value(first)
        case _:
            return False
