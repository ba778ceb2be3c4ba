"""LogQL, as far as one can tell without Loki: brackets and quotes that close, a stream selector, ranges that fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.walking import Problem, Record, is_loki, panels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_MATCHER = r"\w+\s*(?:=~|!~|!=|=)\s*S"
_STREAM = re.compile(rf"\{{\s*{_MATCHER}\s*(?:,\s*{_MATCHER}\s*)*,?\s*\}}")
_RANGE = re.compile(r"\[([^\]]*)\]")
_CLOSED_BY = {"(": ")", "{": "}", "[": "]"}


def logql(dashboard: Record) -> Iterator[Problem]:
    """target-logql-rule, target-logql-auto-rule."""
    for panel in panels_of(dashboard):
        for target in panel.records("targets"):
            if not is_loki(target):
                continue
            bare = _STRING.sub("S", target.text("expr"))
            problem = _problem(bare)
            if problem:
                yield target.problem("target-logql-rule", problem, "expr")
            for window in _RANGE.findall(bare):
                if window != "$__auto":
                    yield target.problem("target-logql-auto-rule", f"[{window}] is not [$__auto]", "expr")


def _problem(bare: str) -> str:
    """What is wrong with a query whose strings are replaced by S."""
    if '"' in bare or "`" in bare:
        return "a quote does not close"
    waiting: list[str] = []
    for character in bare:
        if character in _CLOSED_BY:
            waiting.append(_CLOSED_BY[character])
        elif character in ")}]" and (not waiting or waiting.pop() != character):
            return f"{character} closes nothing"
    if waiting:
        return f"{waiting[-1]} is missing"
    return "" if _STREAM.search(bare) else 'it selects no stream, as {service="name"} would'
