"""Scrape jobs of a prometheus.yml as jobs of a spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.auditing.knowledge import program_of
from gw2mon.auditing.programs import recognised
from gw2mon.documents import Node, Report, items
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.parts import record, sequence
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gw2mon.auditing.estate import Scraping
    from gw2mon.importing.monitoring.ledger import Ledger
    from gw2mon.model import Job

_GROUPS = {
    "node": ("node",), "prometheus": ("prometheus",), "alertmanager": ("alertmanager",), "blackbox": ("blackbox",),
}  # fmt: skip
"""Program to the catalogues of all that it exposes, its own process included."""
_SAID = frozenset({
    "job_name", "static_configs", "metrics_path", "scheme", "scrape_interval", "scrape_timeout", "params",
    "relabel_configs", "metric_relabel_configs", "honor_labels", "authorization", "bearer_token", "bearer_token_file",
})  # fmt: skip
_OF_SERVER = frozenset({"global", "scrape_configs", "rule_files", "alerting"})
_SECOND = 1000
_USUAL = 15 * _SECOND
_USUAL_TIMEOUT = 10 * _SECOND
_ALERTMANAGER = "alertmanager:9093"


class Scraped(NamedTuple):
    """A job as a spec says it, without what it exposes."""

    job: Job
    entry: dict[str, Any]
    notes: tuple[str, ...]
    groups: tuple[str, ...]
    """Catalogues of the program that it scrapes; none for an application."""


def applications(jobs: Mapping[str, Scraped]) -> list[str]:
    """The jobs of applications; where there is none, those of programs without a catalogue."""
    strangers = [name for name, each in jobs.items() if not each.groups and each.job.probe is None]
    return [name for name in strangers if recognised(jobs[name].job) is None] or strangers


def scraped(scraping: Iterable[Scraping], ledger: Ledger) -> dict[str, Scraped]:
    """Every job by name."""
    found: dict[str, Scraped] = {}
    for file in scraping:
        nodes = items(file.node.child("scrape_configs"), Report([]))
        for job, node in ((job, node) for node in nodes for job in file.jobs if job.origin == node.position):
            program = program_of(job)
            reason = "a job of this name is there already" if job.name in found else _unsayable(job)
            if reason:
                ledger.miss(lost.SCRAPE, job.origin, f"job {job.name} is not carried over: {reason}")
                continue
            notes = [f"From {lost.spelt(job.origin)}."]
            entry = dict(_entry(job, node, notes, ledger))
            found[job.name] = Scraped(job, entry, tuple(notes), _GROUPS.get(program, ()))
    return found


def _unsayable(job: Job) -> str:
    if not job.targets and not job.discovery:
        return "it has no targets"
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._/-]{0,99}", job.name):
        return "its name is none for a spec"
    bad = [target for target in job.targets if job.probe is None and not _is_address(target)]
    return f"target {bad[0]} is not host:port" if bad else ""


def _is_address(target: str) -> bool:
    return "/" not in target and target.rpartition(":")[2].isdigit()


def _entry(job: Job, node: Node, notes: list[str], ledger: Ledger) -> Iterator[tuple[str, Any]]:
    held = record(node.value)
    said: dict[str, Any] = {
        "targets": list(job.targets),
        "discovery": dict(job.discovery),
        "path": "" if job.path == "/metrics" or job.probe else job.path,
        "scheme": "https" if job.scheme == "https" else "",
        "interval": format_duration(job.interval) if job.interval else "",
        "timeout": format_duration(job.timeout) if job.timeout else "",
        "probe": _probe(job),
        "params": {} if job.probe else {name: list(values) for name, values in job.params},
        "honor-labels": job.honor_labels,
    }
    yield from ((key, value) for key, value in said.items() if value)
    yield from _credentials(job, held, notes, ledger)
    yield from _labels(job, held, ledger)
    for key, rules in (("relabel", job.relabel), ("metric-relabel", job.metric_relabel)):
        if rules:
            yield key, [dict(rule) for rule in rules]
    for key in held:
        if key not in _SAID and not key.endswith("_sd_configs"):
            ledger.lose(lost.SCRAPE, node.child(key).position, f"{key} of job {job.name} is not carried over")


def _probe(job: Job) -> dict[str, str]:
    if job.probe is None:
        return {}
    return {"module": job.probe.module or "http_2xx", "through": job.probe.through or "blackbox-exporter:9115"}


def _credentials(job: Job, held: Mapping[str, Any], notes: list[str], ledger: Ledger) -> Iterator[tuple[str, Any]]:
    """Credentials by file; a token that stands in the configuration itself becomes one."""
    given = record(held.get("authorization"))
    file = given.get("credentials_file") or held.get("bearer_token_file")
    if not file and (given.get("credentials") or held.get("bearer_token")):
        file = f"/run/secrets/{_file_name(job.name)}_token"
        notes.append(f"CHANGE: the token stood in the configuration; put it into {file}.")
        ledger.lose(lost.SECRET, job.origin, f"the token of job {job.name} belongs into {file}")
    if file:
        scheme = str(given.get("type") or "Bearer")
        yield "authorization", {**({"type": scheme} if scheme != "Bearer" else {}), "credentials-file": str(file)}


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())


def _labels(job: Job, held: Mapping[str, Any], ledger: Ledger) -> Iterator[tuple[str, Any]]:
    """Labels that all targets have in common; the others are reported."""
    groups = [record(record(group).get("labels")) for group in sequence(held.get("static_configs"))]
    fixed = {name: str(value) for name, value in groups[0].items()} if groups else {}
    shared = {
        name: value for name, value in fixed.items()
        if all(str(group.get(name)) == value for group in groups)
    }  # fmt: skip
    if shared:
        yield "labels", shared
    for name in sorted({name for group in groups for name in group} - shared.keys()):
        ledger.lose(
            lost.SCRAPE, job.origin, f"label {name} differs between the targets of job {job.name}",
            "make a job of each, with its labels",
        )  # fmt: skip


def paces(scraping: Iterable[Scraping]) -> dict[str, str]:
    """`scrape-defaults`: how often is scraped and evaluated, as far as it is not usual."""
    file = next(iter(scraping), None)
    if file is None:
        return {}
    found = {"interval": format_duration(file.interval)} if file.interval != _USUAL else {}
    timeout = str(record(record(file.node.value).get("global")).get("scrape_timeout") or "")
    if timeout:
        found["timeout"] = timeout
    elif file.interval < _USUAL_TIMEOUT:
        found["timeout"] = format_duration(file.interval)
    if file.evaluation != file.interval:
        found["evaluation"] = format_duration(file.evaluation)
    return found


def stack_of(scraping: Iterable[Scraping], ledger: Ledger) -> dict[str, Any]:
    """`stack`: where alerts go, and which labels are added; what else a prometheus.yml says is reported."""
    found: dict[str, Any] = {}
    for file in scraping:
        if file.alertmanagers and file.alertmanagers != (_ALERTMANAGER,):
            found.setdefault("alertmanagers", list(file.alertmanagers))
        if file.external_labels:
            found.setdefault("external-labels", dict(file.external_labels))
        for key in record(file.node.value):
            if key not in _OF_SERVER:
                ledger.lose(lost.SCRAPE, file.node.child(key).position, f"{key} of Prometheus is not carried over")
    return found
