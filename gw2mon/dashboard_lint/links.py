"""Links: those of the dashboard, of panels and of values, and where they lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.dashboard_lint.walking import Part, Problem, Record, all_panels, panels_of, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = re.compile(r"https?://(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)([:/]|$)")
_PANEL = re.compile(r"[?&](?:viewPanel|editPanel|panelId)=(?:panel-)?(\d+)")


def links(dashboard: Record) -> Iterator[Problem]:
    """bad-link: one that leads nowhere."""
    of_panels = (link for panel in panels_of(dashboard) for link in panel.records("links"))
    for link in (*Part("", dashboard).records("links"), *of_panels):
        kind = link.data.get("type")
        if kind not in vocabulary.words("link types") or link.data.get("icon") not in _icons():
            yield link.problem("bad-link", "a link has a type and an icon that Grafana knows")
        elif kind == "dashboards" and not sequence(link.data.get("tags")):
            yield link.problem("bad-link", "a list of dashboards needs a tag to find them by", "tags")
        elif kind == "link":
            yield from _address(link, dashboard)
        if not link.text("title").strip():
            yield link.problem("bad-link", "a link has a title", "title")


def data_links(dashboard: Record) -> Iterator[Problem]:
    """bad-link: what a click on a value opens."""
    for panel in panels_of(dashboard):
        values = [item for each in panel.records("fieldConfig", "overrides") for item in each.records("properties")]
        own = [link for item in values if item.data.get("id") == "links" for link in item.records("value")]
        for link in (*panel.records("fieldConfig", "defaults", "links"), *own):
            yield from _address(link, dashboard)


def _address(link: Part, dashboard: Record) -> Iterator[Problem]:
    url = link.text("url")
    if not re.match(r"/|https?://|mailto:|\$\{", url):
        yield link.problem("bad-link", "the url is absolute, or begins at Grafana's root", "url")
    if _LOCAL.match(url):
        yield link.problem("bad-link", "it opens the machine of whoever reads", "url")
    wanted = _PANEL.search(url)
    if wanted and f"/d/{dashboard.get('uid')}" in url and int(wanted[1]) not in _ids(dashboard):
        yield link.problem("bad-link", f"there is no panel {wanted[1]}", "url")


def _ids(dashboard: Record) -> set[object]:
    return {panel.data.get("id") for panel in all_panels(dashboard) if isinstance(panel.data.get("id"), int)}


def _icons() -> list[str]:
    icons: str = vocabulary.load()["link icons"]
    return icons.split("|")
