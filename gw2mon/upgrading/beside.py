"""What a dashboard has beside its panels: variables, annotations and the head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.compiler.wording import slug
from gw2mon.dashboard_lint.fields import is_color
from gw2mon.parts import Part, sequence, texts
from gw2mon.upgrading import words
from gw2mon.upgrading.links import links
from gw2mon.upgrading.notes import says_nothing

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes
    from gw2mon.upgrading.sources import Sources

_LONGEST_UID = 40
_HEAD = frozenset(
    "__inputs __requires annotations editMode gnetId hideControls iteration links originalTitle panels rows "  # noqa: SIM905
    "sharedCrosshair style templating time timepicker schemaVersion id".split()
)
"""What is carried over elsewhere, or has not meant anything for long."""
_HEAD_KEPT = ("description", "editable", "fiscalYearStartMonth", "graphTooltip", "liveNow", "preload", "revision",
              "timezone", "weekStart")  # fmt: skip
_VARIABLE_SILENT = frozenset(
    "$$hashKey error hideLabel hideVariable isNone label queryValue refresh_on_load selected tags tagValuesQuery "  # noqa: SIM905
    "tagsQuery useTags current datasource".split()
)
_MARK_SILENT = frozenset(
    "$$hashKey datasource expr iconSize limit lineColor matchAny "  # noqa: SIM905
    "showIn showLine step tags".split()
)
_ON_TIME_CHANGE = 2


def head(board: Part, notes: Notes) -> dict[str, Any]:
    """Everything that says what the dashboard is, and nothing about what it shows."""
    data = board.data
    found = {key: data[key] for key in _HEAD_KEPT if data.get(key) is not None}
    types = vocabulary.load()["types"]["dashboard"]
    found = {key: value for key, value in found.items() if key not in types or words.fits(value, types[key])}
    title = board.text("title") or "Dashboard"
    uid = board.text("uid") or slug(title)[:_LONGEST_UID].strip("-") or "dashboard"
    if not board.text("uid"):
        notes.changed(board, f"the uid is {uid}, after the title: it had none")
    _tell_head(board, notes)
    time = board.record("time")
    version = data.get("version")
    if data.get("sharedCrosshair") and not data.get("graphTooltip"):
        found["graphTooltip"] = 1
    return {
        "editable": True,
        **found,
        "links": links(board, notes),
        "refresh": board.text("refresh"),
        "tags": texts(data.get("tags")),
        "time": {"from": time.text("from") or "now-6h", "to": time.text("to") or "now"},
        "timepicker": _timepicker(board, notes),
        "title": title,
        "uid": uid,
        "version": version if isinstance(version, int) and not isinstance(version, bool) else 1,
    }


def _tell_head(board: Part, notes: Notes) -> None:
    if board.data.get("style") == "light":
        notes.lost(board, "style", "a dashboard no longer chooses the light theme", "choose it in the profile")
    if board.data.get("__elements"):
        notes.look(board, "__elements", "panels of a library are not brought along", "unlink them, and export again")
    known = {*_HEAD, "__elements", *vocabulary.words("dashboard keys")}
    for key, value in board.data.items():
        if key not in known and not says_nothing(value):
            notes.lost(board, key, f"dashboards no longer have {key}", "nothing, if nobody misses it")


def _timepicker(board: Part, notes: Notes) -> dict[str, Any]:
    picker = board.record("timepicker")
    for key in ("hidden", "nowDelay", "quick_ranges"):
        if not says_nothing(picker.data.get(key)):
            notes.lost(picker, key, f"the time picker loses {key}", "set it in Grafana")
    intervals = texts(picker.data.get("refresh_intervals"))
    return {"refresh_intervals": intervals} if intervals else {}


def variable(old: Part, sources: Sources, notes: Notes) -> dict[str, Any]:
    """A variable; of which kind it is, and what it offers, stays."""
    known = vocabulary.words("variable keys")
    data = {key: value for key, value in old.data.items() if key in known and value is not None}
    _tell_variable(old, notes)
    if isinstance(data.get("refresh"), bool):
        data["refresh"] = int(data["refresh"])
    if not isinstance(data.get("hide", 0), int) or isinstance(data.get("hide"), bool):
        del data["hide"]
    if old.data.get("hideVariable") or old.data.get("hideLabel"):
        data.setdefault("hide", 2 if old.data.get("hideVariable") else 1)
    if old.data.get("type") in ("query", "adhoc"):
        source = sources.modern(old.data.get("datasource"))
        data = {**data, "datasource": source} if source else data
    elif old.data.get("type") != "groupby":
        data.pop("datasource", None)
    for key, wanted in vocabulary.load()["types"]["variable"].items():
        if data.get(key) is not None and key not in ("current", "datasource") and not words.fits(data[key], wanted):
            notes.lost(
                old, key, f"{key} of the variable {old.text('name')} is of another type", "mend it in the old file"
            )
            del data[key]
    return {**data, "current": _current(old), "name": old.text("name")}


def _tell_variable(old: Part, notes: Notes) -> None:
    name, known = old.text("name"), vocabulary.words("variable keys")
    for key, value in old.data.items():
        if key not in known and key not in _VARIABLE_SILENT and not says_nothing(value) and value != "glob":
            advice = "write ${NAME:FORMAT} where another form of several values is needed"
            notes.lost(old, key, f"the variable {name} loses {key}", advice)
    if old.data.get("useTags"):
        notes.lost(old, "useTags", f"the variable {name} loses its tags of values", "make a variable of them")
    if str(old.data.get("type")) not in vocabulary.words("variable types"):
        notes.look(
            old, "type", f"no variable is a {old.data.get('type')}", "Grafana leaves it out: choose another kind"
        )


def tell_refresh(board: Part, notes: Notes) -> None:
    """Variables that did not follow the time do now: else they would not offer what came up since."""
    for old in board.records("templating", "list"):
        if old.data.get("type") == "query" and (words.number(old.data.get("refresh")) or 0) < _ON_TIME_CHANGE:
            notes.changed(old, f"the variable {old.text('name')} follows the time that is shown", "refresh")


def _current(old: Part) -> dict[str, Any]:
    """What is chosen: as it was, or the option that was marked; several values are a list."""
    current = old.record("current").data
    if current.get("value") in (None, "", []):
        marked = [option.data for option in old.records("options") if option.data.get("selected") is True]
        current = marked[0] if marked and old.data.get("type") != "adhoc" else current
    if current.get("value") in (None, "", []):
        if old.data.get("type") in ("constant", "textbox") and old.text("query"):
            return {"text": old.text("query"), "value": old.text("query")}
        return {"text": "default", "value": "default"} if old.data.get("type") == "datasource" else {}
    value, text = current["value"], current.get("text") or current["value"]
    if old.data.get("multi") is True:
        value, text = (each if isinstance(each, list) else [each] for each in (value, text))
    elif isinstance(value, list):
        value, text = value[0], (sequence(text) or value)[0]
    return {"text": text, "value": value}


def mark(old: Part, sources: Sources, notes: Notes) -> dict[str, Any]:
    """An annotation."""
    known = vocabulary.words("annotation keys")
    data = {key: value for key, value in old.data.items() if key in known and value is not None}
    for key, value in old.data.items():
        if key not in known and key not in _MARK_SILENT and not says_nothing(value):
            said = f'the annotation "{old.text("name")}" loses {key}'
            notes.lost(old, key, said, "see whether it still marks what it did")
    named = old.data.get("datasource")
    is_bare = old.data.get("builtIn") and not isinstance(named, dict)
    source = sources.modern("-- Grafana --" if is_bare else named)
    if source:
        data["datasource"] = source
    if "target" not in data and not old.data.get("builtIn") and old.data.get("type") in ("tags", "dashboard"):
        limit = words.number(old.data.get("limit")) or 100
        data["target"] = {"limit": limit, "matchAny": old.data.get("matchAny") is True,
                          "tags": texts(old.data.get("tags")), "type": old.data["type"]}  # fmt: skip
    if isinstance(old.data.get("expr"), str):
        data["expr"], data["step"] = old.data["expr"], old.text("step") or "60s"
        if not old.record("target").text("expr"):
            data.pop("target", None)
    data["iconColor"] = data["iconColor"] if is_color(data.get("iconColor")) else "red"
    data["enable"] = data.get("enable") is not False
    return {**data, "name": old.text("name") or "Annotation"}
