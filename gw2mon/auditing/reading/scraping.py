"""A prometheus.yml as jobs of the Model: what is scraped, how often, and where alerts go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import documents
from gw2mon import promql as q
from gw2mon.auditing.estate import Scraping
from gw2mon.model import Job, Label, LabelValues, Probe
from gw2mon.parts import record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.documents import Node, Report

_MINUTE = 60_000
_DISCOVERY = "_sd_configs"
_STATIC = "static_configs"


def read(path: str, node: Node, report: Report) -> Scraping:
    """All that is said about scraping and rules; what cannot be read is reported, and left out."""
    interval = _duration(node.child("global", "scrape_interval"), report) or _MINUTE
    jobs = [_job(item, report) for item in documents.items(node.child("scrape_configs"), report)]
    files = documents.items(node.child("rule_files"), report)
    external = record(node.child("global", "external_labels").value)
    return Scraping(
        path,
        tuple(job for job in jobs if job.name),
        interval,
        _duration(node.child("global", "evaluation_interval"), report) or _MINUTE,
        tuple((documents.text(item, report), item.position) for item in files),
        tuple(_targets(node.child("alerting", "alertmanagers").value)),
        tuple((str(name), str(value)) for name, value in external.items()),
        node.position,
        node,
    )


def _job(node: Node, report: Report) -> Job:
    held = record(node.value)
    discovery = {key: value for key, value in held.items() if key.endswith(_DISCOVERY)}
    params = record(held.get("params"))
    probe = _probe(held, params)
    relabel = () if probe else tuple(map(record, sequence(held.get("relabel_configs"))))
    return Job(
        documents.text(node.child("job_name"), report),
        tuple(_targets([held])),
        discovery,
        relabel,
        tuple(map(record, sequence(held.get("metric_relabel_configs")))),
        str(held.get("metrics_path") or "/metrics"),
        str(held.get("scheme") or "http"),
        _duration(node.child("scrape_interval"), report) or None,
        _duration(node.child("scrape_timeout"), report) or None,
        tuple((str(name), tuple(map(str, sequence(values)))) for name, values in params.items()),
        None,
        held.get("honor_labels") is True,
        probe,
        tuple(_labels(held)),
        (),
        origin=node.position,
    )


def _probe(held: dict[str, Any], params: dict[str, Any]) -> Probe | None:
    """How a job probes through a blackbox exporter, which the usual relabelling turns targets into parameters of."""
    if held.get("metrics_path") != "/probe":
        return None
    address = next(
        (
            str(rule.get("replacement", ""))
            for rule in map(record, sequence(held.get("relabel_configs")))
            if rule.get("target_label") == "__address__"
        ),
        "",
    )
    return Probe(next(iter(texts(params.get("module"))), ""), address)


def _targets(configs: Any) -> Iterator[str]:  # noqa: ANN401 - whatever stands there
    for config in map(record, sequence(configs)):
        for group in map(record, sequence(config.get(_STATIC))):
            yield from texts(group.get("targets"))


def _labels(held: dict[str, Any]) -> Iterator[Label]:
    """Labels that the groups of targets carry. One that only some of them carry is open: it may be missing."""
    groups = [record(group.get("labels")) for group in map(record, sequence(held.get(_STATIC)))]
    for name in dict.fromkeys(name for group in groups for name in group):
        values = tuple(dict.fromkeys(str(group[name]) for group in groups if name in group))
        yield Label(str(name), LabelValues(values, closed=all(name in group for group in groups)))


def _duration(node: Node, report: Report) -> int:
    text = documents.text(node, report)
    try:
        return q.parse_duration(text) if text else 0
    except q.PromQLError:
        report.error("GW803", node, f"{text} is no duration", "write it like 15s or 1m")
        return 0
