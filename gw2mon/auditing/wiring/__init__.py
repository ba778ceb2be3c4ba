"""What is only wrong between files: each may be right by itself, and all together tell nobody anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.auditing.stacks import composed
from gw2mon.auditing.wiring.alone import alone
from gw2mon.auditing.wiring.inhibiting import inhibiting
from gw2mon.auditing.wiring.linking import linking
from gw2mon.auditing.wiring.loading import loading, telling
from gw2mon.auditing.wiring.messages import messages
from gw2mon.auditing.wiring.processes import processes
from gw2mon.auditing.wiring.refusing import refusals
from gw2mon.auditing.wiring.routing import routing
from gw2mon.auditing.wiring.scraped import scraped
from gw2mon.auditing.wiring.settings import settings
from gw2mon.auditing.wiring.showing import showing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.linting import Linted
    from gw2mon.auditing.stacks import Composed

_OF_FILES: tuple[Callable[[Estate], Iterator[Linted]], ...] = (
    refusals, routing, inhibiting, linking, settings,
)  # fmt: skip
_OF_STACKS: tuple[Callable[[Estate, Sequence[Composed]], Iterator[Linted]], ...] = (
    loading, telling, scraped, showing, messages, processes, alone,
)  # fmt: skip


def wired(estate: Estate) -> Iterator[Linted]:
    """Everything about how the files of an estate hang together."""
    stacks = composed(estate)
    for check in _OF_FILES:
        yield from check(estate)
    for check_stacks in _OF_STACKS:
        yield from check_stacks(estate, stacks)
