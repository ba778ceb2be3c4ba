"""Copies: two panels, queries or marks between which a reader cannot choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.dashboard_lint.walking import Part, Problem, Record, is_row, panels_of, sequence

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator


def titles(dashboard: Record) -> Iterator[Problem]:
    """twin-title: two panels of one kind and one title in one section."""
    for section in _sections(dashboard):
        seen: set[Hashable] = set()
        for panel in section:
            key = (panel.data.get("type"), panel.text("title").strip())
            if all(key) and str(key) in seen:
                yield panel.problem("twin-title", f"another {key[0]} of its section is called {key[1]}", "title")
            seen.add(str(key))


def panels(dashboard: Record) -> Iterator[Problem]:
    """twin-panel: a copied panel whose query was never changed."""
    seen: dict[str, Part] = {}
    for panel in panels_of(dashboard):
        queries = [target.text("expr") for target in panel.records("targets")]
        key = str((queries, *(panel.data.get(name) for name in ("type", "timeFrom", "timeShift", "transformations"))))
        key += str(panel.record("options", "reduceOptions").data)
        if any(queries) and key in seen:
            yield panel.problem("twin-panel", f"asks the same as {seen[key].data.get('title')}", "targets")
        seen.setdefault(key, panel)


def queries(dashboard: Record) -> Iterator[Problem]:
    """twin-query: one line drawn over another."""
    for panel in panels_of(dashboard):
        seen: set[str] = set()
        for target in panel.records("targets"):
            key = str([target.data.get(name) for name in ("expr", "instant", "format", "interval")])
            if target.text("expr") and key in seen:
                yield target.problem("twin-query", "another query of the panel asks the same", "expr")
            seen.add(key)


def marks(dashboard: Record) -> Iterator[Problem]:
    """twin-annotation: two switches of one name."""
    seen: set[str] = set()
    for entry in Part("", dashboard).records("annotations", "list"):
        if entry.text("name") in seen:
            yield entry.problem("twin-annotation", f"another one is called {entry.text('name')}", "name")
        seen.add(entry.text("name"))


def _sections(dashboard: Record) -> Iterable[list[Part]]:
    """The panels below each heading; those before the first one are a section too."""
    found: list[list[Part]] = [[]]
    for panel in Part("", dashboard).records("panels"):
        if is_row(panel):
            found.append([])
            if sequence(panel.data.get("panels")):
                found[-1].extend(panel.records("panels"))
        else:
            found[-1].append(panel)
    return found
