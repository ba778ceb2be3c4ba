"""A history in which each window of an SLO holds something that no other window holds.

Just inside the edge of each window lies a block of samples, and just outside another, and nothing at the edges
themselves: so Prometheus 2, whose windows include their left edge, and Prometheus 3, whose windows do not, see the
same. What a window must say is the sum of the blocks inside; read over another window it would be something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon.proofs.scenario import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

_SAMPLES = 10
"""Most samples of a block."""

_LEAST = 2
"""Fewest: a counter needs two to have grown."""

OLD = 1_000_000
"""Where counters begin: so high that no rate is cut for not being extended below 0."""


class Block(NamedTuple):
    """Successive samples; ages are milliseconds before the moment of evaluation."""

    oldest: int
    youngest: int


class History(NamedTuple):
    """Blocks, the youngest first, up to the moment of evaluation."""

    interval: int
    end: int
    blocks: tuple[Block, ...]

    def inside(self, window: int) -> tuple[int, ...]:
        """The numbers of the blocks that a window holds; all of the first, through which everything goes on evenly."""
        return tuple(number for number, block in enumerate(self.blocks) if number == 0 or block.oldest < window)

    def samples(self, number: int) -> int:
        """How many samples a block has."""
        block = self.blocks[number]
        return (block.oldest - block.youngest) // self.interval + 1

    def steps(self, number: int, step: int) -> int:
        """How many multiples of a step see a block: those from its first sample to the marker that ends it."""
        block = self.blocks[number]
        first, last = self.end - block.oldest, self.end - block.youngest
        after = last + 1 if block.youngest == 0 else last + self.interval
        return -(-after // step) - -(-first // step)


def history(windows: Iterable[int], interval: int, base: int) -> History:
    """A history for these windows; the first block lies within the base window, the last beyond the longest one."""
    edges = sorted({base, *(window for window in windows if window > base)})
    beyond = edges[-1] + (_SAMPLES + 3) * interval
    pairs = zip(edges, [*edges[1:], beyond], strict=True)
    blocks = (
        Block(base - interval, 0),
        *(block for lower, upper in pairs for block in _between(lower, upper, interval)),
    )
    return History(interval, -(-(beyond + interval) // base) * base, blocks)


def _between(lower: int, upper: int, interval: int) -> Iterator[Block]:
    """A block beside each of two edges, or one in the middle, if there is room for one."""
    room = (upper - lower) // interval - 3
    if room >= 2 * _SAMPLES + 2:
        yield _block(lower + 2 * interval, _SAMPLES, interval)
        yield _block(upper - (_SAMPLES + 1) * interval, _SAMPLES, interval)
    elif room >= _LEAST:
        samples = min(_SAMPLES, room)
        yield _block(lower + (2 + (room - samples) // 2) * interval, samples, interval)


def _block(youngest: int, samples: int, interval: int) -> Block:
    return Block(youngest + (samples - 1) * interval, youngest)


def counter(line: History, growths: Sequence[Decimal | int]) -> str:
    """A counter that grows only within blocks: by this much at each sample of each block, the youngest given first."""
    value: Decimal | int = OLD
    runs = []
    for number in reversed(range(len(line.blocks))):
        growth, more = growths[number], line.samples(number) - 1
        runs.append(f"{number_text(value)}+{number_text(growth)}x{more}" if growth else f"{number_text(value)}x{more}")
        value += growth * more
    return _placed(line, runs)


def gauge(line: History, values: Sequence[Decimal | int | None]) -> str:
    """A gauge that holds one value throughout each block, the youngest given first; None: it is not there."""
    numbers = reversed(range(len(line.blocks)))
    return _placed(line, [_held(values[number], line.samples(number)) for number in numbers])


def _held(value: Decimal | int | None, samples: int) -> str:
    return f"_x{samples}" if value is None else f"{number_text(value)}x{samples - 1}"


def _placed(line: History, runs: Sequence[str]) -> str:
    """The runs of samples where they belong, the oldest first, each ended by a stale marker."""
    parts, filled = [], 0
    for block, run in zip(reversed(line.blocks), runs, strict=True):
        first = (line.end - block.oldest) // line.interval
        if first > filled:
            parts.append(f"_x{first - filled}")
        parts.append(run)
        filled = (line.end - block.youngest) // line.interval + 1
        if block.youngest and not run.startswith("_"):
            parts.append("stale")
            filled += 1
    return " ".join(parts)
