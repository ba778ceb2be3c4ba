"""Calls of functions: how many arguments, and of which kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.gotemplate.errors import Problem
from gw2mon.gotemplate.functions import FUNCTIONS

if TYPE_CHECKING:
    from gw2mon.gotemplate.functions import Kind, Signature
    from gw2mon.gotemplate.nodes import Function

_ORDERED = ("lt", "le", "gt", "ge")
_COMPARED = (*_ORDERED, "eq", "ne")
_NUMBERS = ("number", "value")
_ACCEPTED: dict[str, tuple[str, ...]] = {
    "number": ("number", "value", "int", "string", "any"),
    "string": ("string", "any"),
    "samples": ("samples", "any"),
    "sample": ("sample", "any"),
}


def called(function: Function, kinds: list[Kind], whole: list[str], problems: list[Problem]) -> Kind:
    """The kind that a call gives. `whole` holds the written arguments that are whole numbers."""
    name, signature = function.name, FUNCTIONS[function.name]
    least, most = _counts(signature)
    if len(kinds) < least or (most is not None and len(kinds) > most):
        problems.append(Problem(f"{name} takes {_amount(least, most)}, and gets {len(kinds)}", function.span))
        return signature.gives
    for number, kind in enumerate(kinds):
        wanted = signature.takes[min(number, len(signature.takes) - 1)]
        if kind not in _ACCEPTED.get(wanted, (kind,)):
            problems.append(Problem(f"{name} takes a {wanted}, and gets a {_plain(kind)}", function.span))
    if name == "len" and kinds[0] in (*_NUMBERS, "int", "bool"):
        problems.append(Problem(f"len counts parts, and a {_plain(kinds[0])} has none", function.span))
    if name in _COMPARED:
        _compared(function, kinds, whole, problems)
    if name in ("and", "or"):
        return kinds[0] if len(set(kinds)) == 1 else "any"
    if name == "index" and kinds[:1] in (["labels"], ["external labels"], ["other labels"]):
        return "string"
    return signature.gives


def _counts(signature: Signature) -> tuple[int, int | None]:
    if signature.more:
        return len(signature.takes) - 1, None
    return len(signature.takes), len(signature.takes)


def _amount(least: int, most: int | None) -> str:
    more = " or more" if most is None else ""
    return f"{least}{more} argument{'' if least == 1 and not more else 's'}"


def _compared(function: Function, kinds: list[Kind], whole: list[str], problems: list[Problem]) -> None:
    """Go compares only numbers of one kind: the value of an alert is no whole number, and 5 is one."""
    groups = {_group(kind) for kind in kinds}
    if "" in groups or len(groups) == 1:
        return
    if groups == {"number", "whole number"}:
        constant = next((text for text in whole if text), "")
        advice = f"write {constant}.0" if constant.lstrip("+-").isdigit() else "compare numbers of one kind"
        message = f"{function.name} cannot compare the value, which is no whole number, with one that is"
        problems.append(Problem(message, function.span, advice))
    else:
        first, *others = (_group(kind) for kind in kinds)
        other = next(group for group in others if group != first)
        problems.append(Problem(f"{function.name} cannot compare a {first} with a {other}", function.span))


def _group(kind: Kind) -> str:
    if kind in _NUMBERS:
        return "number"
    return {"int": "whole number", "string": "text", "bool": "bool"}.get(kind, "")


def _plain(kind: Kind) -> str:
    return {"value": "number", "data": "record", "string": "text"}.get(kind, kind)
