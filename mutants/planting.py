"""From the families of defects, which are data, to mutants: the correct text, the broken one, and the broken place."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mutants import compiling, texts
from mutants.texts import MisfitError, edited_record, edited_within, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
SPECS = {
    "gw2optimizer": compiling.REFERENCE,
    "shop": HERE.parent / "tests" / "specs" / "shop.yaml",
    "mailer": HERE / "specs" / "mailer.yaml",
}
QUERY = "Planted"
"""Name of the alert that holds a planted query of no alert of its own."""


class Mutant(NamedTuple):
    """One defect in one text.

    `kind` says what the text is: a spec, or the path of a generated file. `at` are the parts of the spec about which a
    finding must be. `rule` is the broken alert as a rule file, where one was planted: promtool is to judge it even when
    gw2mon refuses to write it.
    """

    family: str
    name: str
    kind: str
    correct: str
    broken: str
    at: tuple[str, ...]
    change: str
    rule: str = ""


class Family(NamedTuple):
    """Defects of one kind, and what is wrong with all of them."""

    name: str
    means: str
    mutants: tuple[Mutant, ...]


@cache
def families() -> tuple[Family, ...]:
    """All families, in the order of their files.

    Raises:
        MisfitError: when an edit does not fit the text it is meant for.
    """
    entries = [entry for path in sorted((HERE / "families").glob("*.yaml")) for entry in texts.read(path).items()]
    return tuple(Family(name, entry["means"], _named(name, entry["plants"])) for name, entry in entries)


def spec_text(name: str) -> str:
    """One of the three correct specs."""
    return SPECS[name].read_text(encoding="utf-8")


@cache
def bare() -> str:
    """The mailer's spec without alerts and dashboards: what the correct queries and the planted ones are about."""
    return texts.without_sections(spec_text("mailer"), "alerts", "dashboards")


@cache
def correct_records() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every correct query: the kind of its record, `alert` or `panel`, and the record, by its name or title."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path in correct_files():
        value = texts.read(path)
        alerts = [(name, ("alert", record)) for name, record in value.get("alerts", {}).items()]
        rows = [row for board in value.get("dashboards", {}).values() for row in board["rows"]]
        panels = [(panel["title"], ("panel", panel)) for row in rows for panel in row]
        for name, entry in (*alerts, *panels):
            if name in found:
                raise MisfitError(f"two correct queries are called {name}")
            found[name] = entry
    return found


def correct_files() -> tuple[Path, ...]:
    """Pieces of a spec, alerts or dashboards, that are to be read beside `bare()`."""
    return tuple(sorted((HERE / "correct").glob("*.yaml")))


def _named(family: str, plants: list[dict[str, Any]]) -> tuple[Mutant, ...]:
    seen: Counter[str] = Counter()
    made = []
    for plant in plants:
        for where, mutant in _planted(plant):
            seen[where] += 1
            name = f"{family}/{where}" + (f" {seen[where]}" if seen[where] > 1 else "")
            made.append(mutant._replace(family=family, name=name))
    return tuple(made)


def _planted(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
    (kind,) = [kind for kind in _KINDS if kind in plant]
    for where, mutant in _KINDS[kind](plant):
        if mutant.correct == mutant.broken:
            raise MisfitError(f"nothing is planted at {where}")
        yield where, mutant._replace(change=f"{plant['old'].strip()} → {plant['new'].strip() or 'nothing'}")


def _in_spec(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
    at = [plant["at"]] if isinstance(plant["at"], str) else plant["at"]
    correct = spec_text(plant["spec"])
    broken = edited_within(correct, plant.get("in", at[0]), plant["old"], plant["new"])
    yield f"{plant['spec']}/{plant.get('in', at[0])}", Mutant("", "", "spec", correct, broken, tuple(at), "")


def _in_output(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
    (correct,) = [artifact.text for artifact in compiling.reference() if artifact.path == plant["output"]]
    broken = replaced(correct, plant["old"], plant["new"], first=plant.get("first", False))
    yield plant["output"], Mutant("", "", plant["output"], correct, broken, (), "")


def _in_correct(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
    kind, record = correct_records()[plant["correct"]]
    yield plant["correct"], _in_record(kind, record, plant)


def _in_shapes(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
    known = texts.read(HERE / "shapes.yaml")
    for shape in plant["shapes"]:
        atom, around = known["atoms"][plant["atom"]], known["shapes"][shape]
        broken = replaced(atom, plant["old"], plant["new"])
        record = {"expr": replaced(around, "ATOM", atom), "for": "5m", "severity": "warning"}
        yield f"{plant['atom']}, {shape}", _in_record("alert", record, {"old": atom, "new": broken})


def _in_own(kind: str) -> Callable[[Mapping[str, Any]], Iterator[tuple[str, Mutant]]]:
    def planted(plant: Mapping[str, Any]) -> Iterator[tuple[str, Mutant]]:
        yield f"own {kind}", _in_record(kind, plant[kind], plant)

    return planted


def _in_record(kind: str, record: dict[str, Any], plant: Mapping[str, Any]) -> Mutant:
    """`set` changes the record before the defect is planted; `also` is a second place that the same defect needs."""
    correct = {name: value for name, value in {**record, **plant.get("set", {})}.items() if value != ""}
    broken = edited_record(correct, plant["old"], plant["new"], plant.get("key", ""))
    if "also" in plant:
        broken = edited_record(broken, plant["also"]["old"], plant["also"]["new"])
    at = f"alerts/{QUERY}" if kind == "alert" else "dashboards/planted"
    rule = _rule_file(broken) if kind == "alert" else ""
    return Mutant("", "", "spec", _spec_with(kind, correct), _spec_with(kind, broken), (at,), "", rule)


def _rule_file(record: Mapping[str, Any]) -> str:
    annotations = {name: record[name] for name in ("summary", "description") if name in record}
    rule = {"alert": QUERY, "expr": record["expr"], "labels": record.get("labels", {}), "annotations": annotations}
    return json.dumps({"groups": [{"name": "by-hand", "rules": [rule]}]})


def _spec_with(kind: str, record: Mapping[str, Any]) -> str:
    if kind == "alert":
        return f"{bare()}\nalerts:\n  {QUERY}: {json.dumps(record)}\n"
    board = {"title": QUERY, "rows": [[record]]}
    return f"{bare()}\ndashboards:\n  planted: {json.dumps(board)}\n"


_KINDS: dict[str, Callable[[Mapping[str, Any]], Iterator[tuple[str, Mutant]]]] = {
    "spec": _in_spec,
    "output": _in_output,
    "correct": _in_correct,
    "atom": _in_shapes,
    "alert": _in_own("alert"),
    "panel": _in_own("panel"),
}
