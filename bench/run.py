# ruff: noqa: INP001, T201 - a script, which prints
"""Time the commands, each beside a yardstick that is measured in the same minute on the same machine.

A ratio holds anywhere; seconds hold nowhere. Runs are interleaved, so that a busy machine slows both sides alike, and
what counts is the processor time of the child processes, of which the median is taken; of functions and requests, which
take microseconds, the least of many rounds.

What the rules of an SLO cost is asked of a real Prometheus, beside the same SLO in the form of Sloth. Its samples, a
month of them, are made once and kept in the folder for temporary files: the first run takes a minute or two longer.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
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

PARTS = {
    "commands": "gw2mon on the reference spec, beside a command line that does nothing",
    "parser": "promql.parse, beside the parser of promql-parser in Rust",
    "inference": "inference and all checks of queries, beside promql.parse of the same",
    "scale": "gw2mon on 10, 100 and 1,000 SLOs, beside PyYAML writing as many rules",
    "functions": "the metric functions of the reference spec, beside those written by hand and beside bare calls",
    "web": "what measuring adds to a request, beside the instrumentator and beside the whole request",
    "logs": "a line of the log, beside plain structlog and plain logging",
    "audit": "gw2mon audit of 500 files, with 200 dashboards and 3,000 rules, beside reading them with PyYAML and json",
    "slo": "samples, time and first page of one SLO in a real Prometheus, beside the form of Sloth",
}

FOUND = 1
"""The exit code of gw2mon where it has found something."""
MANY = (10, 100, 1000)
RULE = re.compile(r"^ *- (?:record|alert): ", re.MULTILINE)


class Row(NamedTuple):
    """One line of the table; figures are seconds."""

    what: str
    figure: float
    yardstick: float
    goal: str

    def __str__(self) -> str:
        ratio = self.figure / self.yardstick
        return f"{self.what:<48} {self.figure * 1000:8.1f} ms {self.yardstick * 1000:8.1f} ms {ratio:6.2f}  {self.goal}"


class Usage(NamedTuple):
    """What a process took."""

    seconds: float
    """Of processor time, its own children's included."""
    megabytes: float
    """At its peak."""


def main() -> None:
    """Measure and print; figures are not gates, so the exit code is always 0."""
    parts = "\n".join(f"  {name:<10}{meaning}" for name, meaning in PARTS.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"parts:\n{parts}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="what to measure; all of it by default")
    parser.add_argument("--runs", type=int, default=15, help="runs of each command (15)")
    parser.add_argument("--quick", action="store_true", help="one run of each on little data, to see that it works")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    chosen = options.parts or list(PARTS)
    runs = 1 if options.quick else options.runs
    timed = {"commands": command_rows, "parser": parser_rows, "inference": inference_rows, "scale": scale_rows,
             "functions": function_rows, "web": web_rows, "logs": log_rows, "audit": audit_rows}  # fmt: skip
    rows = [rows for part, rows in timed.items() if part in chosen]
    if rows:
        print(f"{'processor time, runs:':<25} {runs:<22} {'figure':>11} {'yardstick':>11} {'ratio':>6}  goal")
    for measure in rows:
        for row in measure(runs):
            print(row, flush=True)
    if "slo" in chosen:
        from bench import slos

        for line in slos.report(quick=options.quick):
            print(line, flush=True)


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
            times[name].append(used(command()).seconds)
    return {name: median(islice(found, 1, None)) for name, found in times.items()}


def used(command: Sequence[str], expected: int = 0) -> Usage:
    """What a command takes; ends the run if it ends otherwise than expected."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stderr = process.stderr.read().decode() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        sys.exit(f"{' '.join(command)} failed:\n{stderr}")
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def scale_rows(runs: int) -> Iterator[Row]:
    """Specs of many SLOs, of which only the rules are asked for; a third of the runs is enough."""
    from bench.many import spec_of

    with tempfile.TemporaryDirectory() as folder:
        for slos in MANY if runs > 1 else MANY[:-1]:
            spec, output = Path(folder) / f"{slos}.yaml", Path(folder) / "generated"
            spec.write_text(spec_of(slos), encoding="utf-8")
            generate = [sys.executable, "-m", "gw2mon", "generate", str(spec), "--output", str(output)]
            taken: list[tuple[Usage, Usage]] = []
            rules = 0
            for _ in range(-(-runs // 3)):
                shutil.rmtree(output, ignore_errors=True)
                ours = used(generate)
                rules = sum(len(RULE.findall(file.read_text(encoding="utf-8"))) for file in output.rglob("*.yml"))
                taken.append((ours, used([sys.executable, str(HERE / "yardstick.py"), "rules", str(rules)])))
            yield scale_row(slos, rules, taken)


def scale_row(slos: int, rules: int, taken: Sequence[tuple[Usage, Usage]]) -> Row:
    """One size of a spec."""
    seconds, yardstick = (median(usages[side].seconds for usages in taken) for side in (0, 1))
    megabytes = max(usage.megabytes for usage, _ in taken)
    goal = "≥ 8,000 rules a second, ≤ 250 MB" if slos == MANY[-1] else "-"
    what = f"{slos:,} SLOs, {rules:,} rules ({rules / seconds:,.0f}/s, {megabytes:.0f} MB)"
    return Row(what, seconds, yardstick, goal)


def parser_rows(runs: int) -> Iterator[Row]:
    """Our parser, in Python and with positions, beside the one in Rust; seconds for all expressions together."""
    import promql_parser

    from gw2mon import promql

    corpus = expressions()
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(seconds_for(promql.parse, corpus))
        theirs.append(seconds_for(promql_parser.parse, corpus))
    rate = len(corpus) / median(ours)
    yield Row(f"promql.parse, {len(corpus)} expressions ({rate:,.0f} a second)", median(ours), median(theirs), "-")


def inference_rows(runs: int) -> Iterator[Row]:
    """What is inferred of queries, and said about them, beside reading them."""
    from bench.inference import figures

    for (what, seconds, yardstick), goal in zip(figures(runs), ("≥ 5,000 a second", "-"), strict=True):
        yield Row(what, seconds, yardstick, goal)


def function_rows(runs: int) -> Iterator[Row]:
    """Calls of generated functions; the least time of each side, not the median."""
    from bench.functions import figures

    yield from (Row(*figure) for figure in figures(SPEC, runs))


def web_rows(runs: int) -> Iterator[Row]:
    """What the generated middleware adds to requests; the least time of each side, not the median."""
    from bench.web import figures

    yield from (Row(*figure) for figure in figures(SPEC, runs))


def log_rows(runs: int) -> Iterator[Row]:
    """Lines of the generated logs module; the least time of each side, not the median."""
    from bench.logs import figures

    yield from (Row(*figure) for figure in figures(SPEC, runs))


def audit_rows(runs: int) -> Iterator[Row]:
    """An audit of a large repository; a third of the runs is enough."""
    from bench import repository

    with tempfile.TemporaryDirectory() as folder:
        files = repository.write(Path(folder))
        audit = [sys.executable, "-m", "gw2mon", "audit", folder]
        idle = [sys.executable, str(HERE / "yardstick.py"), "reading", folder]
        taken = [(used(audit, FOUND), used(idle)) for _ in range(-(-runs // 3))]
    seconds, yardstick = (median(usages[side].seconds for usages in taken) for side in (0, 1))
    megabytes = max(usage.megabytes for usage, _ in taken)
    yield Row(f"gw2mon audit, {files} files ({megabytes:.0f} MB)", seconds, yardstick, "≤ 5,000 ms, ≤ 300 MB")


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
