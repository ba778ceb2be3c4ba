"""printf: whether its format fits what it is given; what does not is shown as %!d(float64=0.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.gotemplate.errors import Problem

if TYPE_CHECKING:
    from gw2mon.gotemplate.errors import Span
    from gw2mon.gotemplate.functions import Kind

_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\*|[0-9]*)(?:\.(?P<precision>\*|[0-9]*))?(?P<verb>.|$)", re.DOTALL)
_FLOAT, _WHOLE, _TEXT = "eEfFgGbxX", "bcdoOqxXU", "sqxX"
_FITS: dict[str, str] = {"number": _FLOAT, "value": _FLOAT, "int": _WHOLE, "string": _TEXT, "bool": "t"}


def printed(span: Span, text: str, kinds: list[Kind], problems: list[Problem]) -> None:
    """Report verbs that do not fit the kinds of their values, and a wrong number of values."""
    if not text:
        return
    verbs = [item for item in _VERB.finditer(text) if item["verb"] != "%"]
    if any("[" in item["verb"] or "*" in (item["width"], item["precision"]) for item in verbs):
        return
    if len(verbs) != len(kinds):
        found = f"printf has {len(verbs)} verb{'' if len(verbs) == 1 else 's'} in its format, and {len(kinds)} to show"
        problems.append(Problem(found, span))
        return
    for item, kind in zip(verbs, kinds, strict=True):
        fitting = _FITS.get(kind)
        if fitting is not None and item["verb"] not in fitting + "vT":
            problems.append(Problem(f"{item.group()} does not show a {_called(kind)}", span, _ADVICE.get(kind, "")))


_ADVICE: dict[str, str] = {
    "value": "write %.2f, or pipe the value to humanize",
    "number": "write %.2f",
    "string": "write %s",
    "int": "write %d",
}


def _called(kind: Kind) -> str:
    return {"value": "number", "string": "text", "int": "whole number"}.get(kind, kind)


def last_verb(text: str) -> str:
    """What stands in a format after the last verb, with %% as it is shown."""
    end = max((item.end() for item in _VERB.finditer(text) if item["verb"] != "%"), default=0)
    return text[end:].replace("%%", "%")
