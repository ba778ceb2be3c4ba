"""The shape of the JSON: keys, types, identities. Grafana drops what it does not know without a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.dashboard_lint.walking import (
    Part,
    Problem,
    Record,
    all_panels,
    is_loki,
    is_row,
    panels_of,
    variables_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCHEMAS = (41, 42)
_UID = re.compile(r"[a-zA-Z0-9_-]{1,40}")
_REFRESH = re.compile(r"(?:(?![0-4]s)\d+[smhd]|auto)?")
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,), "flag": (bool,), "list": (list,), "record": (dict,), "integer": (int,), "number": (int, float),
    "null": (type(None),),
}  # fmt: skip


def keys_and_types(dashboard: Record) -> Iterator[Problem]:
    """unknown-key, missing-key, wrong-type: at every level that has a fixed set of keys."""
    for part, kind, alive in _levels(dashboard):
        known, types = vocabulary.words(alive), vocabulary.load()["types"][kind]
        for key, value in part.data.items():
            if key not in known:
                yield part.problem("unknown-key", f"Grafana knows no key {key} in a {kind}", key)
            elif key in types and not _is(value, types[key]):
                yield part.problem("wrong-type", f"{key} of a {kind} is {types[key].replace('|', ' or ')}", key)
        for key in vocabulary.load()["required"][kind].split():
            if key not in part.data:
                yield part.problem("missing-key", f"a {kind} needs {key}", key)


def _levels(dashboard: Record) -> Iterator[tuple[Part, str, str]]:
    """Every record whose keys are fixed, with its kind and the name of its keys in the vocabulary."""
    whole = Part("", dashboard)
    yield whole, "dashboard", "dashboard keys"
    yield from ((link, "link", "link keys") for link in whole.records("links"))
    yield from ((variable, "variable", "variable keys") for variable in variables_of(dashboard))
    yield from ((entry, "annotation", "annotation keys") for entry in whole.records("annotations", "list"))
    for panel in all_panels(dashboard):
        yield panel, *(("row", "row keys") if is_row(panel) else ("panel", "panel keys"))
        yield panel.record("gridPos"), "gridPos", "grid keys"
        yield from ((link, "link", "link keys") for link in panel.records("links"))
        if not is_row(panel):
            yield panel.record("fieldConfig", "defaults"), "field", "field keys"
        for target in panel.records("targets"):
            yield target, "target", "loki target keys" if is_loki(target) else "prometheus target keys"


def _is(value: Any, kind: str) -> bool:  # noqa: ANN401 - anything may stand there
    if isinstance(value, bool):
        return "flag" in kind
    return isinstance(value, tuple(item for name in kind.split("|") for item in _TYPES[name]))


def identity(dashboard: Record) -> Iterator[Problem]:
    """empty-title, bad-uid, bad-schema-version, bad-refresh, bad-time: what a dashboard is known by."""
    whole = Part("", dashboard)
    if not whole.text("title").strip():
        yield whole.problem("empty-title", "a dashboard has a title", "title")
    if not _UID.fullmatch(whole.text("uid")):
        yield whole.problem("bad-uid", "a uid has 1 to 40 letters, digits, - and _", "uid")
    if dashboard.get("schemaVersion") not in SCHEMAS:
        yield whole.problem("bad-schema-version", "Grafana would repair this dashboard at load", "schemaVersion")
    if not _REFRESH.fullmatch(whole.text("refresh")):
        yield whole.problem("bad-refresh", "refresh is empty, or a time from 5s on", "refresh")
    for key in ("from", "to"):
        if not whole.record("time").text(key):
            yield whole.problem("bad-time", f"the time range has no {key}", f"time.{key}")
    if dashboard.get("id") is not None:
        yield whole.problem("database-id", "the id is Grafana's own; a file leaves it null", "id")


def panel_types(dashboard: Record) -> Iterator[Problem]:
    """unknown-panel-type, missing-overrides, library-panel: a panel that would not be drawn."""
    for panel in panels_of(dashboard):
        if panel.data.get("type") not in vocabulary.words("panel types"):
            yield panel.problem("unknown-panel-type", f"no panel is called {panel.data.get('type')}", "type")
        if "libraryPanel" in panel.data:
            yield panel.problem("library-panel", "a file cannot bring along what is in a database", "libraryPanel")
        config = panel.record("fieldConfig")
        if not isinstance(config.data.get("overrides", []), list):
            yield config.problem("missing-overrides", "overrides are a list", "overrides")
        for key in set(config.data) ^ {"defaults", "overrides"}:
            yield config.problem("unknown-key" if key in config.data else "missing-overrides", f"fieldConfig: {key}")
        if not re.fullmatch(r"\d+\.\d+\.\d+", panel.text("pluginVersion")):
            yield panel.problem("bad-plugin-version", "without a version the oldest repairs run", "pluginVersion")


def unique_names(dashboard: Record) -> Iterator[Problem]:
    """duplicate-id, duplicate-ref-id, duplicate-variable: two things of one name, of which Grafana keeps one."""
    yield from _repeated(((panel, "id") for panel in all_panels(dashboard)), "duplicate-id")
    yield from _repeated(((variable, "name") for variable in variables_of(dashboard)), "duplicate-variable")
    for panel in panels_of(dashboard):
        yield from _repeated(((target, "refId") for target in panel.records("targets")), "duplicate-ref-id")
    for panel in all_panels(dashboard):
        number = panel.data.get("id")
        if isinstance(number, int) and not 0 < number < 2**31:
            yield panel.problem("bad-id", "an id lies between 1 and 2147483647", "id")


def _repeated(parts: Iterable[tuple[Part, str]], code: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for part, key in parts:
        value = str(part.data.get(key))
        if value in seen or not value.strip():
            yield part.problem(code, f"{key} {value} stands twice" if value.strip() else f"{key} is empty", key)
        seen.add(value)


def data_sources(dashboard: Record) -> Iterator[Problem]:
    """bad-data-source: a reference is a record with type and uid; Grafana 12 ignores a bare name."""
    whole = Part("", dashboard)
    asked = [target for panel in panels_of(dashboard) for target in panel.records("targets")]
    queries = [variable for variable in variables_of(dashboard) if variable.data.get("type") == "query"]
    for part in (*asked, *queries, *whole.records("annotations", "list")):
        source = part.record("datasource")
        if not source.text("type") or not source.text("uid") or set(source.data) - {"type", "uid"}:
            yield part.problem("bad-data-source", "a data source is a record with type and uid", "datasource")
