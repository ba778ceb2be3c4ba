"""What a finding means to the person who is woken, or who is not: eight groups, from worst to mildest."""

from __future__ import annotations

from typing import Literal, get_args

Meaning = Literal[
    "never fires", "always fires", "fires for the wrong reason", "shows nothing", "shows the wrong thing",
    "loses data", "lets someone in", "style",
]  # fmt: skip

MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
"""In the order in which they are told."""

_NEVER = frozenset({
    "GW201", "GW202", "GW203", "GW301", "GW305", "GW312", "GW316", "GW322", "GW324", "GW328", "GW329", "GW401",
})  # fmt: skip
"""What makes an expression return nothing, whatever the data are."""
_ALWAYS = frozenset({"GW325", "GW402", "GW407", "GW421"})
_WRONG = frozenset({
    "GW204", "GW205", "GW206", "GW302", "GW304", "GW306", "GW307", "GW308", "GW309", "GW310", "GW311", "GW313",
    "GW314", "GW315", "GW317", "GW318", "GW319", "GW320", "GW321", "GW323", "GW326", "GW327", "GW330", "GW403",
    "GW410", "GW422", "GW423", "GW424",
})  # fmt: skip
_DATA = frozenset({"GW621", "GW711"})


def meaning_of(code: str, *, of_panel: bool = False) -> Meaning:
    """The group of a finding; what never fires in an alert shows nothing in a panel."""
    if code in _NEVER:
        return "shows nothing" if of_panel else "never fires"
    if code in _ALWAYS:
        return "style" if of_panel else "always fires"
    if code in _DATA:
        return "loses data"
    return "fires for the wrong reason" if code in _WRONG else "style"
