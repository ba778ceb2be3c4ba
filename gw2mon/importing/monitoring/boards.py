"""Dashboards of Grafana as those of a spec: row by row, panel by panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.dashboard_lint.walking import is_loki, is_row
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.importing.monitoring.conditions import is_there
from gw2mon.importing.monitoring.naming import free
from gw2mon.importing.monitoring.panels import Shown, in_promql, in_words
from gw2mon.importing.monitoring.targets import Refused, Target, target_of, variables_in
from gw2mon.jsonplaces import position
from gw2mon.parts import Part, record, sequence
from gw2mon.promql import metric_names
from gw2mon.scaffold import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.auditing.estate import Board
    from gw2mon.finding import Position
    from gw2mon.importing.monitoring.conditions import Known
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.model import RecordingRule

_KINDS = {
    "graph": "graph", "timeseries": "graph", "": "graph", "stat": "stat", "singlestat": "stat", "gauge": "stat",
    "bargauge": "bar", "barchart": "bar", "piechart": "bar", "table": "table", "table-old": "table",
    "heatmap": "heatmap", "text": "text", "logs": "logs",
}  # fmt: skip
_DRAWN_OTHERWISE = frozenset({"gauge", "piechart"})
_USUAL_WIDTHS = {"stat": 4, "bar": 6, "graph": 12, "heatmap": 12, "table": 24, "logs": 24, "text": 24}
_WIDTHS = {6: "quarter", 8: "third", 12: "half", 24: "full"}
_COLUMNS = 24
_LEFT = ("transformations", "links", "repeat", "alert", "timeFrom", "timeShift")
"""What panels may have besides queries, and a spec has no words for."""


class Drawn(NamedTuple):
    """A panel that will be in the spec: what it is made of."""

    part: Part
    title: str
    kind: str
    targets: tuple[Target, ...]
    texts: tuple[str, ...]
    """Markdown, or queries in LogQL."""


class Line(NamedTuple):
    """Panels beside one another, under a heading if it is the first of a row with one."""

    title: str
    panels: tuple[Drawn, ...]


class Plan(NamedTuple):
    """A dashboard, read."""

    board: Board
    lines: tuple[Line, ...]
    place: Position


def plans_of(
    boards: Iterable[Board], texts: Mapping[str, str], records: Mapping[str, RecordingRule], step: int, ledger: Ledger
) -> tuple[Plan, ...]:
    """All dashboards, with what of them can be carried over."""
    found = []
    for board in boards:
        reader = _Reader(board, texts[board.path], records, step, ledger)
        lines = tuple(line for title, parts in _lines(board.data) if (line := reader.line(title, parts)).panels)
        reader.report_rest()
        if lines:
            found.append(Plan(board, lines, reader.at("")))
        else:
            ledger.miss(lost.PANEL, reader.at(""), f"dashboard {board.title} has no panel that can be carried over")
    return tuple(found)


class _Reader(NamedTuple):
    board: Board
    text: str
    records: Mapping[str, RecordingRule]
    step: int
    ledger: Ledger

    def at(self, part: str) -> Position:
        return position(self.board.path, self.text, self.board.place(part))

    def line(self, title: str, parts: Iterable[Part]) -> Line:
        return Line(title, tuple(drawn for part in parts if (drawn := self.panel(part))))

    def panel(self, part: Part) -> Drawn | None:
        title, kind = part.text("title").strip(), _KINDS.get(part.text("type"), "graph")
        self.report_variables(title, part)
        if kind == "text":
            content = str(record(part.data.get("options")).get("content") or part.data.get("content") or "").strip()
            return Drawn(part, title or "Notes", kind, (), (content,)) if content else None
        asked = [target for target in part.records("targets") if target.text("expr").strip()]
        queries = [target.text("expr") for target in asked if is_loki(target) or _asks_loki(part)]
        if queries and not any(variables_in(query) for query in queries) and kind == "logs":
            return Drawn(part, title or "Logs", "logs", (), tuple(queries))
        targets = tuple(self.targets(part, title, [target for target in asked if not queries]))
        if targets:
            return Drawn(part, title or (metric_names(targets[0].expr) or ("Panel",))[0], kind, targets, ())
        if not asked or queries:
            said = f"panel {title or 'without title'} is not carried over: it asks nothing that a spec can say"
            self.ledger.lose(lost.PANEL, self.at(part.path), said)
        return None

    def targets(self, part: Part, title: str, asked: Iterable[Part]) -> Iterator[Target]:
        for target in asked:
            if target.data.get("hide") is True:
                said = f"a hidden query of panel {title} is not carried over"
                self.ledger.lose(lost.PANEL, self.at(target.path), said)
                continue
            found = target_of(target, self.records, self.step)
            if isinstance(found, Refused):
                said = f"a query of panel {title or part.path} is not carried over: {found.why}"
                self.ledger.lose(lost.PANEL, self.at(f"{target.path}.expr"), said)
            else:
                yield found

    def report_variables(self, title: str, part: Part) -> None:
        names = [name for target in part.records("targets") for name in variables_in(target.text("expr"))]
        own = [name for name in dict.fromkeys(names) if not name.startswith("__") and name not in ("job", "instance")]
        if own:
            said = f"panel {title} does not ask for {', '.join(own)} any more: it shows all of it"
            self.ledger.lose(lost.PANEL, self.at(part.path), said)

    def report_rest(self) -> None:
        """What the dashboard has besides queries, each kind of it once."""
        data = self.board.data
        variables = [
            str(item.get("name")) for item in map(record, sequence(record(data.get("templating")).get("list")))
            if item.get("type") not in ("datasource", None) and item.get("name") not in ("job", "instance")
        ]  # fmt: skip
        marks = [
            str(record(item).get("name")) for item in sequence(record(data.get("annotations")).get("list"))
            if not record(item).get("builtIn")
        ]  # fmt: skip
        for part, what, names in (("templating", "variables", variables), ("annotations", "annotations", marks)):
            if names:
                said = f"{what} of dashboard {self.board.title} are not carried over: {', '.join(names)}"
                self.ledger.lose(lost.PANEL, self.at(part), said)
        panels = [part for _, parts in _lines(data) for part in parts]
        for what in (*_LEFT, "thresholds", "overrides"):
            having = [part for part in panels if _has(part, what)]
            if having:
                titles = ", ".join(dict.fromkeys(part.text("title") or "without title" for part in having))
                said = f"{what} of panels are not carried over: {titles}"
                self.ledger.lose(lost.PANEL, self.at(having[0].path), said)


def _has(part: Part, what: str) -> bool:
    config = record(part.data.get("fieldConfig"))
    if what == "overrides":
        return bool(sequence(config.get("overrides")))
    if what == "thresholds":
        steps = sequence(record(record(config.get("defaults")).get("thresholds")).get("steps"))
        return len(steps) > 1 or bool(sequence(part.data.get("thresholds")))
    return bool(part.data.get(what))


def _asks_loki(part: Part) -> bool:
    return bool(record(part.data.get("datasource")).get("type") == "loki")


def _lines(data: Mapping[str, object]) -> Iterator[tuple[str, list[Part]]]:
    """The lines of a dashboard from top to bottom, the first of each row with its heading."""
    for title, parts in _sections(Part("", dict(data))):
        for number, line in enumerate(_beside(parts)):
            yield (title if not number else ""), line


def _sections(board: Part) -> Iterator[tuple[str, list[Part]]]:
    title = ""
    parts: list[Part] = []
    for panel in board.records("panels"):
        if is_row(panel):
            yield title, parts
            title, parts = panel.text("title"), list(panel.records("panels"))
        else:
            parts.append(panel)
    yield title, parts
    for row in board.records("rows"):
        shown = row.data.get("showTitle") is not False
        yield (row.text("title") if shown else ""), list(row.records("panels"))


def _beside(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Panels that stand beside one another, from left to right."""
    placed: dict[float, list[tuple[float, int, Part]]] = {}
    used, line = 0, 0
    for number, part in enumerate(parts):
        box = record(part.data.get("gridPos"))
        y, x = box.get("y"), box.get("x")
        if isinstance(y, (int, float)) and isinstance(x, (int, float)):
            placed.setdefault(y, []).append((x, number, part))
            continue
        width = _width(part)
        if used + width > _COLUMNS:
            used, line = 0, line + 1
        used += width
        placed.setdefault(line, []).append((used, number, part))
    for _, beside in sorted(placed.items()):
        yield [part for _, _, part in sorted(beside, key=lambda item: item[:2])]


