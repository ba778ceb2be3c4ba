"""Links of dashboards and panels: all the keys that Grafana's own type asks for, and an address in place of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.compiler.wording import slug
from gw2mon.parts import Part, texts

if TYPE_CHECKING:
    from gw2mon.upgrading.notes import Notes

_FLAGS = ("asDropdown", "includeVars", "keepTime", "targetBlank")


def links(part: Part, notes: Notes) -> list[dict[str, Any]]:
    """The links of a dashboard or a panel; those that lead nowhere are left out."""
    return [link for old in part.records("links") if (link := _link(old, notes)) is not None]


def _link(old: Part, notes: Notes) -> dict[str, Any] | None:
    kind = "dashboards" if old.data.get("type") == "dashboards" else "link"
    named = old.text("dashUri") or old.text("dashboard")
    url = old.text("url") or (_address(old, notes) if named else "")
    if kind == "link" and not url:
        notes.lost(old, "", "a link without an address is not carried over", "give it a url")
        return None
    icons = str(vocabulary.load()["link icons"]).split("|")
    icon = old.text("icon") if old.text("icon") in icons else "external link"
    title = old.text("title") or old.text("dashboard") or ("Dashboards" if kind == "dashboards" else url)
    flags = {key: old.data.get(key) is True for key in _FLAGS}
    if named and not old.text("url"):
        flags |= {"includeVars": False, "keepTime": False}
    return {**flags, "icon": icon, "tags": texts(old.data.get("tags")), "title": title, "tooltip": old.text("tooltip"),
            "type": kind, "url": url}  # fmt: skip


def _address(old: Part, notes: Notes) -> str:
    """Where a dashboard of a name was found; Grafana still leads on from there."""
    way = old.text("dashUri") or f"db/{slug(old.text('dashboard'))}"
    asked = [old.text("params")] if old.text("params") else []
    asked += ["$__url_time_range"] if old.data.get("keepTime") else []
    asked += ["$__all_variables"] if old.data.get("includeVars") else []
    notes.look(
        old, "", f'the link names the dashboard "{old.text("dashboard") or way}"', "write /d/ and its uid as the url"
    )
    return f"/dashboard/{way}" + (f"?{'&'.join(asked)}" if asked else "")
