"""What a query measures, as far as the names of its metrics say, and whether the unit of its panel is one of that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from gw2mon import promql as q
from gw2mon.dashboard_lint.asking import asked_by, bare
from gw2mon.dashboard_lint.walking import Part, Problem, Record, panels_of, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

Quantity = Literal["seconds", "milliseconds", "bytes", "ratio", "percent", "moment", "moment in milliseconds", ""]

_TIMES = "ns µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks"
_SIZES = "bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes decgbytes tbytes dectbytes"
_FLOWS = "reqps cps ops rps wps iops binBps Bps binbps bps"
_FAMILIES = frozenset(f"{_TIMES} {_SIZES} {_FLOWS} percent percentunit".split())
"""Units of which a wrong one is wrong for sure; `short` and `none` only say less than they could."""

_ALLOWED: dict[Quantity, frozenset[str]] = {
    "seconds": frozenset(["s", "dtdurations", "dthms", "clocks"]),
    "milliseconds": frozenset(["ms", "dtdurationms", "clockms"]),
    "bytes": frozenset(("bytes", "decbytes")),
    "ratio": frozenset(("percentunit",)),
    "percent": frozenset(("percent",)),
}
_MOMENT = re.compile(r".*_(?:timestamp|start_time)_seconds")
_NAMED: tuple[tuple[str, Quantity], ...] = (
    ("_milliseconds", "milliseconds"),
    ("_seconds", "seconds"),
    ("_bytes", "bytes"),
    ("_ratio", "ratio"),
)
_KEEPING = ("sum", "avg", "min", "max", "topk", "bottomk", "quantile")
_STEEPEST = 10
"""A ratio above 1000 % is a percentage that somebody typed."""


def units(dashboard: Record) -> Iterator[Problem]:
    """unit-mismatch: the number is right and what stands beside it is not."""
    for panel in panels_of(dashboard):
        field = panel.record("fieldConfig", "defaults")
        unit = field.text("unit")
        if _has_own_units(panel) or panel.data.get("type") in ("table", "heatmap"):
            continue
        for _, target, expr in asked_by(panel):
            found = measured(expr)
            if _is_wrong(unit, found) and not target.data.get("hide"):
                yield field.problem(
                    "unit-mismatch", f"{target.data.get('refId')} gives {found}, shown as {unit}", "unit"
                )


def _is_wrong(unit: str, found: Quantity) -> bool:
    if unit.startswith("dateTime"):
        return found == "moment"
    return unit in _FAMILIES and found in _ALLOWED and unit not in _ALLOWED[found]


def _has_own_units(panel: Part) -> bool:
    changed = (
        item.data.get("id") for each in panel.records("fieldConfig", "overrides") for item in each.records("properties")
    )
    return "unit" in changed or bool(sequence(panel.data.get("transformations")))


def ratios(dashboard: Record) -> Iterator[Problem]:
    """percent-for-ratio: 80 where 0.8 is meant, so that no value ever comes near."""
    for panel in panels_of(dashboard):
        field = panel.record("fieldConfig", "defaults")
        if field.data.get("unit") != "percentunit":
            continue
        for key in ("min", "max"):
            if _is_steep(field.data.get(key)):
                yield field.problem("percent-for-ratio", f"{field.data[key]} is {field.data[key]}00 %", key)
        limits = field.record("thresholds")
        for step in limits.records("steps") if limits.data.get("mode") == "absolute" else ():
            if _is_steep(step.data.get("value")):
                yield step.problem("percent-for-ratio", f"{step.data['value']} is {step.data['value']}00 %", "value")


def _is_steep(value: object) -> bool:
    return isinstance(value, int | float) and value > _STEEPEST


def measured(expr: q.Expr) -> Quantity:
    """What the numbers of an answer are; empty where their names do not tell."""
    match bare(expr):
        case q.VectorSelector() as selector:
            return _named(q.metric_name(selector) or "")
        case q.Aggregation(op=op, expr=inner) if op in _KEEPING:
            return measured(inner)
        case q.Call(function="histogram_quantile", args=[_, buckets]):
            names = {_named(name.removesuffix("_bucket")) for name in q.metric_names(buckets)}
            return names.pop() if len(names) == 1 else ""
        case q.Binary(op="or" | "and" | "unless" | ">" | "<" | ">=" | "<=" | "==" | "!=", lhs=left, return_bool=False):
            return measured(left)
        case q.Binary(op="/", lhs=left, rhs=right):
            return _quotient(left, right)
        case q.Binary(op="*", lhs=left, rhs=right):
            return _product(left, right)
        case q.Binary(op="-" | "+", lhs=left, rhs=right):
            return _difference(left, right)
        case _:
            return ""


def _named(name: str) -> Quantity:
    if ":" in name:
        return "ratio" if ":ratio" in name else ""
    if _MOMENT.fullmatch(name):
        return "moment"
    return next((quantity for suffix, quantity in _NAMED if name.endswith(suffix)), "")


def _quotient(left: q.Expr, right: q.Expr) -> Quantity:
    scaled = bare(left)
    if isinstance(scaled, q.Binary) and scaled.op == "*" and _is_number(scaled.lhs, "100"):
        return "percent" if _quotient(scaled.rhs, right) == "ratio" else ""
    above, below = _counted(left), _counted(right)
    if above and above == below:
        return "ratio"
    if above.endswith("_sum") and below.endswith("_count") and above[:-4] == below[:-6]:
        return _named(above[:-4])
    same = measured(left)
    return "ratio" if same in ("bytes", "seconds") and same == measured(right) else ""


def _counted(expr: q.Expr) -> str:
    """The counter whose rate an expression is, summed or not; empty for any other expression."""
    match bare(expr):
        case q.Aggregation(op="sum", expr=inner):
            return _counted(inner)
        case q.Call(function="rate" | "increase", args=[q.MatrixSelector(selector=selector)]):
            return q.metric_name(selector) or ""
        case q.Binary(op="or" | "and" | "unless" | ">" | ">=" | "!=", lhs=left):
            return _counted(left)
        case _:
            return ""


def _is_number(expr: q.Expr, text: str) -> bool:
    number = bare(expr)
    return isinstance(number, q.NumberLiteral) and number.text == text


def _product(left: q.Expr, right: q.Expr) -> Quantity:
    for factor, other in ((left, right), (right, left)):
        scaled: dict[tuple[str, Quantity], Quantity] = {
            ("100", "ratio"): "percent",
            ("1000", "seconds"): "milliseconds",
            ("1000", "moment"): "moment in milliseconds",
        }
        number = bare(factor)
        if isinstance(number, q.NumberLiteral):
            return scaled.get((number.text, measured(other)), "")
    return ""


def _difference(left: q.Expr, right: q.Expr) -> Quantity:
    if bare(left) == q.time() and measured(right) == "moment":
        return "seconds"
    if (_is_number(left, "1") and measured(right) == "ratio") or (
        _is_number(left, "100") and measured(right) == "percent"
    ):
        return measured(right)
    return measured(left) if measured(left) == measured(right) != "moment" else ""
