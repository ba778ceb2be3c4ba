"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mutants.running import Complaint, Result

HEADING = ("family", "planted", "error", "warning", "elsewhere", "escaped", "promtool", "amtool")
TOTAL = "all"


class Row(NamedTuple):
    """How many mutants of a family were planted, and caught by whom."""

    family: str
    planted: int
    error: int
    warning: int
    elsewhere: int
    escaped: int
    promtool: int
    amtool: int


def rows(results: Sequence[Result]) -> tuple[Row, ...]:
    """One row for each family, in the order of the results."""
    names = dict.fromkeys(result.mutant.family for result in results)
    return tuple(_row(name, [result for result in results if result.mutant.family == name]) for name in names)


def total(results: Sequence[Result], name: str = TOTAL) -> Row:
    """All results in one row."""
    return _row(name, results)


def _row(name: str, results: Sequence[Result]) -> Row:
    def number(holds: Callable[[Result], object]) -> int:
        return sum(1 for result in results if holds(result))

    return Row(
        name,
        len(results),
        number(lambda result: result.caught == "error"),
        number(lambda result: result.caught == "warning"),
        number(lambda result: result.caught == "elsewhere"),
        number(lambda result: not result.caught),
        number(lambda result: result.promtool),
        number(lambda result: result.amtool),
    )


def as_text(results: Sequence[Result], complaints: Sequence[Complaint], correct: int) -> str:
    """The table, the escapes by name, and what was said about correct queries."""
    parts = (_table(results), _escapes(results), _crashes(results), _complaints(complaints, correct))
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def as_json(results: Sequence[Result], complaints: Sequence[Complaint], correct: int) -> str:
    """The same, with every mutant."""
    return json.dumps(
        {
            "families": [row._asdict() for row in rows(results)],
            "total": total(results)._asdict(),
            "mutants": [_record(result) for result in results],
            "correct": {
                "queries": correct,
                "complaints": [
                    {"query": each.query, "code": each.finding.code, "severity": each.finding.severity}
                    for each in complaints
                ],
            },
        },
        indent=2,
    )


def _record(result: Result) -> dict[str, object]:
    said = result._asdict()
    mutant = said.pop("mutant")
    return {"family": mutant.family, "name": mutant.name, "change": mutant.change, **said}


def _table(results: Sequence[Result]) -> Iterator[str]:
    specs = [result for result in results if result.mutant.kind == "spec"]
    outputs = [result for result in results if result.mutant.kind != "spec"]
    yield _line(HEADING)
    yield from map(_line, rows(results))
    yield _line(total(specs, "in specs"))
    yield _line(total(outputs, "in generated files"))


def _line(row: Sequence[object]) -> str:
    name, *numbers = row
    return f"{name:<28}" + "".join(f"{number:>10}" for number in numbers)


def _escapes(results: Sequence[Result]) -> Iterator[str]:
    escaped = [result for result in results if result.caught in ("", "elsewhere")]
    yield f"{len(escaped)} escapes:"
    for result in escaped:
        far = f" (elsewhere: {', '.join(result.codes)})" if result.codes else ""
        yield f"  {result.mutant.name}: {' '.join(result.mutant.change.split())}{far}"


def _crashes(results: Sequence[Result]) -> Iterator[str]:
    crashed = [result for result in results if result.crash]
    yield f"{len(crashed)} crashes of `gw2mon generate --no-check`:"
    yield from (f"  {result.mutant.name}: {result.crash}" for result in crashed)


def _complaints(complaints: Sequence[Complaint], correct: int) -> Iterator[str]:
    errors = sum(1 for each in complaints if each.finding.severity == "error")
    yield f"{correct} correct queries: {errors} errors, {len(complaints) - errors} warnings"
    for each in complaints:
        yield f"  {each.query}: {each.finding.code} {each.finding.message} [{each.finding.severity}]"