def _width(part: Part) -> int:
    width, span = record(part.data.get("gridPos")).get("w"), part.data.get("span")
    if isinstance(width, int):
        return width
    return int(span * 2) if isinstance(span, (int, float)) else _COLUMNS // 2


class Entry(NamedTuple):
    """A dashboard of the spec; comments by the number of their row and panel."""

    data: dict[str, Any]
    note: str
    notes: dict[tuple[int, int], list[str]]


def entries_of(plans: Iterable[Plan], texts: Mapping[str, str], known: Known, ledger: Ledger) -> dict[str, Entry]:
    """All dashboards by name."""
    found: dict[str, Entry] = {}
    for plan in plans:
        rows: list[Any] = []
        notes: dict[tuple[int, int], list[str]] = {}
        for line in plan.lines:
            panels: list[dict[str, Any]] = []
            for drawn in line.panels:
                place = position(plan.board.path, texts[plan.board.path], plan.board.place(drawn.part.path))
                shown = _shown(_with_known(drawn, place, known, ledger), known)
                for number, each in enumerate(shown):
                    changed = [each.changed] if each.changed else []
                    if number == 0 and len(shown) > 1:
                        changed.append(f"its {len(shown)} queries became panels of their own")
                    if changed:
                        ledger.lose(lost.CHANGED, place, f"panel {drawn.title}: {'; '.join(changed)}")
                        notes[len(rows), len(panels)] = [f"CHANGED: {text}." for text in changed]
                    panels.append(each.entry)
                if drawn.part.text("type") in _DRAWN_OTHERWISE:
                    said = f"panel {drawn.title} is drawn otherwise: it was a {drawn.part.text('type')}"
                    ledger.lose(lost.CHANGED, place, said)
            if panels:
                rows.append({"title": line.title, "panels": panels} if line.title else panels)
        title = plan.board.title
        description = str(plan.board.data.get("description") or "").strip()
        data = {"title": title, **({"description": description} if description else {}), "rows": rows}
        if rows:
            found[free(slug_of(title), found)] = Entry(data, f"From {lost.spelt(plan.place)}.", notes)
    return found


