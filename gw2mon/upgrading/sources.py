"""Data sources: names, as Grafana 1 to 8.2 wrote them, to references; a variable chooses what a name stood for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.compiler.wording import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.parts import Part

Reference = dict[str, str]

_OWN = {
    "-- Grafana --": {"type": "grafana", "uid": "-- Grafana --"},
    "-- Mixed --": {"type": "datasource", "uid": "-- Mixed --"},
    "-- Dashboard --": {"type": "datasource", "uid": "-- Dashboard --"},
}
"""What is called like this is Grafana itself."""
_VARIABLE = re.compile(r"\$\{?(\w+)(?::\w+)?\}?|\[\[(\w+)\]\]")
_BY_KEY = {"expr": "prometheus", "bucketAggs": "elasticsearch", "measurement": "influxdb", "target": "graphite"}
"""A key of a query, and the type of the data source that has it."""
_NAMES = {"prometheus": ("datasource", "Data source"), "loki": ("logs", "Logs")}
_PROMETHEUS_QUERY = re.compile(r"\s*(?:label_values|label_names|query_result|metrics)\(")
_DEFAULT = "default"


class Sources(NamedTuple):
    """The reference for each name, and the variables that have to be added for them."""

    by_name: dict[str, Reference]
    added: tuple[dict[str, Any], ...]

    def modern(self, value: Any) -> Reference | None:  # noqa: ANN401 - anything may stand there
        """The reference that stands for a data source of the old file; None if it is one that nothing is known of."""
        return dict(value) if _is_whole(value) else self.by_name.get(_name(value))


def sources(board: Part, panels: list[Part], uid: str) -> Sources:
    """Every data source that is asked for by name; `uid` is what the first Prometheus among them is today."""
    declared = {variable.text("name"): str(variable.data.get("query"))
                for variable in board.records("templating", "list")
                if variable.data.get("type") == "datasource"}  # fmt: skip
    given = {item.text("name"): item.text("pluginId") for item in board.records("__inputs")}
    kinds: dict[str, str] = {}
    variables: set[str] = set()
    for value, kind in (*_asked(panels), *_asked_beside(board)):
        name = _name(value)
        if not _is_whole(value) and not kinds.get(name):
            kinds[name] = given.get(name) or kind
        if _VARIABLE.fullmatch(_said(value)):
            variables.add(name)
    by_name = {name: {"type": kind, "uid": f"${{{name}}}"} for name, kind in declared.items()}
    added: list[dict[str, Any]] = []
    for name, kind in kinds.items():
        if name in by_name or name in _OWN:
            continue
        if not kind:
            by_name[name] = {"uid": name}
            continue
        if uid and kind == "prometheus" and (known := next((each for each in added if each["query"] == kind), None)):
            # Who says which Prometheus it is, has one.
            by_name[name] = {"type": kind, "uid": f"${{{known['name']}}}"}
            continue
        # What nobody declared was the default one; queries may ask for the variable as well, so it keeps its name.
        is_undeclared = name in variables and name not in given
        value = uid if uid and kind == "prometheus" else _DEFAULT if name in given or is_undeclared else name
        taken = {*declared, *(each["name"] for each in added)}
        variable = _variable(name, kind, taken, value, keeps_name=is_undeclared)
        added.append(variable)
        by_name[name] = {"type": kind, "uid": f"${{{variable['name']}}}"}
    return Sources({**by_name, **_OWN}, tuple(added))


def _variable(name: str, kind: str, taken: set[str], value: str, *, keeps_name: bool) -> dict[str, Any]:
    own, label = _NAMES.get(kind, (kind, kind.capitalize()))
    is_first = own not in taken
    wanted = name if keeps_name else own if is_first else f"{own}_{slug(name).replace('-', '_') or 'other'}"
    while wanted in taken:
        wanted += "_2"
    return {"current": {"text": value, "value": value}, "hide": 0, "label": label if is_first else f"{label} {name}",
            "name": wanted, "options": [], "query": kind, "refresh": 1, "regex": "", "type": "datasource"}  # fmt: skip


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - anything may stand there
    return (
        isinstance(value, dict) and isinstance(value.get("type"), str) and isinstance(value.get("uid"), str)
        and bool(value["uid"]) and not value["uid"].startswith("${DS_")
    )  # fmt: skip


def _name(value: Any) -> str:  # noqa: ANN401 - anything may stand there
    """What a data source is called; the default one if nothing is said."""
    said = _said(value)
    match = _VARIABLE.fullmatch(said)
    return (match[1] or match[2]) if match else said or _DEFAULT


def _said(value: Any) -> str:  # noqa: ANN401 - anything may stand there
    said = value.get("uid") if isinstance(value, dict) else value
    return said.strip() if isinstance(said, str) else ""


def _asked(panels: list[Part]) -> Iterator[tuple[Any, str]]:
    for panel in panels:
        targets = list(panel.records("targets"))
        source = panel.data.get("datasource")
        for target in targets:
            yield target.data.get("datasource") or source, _kind(target, panel)
        if source is not None:
            yield source, _type(source)


def _asked_beside(board: Part) -> Iterator[tuple[Any, str]]:
    for variable in board.records("templating", "list"):
        if variable.data.get("type") in ("query", "adhoc"):
            source = variable.data.get("datasource")
            guess = "prometheus" if _PROMETHEUS_QUERY.match(str(variable.data.get("query"))) else ""
            yield source, _type(source) or guess
    for entry in board.records("annotations", "list"):
        if not entry.data.get("builtIn"):
            source = entry.data.get("datasource")
            yield source, _type(source) or ("prometheus" if entry.text("expr") else "")


def _type(value: Any) -> str:  # noqa: ANN401 - anything may stand there
    return str(value.get("type") or "") if isinstance(value, dict) else ""


def _kind(target: Part, panel: Part) -> str:
    """The type of the data source that a query is written for."""
    told = _type(target.data.get("datasource")) or _type(panel.data.get("datasource"))
    if told and told != "datasource":
        return told
    if panel.data.get("type") == "logs":
        return "loki"
    return next((kind for key, kind in _BY_KEY.items() if isinstance(target.data.get(key), str)), "")
