"""Provisioning of Grafana: data sources that answer, dashboards that are found and ask a source that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.compose_lint.inside import files_below, is_within, look, mounts_below, see
from gw2mon.compose_lint.networks import fault
from gw2mon.compose_lint.prometheus import configs, longest_interval, milliseconds
from gw2mon.compose_lint.values import is_unknown, text_of
from gw2mon.parts import Part, Problem, record, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack

_FOLDER = "/etc/grafana/provisioning"
_SOURCES = ("prometheus", "loki", "tempo", "alertmanager", "jaeger", "zipkin", "influxdb", "graphite", "elasticsearch",
            "postgres", "mysql", "cloudwatch", "testdata")  # fmt: skip
_BUILT_IN = ("-- Grafana --", "-- Mixed --", "-- Dashboard --", "grafana")
_DEFAULT_INTERVAL = 15_000


def provisioned(stack: Stack, service: Service, kind: str, key: str) -> list[Part] | None:
    """What the files in a folder of the provisioning list; None where nobody can tell."""
    folder = f"{_FOLDER}/{kind}"
    found: list[Part] = []
    for mount in mounts_below(service, folder):
        host = look(
            stack,
            f"{mount.source}/{folder.removeprefix(mount.target).strip('/')}"
            if is_within(folder, mount.target)
            else mount.source,
        )
        if mount.kind != "bind" or host.state == "unknown":
            return None
        files = (
            [host.file]
            if host.state == "file"
            else list(files_below(stack, host.file))
            if host.state == "folder"
            else []
        )
        found.extend(item for file in files for item in Part(f"{file}:", record(stack.files[file])).records(key))
    return None if service.is_partial else found


def data_sources(stack: Stack) -> Iterator[Problem]:
    """bad-data-source: a source of no kind, or at an address where Grafana does not find it."""
    for service in stack.of("grafana"):
        for source in provisioned(stack, service, "datasources", "datasources") or ():
            kind, url = source.text("type"), text_of(source.data.get("url"))
            if kind.lower() in _SOURCES and kind not in _SOURCES:
                yield source.problem("bad-data-source", f"no source is called {kind}; {kind.lower()} is", "type")
            if not url or is_unknown(url) or url.startswith("$"):
                continue
            address = re.fullmatch(r"https?://(?:[^/@]*@)?([^/:]+|\[[^\]]+\])(:\d+)?(/.*)?", url)
            if address is None:
                yield source.problem("bad-data-source", f"{url} is no address such as http://prometheus:9090", "url")
                continue
            port = address[2] or (":443" if url.startswith("https") else ":80")
            found = fault(stack, service, f"{address[1]}{port}")
            if found and source.data.get("access") != "direct":
                yield source.problem(found[0], found[1], "url")
            yield from _interval(stack, source, address[1])


def _interval(stack: Stack, source: Part, host: str) -> Iterator[Problem]:
    """slow-scrapes: with two scrapes or fewer in the shortest window of a graph it is empty."""
    asked = stack.named(host)
    for service, config in configs(stack):
        said = record(source.data.get("jsonData")).get("timeInterval")
        step = milliseconds(said) if said else _DEFAULT_INTERVAL
        longest = longest_interval(config)
        if service is asked and step and longest > 2 * step:
            message = (
                f"some targets are scraped every {q.format_duration(longest)}, and timeInterval is {said or '15s'}"
            )
            yield source.problem("slow-scrapes", message, "jsonData.timeInterval")


def dashboards(stack: Stack) -> Iterator[Problem]:
    """no-dashboards, unread-dashboards, no-data-source: a Grafana that shows nothing."""
    shown: set[str] = set()
    is_open = False
    for service in stack.of("grafana"):
        providers = provisioned(stack, service, "dashboards", "providers")
        is_open = is_open or providers is None
        for provider in providers or ():
            if provider.data.get("type", "file") != "file":
                yield provider.problem("no-dashboards", f"no provider is a {provider.data.get('type')}", "type")
            path = text_of(provider.record("options").data.get("path"))
            seen = see(stack, service, path.rstrip("/") or "/")
            is_open = is_open or seen.state == "unknown"
            shown.update(files_below(stack, seen.file) if seen.state == "folder" else (seen.file,))
            if seen.state in ("image", "missing"):
                yield provider.problem("no-dashboards", f"nothing is mounted at {path}", "options.path")
        sources = provisioned(stack, service, "datasources", "datasources")
        if sources == [] and shown:
            yield service.part.problem("no-data-source", "dashboards are provided, and no data source is", "volumes")
        if sources:
            yield from _sources_asked(stack, shown, {source.text("uid") for source in sources})
    unread = [] if is_open or not any(True for _ in stack.of("grafana")) else sorted(set(_there_are(stack)) - shown)
    for file in unread:
        yield Problem("unread-dashboards", file, "no provider of a Grafana finds it")


def _there_are(stack: Stack) -> Iterator[str]:
    for file, data in stack.files.items():
        if file.endswith(".json") and isinstance(record(data).get("panels"), list) and "title" in record(data):
            yield file


def _sources_asked(stack: Stack, shown: set[str], uids: set[str]) -> Iterator[Problem]:
    """unknown-data-source: a dashboard that asks one which is not provisioned, although others are."""
    for file in sorted(shown & set(_there_are(stack))):
        for uid in sorted(set(_uids(record(stack.files[file]))) - uids):
            yield Problem("unknown-data-source", file, f"it asks data source {uid}, which is not provisioned")


def _uids(dashboard: dict[str, Any]) -> Iterator[str]:
    whole = Part("", dashboard)
    for variable in whole.records("templating", "list"):
        value = text_of(variable.record("current").data.get("value"))
        if variable.data.get("type") == "datasource" and value and value != "default":
            yield value
    rows = list(whole.records("panels"))
    panels = [*rows, *(inner for row in rows if sequence(row.data.get("panels")) for inner in row.records("panels"))]
    for part in (*panels, *(target for panel in panels for target in panel.records("targets"))):
        uid = part.record("datasource").text("uid")
        if uid and not uid.startswith("$") and uid not in _BUILT_IN:
            yield uid