def _with_known(drawn: Drawn, place: Position, known: Known, ledger: Ledger) -> Drawn:
    """The panel without queries for what cannot be declared, which a dashboard of a spec never asks for."""
    kept = []
    for target in drawn.targets:
        strange = [name for name in metric_names(target.expr) if not is_there(name, known.world)]
        if strange:
            said = f"a query of panel {drawn.title} is not carried over: {strange[0]} is not known"
            ledger.lose(lost.PANEL, place, said)
        else:
            kept.append(target)
    return drawn._replace(targets=tuple(kept))


def _shown(drawn: Drawn, known: Known) -> list[Shown]:
    look = _look(drawn)
    if drawn.texts:
        return [Shown({drawn.kind: text, "title": drawn.title, **look}) for text in drawn.texts]
    if not drawn.targets:
        return []
    words = in_words(drawn.targets, drawn.kind, drawn.title, known)
    if words is not None:
        return [_titled(words, drawn.title, look)]
    unit = str(record(record(drawn.part.data.get("fieldConfig")).get("defaults")).get("unit") or _old_unit(drawn.part))
    found = []
    several = len(drawn.targets) > 1
    legends = [target.legend for target in drawn.targets]
    are_names = len(set(legends)) == len(legends) and all(legends) and not any("{{" in legend for legend in legends)
    for number, target in enumerate(drawn.targets, 1):
        title = f"{drawn.title}{f': {target.legend}' if are_names else f' ({number})'}" if several else drawn.title
        alone = in_words([target], drawn.kind, drawn.title, known) if several else None
        found.append(_titled(alone or in_promql(target, unit), title, look))
    return found


def _titled(shown: Shown, title: str, look: Mapping[str, Any]) -> Shown:
    taken = {key: value for key, value in look.items() if not ("heatmap-of" in shown.entry and key == "as")}
    return shown._replace(entry={**shown.entry, "title": title, **taken})


def _old_unit(part: Part) -> str:
    axes = [record(axis) for axis in sequence(part.data.get("yaxes"))]
    return str(part.data.get("format") or (axes[0].get("format") if axes else "") or "")


def _look(drawn: Drawn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if drawn.kind in ("stat", "bar", "table"):
        found["as"] = drawn.kind
    width = _WIDTHS.get(_width(drawn.part))
    if width and _width(drawn.part) != _USUAL_WIDTHS.get(drawn.kind) and drawn.part.data.get("gridPos"):
        found["width"] = width
    description = drawn.part.text("description").strip()
    if description:
        found["description"] = description
    return found
