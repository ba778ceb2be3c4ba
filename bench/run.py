# ruff: noqa: INP001, T201 - a script, which prints
"""Time the commands, each beside a yardstick that is measured in the same minute on the same machine.

A ratio holds anywhere; seconds hold nowhere. Runs are interleaved, so that a busy machine slows both sides alike, and
what counts is the processor time of the child processes, of which the median is taken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent
SPEC = HERE.parent / "specs" / "gw2optimizer.yaml"


class Row(NamedTuple):
    """One line of the table; figures are seconds."""

    what: str
    figure: float
    yardstick: float
    goal: str

    def __str__(self) -> str:
        ratio = self.figure / self.yardstick
        return f"{self.what:<44} {self.figure * 1000:8.1f} ms {self.yardstick * 1000:8.1f} ms {ratio:6.2f}  {self.goal}"


def main() -> None:
    """Measure and print; figures are not gates, so the exit code is always 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (15)")
    parser.add_argument("--quick", action="store_true", help="one run of each, to see that it works")
    options = parser.parse_args()
    runs = 1 if options.quick else options.runs
    print(f"{'processor time, median of':<25} {runs:<18} {'figure':>11} {'yardstick':>11} {'ratio':>6}  goal")
    for row in (*command_rows(runs), parser_row(runs)):
        print(row)


def command_rows(runs: int) -> Iterator[Row]:
    """Commands of gw2mon beside an application that imports the same libraries and does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm"
        fresh = (Path(folder) / f"cold-{number}" for number in range(10_000))
        generate = [sys.executable, "-m", "gw2mon", "generate", str(SPEC), "--output"]
        idle = [sys.executable, str(HERE / "yardstick.py")]
        seconds = interleaved(
            {
                "write": lambda: [*generate, str(next(fresh))],
                "nothing changed": lambda: [*generate, str(warm)],
                "help": lambda: [sys.executable, "-m", "gw2mon", "--help"],
                "idle": lambda: [*idle, "generate"],
                "idle help": lambda: [*idle, "--help"],
            },
            runs,
        )
    yield Row("gw2mon generate, everything written", seconds["write"], seconds["idle"], "≤ 1.6")
    yield Row("gw2mon generate, nothing changed", seconds["nothing changed"], seconds["idle"], "≤ 1.6")
    yield Row("gw2mon --help", seconds["help"], seconds["idle help"], "≤ 1.25")


def interleaved(commands: Mapping[str, Callable[[], Sequence[str]]], runs: int) -> dict[str, float]:
    """Median processor time of each command, in seconds; one more run of each goes before, uncounted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            times[name].append(processor_time(command()))
    return {name: median(islice(found, 1, None)) for name, found in times.items()}


def processor_time(command: Sequence[str]) -> float:
    """Seconds of processor time that a command took, those of its own children included."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stderr = process.stderr.read().decode() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{stderr}")
    return usage.ru_utime + usage.ru_stime


def parser_row(runs: int) -> Row:
    """Our parser, in Python and with positions, beside the one in Rust; seconds for all expressions together."""
    import promql_parser

    from gw2mon import promql

    corpus = expressions()
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(seconds_for(promql.parse, corpus))
        theirs.append(seconds_for(promql_parser.parse, corpus))
    rate = len(corpus) / median(ours)
    return Row(f"promql.parse, {len(corpus)} expressions ({rate:,.0f} a second)", median(ours), median(theirs), "-")


def seconds_for(parse: Callable[[str], object], corpus: Sequence[str]) -> float:
    """Processor time to parse all expressions once."""
    started = time.process_time()
    for text in corpus:
        parse(text)
    return time.process_time() - started


def expressions() -> list[str]:
    """The expressions of the tests that both parsers read, repeated until they take long enough to be timed."""
    import promql_parser

    from gw2mon import promql

    lines = (HERE.parent / "tests" / "promql" / "corpus_valid.txt").read_text(encoding="utf-8").splitlines()
    written = (line for line in lines if line and not line.startswith("#"))
    return [text for text in written if accepts(promql.parse, text) and accepts(promql_parser.parse, text)] * 5


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether a parser reads an expression."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
