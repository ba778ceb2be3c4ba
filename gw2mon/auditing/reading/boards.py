"""Dashboards of Grafana: classic JSON, with or without the envelope of the HTTP API, with panels or with old rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.auditing.estate import Board, Query
from gw2mon.dashboard_lint import asking
from gw2mon.dashboard_lint.walking import is_loki
from gw2mon.parts import Part, record

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROMETHEUS = ("", "prometheus", "-- mixed --")


def read(path: str, data: Any) -> Board:  # noqa: ANN401 - whatever the file holds
    """The dashboard in a document that is known to hold one."""
    whole = record(data)
    inside = "dashboard" if "title" not in whole or "dashboard" in whole else ""
    board = record(whole.get("dashboard")) if inside else whole
    queries, unreadable = _queries(board)
    return Board(path, str(board.get("title") or ""), board, inside, queries, unreadable)


def _queries(board: dict[str, Any]) -> tuple[tuple[Query, ...], tuple[tuple[str, str], ...]]:
    found: list[Query] = []
    unreadable: list[tuple[str, str]] = []
    for panel in _panels(Part("", board)):
        for target in panel.records("targets"):
            text = target.text("expr")
            if not text or is_loki(target) or not _asks_prometheus(panel, target):
                continue
            expr = asking.read(text)
            if isinstance(expr, q.PromQLError):
                unreadable.append((f"{target.path}.expr", expr.message))
            else:
                found.append(Query(panel.text("title") or "without title", text, expr, f"{target.path}.expr"))
    return tuple(found), tuple(unreadable)


def _panels(board: Part) -> Iterator[Part]:
    """Every panel: at the top, inside of collapsed rows, and inside of the rows that Grafana had before version 5."""
    for panel in board.records("panels"):
        yield panel
        yield from panel.records("panels")
    for row in board.records("rows"):
        yield from row.records("panels")


def _asks_prometheus(panel: Part, target: Part) -> bool:
    """Whether it may be Prometheus that is asked: a name alone does not tell, and a variable may be anything."""
    for part in (target, panel):
        source = part.data.get("datasource")
        if isinstance(source, dict) and source.get("type"):
            return str(source["type"]).lower() in _PROMETHEUS
    return True
