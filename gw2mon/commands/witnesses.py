"""Who is asked about metrics in an audit: targets for their expositions, and a Prometheus for what it knows.

A few GET requests, one after the other. Nothing is ever changed, and how many there are does not depend on how much the
other side has stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from gw2mon import exposition, files
from gw2mon.auditing.observed import Served
from gw2mon.commands.asking_prometheus import Server, ask, server_at
from gw2mon.exposition import SIZE_LIMIT
from gw2mon.fetch import Failed, fetch, is_url
from gw2mon.finding import Finding
from gw2mon.verifying import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gw2mon.exposition import Exposition

_MOST_SERIES = 60
"""Series of which the labels are asked for; of any others only the names are known."""
_BUCKETS = "_bucket"
_PYTHON = "count by (job) (python_info) == count by (job) (up)"


class Shown(NamedTuple):
    """What targets answer, and why some of them could not be asked."""

    expositions: tuple[Exposition, ...]
    findings: tuple[Finding, ...]


def fetched(places: Sequence[str]) -> Shown:
    """The expositions at addresses and in files.

    Raises:
        FileError: when a file cannot be read.
    """
    found: list[Exposition] = []
    findings: list[Finding] = []
    for place in places:
        answer = (
            fetch(place) if is_url(place) else files.read_source(Path(place), SIZE_LIMIT).decode("utf-8", "replace")
        )
        if isinstance(answer, Failed):
            findings.append(Finding("GW651", "error", answer.message, None, answer.help))
            continue
        shown = exposition.read(answer)._replace(address=place if is_url(place) else "")
        if any(family.samples for family in shown.families):
            found.append(shown)
        else:
            findings.append(
                Finding("GW651", "error", f"{place} shows no metrics", None, "name what Prometheus scrapes: …/metrics")
            )
    return Shown(tuple(found), tuple(findings))


def prometheus_at(url: str, token_file: Path | None = None) -> Callable[[frozenset[str]], Served]:
    """What to ask a Prometheus with: give it the series of which somebody wants to know the labels.

    Raises:
        FileError: when the address is none, or the file of the token cannot be used.
    """
    server = server_at(url, token_file)
    return lambda wanted: _served(server, wanted)


def _served(server: Server, wanted: frozenset[str]) -> Served:
    findings: list[Finding] = []
    names, announced, targets, python = _all(
        server, ("label/__name__/values", "metadata", "targets?state=active", _query(_PYTHON)), findings
    )
    stored = frozenset(answers.texts_of(names))
    asked = sorted(wanted & stored)[:_MOST_SERIES]
    labels = _of_each(server, "labels", asked, findings)
    bounds = _of_each(server, "label/le/values", [name for name in asked if name.endswith(_BUCKETS)], findings)
    jobs = (found.get("job", "") for found in answers.labels_of(python))
    return Served(
        server.url, stored, answers.families_of(announced), labels, bounds, answers.targets_of(targets),
        frozenset(jobs), tuple(findings),
    )  # fmt: skip


def _all(server: Server, paths: Iterable[str], findings: list[Finding]) -> list[Any]:
    """The data of several answers. One that does not answer is not asked any further."""
    found: list[Any] = []
    for path in paths:
        answer = None if findings else ask(server, path)
        if isinstance(answer, Finding):
            findings.append(answer)
            answer = None
        found.append(answer)
    return found


def _of_each(server: Server, path: str, series: Sequence[str], findings: list[Finding]) -> dict[str, tuple[str, ...]]:
    data = _all(server, (f"{path}?{urlencode({'match[]': name})}" for name in series), findings)
    return {name: answers.texts_of(held) for name, held in zip(series, data, strict=True) if held is not None}


def _query(text: str) -> str:
    return f"query?query={quote(text)}"
